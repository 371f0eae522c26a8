#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A sum of the log-probabilities of so many tokens over a power of their number: what beam searches rank texts by.
func normalised(_ total: Double, count: Int, by power: Double) -> Double {
  let count = Double(max(1, count))
  return total / (power == 0 ? 1 : power == 1 ? count : pow(count, power))
}
