import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll compress`.
struct CompressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress", abstract: "Write a text in as few bytes as a model needs to tell it.",
    discussion: """
      The better the model predicts the text, the smaller the file: it has about the bits that `unroll evaluate` reports. \
      `unroll decompress` gives the text back, byte for byte, with the same model, on any machine and by any number of threads. \
      The text has to be UTF-8 that the model's vocabulary has: a model of bytes (--tokens bytes) that has seen all of them reads any.
      """)

  /// What is put behind the name of a text.
  static let suffix = ".unrolled"

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "A text file; - for standard input.")
  var file: String

  @Option(
    name: .shortAndLong,
    help: "The file to write (default: FILE\(CompressCommand.suffix), which may not be there yet).")
  var output: String?

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let target = try CompressionTarget(output, default: file == "-" ? nil : file + Self.suffix)
    try threads.run {
      let model = try ModelFile(contentsOf: model).model() as LanguageModel
      let text = try TextFile(reading: file)
      let written = try target.write("compressing") { progress in
        try model.compressed(
          text, onProgress: progress, shouldStop: { Interruption.signalNumber != nil })
      }
      let bits = text.byteCount == 0 ? 0 : 8 * Double(written) / Double(text.byteCount)
      Console.message(
        "\(groupedText(text.byteCount)) bytes in \(groupedText(written)): \(decimalText(bits, 4)) bits per byte"
      )
    }
  }
}

/// `unroll decompress`.
struct DecompressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompress", abstract: "Give back a text that `unroll compress` wrote.",
    discussion: "The text is checked against a digest in the file before it is written.")

  @Argument(help: "The model that compressed the text.")
  var model: String

  @Argument(help: "A file that `unroll compress` wrote; - for standard input.")
  var file: String

  @Option(
    name: .shortAndLong,
    help:
      "The file to write (default: FILE without \(CompressCommand.suffix), which may not be there yet)."
  )
  var output: String?

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let suffix = CompressCommand.suffix
    let target = try CompressionTarget(
      output, default: file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : nil)
    try threads.run {
      let model = try ModelFile(contentsOf: model).model() as LanguageModel
      let bytes = try FileContents(openingInput: file).withUnsafeBytes { Array($0) }
      _ = try target.write("decompressing") { progress in
        try model.decompressed(
          bytes, name: file == "-" ? "standard input" : "'\(file)'", onProgress: progress,
          shouldStop: { Interruption.signalNumber != nil })
      }
    }
  }
}
