public import UnrollTensor

/// What a model is run for. Layers that behave differently in training, such as `Dropout`, ask it.
public enum Mode: Sendable, Hashable {
  /// The result is wanted: nothing is dropped.
  case evaluation
  /// Parameters are to be moved: dropout draws from the stream, which goes on with each draw.
  case training(RandomStream)
}
