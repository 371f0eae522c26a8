import Testing
import UnrollFormats
import UnrollModels
import UnrollTestSupport
import UnrollText

/// Files of every kind where a model, weights or a vocabulary is wanted: what they are and what to do with them.
struct ForeignFileTests {
  /// What a file is read as, by each command that reads one.
  enum Reader: String, CaseIterable {
    /// `generate`, `train --init-from`.
    case model
    /// `evaluate`.
    case modelFile
    case anyModel
    /// `convert`.
    case weights
    /// `convert --vocabulary`.
    case vocabulary

    func read(_ path: String) throws {
      switch self {
      case .model: _ = try LanguageModel(contentsOf: path)
      case .modelFile: _ = try ModelFile(contentsOf: path)
      case .anyModel: _ = try AnyModel.read(contentsOf: path)
      case .weights: _ = try ConvertibleFile(contentsOf: path)
      case .vocabulary: _ = try ImportedVocabulary(contentsOf: path)
      }
    }

    /// Whether more than the kind of a file has to be looked at.
    func knows(_ kind: FileKind) -> Bool {
      switch self {
      case .model, .modelFile, .anyModel: kind == .safeTensors
      case .weights: [.safeTensors, .pyTorch, .zip].contains(kind)
      case .vocabulary: [.json, .text, .empty].contains(kind)
      }
    }
  }

  @Test(arguments: FileExample.all, Reader.allCases)
  func everyFileIsNamedWithWhatToDo(_ example: FileExample, _ reader: Reader) throws {
    let folder = try TemporaryFolder()
    // The name says something else.
    let path = try folder.write(example.bytes, to: "a file.safetensors")
    do {
      try reader.read(path)
      #expect(reader.knows(example.kind))
    } catch {
      #expect(
        error is ModelError || error is PyTorchError || error is SafeTensorsError
          || error is TextError)
      let message = "\(error)"
      #expect(message.contains(path))
      if !reader.knows(example.kind) {
        #expect(message.contains("is \(example.kind.name)"), "\(message)")
        let use: FileKind.Use = reader == .weights ? .weights : .model
        #expect(
          reader == .vocabulary || message.hasSuffix(example.kind.remedy(for: use, path: path)),
          "\(message)")
      }
    }
  }

  @Test(arguments: ["model.bin", "c.tar", "c.pth.tar", "noextension", "text.txt"])
  func contentsAndNotTheNameDecide(_ name: String) throws {
    let folder = try TemporaryFolder()
    let model = try Variant.all[0].model()
    let path = try folder.write(model.bytes(), to: name)
    guard case .model(let file) = try ConvertibleFile(contentsOf: path) else {
      Issue.record("no model")
      return
    }
    let read: LanguageModel = try file.model()
    #expect(read.configuration == model.configuration)
    let weights = PyTorchGoldenTests.path("torch-2.13.0/rnn-tanh.pt")
    let bytes = try FileContents(reading: weights).withUnsafeBytes { Array($0) }
    let other = try folder.write(bytes, to: name)
    guard case .weights(let dictionary) = try ConvertibleFile(contentsOf: other) else {
      Issue.record("no weights")
      return
    }
    #expect(dictionary["rnn.weight_hh_l0"] != nil)
  }
}
