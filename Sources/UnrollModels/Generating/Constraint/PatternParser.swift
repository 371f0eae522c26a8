/// Reads a pattern from left to right.
struct PatternParser {
  private let text: String
  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var depth = 0

  private static let deepest = 200
  private static let mostRepetitions = 1000

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func parse() throws -> Pattern.Node {
    if next == "^" { place += 1 }
    let root = try choice()
    guard place == scalars.count else { throw error("has a ) that closes nothing") }
    return root
  }

  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private func error(_ what: String) -> ModelError {
    ModelError(
      .invalidSampling, "The pattern \(text.debugDescription) \(what), at character \(place + 1)")
  }

  private mutating func choice() throws -> Pattern.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error("has too many groups within each other") }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws -> Pattern.Node {
    var parts: [Pattern.Node] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if scalar == "$", place == scalars.count - 1 {
        place += 1
        break
      }
      parts.append(try repeated(atom()))
    }
    return .sequence(parts)
  }

  private mutating func repeated(_ atom: Pattern.Node) throws -> Pattern.Node {
    let (least, most): (Int, Int?)
    switch next {
    case "*": (least, most) = (0, nil)
    case "+": (least, most) = (1, nil)
    case "?": (least, most) = (0, 1)
    case "{":
      let start = place
      place += 1
      guard let first = number() else {
        place = start
        throw error("has a { without a number; write \\{ for the character")
      }
      var last: Int? = first
      if take(",") { last = next == "}" ? nil : number() }
      guard next == "}" else { throw error("has a { without its }") }
      guard last.map({ $0 >= first }) ?? true, max(first, last ?? 0) <= Self.mostRepetitions else {
        throw error(
          "repeats \(first) to \(last ?? 0) times, where at most \(Self.mostRepetitions) are known")
      }
      (least, most) = (first, last)
    default: return atom
    }
    place += 1
    // A reluctant repetition matches the same texts.
    _ = take("?")
    if let sign = next, "*+?{".unicodeScalars.contains(sign) {
      throw error("has a \(sign) behind a repetition; put what repeats into a group")
    }
    return .repetition(atom, least: least, most: most)
  }

  /// A number of decimal digits, at most five of them.
  private mutating func number() -> Int? {
    let start = place
    while let scalar = next, ("0"..."9").contains(scalar), place - start < 5 { place += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<place])))
  }

  private mutating func atom() throws -> Pattern.Node {
    guard let scalar = next else { throw error("ends too early") }
    switch scalar {
    case "(":
      place += 1
      if take("?"), !take(":") {
        place -= 1
        throw error("has a group of a kind that is not known: only ( and (?: are")
      }
      let node = try choice()
      guard take(")") else { throw error("has a ( without its )") }
      return node
    case "[":
      place += 1
      return .scalars(try set())
    case ".":
      place += 1
      return .scalars(.allButLineFeed)
    case "\\":
      place += 1
      return .scalars(try escape())
    case "*", "+", "?", "{": throw error("has a \(scalar) with nothing to repeat")
    case "^", "$":
      throw error(
        "has a \(scalar) inside; it matches the whole text anyway, and \\\(scalar) is the character"
      )
    default:
      place += 1
      return .scalars([scalar.value...scalar.value])
    }
  }

  /// What is behind a [.
  private mutating func set() throws -> [ClosedRange<UInt32>] {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while isFirst || next != "]" {
      isFirst = false
      let first = try member()
      guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
        ranges += first
        continue
      }
      place += 1
      let last = try member()
      guard first.count == 1, last.count == 1, first[0].count == 1, last[0].count == 1,
        first[0].lowerBound <= last[0].lowerBound
      else { throw error("has a range that is none") }
      ranges.append(first[0].lowerBound...last[0].lowerBound)
    }
    place += 1
    return isInverted ? ranges.inverted : ranges.merged
  }

  private mutating func member() throws -> [ClosedRange<UInt32>] {
    guard let scalar = next else { throw error("has a [ without its ]") }
    place += 1
    return scalar == "\\" ? try escape() : [scalar.value...scalar.value]
  }

  /// What is behind a backslash.
  private mutating func escape() throws -> [ClosedRange<UInt32>] {
    guard let scalar = next else { throw error("ends with a backslash") }
    place += 1
    func single(_ value: UInt32) -> [ClosedRange<UInt32>] { [value...value] }
    switch scalar {
    case "d": return .digits
    case "D": return [ClosedRange<UInt32>].digits.inverted
    case "w": return .wordScalars
    case "W": return [ClosedRange<UInt32>].wordScalars.inverted
    case "s": return .whiteSpace
    case "S": return [ClosedRange<UInt32>].whiteSpace.inverted
    case "n": return single(0x0A)
    case "r": return single(0x0D)
    case "t": return single(0x09)
    case "f": return single(0x0C)
    case "v": return single(0x0B)
    case "0": return single(0)
    case "x": return single(try hexadecimal(count: 2))
    case "u":
      guard take("{") else { return single(try hexadecimal(count: 4)) }
      let end = scalars[place...].firstIndex(of: "}") ?? place
      let value = try hexadecimal(count: end - place)
      place += 1
      return single(value)
    case "a"..."z", "A"..."Z", "1"..."9":
      place -= 1
      throw error("has \\\(scalar), which is not known")
    default: return single(scalar.value)
    }
  }

  private mutating func hexadecimal(count: Int) throws -> UInt32 {
    let digits = String(String.UnicodeScalarView(scalars[place...].prefix(count)))
    guard (1...8).contains(count), digits.unicodeScalars.count == count,
      digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16),
      Unicode.Scalar(value) != nil
    else { throw error("has a number that is no character") }
    place += count
    return value
  }
}
