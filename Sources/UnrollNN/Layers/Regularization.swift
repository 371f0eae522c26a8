/// What keeps a language model from learning its texts by heart, beside dropout between layers and weight decay. All of it acts in
/// training alone.
public struct Regularization: Sendable, Hashable {
  /// The probability that a token's vector is zero wherever it occurs in a batch, the others being scaled up (Gal and Ghahramani
  /// 2016; embedding dropout of Merity, Keskar and Socher 2018).
  public var embeddingDropout: Float = 0
  /// Whether dropout between the layers and before the output drops the same units at all steps (Gal and Ghahramani 2016).
  public var isDropoutVariational = false
  /// The probability that a recurrent weight is zero for a batch (DropConnect on W_hh: Merity, Keskar and Socher 2018).
  public var weightDropout: Float = 0
  /// α: the loss of a target gets α times the mean square of the last layer's output after dropout (Merity, McCann and Socher
  /// 2017).
  public var activationPenalty: Float = 0
  /// β: the loss of a target gets β times the mean square of what changes in the last layer's output from step to step (Merity,
  /// McCann and Socher 2017).
  public var temporalPenalty: Float = 0
  /// ε: this share of a target's probability is spread evenly over all tokens (Szegedy and others 2016).
  public var labelSmoothing: Float = 0

  /// Creates values that regularise nothing.
  public init() {}

  /// Whether something is added to the loss.
  package var hasPenalty: Bool { activationPenalty > 0 || temporalPenalty > 0 }

  /// The first number that is out of range, in words; `nil` if there is none.
  package var problem: String? {
    let shares = [
      ("embedding dropout", embeddingDropout), ("weight dropout", weightDropout),
      ("label smoothing", labelSmoothing),
    ]
    for (name, value) in shares where !(0..<1).contains(value) {
      return "The \(name) is at least 0 and below 1, not \(value)"
    }
    for (name, value) in [
      ("activation penalty", activationPenalty), ("temporal penalty", temporalPenalty),
    ] where !(value >= 0 && value.isFinite) {
      return "The \(name) is 0 or more, not \(value)"
    }
    return nil
  }
}
