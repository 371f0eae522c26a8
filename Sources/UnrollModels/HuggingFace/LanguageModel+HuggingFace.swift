import UnrollFormats
public import UnrollNN
import UnrollTensor
import UnrollText

extension LanguageModel {
  /// Writes a folder laid out as Hugging Face's repositories are, whole or not at all:
  /// `model.safetensors` is the model file, `config.json`, `tokenizer.json`,
  /// `tokenizer_config.json` and the card `README.md` say the same in the words of its tools.
  ///
  /// - Parameters:
  ///   - path: the folder, which is not there yet.
  ///   - training: what is to be kept of its training.
  ///   - precision: how the weights are stored, rounded to the nearest.
  /// - Returns: why there is no `tokenizer.json`, where its format cannot say what the tokenizer
  ///   does.
  /// - Throws: `FileError` if the folder cannot be written or is already there, `ParameterError` if
  ///   a weight is not finite or beyond the precision.
  @discardableResult
  public func writeHuggingFaceFolder(
    to path: String, training: TrainingRecord? = nil, precision: WeightPrecision = .float32
  ) throws -> String? {
    let (table, obstacle) = huggingFaceTokenizer
    try DurableDirectory.write(to: path) { folder in
      func write(_ name: String, _ json: JSON) throws {
        try folder.write(name) { try $0.append(json.utf8(indented: true) + Array("\n".utf8)) }
      }
      try folder.write("model.safetensors") { file in
        try tensors(as: precision, metadata: fileMetadata(training: training))
          .write(to: file, source: "\(path)/model.safetensors")
      }
      try write("config.json", huggingFaceConfiguration(precision))
      if let table {
        try write("tokenizer.json", table.json)
        try write("tokenizer_config.json", table.configuration)
      }
      let card = ModelCard(self, path: path, obstacle: obstacle, training: training)
      try folder.write("README.md") { try $0.append(Array(card.text.utf8)) }
    }
    return obstacle
  }

  private var huggingFaceTokenizer: (table: HuggingFaceTokenizer?, obstacle: String?) {
    do throws(HuggingFaceTokenizer.Inexpressible) {
      return (try HuggingFaceTokenizer(tokenizer), nil)
    } catch {
      return (nil, error.reason)
    }
  }

  private func huggingFaceConfiguration(_ precision: WeightPrecision) -> JSON {
    let c = configuration
    var members: [JSON.Object.Member] = [
      .init(key: "model_type", value: "unroll"),
      .init(key: "architectures", value: ["UnrollLanguageModel"]),
      .init(key: "cell", value: .string(c.cell.name)),
      .init(key: "num_hidden_layers", value: JSON(c.layerCount)),
      .init(key: "hidden_size", value: JSON(c.hiddenSize)),
      .init(key: "embedding_size", value: JSON(c.embeddingSize)),
      .init(key: "vocab_size", value: JSON(tokenizer.vocabulary.count)),
      .init(key: "dropout", value: JSON(c.dropout)),
      .init(key: "tie_word_embeddings", value: .boolean(c.tiesWeights)),
      .init(key: "torch_dtype", value: .string(precision.torchName)),
    ]
    for (entry, key) in [
      (ReservedEntry.padding, "pad_token_id"), (.beginning, "bos_token_id"), (.end, "eos_token_id"),
    ] {
      guard let token = tokenizer.vocabulary.token(for: entry) else { continue }
      members.append(.init(key: key, value: JSON(Int(token))))
    }
    return .object(JSON.Object(members))
  }
}

extension HuggingFaceTokenizer {
  /// The content of `tokenizer_config.json`.
  fileprivate var configuration: JSON {
    var members: [JSON.Object.Member] = [
      .init(key: "tokenizer_class", value: "PreTrainedTokenizerFast"),
      .init(key: "clean_up_tokenization_spaces", value: false),
      // The names of reserved entries in a text are text.
      .init(key: "split_special_tokens", value: true),
    ]
    for (entry, name) in reserved {
      let key =
        switch entry {
        case .unknown: "unk_token"
        case .padding: "pad_token"
        case .beginning: "bos_token"
        case .end: "eos_token"
        }
      members.append(.init(key: key, value: .string(name)))
    }
    return .object(JSON.Object(members))
  }
}

extension WeightPrecision {
  /// What PyTorch calls it.
  fileprivate var torchName: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    }
  }
}
