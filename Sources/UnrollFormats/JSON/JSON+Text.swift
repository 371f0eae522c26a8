extension JSON: CustomStringConvertible {
  /// Parses the one value that `bytes` consist of, or throws ``JSONError``.
  package init(parsing bytes: UnsafeRawBufferPointer) throws {
    var reader = JSONReader(bytes)
    self = try reader.readValue()
    try reader.finish()
  }

  /// Parses the one value that `text` consists of, or throws ``JSONError``.
  package init(parsing text: String) throws {
    var text = text
    self = try text.withUTF8 { try JSON(parsing: UnsafeRawBufferPointer($0)) }
  }

  /// The text on one line, without spaces.
  package var description: String { text() }

  /// The text: on one line, or one line for each value, indented by two spaces a level.
  package func text(indented: Bool = false) -> String {
    String(decoding: utf8(indented: indented), as: UTF8.self)
  }

  /// The bytes of ``text(indented:)``.
  package func utf8(indented: Bool = false) -> [UInt8] {
    var writer = Writer(isIndented: indented)
    writer.append(self)
    return writer.bytes
  }

  private struct Writer {
    let isIndented: Bool
    var bytes: [UInt8] = []
    private var depth = 0

    init(isIndented: Bool) {
      self.isIndented = isIndented
    }

    mutating func append(_ value: JSON) {
      switch value {
      case .null: bytes += "null".utf8
      case .boolean(let value): bytes += (value ? "true" : "false").utf8
      case .number(let number): bytes += number.text.utf8
      case .string(let text): append(quoted: text)
      case .array(let elements):
        appendList(elements, from: "[", to: "]") { $0.append($1) }
      case .object(let object):
        appendList(object.members, from: "{", to: "}") { writer, member in
          writer.append(quoted: member.key)
          writer.bytes += (writer.isIndented ? ": " : ":").utf8
          writer.append(member.value)
        }
      }
    }

    private mutating func appendList<Item>(
      _ items: [Item], from open: Unicode.Scalar, to close: Unicode.Scalar,
      _ appendItem: (inout Writer, Item) -> Void
    ) {
      bytes.append(UInt8(ascii: open))
      depth += 1
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        startLine()
        appendItem(&self, item)
      }
      depth -= 1
      if !items.isEmpty { startLine() }
      bytes.append(UInt8(ascii: close))
    }

    private mutating func startLine() {
      guard isIndented else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    private mutating func append(quoted text: String) {
      bytes.append(UInt8(ascii: "\""))
      var text = text
      text.withUTF8 { utf8 in
        var run = 0
        for index in utf8.indices {
          let byte = utf8[index]
          guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
            continue
          }
          bytes += utf8[run..<index]
          append(escaped: byte)
          run = index + 1
        }
        bytes += utf8[run...]
      }
      bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
      switch byte {
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0..<0x20:
        bytes += (byte < 0x10 ? "\\u000" : "\\u00").utf8
        bytes += String(byte, radix: 16).utf8
      default: bytes += [UInt8(ascii: "\\"), byte]
      }
    }
  }
}

extension String {
  /// The text for a message: quoted, shortened and without control characters, whatever a file has
  /// put into it.
  package var quotedForMessage: String {
    let limit = 80
    let start = String(String.UnicodeScalarView(unicodeScalars.prefix(limit)))
    return JSON.string(start).description + (unicodeScalars.count > limit ? "…" : "")
  }
}
