import Testing
import UnrollFormats
import UnrollModels
import UnrollTensor
import UnrollText

/// What Hugging Face's logits processors make of fixed logits, in the order of its `generate`
/// (Golden/generate_sampling.py).
struct SamplingGoldenTests {
  struct Case: Sendable, CustomStringConvertible {
    let sampling: Sampling
    let logits, probabilities: Tensor
    let recent: [Token]
    let description: String

    init(_ field: JSON.Field) throws {
      func floats(_ name: String) throws -> Tensor {
        let values = try field[name].array().map { Float(try $0.double()) }
        return Tensor(values, shape: [values.count])
      }
      let settings = try field["settings"]
      func number(_ name: String) throws -> Float? {
        try settings[name].ifPresent.map { Float(try $0.double()) }
      }
      var sampling = Sampling()
      sampling.temperature = try number("temperature") ?? 1
      sampling.topK = try settings["topK"].ifPresent?.integer()
      sampling.topP = try number("topP")
      sampling.minP = try number("minP")
      sampling.typicalP = try number("typicalP")
      sampling.repetitionPenalty = try number("repetitionPenalty") ?? 1
      sampling.presencePenalty = try number("presencePenalty") ?? 0
      sampling.frequencyPenalty = try number("frequencyPenalty") ?? 0
      for member in try settings["bias"].ifPresent?.object().members ?? [] {
        let amount = try member.value.field(named: member.key).double()
        sampling.bias[Token(member.key) ?? -1] = Float(amount)
      }
      self.sampling = sampling
      logits = try floats("logits")
      probabilities = try floats("probabilities")
      recent = try field["recent"].array().map { Token(try $0.integer()) }
      description = settings.value?.description ?? ""
    }

    static let all: [Case] = {
      let file = PyTorchGoldenTests.path("sampling.json")
      let fields = try? FileContents(reading: file).withUnsafeBytes { try JSON(parsing: $0) }
        .field(named: file).array()
      return (fields ?? []).compactMap { try? Case($0) }
    }()
  }

  @Test func everyCaseIsFound() {
    #expect(Case.all.count == 58)
  }

  @Test(arguments: Case.all)
  func probabilitiesAreThose(_ test: Case) throws {
    let probabilities = try test.sampling.probabilities(from: test.logits, recent: test.recent)
    #expect(
      probabilities.elements.map { $0 > 0 } == test.probabilities.elements.map { $0 > 0 })
    for (own, theirs) in zip(probabilities.elements, test.probabilities.elements) {
      #expect(abs(own - theirs) <= 2e-6 * max(theirs, 0.1))
    }
  }

  @Test(arguments: Case.all)
  func drawsHaveTheseProbabilities(_ test: Case) throws {
    var random = RandomStream(seed: 5, purpose: .sampling)
    var counts = [Int](repeating: 0, count: test.logits.count)
    for _ in 0..<10_000 {
      counts[
        Int(try test.sampling.choose(from: test.logits, recent: test.recent, using: &random))] += 1
    }
    // Those that come too rarely for the test are counted together.
    var cells: [(count: Int, probability: Double)] = []
    var rare = (count: 0, probability: 0.0)
    for (count, probability) in zip(counts, test.probabilities.elements) {
      if probability * 10_000 >= 10 || probability == 0 {
        cells.append((count, Double(probability)))
      } else {
        rare = (rare.count + count, rare.probability + Double(probability))
      }
    }
    if rare.probability * 10_000 >= 5 { cells.append(rare) }
    expectDrawn(cells)
  }
}
