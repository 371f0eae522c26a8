import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// Files that PyTorch wrote (Golden/generate.py), by the oldest and the newest version that are tested.
struct PyTorchGoldenTests {
  static let versions = ["torch-1.13.1", "torch-2.13.0"]
  static let vocabulary = ["a", "b", "c", "d", "e", "f", "g"]

  struct Case: Sendable, CustomStringConvertible {
    let version: String
    let name: String
    let settings: JSON.Field

    var file: String { PyTorchGoldenTests.path("\(version)/\(name).pt") }
    var description: String { "\(name), \(version)" }

    static let all: [Case] = versions.flatMap { version in
      let file = PyTorchGoldenTests.path("\(version)/logits.json")
      let cases = try? FileContents(reading: file).withUnsafeBytes { try JSON(parsing: $0) }
        .field(named: file)["cases"].array()
      return (cases ?? []).compactMap { settings in
        (try? settings["name"].string()).map {
          Case(version: version, name: $0, settings: settings)
        }
      }
    }
  }

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)").path
  }

  @Test func everyCaseIsFound() {
    #expect(Case.all.count == 18)
  }

  @Test(arguments: Case.all)
  func logitsEqualPyTorchs(_ golden: Case) throws {
    let file = try PyTorchArchive(contentsOf: golden.file)
    let cell = try golden.settings["cell"].string()
    let model = try LanguageModelImport(
      of: StateDictionary(file),
      vocabulary: ImportedVocabulary(entries: Self.vocabulary, kind: .characters),
      nonlinearity: cell == "rnn-relu" ? .relu : nil
    ).model
    let configuration = model.configuration
    #expect(configuration.layerCount == (try golden.settings["layers"].integer()))
    #expect(configuration.embeddingSize == (try golden.settings["embedding"].integer()))
    #expect(
      configuration.tiesWeights == (try golden.settings["tied"].ifPresent?.boolean() ?? false))
    let cells: [String: RecurrentCell] = [
      "rnn-tanh": .rnnTanh, "rnn-relu": .rnnReLU, "lstm": .lstm, "gru": .gru,
    ]
    #expect(configuration.cell == cells[cell])

    let tokens = try golden.settings["tokens"].array().map { Int32(try $0.integer()) }
    let expected = try golden.settings["logits"].array().map { Float(try $0.double()) }
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(
      after: Indices(tokens, shape: [tokens.count, 1]), state: &state)
    #expect(logits.count == expected.count)
    logits.withUnsafeElements { logits in
      for (index, (got, expected)) in zip(logits, expected).enumerated() {
        #expect(abs(got - expected) <= 1e-6 * max(1, abs(expected)), "logit \(index)")
      }
    }
  }

  @Test(arguments: versions)
  func checkpointsAreSearchedForTheirWeights(_ version: String) throws {
    let file = try PyTorchArchive(contentsOf: Self.path("\(version)/lstm-in-checkpoint.pt"))
    #expect(file.key == "model")
    #expect(file.otherMembers.isEmpty)
    #expect(file.tensors.first?.name == "emb.weight")
  }

  static let refused: [(file: String, code: PyTorchError.Code, words: [String])] = [
    ("torch-script", .torchScript, ["TorchScript", "state_dict()"]),
    (
      "whole-module", .forbiddenGlobal,
      ["torch.nn.modules.rnn.GRU", "torch.save(model.state_dict()"]
    ),
    ("stream", .legacyFormat, ["before version 1.6", "torch.save(torch.load(PATH)"]),
    ("tar", .legacyFormat, ["before version 0.1.10"]),
    ("compressed", .compressedEntry, ["compressed"]),
    ("no-dictionary", .noStateDictionary, ["no dictionary of tensors"]),
    ("two-models", .noStateDictionary, ["generator", "discriminator"]),
    ("expanded", .invalidTensor, ["[1000]", "strides [0]", "contiguous()"]),
  ]

  @Test(arguments: versions, refused.indices)
  func otherFilesAreRefusedWithAReason(_ version: String, _ index: Int) throws {
    let (name, code, words) = Self.refused[index]
    let path = Self.path("\(version)/refused/\(name).pt")
    let error = #expect(throws: PyTorchError.self) { try PyTorchArchive(contentsOf: path) }
    #expect(error?.code == code)
    for word in words + ["'\(path)' "] {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }
}
