/// The names that the parts of a language model have in a PyTorch `state_dict`: of `self.lstm = nn.LSTM(…)` it is `lstm`. A part
/// without a name here is found by the shapes.
public struct ModuleNames: Sendable, Hashable {
  /// The `nn.RNN`, `nn.LSTM` or `nn.GRU`.
  public var recurrent: String?
  /// The `nn.Embedding` in front of it.
  public var embedding: String?
  /// The `nn.Linear` behind it.
  public var linear: String?

  /// Creates names.
  public init(recurrent: String? = nil, embedding: String? = nil, linear: String? = nil) {
    self.recurrent = recurrent
    self.embedding = embedding
    self.linear = linear
  }
}
