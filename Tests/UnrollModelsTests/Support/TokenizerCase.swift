import UnrollText

/// A tokenizer to be written for Hugging Face, and texts that it can read.
struct TokenizerCase: Sendable, CustomStringConvertible {
  let name: String
  let settings: TokenizerSettings
  let texts: [String]

  var description: String { name }

  /// Learnt from the texts that every case has.
  func tokenizer() throws -> Tokenizer {
    try Tokenizer(learning: settings, from: Self.texts.joined(separator: "\n"))
  }

  /// Several scalars to a character, marks, joiners, pairs of indicators, and words in several scripts.
  private static let texts = [
    "The quick brown fox isn't quick, is he?\r\nNo: 12 345 foxes — “naïve” ones’ tails.\t \n\n",
    "e\u{301}te\u{301}, \u{E9}t\u{E9}; \u{1112}\u{1161}\u{11AB} \u{D55C}, a\u{302}\u{323}",
    "👨‍👩‍👧👨👩👧 🇩🇪🇫🇷🇩 👍🏽👍 ☕️☕ कक्षि क्ष षि नमस्ते",
    "Москва 2024 吾輩は猫である。 ΑΒΓ αβγ ﬁ ２ ½ İi",
    "\u{FEFF}\u{200B} \u{A0}\u{85}\u{2028}x_y-z <unk> <eos",
    "a <eos>b</s> <pad><unk><bos> <<eos>> [PAD]<eos>",
  ]

  /// What the texts do not have.
  private static let unknown = ["unknown: Ж @#~ 😀 zebra\u{308}", "12 ab Z!"]

  static let all: [TokenizerCase] = [
    .init(name: "characters", settings: .init(kind: .characters), texts: texts),
    .init(
      name: "characters-nfc-lowercase",
      settings: .init(kind: .characters, normalization: .nfc, lowercase: true), texts: texts),
    .init(
      name: "scalars-line-feeds",
      settings: .init(kind: .scalars, lineEnds: .lineFeed, removesByteOrderMark: true),
      texts: texts + ["\u{FEFF}No\r\n\r\rNo"]),
    .init(
      name: "characters-reserved",
      settings: .init(kind: .characters, reserved: [.padding, .end]), texts: texts),
    .init(name: "scalars", settings: .init(kind: .scalars), texts: texts),
    .init(
      name: "scalars-unknown", settings: .init(kind: .scalars, unknown: .token),
      texts: texts + unknown),
    .init(
      name: "scalars-skip", settings: .init(kind: .scalars, unknown: .skip), texts: texts + unknown),
    .init(name: "bytes", settings: .init(kind: .bytes), texts: texts),
    .init(
      name: "bytes-unknown", settings: .init(kind: .bytes, unknown: .token),
      texts: texts + unknown),
    .init(
      name: "bytes-skip", settings: .init(kind: .bytes, unknown: .skip), texts: texts + unknown),
    .init(name: "words", settings: .init(kind: .words), texts: texts),
    .init(
      name: "words-unknown", settings: .init(kind: .words, minimumCount: 2, unknown: .token),
      texts: texts + unknown),
    .init(
      name: "bpe", settings: .init(kind: .bpe, vocabularySize: 300), texts: texts + unknown),
    .init(
      name: "bpe-reserved",
      settings: .init(kind: .bpe, vocabularySize: 300, reserved: [.beginning, .end, .padding]),
      texts: texts + unknown),
    .init(
      name: "bpe-nfkc", settings: .init(kind: .bpe, vocabularySize: 290, normalization: .nfkc),
      texts: texts + unknown),
  ]
}
