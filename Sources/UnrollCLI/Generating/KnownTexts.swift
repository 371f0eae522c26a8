import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// Texts that a model's output is compared with, read as it was trained.
final class KnownTexts {
  private let model: LanguageModel
  /// What the model was trained on as a document; `nil` for a stream.
  private let documentUnit: DocumentUnit?
  private var indices: [String: CopyIndex] = [:]

  init(_ model: LanguageModel, _ file: ModelFile) {
    self.model = model
    let learned = try? file.training?.field["settings"]["documents"].string()
    documentUnit = learned.flatMap(DocumentsChoice.init)?.unit
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
}
