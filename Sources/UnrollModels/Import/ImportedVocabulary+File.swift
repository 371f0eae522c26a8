import UnrollFormats
public import UnrollText

extension ImportedVocabulary {
  /// Reads a JSON file that is an array of the entries in the order of their positions, or an
  /// object that maps each entry to its position.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - kind: what one token stands for; scalars are what Python cuts a string into.
  /// - Throws: `FileError` if the file cannot be read, `TextError` that says which shape it has if
  ///   it is no vocabulary.
  public init(contentsOf path: String, kind: TokenizerKind = .scalars) throws {
    let contents = try FileContents(reading: path)
    let form = FileKind(of: contents)
    guard [.json, .text, .empty].contains(form) else {
      throw Self.refused(path, "is \(form.name)")
    }
    let json: JSON
    do {
      json = try contents.withUnsafeBytes { bytes in
        // Some editors put a mark in front.
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return try JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes.dropFirst(mark)))
      }
    } catch let error as JSONError {
      throw Self.refused(path, "is not JSON: \(error.message)")
    }
    try self.init(entries: Self.entries(of: json, path), kind: kind, source: path)
  }

  private static func refused(_ path: String, _ what: String) -> TextError {
    TextError(
      .invalidDescription,
      "'\(path)' \(what); a vocabulary is a JSON array of entries in the order of their positions, or an object that maps each entry to its position from 0 on"
    )
  }

  private static func entries(of json: JSON, _ path: String) throws -> [String] {
    switch json {
    case .array(let elements):
      return try elements.map { element in
        guard case .string(let entry) = element else {
          throw refused(
            path, "is an array with \(element.text().quotedForMessage) among its entries")
        }
        return entry
      }
    case .object(let object): return try entries(of: object.members, path)
    default: throw refused(path, "is no vocabulary")
    }
  }

  private static func entries(of members: [JSON.Object.Member], _ path: String) throws -> [String] {
    var entries = [String?](repeating: nil, count: members.count)
    for member in members {
      guard case .number(let number) = member.value, let position = number.integer,
        entries.indices.contains(position), entries[position] == nil
      else { throw wrongPosition(of: member, among: members, path) }
      entries[position] = member.key
    }
    return entries.compactMap { $0 }
  }

  /// Says which of the usual shapes an object has.
  private static func wrongPosition(
    of member: JSON.Object.Member, among members: [JSON.Object.Member], _ path: String
  ) -> TextError {
    let positions = members.compactMap { member -> Int? in
      guard case .number(let number) = member.value else { return nil }
      return number.integer
    }
    if positions.sorted() == Array(1..<members.count + 1) {
      return refused(
        path,
        "numbers its entries from 1 to \(members.count): if the model has a position 0, such as padding, add its entry (\"<pad>\": 0), else subtract 1"
      )
    }
    if members.allSatisfy({ Int($0.key) != nil && $0.value.isString }) {
      return refused(path, "maps positions to entries, the other way around")
    }
    if let inner = members.first(where: { $0.value.isCollection }) {
      return refused(
        path, "is nested, with more in its member \(inner.key.quotedForMessage): write that alone")
    }
    return refused(
      path,
      "maps the entry \(member.key.quotedForMessage) to \(member.value.text().quotedForMessage) and not to a position of its own from 0 to \(members.count - 1)"
    )
  }
}

extension JSON {
  fileprivate var isString: Bool { if case .string = self { true } else { false } }

  fileprivate var isCollection: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
