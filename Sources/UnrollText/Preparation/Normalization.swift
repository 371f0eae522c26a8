/// A Unicode normalisation (UAX #15) of text before it becomes tokens.
///
/// The tables are those of Unicode 17, so that a text gives the same tokens on every system.
public enum Normalization: String, CaseIterable, Hashable, Sendable {
  /// Text stays as it is.
  case none
  /// Canonically equivalent texts become one, composed.
  case nfc
  /// Compatible texts become one too, such as "ﬁ" and "fi": this loses distinctions for good.
  case nfkc
}
