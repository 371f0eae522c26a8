import UnrollRuns

/// The option for a setting: `--hidden-size` for `hiddenSize`.
func optionName(_ setting: String) -> String {
  var name = "--"
  for character in setting {
    if character.isUppercase { name += "-" }
    name += character.lowercased()
  }
  return name
}

extension RunError {
  /// The sentence, with options for settings.
  var commandLineText: String { sentence.text(optionName) }
}
