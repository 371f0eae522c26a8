import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels

/// `unroll info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show what is in a model file.",
    discussion: """
      Any .safetensors file is shown; of a file of another kind it is said what it is and what to do with it.
      """)

  @Argument(help: "A model that `unroll train` wrote; - for standard input.")
  var model: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let path = model == "-" ? "standard input" : model
    let contents = try FileContents(openingInput: model)
    let kind = FileKind(of: contents)
    guard kind == .safeTensors else {
      throw Failure(
        status: 65,
        description: "'\(path)' is \(kind.name); \(kind.remedy(for: .model, path: model))")
    }
    let information = try FileInformation(contents, path: path)
    try Console.data(json ? information.json.text() + "\n" : information.table)
    if let note = information.note { Console.message("note: \(note)") }
  }
}
