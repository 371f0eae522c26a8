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

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let contents = try FileContents(opening: model)
    if let kind = ForeignFile(contents) {
      throw Failure(status: 65, description: "'\(model)' is \(kind.sentence(path: model))")
    }
    let information = try FileInformation(contents, path: model)
    try Console.data(json ? information.json.text() + "\n" : information.table)
    if !information.isModel {
      Console.message(
        "note: this is no model of Unroll; `unroll convert \(model) model.safetensors --vocabulary FILE` makes one of a state_dict"
      )
    }
  }
}
