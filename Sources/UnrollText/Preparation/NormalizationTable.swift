/// What each scalar becomes in a normalisation form, and what that depends on (UAX #15).
struct NormalizationTable: Sendable {
  /// The tables of NFC and of NFKC.
  static let canonical = NormalizationTable(isCompatible: false)
  static let compatible = NormalizationTable(isCompatible: true)

  /// What is known of a scalar without looking at others.
  struct Traits: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// No scalar before it changes what it becomes, and it changes none of those.
    static let beginsStretch = Traits(rawValue: 1)

    /// Alone it stays as it is.
    static let isStable = Traits(rawValue: 2)
  }

  private var combiningClasses = ScalarTable<UInt8>(repeating: 0)
  private var traits = ScalarTable<Traits>(repeating: [.beginsStretch, .isStable])
  private var decompositions: [UInt32: [UInt32]] = [:]
  private var compositions: [UInt64: UInt32] = [:]

  /// The canonical combining class of a scalar: 0 for those that marks are put on.
  @inline(__always)
  func combiningClass(of scalar: UInt32) -> UInt8 { combiningClasses[scalar] }

  @inline(__always)
  func traits(of scalar: UInt32) -> Traits { traits[scalar] }

  /// Appends the full decomposition of a scalar.
  func appendDecomposition(of scalar: UInt32, to scalars: inout [UInt32]) {
    if let decomposition = decompositions[scalar] {
      scalars += decomposition
    } else if !Hangul.appendDecomposition(of: scalar, to: &scalars) {
      scalars.append(scalar)
    }
  }

  /// What two scalars become, or `nil` if they stay two.
  func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    compositions[Self.key(first, second)] ?? Hangul.composition(of: first, second)
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  private init(isCompatible: Bool) {
    readCombiningClasses()
    readDecompositions(isCompatible: isCompatible)
    var seconds = Set(compositions.keys.map { UInt32(truncatingIfNeeded: $0) })
    seconds.formUnion(Hangul.seconds)
    let marks = combiningClasses.scalars(where: { $0 != 0 })
    for scalar in Set(decompositions.keys).union(seconds).union(marks) {
      var decomposed: [UInt32] = []
      appendDecomposition(of: scalar, to: &decomposed)
      var found: Traits = []
      if combiningClass(of: decomposed[0]) == 0, !seconds.contains(decomposed[0]) {
        found.insert(.beginsStretch)
      }
      var composed = decomposed
      compose(&composed)
      if composed == [scalar] { found.insert(.isStable) }
      traits[scalar] = found
    }
  }

  private mutating func readCombiningClasses() {
    var end: UInt32 = 0
    for run in UnicodeData.combiningClasses.utf8.split(whereSeparator: { $0 <= 0x20 }) {
      var numbers = HexadecimalNumbers(run)
      let start = end + numbers.next()
      end = start + numbers.next()
      let value = UInt8(truncatingIfNeeded: numbers.next())
      for scalar in start..<end { combiningClasses[scalar] = value }
    }
  }

  private mutating func readDecompositions(isCompatible: Bool) {
    var steps: [(scalar: UInt32, mapping: [UInt32])] = []
    var scalar: UInt32 = .max
    for entry in UnicodeData.decompositions.utf8.split(whereSeparator: { $0 <= 0x20 }) {
      var numbers = HexadecimalNumbers(entry)
      let distance = numbers.next()
      scalar &+= distance == 0 ? 1 : distance
      let kind = numbers.separator
      var mapping: [UInt32] = []
      while !numbers.isAtEnd { mapping.append(numbers.next()) }
      if kind == UInt8(ascii: "=") { compositions[Self.key(mapping[0], mapping[1])] = scalar }
      if kind != UInt8(ascii: "~") || isCompatible { steps.append((scalar, mapping)) }
    }
    let stepOfScalar = Dictionary(uniqueKeysWithValues: steps.map { ($0.scalar, $0.mapping) })
    func decomposed(_ scalar: UInt32) -> [UInt32] {
      stepOfScalar[scalar]?.flatMap(decomposed) ?? [scalar]
    }
    for (scalar, _) in steps { decompositions[scalar] = decomposed(scalar) }
  }
}

/// Reads hexadecimal numbers with one byte between them.
private struct HexadecimalNumbers {
  private var rest: Substring.UTF8View

  /// The byte behind the last number, 0 at the end.
  private(set) var separator: UInt8 = 0

  init(_ text: Substring.UTF8View) { rest = text }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next number; 0 where there are no digits.
  mutating func next() -> UInt32 {
    var number: UInt32 = 0
    while let byte = rest.popFirst() {
      switch byte {
      case 0x30...0x39: number = number << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: number = number << 4 | UInt32(byte - 0x41 + 10)
      default:
        separator = byte
        return number
      }
    }
    separator = 0
    return number
  }
}
