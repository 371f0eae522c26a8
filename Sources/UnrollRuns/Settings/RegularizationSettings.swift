internal import UnrollNN

/// What keeps a language model from learning its texts by heart, beside dropout and weight decay, and what it begins with.
public struct RegularizationSettings: SettingsGroup {
  /// The probability that a token's vector is zero wherever it occurs in a batch.
  public var embeddingDropout: Float = 0
  /// Whether dropout drops the same units at all steps.
  public var variationalDropout = false
  /// The probability that a recurrent weight is zero for a batch.
  public var weightDropout: Float = 0
  /// α of the penalty on the last layer's outputs.
  public var activationPenalty: Float = 0
  /// β of the penalty on what changes in them from step to step.
  public var temporalPenalty: Float = 0
  /// The share of a target's probability that is spread over all tokens.
  public var labelSmoothing: Float = 0
  /// The initial values.
  public var initialValues = InitialValuesChoice.pytorch
  /// The range of `uniform` initial values; 0.08 when absent.
  public var initialRange: Float?
  /// The bias of an LSTM's forget gates at the beginning; as the other initial values when absent.
  public var forgetBias: Float?

  /// Creates settings that regularise nothing, and PyTorch's initial values.
  public init() {}

  /// Creates settings that ask for what a model was made with.
  init(_ regularization: Regularization) {
    embeddingDropout = regularization.embeddingDropout
    variationalDropout = regularization.isDropoutVariational
    weightDropout = regularization.weightDropout
    activationPenalty = regularization.activationPenalty
    temporalPenalty = regularization.temporalPenalty
    labelSmoothing = regularization.labelSmoothing
  }

  /// What a model is made with.
  var regularization: Regularization {
    var values = Regularization()
    values.embeddingDropout = embeddingDropout
    values.isDropoutVariational = variationalDropout
    values.weightDropout = weightDropout
    values.activationPenalty = activationPenalty
    values.temporalPenalty = temporalPenalty
    values.labelSmoothing = labelSmoothing
    return values
  }

  /// What replaces PyTorch's initial values; `nil` if nothing does.
  var values: InitialValues? {
    switch initialValues {
    case .pytorch: nil
    case .xavier: .xavier
    case .kaiming: .kaiming
    case .orthogonal: .orthogonal
    case .uniform: .uniform(initialRange ?? 0.08)
    }
  }

  /// The rows of the settings.
  public static var table: [Setting<RegularizationSettings>] {
    [
      Setting("embeddingDropout", \.embeddingDropout),
      Setting("variationalDropout", \.variationalDropout),
      Setting("weightDropout", \.weightDropout),
      Setting("activationPenalty", \.activationPenalty),
      Setting("temporalPenalty", \.temporalPenalty),
      Setting("labelSmoothing", \.labelSmoothing), Setting("initialValues", \.initialValues),
      Setting("initialRange", \.initialRange), Setting("forgetBias", \.forgetBias),
    ]
  }

  /// Finds values out of range, and values that belong to others: throws `RunError`.
  public func validate() throws(RunError) {
    for (name, value) in [
      ("embeddingDropout", embeddingDropout), ("weightDropout", weightDropout),
      ("labelSmoothing", labelSmoothing),
    ] {
      try requireSetting(
        (0..<1).contains(value), "\(.setting(name)) is at least 0 and below 1, not \(value)")
    }
    for (name, value) in [
      ("activationPenalty", activationPenalty), ("temporalPenalty", temporalPenalty),
    ] {
      try requireSetting(
        value >= 0 && value.isFinite, "\(.setting(name)) is 0 or more, not \(value)")
    }
    if let initialRange {
      try requireSetting(
        initialValues == .uniform,
        "\(.setting("initialRange")) belongs to \(.setting("initialValues", "uniform"))")
      try requireSetting(
        initialRange > 0 && initialRange.isFinite,
        "\(.setting("initialRange")) is above 0, not \(initialRange)")
    }
    if let forgetBias {
      try requireSetting(
        forgetBias.isFinite, "\(.setting("forgetBias")) is finite, not \(forgetBias)")
    }
  }
}

/// What the parameters of a language model begin with.
public enum InitialValuesChoice: String, CaseIterable, SettingValue {
  /// PyTorch's values for an embedding, recurrent layers and a linear layer.
  case pytorch
  /// ``InitialValues/xavier``.
  case xavier
  /// ``InitialValues/kaiming``.
  case kaiming
  /// ``InitialValues/orthogonal``.
  case orthogonal
  /// ``InitialValues/uniform(_:)``.
  case uniform
}
