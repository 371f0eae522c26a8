/// What tokens stand for in the text that was read.
struct TokenExtent: Hashable, Sendable {
  /// The number of bytes that they stand for.
  var bytes = 0

  /// The number of characters that begin in these bytes.
  var characters = 0

  /// The number of bytes before them, or between them, that no token stands for.
  var passed = 0

  /// The number of passed bytes that were left out because the vocabulary does not have them.
  var skipped = 0

  static func + (one: Self, other: Self) -> Self {
    Self(
      bytes: one.bytes + other.bytes, characters: one.characters + other.characters,
      passed: one.passed + other.passed, skipped: one.skipped + other.skipped)
  }

  static func - (one: Self, other: Self) -> Self {
    Self(
      bytes: one.bytes - other.bytes, characters: one.characters - other.characters,
      passed: one.passed - other.passed, skipped: one.skipped - other.skipped)
  }

  static func += (one: inout Self, other: Self) { one = one + other }
}

/// A token that stands for something else than its spelling.
struct TokenException: Hashable, Sendable {
  /// The place of the token in its row.
  var place: Int
  let extent: TokenExtent
}
