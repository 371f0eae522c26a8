import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollONNX
import UnrollText

/// `unroll convert`: any kind of input becomes a `LanguageModel`, and that any kind of output.
///
/// A new kind of output is a case of `ConvertedFile` with its extension and its way to write a model; a new kind of input is a case of
/// `ConvertibleFile`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Make a model of one written by PyTorch, and files for other programs of a model.",
    discussion: """
      INPUT is the state_dict of a model with an nn.RNN, nn.LSTM or nn.GRU, an nn.Linear behind it and perhaps an nn.Embedding \
      before it: a .pt file of torch.save, or a .safetensors file; or a model of Unroll. OUTPUT is a .safetensors file for the \
      other commands, an .onnx file, or, with a slash at its end, a folder in the layout of Hugging Face.

      The parts are found by their shapes; where that does not decide, give the names that they have in the state_dict.
      """)

  @Argument(help: "A .pt or .safetensors file.")
  var input: String

  @Argument(
    help: "Where to write the model: a .safetensors or .onnx file, or a new folder, FOLDER/.")
  var output: String

  @Option(help: "The kind of output, where its name does not tell.")
  var to: ConvertedFile.Format?

  @Option(
    help: "How weights are stored in safetensors: f16 and bf16 make the file half as large.")
  var precision = WeightPrecision.float32

  @OptionGroup(title: "State dictionary") var weights: StateDictionaryOptions

  func run() throws {
    let file = try ConvertedFile(path: output, format: to, precision: precision)
    let (model, training) = try ConvertibleFile(path: input).model(weights)
    try file.write(model, training: training)
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

  /// The model and the record of its training, if the file has one.
  func model(_ options: StateDictionaryOptions) throws -> (LanguageModel, training: TrainingRecord?)
  {
    switch self {
    case .pyTorch(let path):
      let file = try PyTorchArchive(contentsOf: path, mapped: true)
      for note in file.notes { Console.message("note: \(note)") }
      return (try options.model(of: StateDictionary(file)), nil)
    case .safeTensors(let path):
      let file = try SafeTensors(contentsOf: path, mapped: true)
      if ModelFile.isModel(file) {
        try options.checkUnused(by: path)
        let model = try ModelFile(file)
        return (try model.model(), model.training)
      }
      return (try options.model(of: StateDictionary(file)), nil)
    }
  }
}

/// What a model is written as, told by the name of the file.
struct ConvertedFile {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// A model of Unroll.
    case safetensors
    /// A graph for ONNX runtimes.
    case onnx
    /// A folder laid out as Hugging Face's repositories are.
    case huggingface
  }

  let path: String
  let format: Format
  let precision: WeightPrecision

  init(path: String, format: Format?, precision: WeightPrecision) throws {
    guard
      let format = format
        ?? (path.hasSuffix("/") ? .huggingface : Format(rawValue: path.fileExtension))
    else {
      throw Failure(
        status: 64,
        description:
          "a model cannot be written as '\(path)': name a .safetensors or .onnx file, or a folder with a slash at its end"
      )
    }
    try require(
      precision == .float32 || format != .onnx, "--precision belongs to safetensors, not to onnx")
    self.path = path
    self.format = format
    self.precision = precision
  }

  func write(_ model: LanguageModel, training: TrainingRecord?) throws {
    switch format {
    case .safetensors: try model.write(to: path, training: training, precision: precision)
    case .onnx: try model.writeONNX(to: path, training: training)
    case .huggingface:
      let obstacle = try model.writeHuggingFaceFolder(
        to: path, training: training, precision: precision)
      if let obstacle { Console.message("note: there is no tokenizer.json: \(obstacle)") }
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
