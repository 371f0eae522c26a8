import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// Models and checkpoints as people write them with PyTorch (Golden/generate_imports.py).
struct ImportGoldenTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let settings: JSON.Field

    var description: String { name }

    static let all: [Case] = {
      let file = path("logits.json")
      let cases = try? FileContents(reading: file).withUnsafeBytes { try JSON(parsing: $0) }
        .field(named: file)["cases"].array()
      return (cases ?? []).compactMap { settings in
        (try? settings["name"].string()).map { Case(name: $0, settings: settings) }
      }
    }()
  }

  private static func path(_ name: String) -> String {
    PyTorchGoldenTests.path("imports/\(name)")
  }

  private static func weights(_ name: String) throws -> StateDictionary {
    let file = try ConvertibleFile(contentsOf: path("\(name).pt"))
    guard case .weights(let weights) = file else { throw Failure() }
    return weights
  }

  private struct Failure: Error {}

  private static func imported(_ name: String) throws -> LanguageModelImport {
    try LanguageModelImport(
      of: weights(name), vocabulary: ImportedVocabulary(entries: "abcde".map(String.init)))
  }

  @Test func everyCaseIsFound() {
    #expect(Case.all.count == 13)
  }

  @Test(arguments: Case.all)
  func logitsEqualPyTorchs(_ golden: Case) throws {
    let model = try Self.imported(golden.name).model
    #expect(model.configuration.layerCount == (try golden.settings["layers"].integer()))
    #expect(model.configuration.cell.name == (try golden.settings["cell"].string()))
    #expect(
      model.configuration.tiesWeights
        == (try golden.settings["tied"].ifPresent?.boolean() ?? false))
    let tokens = try golden.settings["tokens"].array().map { Int32(try $0.integer()) }
    let expected = try golden.settings["logits"].array().map { Float(try $0.double()) }
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(
      after: Indices(tokens, shape: [tokens.count, 1]), state: &state)
    #expect(logits.count == expected.count)
    for (index, (got, expected)) in zip(logits.elements, expected).enumerated() {
      #expect(abs(got - expected) <= 1e-5 * max(1, abs(expected)), "logit \(index)")
    }
  }

  @Test(arguments: [
    ("checkpoint", #"the state_dict is taken from "model_state_dict""#),
    ("checkpoint", #""torch.device", "argparse.Namespace""#),
    ("checkpoint", "nothing in a file is run here"),
    ("deep", #"the state_dict is taken from "runs.0.best.net""#),
    ("tuple", #"the state_dict is taken from "1""#),
    ("lstm-stacked", #""lstm1" and "lstm2" are taken as layers on top of each other"#),
    ("gru-stacked", #""gru" and "gru2" and "gru3" are taken"#),
    ("weight-norm", #"weight norm is computed once: "fc.weight", "lstm.weight_hh_l0""#),
    ("weight-norm-hooks", #""lstm.weight_ih_l0""#),
    ("pruned", #"weights that are pruned are zero: "fc.weight""#),
    ("weight-drop", #"dropout of weights does nothing in evaluation"#),
    ("tied-without-bias", "the linear layer has no bias"),
  ])
  func whatWasAssumedIsTold(_ name: String, _ words: String) throws {
    let notes = try Self.imported(name).notes
    #expect(notes.contains { $0.contains(words) }, "\(notes)")
  }

  @Test(arguments: [
    ("spectral-norm-hooks", #""fc.weight_orig": the weight "fc.weight" is computed from it"#),
    ("orthogonal", #"the weight "lstm.weight_hh_l0" is computed from it"#),
    ("one-bias", #"has no tensor "lstm.bias_hh_l0""#),
    ("encoder-decoder", #"several recurrent modules, "decoder" and "encoder"; name one (--rnn)"#),
    ("quantized", #"has a weight "lstm.weight_hh_l0" that "torch._utils._rebuild_qtensor""#),
    ("object", #"is an object of "argparse.Namespace", and nothing in a file is run here"#),
  ])
  func whatCannotBeConvertedIsNamed(_ name: String, _ words: String) throws {
    let error = #expect(throws: (any Error).self) { try Self.imported("refused/\(name)") }
    let message = "\(try #require(error))"
    #expect(message.contains(words), "\(message)")
    #expect(error is ModelError || error is PyTorchError)
  }

  @Test func oneLayerOfAStackIsNoModel() throws {
    let weights = try Self.weights("lstm-stacked")
    for name in ["lstm1", "lstm2"] {
      let error = #expect(throws: ModelError.self) {
        try LanguageModelImport(
          of: weights, vocabulary: ImportedVocabulary(entries: "abcde".map(String.init)),
          names: ModuleNames(recurrent: name, linear: "fc"))
      }
      #expect(error?.message.contains("one of them alone would be another model") == true)
    }
  }

  @Test func layersAreFoundInWhatTheyAreIn() throws {
    let vocabulary = try ImportedVocabulary(entries: "abcde".map(String.init))
    let weights = try Self.weights("rnn-cells")
    let model = try LanguageModelImport(
      of: weights, vocabulary: vocabulary, names: ModuleNames(recurrent: "cells")
    ).model
    #expect(model.configuration.layerCount == 11)
  }
}
