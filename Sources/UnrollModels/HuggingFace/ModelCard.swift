import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollText

/// The page that presents a model on Hugging Face: Markdown behind a head in YAML.
struct ModelCard {
  private let model: LanguageModel
  private let name: String
  private let obstacle: String?
  private let training: TrainingRecord?

  /// - Parameters:
  ///   - path: the folder, after which the model is called.
  ///   - obstacle: why there is no `tokenizer.json`.
  init(_ model: LanguageModel, path: String, obstacle: String?, training: TrainingRecord?) {
    self.model = model
    name = path.split(separator: "/").last.map(String.init) ?? "model"
    self.obstacle = obstacle
    self.training = training
  }

  var text: String {
    let c = model.configuration
    return """
      ---
      library_name: unroll
      pipeline_tag: text-generation
      tags:
      - unroll
      - \(c.cell.family)
      - recurrent
      ---
      # \(name)

      A recurrent model of text: from the tokens so far, the logits of the next one. Written by Unroll.

      | | |
      |---|---|
      | cell | \(c.cell.name) |
      | layers | \(c.layerCount) |
      | units of each | \(c.hiddenSize) |
      | input | \(c.embeddingSize == 0 ? "one-hot" : "embedding of \(c.embeddingSize)") |
      | output | \(c.tiesWeights ? "linear, with the embedding's weights" : "linear") |
      | tokens | \(model.tokenizer.kind.rawValue), \(model.tokenizer.vocabulary.count) |
      | parameters | \(model.parameterCount) |
      \(trainingRows)
      ## Use

      `model.safetensors` is all that Unroll needs:

          unroll generate model.safetensors --prompt "…"

      In Python, its tensors have the names and shapes of PyTorch's modules (`embedding`, `rnn` and `fc`):

          from safetensors.torch import load_file
          weights = load_file("model.safetensors")

      \(tokenizerParagraph)

      """
  }

  private var trainingRows: String {
    let members = training?.json.members ?? []
    return members.map { "| training: \($0.key) | \($0.value.text()) |\n" }.joined()
  }

  private var tokenizerParagraph: String {
    if let obstacle {
      return
        "There is no `tokenizer.json`: \(obstacle). The tokenizer is in the metadata of `model.safetensors`."
    }
    return """
      `tokenizer.json` gives Unroll's tokens for every text that Unroll can read:

          from tokenizers import Tokenizer
          tokens = Tokenizer.from_file("tokenizer.json").encode("…").ids
      """
  }
}

extension RecurrentCell {
  fileprivate var family: String {
    switch self {
    case .rnnTanh, .rnnReLU: "rnn"
    case .lstm: "lstm"
    case .gru: "gru"
    }
  }
}
