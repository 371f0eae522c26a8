import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollText

/// `unroll convert`: any kind of input becomes a `LanguageModel`, and that any kind of output.
///
/// A new kind of output is a case of `ConvertedFile` with its extension and its way to write a model; a new kind of input is a case of
/// `ConvertibleFile`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Make a model of one written by PyTorch.",
    discussion: """
      INPUT is the state_dict of a model with an nn.RNN, nn.LSTM or nn.GRU, an nn.Linear behind it and perhaps an nn.Embedding \
      before it: a .pt file of torch.save, or a .safetensors file. OUTPUT is a .safetensors file for the other commands.

      The parts are found by their shapes; where that does not decide, give the names that they have in the state_dict.
      """)

  @Argument(help: "A .pt or .safetensors file.")
  var input: String

  @Argument(help: "Where to write the model: a .safetensors file.")
  var output: String

  @OptionGroup(title: "State dictionary") var weights: StateDictionaryOptions

  func run() throws {
    let file = try ConvertedFile(path: output)
    let model = try ConvertibleFile(path: input).model(weights)
    try file.write(model)
  }
}

/// What a model is made of, told by the name of the file.
enum ConvertibleFile {
  /// A `state_dict` of `torch.save`.
  case pyTorch(path: String)
  /// A `state_dict` in a safetensors file, or a model of Unroll.
  case safeTensors(path: String)

  init(path: String) throws {
    switch path.fileExtension {
    case "pt", "pth", "bin", "ckpt": self = .pyTorch(path: path)
    case "safetensors": self = .safeTensors(path: path)
    default:
      throw Failure(
        status: 64,
        description:
          "'\(path)' is of no kind that can be converted: give a .pt or .safetensors file")
    }
  }

  func model(_ options: StateDictionaryOptions) throws -> LanguageModel {
    switch self {
    case .pyTorch(let path):
      let file = try PyTorchArchive(contentsOf: path, mapped: true)
      for note in file.notes { Console.message("note: \(note)") }
      return try options.model(of: StateDictionary(file))
    case .safeTensors(let path):
      let file = try SafeTensors(contentsOf: path, mapped: true)
      if file.metadata["unroll.kind"] != nil {
        try options.checkUnused(by: path)
        return try LanguageModel(file)
      }
      return try options.model(of: StateDictionary(file))
    }
  }
}

/// What a model is written as, told by the name of the file.
enum ConvertedFile {
  /// A model of Unroll.
  case safeTensors(path: String)

  init(path: String) throws {
    switch path.fileExtension {
    case "safetensors": self = .safeTensors(path: path)
    default:
      throw Failure(
        status: 64, description: "a model cannot be written as '\(path)': name a .safetensors file")
    }
  }

  func write(_ model: LanguageModel) throws {
    switch self {
    case .safeTensors(let path): try model.write(to: path)
    }
  }
}

extension String {
  /// `pt` of `folder/model.pt`; empty where there is none.
  fileprivate var fileExtension: String {
    let name = split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
  }
}
