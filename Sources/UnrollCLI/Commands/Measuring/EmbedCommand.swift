import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll embed`.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Make vectors of the parts of texts, from a model's hidden states.",
    discussion: """
      A vector says what the model has in mind after a token, word, line or document, in its context. Each file is read from \
      its beginning, for a model of documents each document; without --documents a model of lines makes one vector for each line.

      With --backward, each vector also has what a second model says that reads from the end. It learns from reversed text: \
      `rev names.txt | unroll train - --documents lines --output backward.safetensors`, or `tac book.txt | rev` for a stream.

      Without --output, JSON lines go to standard output, with the keys file (where there are several), text and vector. A \
      matrix is kept in memory until it is written.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String] = ["-"]

  @OptionGroup var measuring: MeasuringOptions

  @Option(
    help: ArgumentHelp(
      "Make a vector for each token, word, line or document.", valueName: "unit"))
  var per = EmbeddedUnit.document

  @Option(
    help: ArgumentHelp(
      "Take the last state of each part, or the mean or the maximum of its states.",
      valueName: "pooling"))
  var pooling = StatePooling.last

  @Option(
    help: ArgumentHelp(
      "Take the states of this layer, from 1 (default: the last).", valueName: "number"))
  var layer: Int?

  @Option(
    help: ArgumentHelp("Add the states of a model of reversed text.", valueName: "model"))
  var backward: String?

  @Option(
    name: .shortAndLong,
    help: "The file to write: a matrix .npy, or .safetensors, in which it is called vectors.")
  var output: String?

  @OptionGroup var threads: ThreadOptions

  /// So many lines are read at once.
  private static let groupSize = 4096

  func run() throws {
    let target = try VectorOutput(output)
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let embedder = try TextEmbedder(
        file.model(), backward: backward.map { try ModelFile(contentsOf: $0).model() }, per: per,
        pooling: pooling, layer: layer)
      let isOfLines = measuring.unit(of: file) == .lines
      let corpus = try measuring.reading.corpus(files, isQuiet: true)
      var kept: [Float] = []
      Interruption.watch()
      for file in corpus.files {
        let text = try Array(file.text().utf8)
        let ranges = isOfLines ? LineSegmentation.lines(in: text) : [0..<text.count]
        let texts = ranges.map { String(decoding: text[$0], as: UTF8.self) }
        for first in stride(from: 0, to: texts.count, by: Self.groupSize) {
          let group = Array(texts[first..<min(first + Self.groupSize, texts.count)])
          let vectors = try embedder.vectors(
            of: group, unknown: measuring.unknown,
            name: { isOfLines ? "line \(first + $0 + 1) of \(file.name)" : file.name },
            shouldStop: { Interruption.signalNumber != nil })
          guard let vectors else { leave(with: 128 + (Interruption.signalNumber ?? 0)) }
          for parts in vectors {
            try target.take(parts, of: corpus.files.count > 1 ? file.path : nil, keptIn: &kept)
          }
        }
      }
      try target.end(kept, width: embedder.width)
    }
  }
}
