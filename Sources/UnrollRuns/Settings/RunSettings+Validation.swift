extension RunSettings {
  /// Finds values that no data could make right, and values that contradict each other.
  ///
  /// - Throws: `RunError` with code `invalidSetting`.
  public func validate() throws(RunError) {
    try task.validate()
    try model.validate()
    try sizes.validate()
    try heldOut.validate()
    try optimizer.validate()
    try schedule.validate()
    try averaging.validate()
    try ending.validate()
    try outputs.validate()
    try requireSetting(
      !model.tieWeights || model.embeddingSize == sizes.hiddenSize ?? model.embeddingSize,
      "\(.setting("tieWeights")) needs \(.setting("embeddingSize")) equal to \(.setting("hiddenSize")), "
        + "not \(model.embeddingSize) and \(sizes.hiddenSize ?? 0)")
    let hasValidation = heldOut.validationFraction != 0
    try requireSetting(
      schedule.schedule != .plateau || hasValidation,
      "\(.setting("schedule", "plateau")) needs validation, and \(.setting("validationFraction", "0")) leaves none"
    )
    try requireSetting(
      averaging.average != .whenStalled || hasValidation,
      "\(.setting("average", "when-stalled")) needs validation, and \(.setting("validationFraction", "0")) leaves none"
    )
    try requireSetting(
      ending.patience ?? 0 == 0 || hasValidation,
      "\(.setting("patience")) needs validation, and \(.setting("validationFraction", "0")) leaves none"
    )
  }
}

/// Throws the sentence as an error of settings unless the condition holds.
func requireSetting(
  _ condition: Bool, _ sentence: @autoclosure () -> SettingSentence
) throws(RunError) {
  if !condition { throw RunError(.invalidSetting, sentence()) }
}
