import Unroll
import UnrollModels
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The likeliest next tokens, with bars.
enum NextTokens {
  static func lines(_ likeliest: [LikelyToken], _ tokenizer: Tokenizer) -> [String] {
    let spellings = likeliest.map { tokenizer.spelling(of: $0.token) }
    let width = spellings.map(\.count).max() ?? 0
    return zip(likeliest, spellings).enumerated().map { index, row in
      let share = exp(Double(row.0.logProbability))
      return "\(index + 1)".aligned(to: 3) + "  " + row.1.padded(to: width) + "  "
        + "\(decimalText(100 * share, 2)) %".aligned(to: 8) + "  " + bar(share)
    }
  }

  /// Eighths of twenty columns.
  private static func bar(_ share: Double) -> String {
    let eighths = Int((share * 160).rounded())
    let rest = eighths % 8
    return String(repeating: "█", count: eighths / 8)
      + (rest == 0 ? "" : String(Unicode.Scalar(UInt16(0x2590 - rest)).map(Character.init) ?? " "))
  }
}
