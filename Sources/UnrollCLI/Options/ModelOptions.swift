import ArgumentParser
import Unroll
import UnrollNN
import UnrollRuns

/// The model to train.
struct ModelOptions: ParsableArguments {
  @Option(help: "The kind of recurrent cell (default: lstm for language models, otherwise gru).")
  var cell: CellChoice?

  @Option(help: "What an rnn applies to its sum: tanh or relu (default: tanh).")
  var nonlinearity: RNN.Nonlinearity?

  @Option(help: "Recurrent layers (default: 1, of texts with 5 million tokens or more 2).")
  var layers: Int?

  @Option(help: "Units of each layer (default: 32 to 512, by the size of the text).")
  var hiddenSize: Int?

  @Option(help: "Size of a token's vector; 0 for one-hot input (default: 64).")
  var embeddingSize: Int?

  @Option(
    help:
      "Dropout probability between the layers and before the output (default: 0 to 0.3 for language models, by the size of the text, 0.2 for translators, 0.3 for classifiers, 0.4 for taggers)."
  )
  var dropout: Float?

  /// Replaces what was typed.
  func apply(to model: inout ModelSettings, _ sizes: inout SizeSettings) {
    take(cell, into: &model.cell)
    take(nonlinearity, into: &model.nonlinearity)
    take(layers, into: &sizes.layers)
    take(hiddenSize, into: &sizes.hiddenSize)
    take(embeddingSize, into: &model.embeddingSize)
    take(dropout, into: &model.dropout)
  }
}

/// Throws the message as an error of usage unless the condition holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(message()) }
}

/// Throws what is wrong with settings as an error of usage.
func refusingUsage(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as RunError where error.code == .invalidSetting {
    throw ValidationError(error.commandLineText)
  }
}
