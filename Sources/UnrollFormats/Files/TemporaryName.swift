/// The name of a file or folder that is not finished: `NAME.tmp.PROCESS.RANDOM`.
struct TemporaryName {
  /// The name that it was to get, shortened if it is long.
  let target: String
  /// The number of the process that was writing.
  let process: Int32

  /// A name that nobody else uses.
  static func new(for name: String) -> String {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(shortened(name)).tmp.\(FileOperations.processIdentifier).\(random)"
  }

  /// The parts of a name that `new` may have made, or `nil`.
  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 3] == "tmp",
      let process = Int32(parts[parts.count - 2]), process > 0,
      UInt64(parts[parts.count - 1], radix: 36) != nil
    else { return nil }
    target = parts.dropLast(3).joined(separator: ".")
    self.process = process
  }

  /// Whether it was to become a file or folder of that name.
  func isFor(_ name: String) -> Bool { target == Self.shortened(name) }

  /// A name of 255 bytes is legal, and longer ones are not.
  private static func shortened(_ name: String) -> String {
    var prefix = String.UnicodeScalarView()
    var byteCount = 0
    for scalar in name.unicodeScalars {
      byteCount += UTF8.width(scalar)
      if byteCount > 180 { break }
      prefix.append(scalar)
    }
    return String(prefix)
  }
}
