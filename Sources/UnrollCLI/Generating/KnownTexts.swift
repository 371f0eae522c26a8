import Unroll
import UnrollFormats
import UnrollModels
import UnrollText

/// Texts that a model's output is compared with, read as it was trained.
final class KnownTexts {
  private let model: LanguageModel
  private let path: String
  private var indices: [String: CopyIndex] = [:]

  init(_ model: LanguageModel, path: String) {
    self.model = model
    self.path = path
  }

  /// The index of a file or a folder of files, made once.
  func index(of corpusPath: String) throws -> CopyIndex {
    if let known = indices[corpusPath] { return known }
    let corpus = try Corpus(reading: [corpusPath])
    let index: CopyIndex
    if let unit = documentUnit {
      index = try CopyIndex(Documents(corpus, by: unit, tokenizer: model.tokenizer))
    } else {
      index = try CopyIndex(corpus.tokens(by: model.tokenizer))
    }
    indices[corpusPath] = index
    return index
  }

  /// What the model was trained on as a document, according to its record.
  private var documentUnit: DocumentUnit? {
    guard let file = try? SafeTensors(contentsOf: path, mapped: true),
      let record = try? LanguageModel.trainingRecord(of: file)?.field(named: "training"),
      let name = try? record["documents"].string()
    else { return nil }
    return DocumentsChoice(rawValue: name)?.unit
  }
}
