import Unroll

/// The words behind the command's name.
enum Arguments {
  /// Throws if a word is not UTF-8: as a string it would be another word, which names no file and is no
  /// text that somebody meant.
  static func check() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[index] else { continue }
      guard String(validatingCString: word) == nil else { continue }
      let bytes = UnsafeBufferPointer(start: word, count: length(of: word)).map(
        UInt8.init(bitPattern:))
      throw Failure(
        status: 64,
        description: "argument \(index), '\(escaped(bytes))', is not UTF-8: "
          + "rename the file or give it to standard input, or type text in UTF-8")
    }
  }

  private static func length(of word: UnsafePointer<CChar>) -> Int {
    var length = 0
    while word[length] != 0 { length += 1 }
    return length
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      (0x20..<0x7F).contains(byte)
        ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
