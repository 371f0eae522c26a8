import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTensor
import UnrollText

/// A model of which `unroll info` tells how it is built.
protocol DescribedModel: StoredModel {
  /// What makes tokens of what it reads.
  var tokenizer: Tokenizer { get }
  var configurationJSON: JSON { get }

  /// Adds lines about the layers.
  func describe(on page: inout LabelledLines)
}

extension LanguageModel: DescribedModel {
  var configurationJSON: JSON { configuration.json }

  func describe(on page: inout LabelledLines) {
    let c = configuration
    page.add(cell: c.cell, layers: c.layerCount, of: c.hiddenSize, embedding: c.embeddingSize)
    page.add("output", c.tiesWeights ? "linear, weights of the embedding" : "linear")
    page.add("dropout", "\(c.dropout)")
  }
}

extension Classifier: DescribedModel {
  var configurationJSON: JSON { configuration.json }

  func describe(on page: inout LabelledLines) {
    let reader = configuration.reader
    page.add(
      cell: reader.cell, layers: reader.layerCount, of: reader.hiddenSize,
      embedding: reader.embeddingSize)
    page.add("direction", reader.isBidirectional ? "both" : "forwards")
    page.add("pooling", configuration.pooling.rawValue)
    page.add("dropout", "\(reader.dropout)")
    page.add(
      "classes",
      "\(classes.count): \(classes.prefix(24).map(\.showingControls).joined(separator: ", "))\(classes.count > 24 ? " …" : "")"
    )
  }
}

extension Tagger: DescribedModel {
  var configurationJSON: JSON { configuration.json }

  func describe(on page: inout LabelledLines) {
    let c = configuration
    page.add(
      cell: c.sentence.cell, layers: c.sentence.layerCount, of: c.sentence.hiddenSize,
      embedding: c.sentence.embeddingSize)
    page.add(
      "words",
      "\(groupedText(words.count)) known, vectors of \(c.wordSize) and \(c.characters.outputSize) from characters"
    )
    page.add("dropout", "\(c.sentence.dropout)")
    page.add(
      "tags",
      "\(tags.count): \(tags.prefix(24).map(\.showingControls).joined(separator: ", "))\(tags.count > 24 ? " …" : "")"
    )
  }
}

extension Translator: DescribedModel {
  var tokenizer: Tokenizer { sourceTokenizer }
  var configurationJSON: JSON { configuration.json }

  func describe(on page: inout LabelledLines) {
    let encoder = configuration.encoder
    page.add(
      cell: encoder.cell, layers: encoder.layerCount, of: encoder.hiddenSize,
      embedding: encoder.embeddingSize)
    page.add("reads", encoder.isBidirectional ? "in both directions" : "forwards")
    page.add("attention", configuration.attention?.rawValue ?? "none")
    page.add("dropout", "\(encoder.dropout)")
    page.add(
      "writes",
      "\(groupedText(targetTokenizer.vocabulary.count)) distinct \(targetTokenizer.tokenName), learned from up to \(groupedText(longestTarget)) a text"
    )
  }
}

extension LabelledLines {
  fileprivate mutating func add(
    cell: RecurrentCell, layers: Int, of units: Int, embedding: Int
  ) {
    add("cell", cell.name)
    add("layers", "\(layers) of \(countText(units, "unit"))")
    add("input", embedding == 0 ? "one-hot" : "embedding of \(embedding)")
  }
}
