#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A number with a fixed count of decimals, or with an exponent where it would be longer than a line has room for.
package func decimalText(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  let format = abs(value) < 1e9 ? "%.*f" : "%.*e"
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
    guard let base = buffer.baseAddress else { return "" }
    _ = withVaList([Int32(decimals), value]) { vsnprintf(base, buffer.count, format, $0) }
    return String(cString: base)
  }
}

/// A number of things: `1 step`, `1,200 steps`.
package func countText(_ value: Int, _ noun: String) -> String {
  "\(groupedText(value)) \(noun)\(value == 1 ? "" : "s")"
}

/// A whole number with commas between thousands.
package func groupedText(_ value: Int) -> String {
  let digits = String(value.magnitude)
  var text = value < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return text
}

/// About how many bytes: `13.1 MB`, `2.0 GB`.
func byteText(_ bytes: Double) -> String {
  bytes < 1e9 ? "\(decimalText(bytes / 1e6, 1)) MB" : "\(decimalText(bytes / 1e9, 1)) GB"
}
