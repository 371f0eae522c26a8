#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The cross entropy in nats of one class of so many that are all given the same probability.
func guessingLoss(ofClasses count: Int) -> Double { log(Double(count)) }
