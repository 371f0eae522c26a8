/// The parts of the data that no step learns from.
public enum HeldOutPart: Hashable, Sendable {
  /// Measured after each epoch.
  case validation
  /// Measured once, after training.
  case test
}

extension RunSettings {
  /// Says which parts were asked for and are empty.
  ///
  /// - Parameters:
  ///   - name: what the data are, in the plural: `sentences`.
  ///   - count: how many there are, by which it is told whether some are kept for validation.
  func noteEmptyParts(
    of name: String, count: Int, hasValidation: Bool, hasTest: Bool, _ note: (RunNote) -> Void
  ) throws(RunError) {
    let isWanted = heldOut.validation != nil || heldOut.validationFraction(of: count) > 0
    if isWanted, !hasValidation { try noteLack("too few \(name)", for: .validation, note) }
    if heldOut.testFraction > 0, !hasTest { try noteLack("too few \(name)", for: .test, note) }
  }

  /// Says that there is too little of the data for a part, which is an error where the run depends on it.
  ///
  /// - Parameter lack: `too little text`.
  func noteLack(
    _ lack: String, for part: HeldOutPart, _ note: (RunNote) -> Void
  ) throws(RunError) {
    let needs: SettingSentence? =
      ending.patience ?? 0 > 0
      ? "\(.setting("patience"))"
      : schedule.schedule == .plateau
        ? "\(.setting("schedule", "plateau"))"
        : averaging.average == .whenStalled ? "\(.setting("average", "when-stalled"))" : nil
    if part == .validation, let needs {
      throw RunError(
        .tooLittleData,
        "\(needs) needs validation, and there is \(lack) to keep some for it: give more, or \(.setting("validation"))"
      )
    }
    note(
      RunNote(
        warning:
          "\(lack) to keep some for \(part == .validation ? "validation" : "testing"); there will be none"
      ))
  }
}
