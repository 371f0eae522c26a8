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

/// A word as a shell takes it, for commands to copy.
func shellQuoted(_ word: String) -> String {
  let plain = word.unicodeScalars.allSatisfy {
    $0.properties.isAlphabetic || ("0"..."9").contains($0)
      || "/._-+=:,@".unicodeScalars.contains($0)
  }
  return plain && !word.isEmpty
    ? word
    : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}
