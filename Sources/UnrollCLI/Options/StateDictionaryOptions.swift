import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollText

/// What a `state_dict` does not say of itself.
struct StateDictionaryOptions: ParsableArguments {
  @Option(
    help:
      "The vocabulary: a JSON file with an array of entries in the order of their tokens, or an object from entries to tokens."
  )
  var vocabulary: String?

  @Option(
    help:
      "What a token is: scalars (what Python cuts a string into), characters, bytes or words (default: scalars)."
  )
  var tokens: TokenizerKind?

  @Option(help: "What an nn.RNN applies to its sum: tanh or relu (default: tanh).")
  var nonlinearity: RNN.Nonlinearity?

  @Option(help: "The name of the nn.RNN, nn.LSTM or nn.GRU.")
  var rnn: String?

  @Option(help: "The name of the nn.Embedding.")
  var embedding: String?

  @Option(help: "The name of the nn.Linear.")
  var linear: String?

  func validate() throws {
    try require(
      tokens != .bpe, "--tokens bpe needs merges, which no vocabulary file has: choose another kind"
    )
  }

  /// Throws if there is an option for a model that says all this of itself.
  func checkUnused(by model: String) throws {
    let options = [
      ("--vocabulary", vocabulary != nil), ("--tokens", tokens != nil),
      ("--nonlinearity", nonlinearity != nil), ("--rnn", rnn != nil),
      ("--embedding", embedding != nil), ("--linear", linear != nil),
    ]
    guard let option = options.first(where: \.1)?.0 else { return }
    throw Failure(
      status: 64,
      description:
        "\(option) is for a state_dict of PyTorch, and '\(model)' is a model of Unroll: leave it out"
    )
  }

  /// The language model that the weights make, with what was assumed shown to the person.
  func model(of weights: StateDictionary) throws -> LanguageModel {
    guard let vocabulary else {
      throw Failure(
        status: 64,
        description:
          "'\(weights.source)' has weights and no vocabulary: give one with --vocabulary FILE.json, its entries in the order of their tokens"
      )
    }
    let imported = try LanguageModelImport(
      of: weights,
      vocabulary: ImportedVocabulary(contentsOf: vocabulary, kind: tokens ?? .scalars),
      names: ModuleNames(recurrent: rnn, embedding: embedding, linear: linear),
      nonlinearity: nonlinearity)
    for note in imported.notes { Console.message("note: \(note)") }
    return imported.model
  }
}
