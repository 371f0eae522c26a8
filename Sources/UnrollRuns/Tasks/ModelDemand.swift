/// What a model takes, as far as it can be told before the model is made.
public struct ModelDemand: Hashable, Sendable {
  /// The trainable numbers.
  public var parameterCount: Int
  /// The numbers that a training step keeps for each target.
  public var valuesPerTarget: Int
  /// What makes the model as large as it is, and what makes it smaller: a sentence for the error.
  public var remedy: SettingSentence

  /// Creates a demand.
  public init(parameterCount: Int, valuesPerTarget: Int, remedy: SettingSentence) {
    self.parameterCount = parameterCount
    self.valuesPerTarget = valuesPerTarget
    self.remedy = remedy
  }
}
