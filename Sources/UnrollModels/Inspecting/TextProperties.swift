public import UnrollText

/// The properties of a text at each of its tokens.
public struct TextProperties: Sendable {
  private var values: [TextProperty: [Float]] = [:]

  /// Finds the properties of tokens that are one text.
  public init(of tokens: some Sequence<Token>, by tokenizer: Tokenizer) {
    var decoder = StreamingDecoder(tokenizer)
    var scanner = TextScanner()
    var (ends, lineEnds) = ([Int](), [Int]())
    for token in tokens {
      scanner.beginToken()
      for scalar in decoder.append(token).unicodeScalars {
        if scalar == "\n" { lineEnds.append(scanner.scalarCount) }
        scanner.read(scalar)
      }
      ends.append(scanner.scalarCount)
      for property in TextProperty.allCases where property != .distanceToLineEnd {
        values[property, default: []].append(scanner.value(of: property))
      }
    }
    // The end of the text is the end of its last line.
    lineEnds.append(scanner.scalarCount)
    var next = 0
    values[.distanceToLineEnd] = ends.map { end in
      while lineEnds[next] < end { next += 1 }
      return Float(lineEnds[next] - end)
    }
  }

  /// A property after each of the tokens.
  public subscript(property: TextProperty) -> [Float] { values[property] ?? [] }

  /// Adds the properties of another text behind these.
  static func += (left: inout TextProperties, right: TextProperties) {
    for (property, values) in right.values { left.values[property, default: []] += values }
  }
}

/// What is known of a text that is read scalar by scalar.
private struct TextScanner {
  private(set) var scalarCount = 0
  private var positionInLine = 0
  private var indentation = 0
  private var isBlank = true
  private var isEscaped = false
  private var quotationEnds = ""
  private var parentheses = 0
  private var braces = 0
  private var tokenHasUpperCase = false
  private var tokenHasDigit = false

  mutating func beginToken() {
    tokenHasUpperCase = false
    tokenHasDigit = false
  }

  mutating func read(_ scalar: Unicode.Scalar) {
    scalarCount += 1
    if scalar.properties.isUppercase { tokenHasUpperCase = true }
    if scalar.properties.generalCategory == .decimalNumber { tokenHasDigit = true }
    readMark(scalar)
    isEscaped = scalar == "\\" && !isEscaped
    guard scalar != "\n" else {
      if isBlank { (quotationEnds, parentheses) = ("", 0) }
      (positionInLine, indentation, isBlank) = (0, 0, true)
      return
    }
    positionInLine += 1
    let isSpace = scalar == " " || scalar == "\t"
    if isBlank, isSpace { indentation += 1 }
    if !isSpace, scalar != "\r" { isBlank = false }
  }

  private mutating func readMark(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"" where isEscaped: break
    case "\"", "“", "”", "„", "«", "»":
      if quotationEnds.unicodeScalars.contains(scalar) {
        quotationEnds = ""
      } else if quotationEnds.isEmpty {
        quotationEnds = Self.ends[scalar] ?? ""
      }
    case "(", "[": parentheses += 1
    case ")", "]": parentheses = max(0, parentheses - 1)
    case "{": braces += 1
    case "}": braces = max(0, braces - 1)
    default: break
    }
  }

  /// What ends a quotation that begins with a mark.
  private static let ends: [Unicode.Scalar: String] = [
    "\"": "\"", "“": "”", "„": "“”", "«": "»", "»": "«",
  ]

  func value(of property: TextProperty) -> Float {
    switch property {
    case .insideQuotes: quotationEnds.isEmpty ? 0 : 1
    case .insideParentheses: parentheses > 0 ? 1 : 0
    case .braceDepth: Float(braces)
    case .indentation: Float(indentation)
    case .positionInLine: Float(positionInLine)
    case .upperCase: tokenHasUpperCase ? 1 : 0
    case .digit: tokenHasDigit ? 1 : 0
    case .distanceToLineEnd: 0
    }
  }
}
