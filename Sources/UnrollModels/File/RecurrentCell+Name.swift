internal import UnrollFormats
package import UnrollTensor

extension RecurrentCell {
  private static let names: [(name: String, cell: RecurrentCell)] = [
    ("rnn-tanh", .rnnTanh), ("rnn-relu", .rnnReLU), ("lstm", .lstm), ("gru", .gru),
  ]

  /// `rnn-tanh`, `rnn-relu`, `lstm` or `gru`.
  package var name: String { Self.names.first { $0.cell == self }?.name ?? "" }

  /// Reads a name; throws `ModelError` if no cell has it.
  init(_ field: JSON.Field) throws {
    let name = try field.string()
    guard let known = Self.names.first(where: { $0.name == name }) else {
      throw ModelError(
        .invalidConfiguration, "\(name.quotedForMessage) is no kind of cell of this version")
    }
    self = known.cell
  }
}
