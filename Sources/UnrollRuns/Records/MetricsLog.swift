internal import UnrollFormats

/// What a file of metrics has about a run: its steps and what was measured.
public struct MetricsLog: Sendable {
  /// A number that was noted after a step.
  public struct Point: Hashable, Sendable {
    /// The step's number.
    public let step: Int
    /// Seconds since the run began.
    public let seconds: Double
    /// The number.
    public let value: Double
  }

  /// The names of the numbers of each step: `loss`, `learningRate`, `gradientNorm`, `targetsPerSecond`.
  public static let stepFigures = ["loss", "learningRate", "gradientNorm", "targetsPerSecond"]

  /// The numbers of each step by their names.
  public private(set) var steps: [String: [Point]] = [:]
  /// What was measured after epochs, by its name without `validation`: `loss`, `bitsPerByte`, `accuracy`.
  public private(set) var validation: [String: [Point]] = [:]

  /// Reads a file. A last line that was not written to its end is left out.
  ///
  /// - Throws: `FileError` if it cannot be read, `RunError` with code `invalidMetrics` if a line is none of metrics.
  public init(contentsOf path: String) throws {
    let contents = try FileContents(reading: path)
    let text = contents.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    let isWhole = text.utf8.last == UInt8(ascii: "\n")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard !lines.isEmpty else {
      throw RunError(.invalidMetrics, "'\(path)' is empty: it has no metrics")
    }
    for (index, line) in lines.enumerated() {
      do {
        try take(JSON(parsing: String(line)).field(named: "line \(index + 1)"))
      } catch let error as JSONError {
        if index == lines.count - 1, !isWhole { break }
        throw RunError(
          .invalidMetrics,
          "'\(path)', line \(index + 1): \(error.message): no line that 'unroll train --metrics' writes"
        )
      }
    }
  }

  private mutating func take(_ line: JSON.Field) throws(JSONError) {
    switch try line["event"].string() {
    case "step":
      for name in Self.stepFigures { try take(line, name, into: &steps[name, default: []]) }
      if let step = try line["retreat"].ifPresent?.integer(in: 0...(1 << 53)) {
        forget(after: step)
      }
    case "epoch":
      for member in try line.object().members where member.key.hasPrefix("validation") {
        let name = member.key.dropFirst("validation".count)
        try take(
          line, member.key,
          into: &validation[name.prefix(1).lowercased() + name.dropFirst(), default: []])
      }
    default: break
    }
  }

  /// What a run went back from was not.
  private mutating func forget(after step: Int) {
    for name in steps.keys { steps[name]?.removeAll { $0.step > step } }
    for name in validation.keys { validation[name]?.removeAll { $0.step > step } }
  }

  /// A number that is not finite is null in a file.
  private func take(_ line: JSON.Field, _ key: String, into points: inout [Point]) throws(JSONError)
  {
    guard let value = try line[key].ifPresent?.double() else { return }
    points.append(
      Point(
        step: try line["step"].integer(in: 0...(1 << 53)), seconds: try line["seconds"].double(),
        value: value))
  }
}
