import Foundation

/// A Unicode normalisation (UAX #15) of text before it becomes tokens.
public enum Normalization: String, CaseIterable, Hashable, Sendable {
  /// Text stays as it is.
  case none
  /// Canonically equivalent texts become one, composed.
  case nfc
  /// Compatible texts become one too, such as "ﬁ" and "fi": this loses distinctions for good.
  case nfkc

  func apply(to text: String) -> String {
    switch self {
    case .none: text
    case .nfc: text.precomposedStringWithCanonicalMapping
    case .nfkc: text.precomposedStringWithCompatibilityMapping
    }
  }
}
