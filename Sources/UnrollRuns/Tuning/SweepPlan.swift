internal import UnrollFormats
internal import UnrollTensor

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Which settings a sweep tries: all combinations of some values, or values drawn at random.
///
/// ```json
/// {"settings": {"epochs": 5}, "grid": {"hiddenSize": [128, 256], "dropout": [0, 0.3]}}
/// {"random": {"learningRate": {"from": 0.001, "to": 0.02, "scale": "log"}, "cell": ["lstm", "gru"]},
///  "runs": 9, "seed": 0, "halving": 3}
/// ```
public struct SweepPlan: Hashable, Sendable {
  /// The values of one run that another run has others of, by names of settings.
  public struct Candidate: Hashable, Sendable {
    /// The values, in the order of the plan.
    public let values: [Value]

    /// A setting and its value.
    public struct Value: Hashable, Sendable {
      /// The name of the setting.
      public let name: String
      /// The value.
      public let content: SettingContent
    }

    /// Settings with these values.
    func applied<Task>(to settings: RunSettings<Task>) throws(RunError) -> RunSettings<Task> {
      var changed = settings
      try changed.take(
        JSON.Object(values.map { .init(key: $0.name, value: $0.content.json) }),
        from: "the sweep")
      return changed
    }
  }

  /// The runs to try, in order.
  public let candidates: [Candidate]
  /// η: all runs are taken through a part of their steps, and of each rung the best η-th goes on through η times as many (Jamieson
  /// and Talwalkar 2016); `nil` where all go to their end.
  public let halving: Int?
  /// What all runs have in common, as JSON.
  public let settings: String
  /// The names of these settings.
  let commonNames: [String]
  /// The text of the plan.
  public let text: String

  /// Reads a plan.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - source: what errors call it.
  /// - Throws: `RunError` with code `invalidSetting` that names the place.
  public init(json text: String, from source: String = "the sweep") throws(RunError) {
    self.text = text
    do {
      let plan = try JSON(parsing: text).field(named: source)
      let known = ["settings", "grid", "random", "runs", "seed", "halving"]
      for member in try plan.object().members where !known.contains(member.key) {
        throw RunError(
          .invalidSetting,
          "\(source) has a member \"\(member.key)\"; there are \(known.joined(separator: ", "))")
      }
      let common = try plan["settings"].ifPresent?.object() ?? JSON.Object()
      settings = JSON.object(common).text()
      commonNames = common.members.map(\.key)
      halving = try plan["halving"].ifPresent?.integer(in: 2...100)
      switch (try plan["grid"].ifPresent, try plan["random"].ifPresent) {
      case (let grid?, nil): candidates = try Self.grid(grid)
      case (nil, let random?):
        let count = try plan["runs"].integer(in: 1...10_000)
        let seed = try plan["seed"].ifPresent?.integer(in: 0...(1 << 53)) ?? 0
        candidates = try Self.random(random, count: count, seed: UInt64(seed))
      default:
        throw RunError(
          .invalidSetting, "\(source) has either \"grid\" or \"random\": values to try")
      }
    } catch let error as RunError {
      throw error
    } catch let error as JSONError {
      throw RunError(.invalidSetting, "\(source): \(error.message)")
    } catch {
      throw RunError(.invalidSetting, "\(String(describing: error))")
    }
  }

  /// The rungs: how many runs are in each, and the share of their steps that they are taken to.
  package var rungs: [(runCount: Int, share: Double)] {
    guard let halving else { return [(candidates.count, 1)] }
    var counts = [candidates.count]
    while let last = counts.last, last / halving >= 1, last > 1 { counts.append(last / halving) }
    return counts.enumerated().map { rung, count in
      var share = 1.0
      for _ in rung..<counts.count - 1 { share /= Double(halving) }
      return (count, share)
    }
  }

  /// The first name changes most slowly.
  private static func grid(_ grid: JSON.Field) throws -> [Candidate] {
    var rows: [[Candidate.Value]] = [[]]
    for member in try grid.object().members {
      let values = try choices(grid[member.key])
      rows = rows.flatMap { row in
        values.map { row + [Candidate.Value(name: member.key, content: $0)] }
      }
      guard rows.count <= 10_000 else {
        throw RunError(.invalidSetting, "\(grid.path) has more than 10,000 combinations")
      }
    }
    return rows.map { Candidate(values: $0) }
  }

  private static func random(
    _ table: JSON.Field, count: Int, seed: UInt64
  ) throws -> [Candidate] {
    let names = try table.object().members.map(\.key)
    let draws = try names.map { try draw(table[$0]) }
    return (0..<count).map { number in
      var stream = RandomStream(seed: seed, purpose: .tuning, number: UInt64(number))
      return Candidate(
        values: zip(names, draws).map { name, draw in
          Candidate.Value(name: name, content: draw(Double(stream.uniform())))
        })
    }
  }

  /// What a number from 0 to 1 stands for: one of several values, or a number of a range.
  private static func draw(_ field: JSON.Field) throws -> @Sendable (Double) -> SettingContent {
    if case .array = field.value {
      let values = try choices(field)
      return { values[min(values.count - 1, Int($0 * Double(values.count)))] }
    }
    // Numbers that settings have, and whose digits and whole values can be computed with.
    let range = -1e15...1e15
    let (low, high) = (try field["from"].double(in: range), try field["to"].double(in: range))
    let isLogarithmic = try field["scale"].ifPresent.map { scale in
      let name = try scale.string()
      guard ["log", "linear"].contains(name) else {
        throw RunError(.invalidSetting, "\(scale.path) is log or linear, not \(name)")
      }
      return name == "log"
    }
    guard low < high, isLogarithmic != true || low >= 1e-100 else {
      throw RunError(
        .invalidSetting,
        "\(field.path) goes from a number to a greater one, with the scale log from one above 0")
    }
    let isWhole = (try? field["from"].integer()) != nil && (try? field["to"].integer()) != nil
    return { share in
      let value =
        isLogarithmic == true
        ? exp(log(low) + share * (log(high) - log(low)))
        : low + share * (high + (isWhole ? 1 : 0) - low)
      // Three digits are more than a search can tell apart.
      return .number(isWhole ? "\(min(Int(high), Int(value)))" : threeDigits(value))
    }
  }

  private static func choices(_ field: JSON.Field) throws -> [SettingContent] {
    let values = try field.array().map { place in
      guard let value = place.value, let content = SettingContent(value) else {
        throw RunError(.invalidSetting, "\(place.path) is a value that no setting has")
      }
      return content
    }
    guard !values.isEmpty else { throw RunError(.invalidSetting, "\(field.path) has no value") }
    return values
  }
}

/// A number with three significant digits, as JSON has it.
private func threeDigits(_ value: Double) -> String {
  guard value != 0 else { return "0.0" }
  let unit = pow(10, log10(abs(value)).rounded(.down) - 2)
  // From the digits and not from the product, whose last bits would show.
  return Double("\(Int((value / unit).rounded()))e\(Int(log10(unit).rounded()))")?.description
    ?? value.description
}
