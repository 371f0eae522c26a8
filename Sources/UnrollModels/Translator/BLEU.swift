#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How much of the references' words, in stretches of one to four, is found in translations (Papineni et al. 2002).
///
/// The number is sacreBLEU's default (Post 2018): one reference for each text, the tokens of mteval-v13a, counts over all texts together,
/// and for a length of which nothing is right an ever smaller share (Chen and Cherry 2014, method 3).
public struct BLEU: Hashable, Sendable {
  private var right = [0, 0, 0, 0]
  private var said = [0, 0, 0, 0]
  private var saidLength = 0
  private var referenceLength = 0

  /// Counts nothing yet.
  public init() {}

  /// Counts a translation against its reference.
  public mutating func count(_ translation: String, reference: String) {
    let (translated, wanted) = (Self.tokens(of: translation), Self.tokens(of: reference))
    saidLength += translated.count
    referenceLength += wanted.count
    for order in 1...4 {
      let there = NGramCounts(translated, of: order)
      said[order - 1] += there.total
      right[order - 1] += there.matches(with: NGramCounts(wanted, of: order))
    }
  }

  /// From 0 to 100.
  public var score: Double {
    guard right.contains(where: { $0 > 0 }), !said.contains(0) else { return 0 }
    var smoothing = 1.0
    var sum = 0.0
    for (right, said) in zip(right, said) {
      if right == 0 {
        smoothing *= 2
        sum += log(100 / (smoothing * Double(said)))
      } else {
        sum += log(100 * Double(right) / Double(said))
      }
    }
    let brevity =
      saidLength < referenceLength ? exp(1 - Double(referenceLength) / Double(saidLength)) : 1
    return brevity * exp(sum / 4)
  }

  /// The tokens of mteval-v13a: punctuation apart from words, but for points and commas between digits.
  package static func tokens(of text: String) -> [String] {
    var text = text.replacing("<skipped>", with: "").replacing("-\n", with: "")
    if text.contains("&") {
      for (name, character) in [
        ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
      ] {
        text = text.replacing(name, with: character)
      }
    }
    var scalars: [Unicode.Scalar] = [" "]
    for scalar in text.unicodeScalars {
      scalars += isSymbol(scalar) ? [" ", scalar, " "] : [scalar == "\n" ? " " : scalar]
    }
    scalars.append(" ")
    scalars = spacing(scalars, where: { !isDigit($0) && isMark($1) }) { [$0, " ", $1, " "] }
    scalars = spacing(scalars, where: { isMark($0) && !isDigit($1) }) { [" ", $0, " ", $1] }
    scalars = spacing(scalars, where: { isDigit($0) && $1 == "-" }) { [$0, " ", $1, " "] }
    return scalars.split(whereSeparator: \.properties.isWhitespace).map {
      var token = String.UnicodeScalarView()
      token.append(contentsOf: $0)
      return String(token)
    }
  }

  /// Puts something in the place of each two neighbours that fulfil a condition, from the left; none is in two of them.
  private static func spacing(
    _ scalars: [Unicode.Scalar], where isMeant: (Unicode.Scalar, Unicode.Scalar) -> Bool,
    _ spaced: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var place = 0
    while place < scalars.count {
      if place + 1 < scalars.count, isMeant(scalars[place], scalars[place + 1]) {
        result += spaced(scalars[place], scalars[place + 1])
        place += 2
      } else {
        result.append(scalars[place])
        place += 1
      }
    }
    return result
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

  /// ASCII punctuation but for `'`, `,`, `-` and `.`; and the space, which more of change nothing.
  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
    default: false
    }
  }
}

/// How often each stretch of so many elements occurs.
struct NGramCounts<Element: Hashable> {
  private var counts: [ArraySlice<Element>: Int] = [:]
  /// How many stretches there are.
  let total: Int

  init(_ elements: [Element], of order: Int) {
    total = max(0, elements.count - order + 1)
    for start in 0..<total { counts[elements[start..<start + order], default: 0] += 1 }
  }

  /// How many of the stretches another text has too, each as often as it occurs there.
  func matches(with other: NGramCounts) -> Int {
    counts.reduce(0) { $0 + min($1.value, other.counts[$1.key] ?? 0) }
  }
}
