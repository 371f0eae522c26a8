import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollONNX
import UnrollText

/// `unroll convert`: any kind of input becomes a model, and that any kind of output that it has.
///
/// A new kind of output is a case of `ConvertedFile` with its extension and its way to write a
/// model; a new kind of input is a case of `ConvertibleFile`, which is told by its contents.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Make a model of one written by PyTorch, and files for other programs of a model.",
    discussion: """
      INPUT is the state_dict of a model with an nn.RNN, nn.LSTM or nn.GRU, an nn.Linear behind it and perhaps an nn.Embedding \
      before it: a file of torch.save, or a safetensors file; or a model of Unroll. Its contents tell which, whatever its name. OUTPUT is a .safetensors file for the \
      other commands, an .onnx file, or, with a slash at its end, a folder in the layout of Hugging Face.

      The parts are found by their shapes; where that does not decide, give the names that they have in the state_dict.

      A classifier, a tagger or a translator has its tensors under PyTorch's names, so that PyTorch can load and train it. With \
      --like MODEL, a state_dict with the names of that model, of whatever kind, becomes a model that has everything else from it.
      """)

  @Argument(help: "A file of torch.save or a safetensors file; - for standard input.")
  var input: String

  @Argument(
    help: "Where to write the model: a .safetensors or .onnx file, or a new folder, FOLDER/.")
  var output: String

  @Option(help: "The kind of output, where its name does not tell.")
  var to: ConvertedFile.Format?

  @Option(
    help: "How weights are stored in safetensors: f16 and bf16 make the file half as large.")
  var precision = WeightPrecision.float32

  @Option(
    help: ArgumentHelp(
      "Take everything but the weights from this model, whose names the state_dict has.",
      valueName: "model"))
  var like: String?

  @OptionGroup(title: "State dictionary") var weights: StateDictionaryOptions

  func run() throws {
    let file = try ConvertedFile(path: output, format: to, precision: precision)
    let source = input == "-" ? "standard input" : input
    switch try ConvertibleFile(FileContents(openingInput: input), source: source) {
    case .model(let stored):
      try weights.checkUnused(by: source)
      try require(
        like == nil,
        "--like is for a state_dict of PyTorch, and '\(source)' is a model of Unroll: leave it out")
      try file.write(stored.model(among: AnyModel.kinds), training: stored.training)
    case .weights(let dictionary):
      guard let like else {
        return try file.write(weights.model(of: dictionary), training: nil)
      }
      try weights.checkUnused(by: like)
      dictionary.notes.forEach { Console.message("note: \($0)") }
      var model = try AnyModel.read(contentsOf: like)
      try model.load(dictionary)
      try file.write(model, training: nil)
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

  func write(_ model: any StoredModel, training: TrainingRecord?) throws {
    switch format {
    case .safetensors: try model.write(to: path, training: training, precision: precision)
    case .onnx:
      switch model {
      case let model as LanguageModel: try model.writeONNX(to: path, training: training)
      case let model as Classifier: try model.writeONNX(to: path, training: training)
      case let model as Tagger: try model.writeONNX(to: path, training: training)
      default:
        throw Failure(
          status: 65,
          description:
            "a \(type(of: model).kind) has no form in ONNX here: a .safetensors file has PyTorch's names"
        )
      }
    case .huggingface:
      guard let model = model as? LanguageModel else {
        throw Failure(
          status: 65,
          description:
            "the layout of Hugging Face is for language models, and this is a \(type(of: model).kind): a .safetensors file has PyTorch's names"
        )
      }
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
