extension String {
  /// A word as a shell takes it, for commands to copy.
  package var shellQuoted: String {
    let plain = unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "/._-+=:,@".unicodeScalars.contains($0)
    }
    guard !plain || isEmpty else { return self }
    return "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }
}
