package import UnrollFormats
package import UnrollText

/// A tokenizer in the form of the `tokenizers` library (`tokenizer.json`, version 1.0), giving the
/// same tokens for every text that the tokenizer can read.
///
/// One piece of text is an element of its vocabulary: a `Split` or `ByteLevel` step cuts the pieces
/// and a `WordLevel` model looks them up; byte pairs are a `BPE` model. Reserved entries are in the
/// vocabulary under names that no piece has, and they are no added tokens: the library would find
/// the names of these in a text, and take `<eos>` in it for the end.
package struct HuggingFaceTokenizer {
  /// Why there is no such form: half a sentence.
  package struct Inexpressible: Error {
    package let reason: String
  }

  /// The content of `tokenizer.json`.
  package let json: JSON
  /// How the entries that stand for no text are spelled.
  let reserved: [(entry: ReservedEntry, name: String)]

  package init(_ tokenizer: Tokenizer) throws(Inexpressible) {
    let names = Self.names(ofReservedIn: tokenizer.vocabulary)
    let entries = Self.entries(of: tokenizer)
    let vocabulary = (names + entries).enumerated().map {
      JSON.Object.Member(key: $1, value: JSON($0))
    }
    reserved = Array(zip(tokenizer.vocabulary.reserved, names))
    json = [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": [],
      "normalizer": Self.normalizer(of: tokenizer),
      "pre_tokenizer": try Self.preTokenizer(of: tokenizer),
      "post_processor": .null,
      "decoder": Self.isOfBytes(tokenizer.kind) ? Self.byteLevel(cuts: false) : ["type": "Fuse"],
      "model": try Self.model(
        of: tokenizer, vocabulary: .object(JSON.Object(vocabulary)),
        unknown: names.first { _ in tokenizer.vocabulary.reserved.first == .unknown }),
    ]
  }

  private static func isOfBytes(_ kind: TokenizerKind) -> Bool { kind == .bytes || kind == .bpe }

  // MARK: The vocabulary

  /// `<unk>`, `<pad>`, `<bos>` and `<eos>`, in more brackets where that is a piece of text.
  private static func names(ofReservedIn vocabulary: Vocabulary) -> [String] {
    vocabulary.reserved.map { entry in
      var name =
        switch entry {
        case .unknown: "<unk>"
        case .padding: "<pad>"
        case .beginning: "<bos>"
        case .end: "<eos>"
        }
      while vocabulary.token(for: name) != nil { name = "<\(name)>" }
      return name
    }
  }

  /// The entries as the library sees them: bytes are written in GPT-2's alphabet.
  private static func entries(of tokenizer: Tokenizer) -> [String] {
    let entries = tokenizer.vocabulary.entries
    guard tokenizer.kind == .bytes else { return entries }
    return entries.map { entry in
      String(entry.unicodeScalars.map { Character(ByteAlphabet.scalars[Int($0.value)]) })
    }
  }

  // MARK: The steps

  private static func normalizer(of tokenizer: Tokenizer) -> JSON {
    var steps: [JSON] = []
    if tokenizer.removesByteOrderMark {
      steps.append(replacement(of: ["Regex": #"\A\x{FEFF}"#], by: ""))
    }
    if tokenizer.lineEnds == .lineFeed {
      steps.append(replacement(of: ["Regex": #"\r\n?"#], by: "\n"))
    }
    switch tokenizer.normalization {
    case .none: break
    case .nfc: steps.append(["type": "NFC"])
    case .nfkc: steps.append(["type": "NFKC"])
    }
    if tokenizer.lowercase { steps.append(["type": "Lowercase"]) }
    guard steps.count > 1 else { return steps.first ?? .null }
    return ["type": "Sequence", "normalizers": .array(steps)]
  }

  private static func replacement(of pattern: JSON, by content: String) -> JSON {
    ["type": "Replace", "pattern": pattern, "content": .string(content)]
  }

  private static func preTokenizer(of tokenizer: Tokenizer) throws(Inexpressible) -> JSON {
    let anyScalar = #"[\s\S]"#
    switch tokenizer.kind {
    case .characters:
      // A text that has a token for each of its characters is cut right by taking the longest entry
      // each time: a longer one would be a character in this place too. Where other text is
      // allowed, the rules for characters would be needed.
      guard tokenizer.unknown == .error else {
        throw Inexpressible(
          reason: "it cannot say which unknown scalars make one character; train on scalars instead"
        )
      }
      let longer = tokenizer.vocabulary.entries
        .filter { $0.count == 1 && $0.unicodeScalars.count > 1 }
        .sorted { $0.unicodeScalars.count > $1.unicodeScalars.count }
      return split(at: (longer.map(pattern) + [anyScalar]).joined(separator: "|"))
    case .scalars: return split(at: anyScalar)
    case .bytes:
      return [
        "type": "Sequence", "pretokenizers": [byteLevel(cuts: false), split(at: anyScalar)],
      ]
    case .words:
      let word = #"\p{L}(?:[\p{L}\p{M}\x{200D}]|['\x{2019}]\p{L})*"#
      let number = #"\p{N}[\p{N}\p{M}\x{200D}]*"#
      let other = #"[^\s\p{L}\p{N}][\p{M}\x{200D}]*"#
      return split(at: [#"\r\n|\s"#, word, number, other].joined(separator: "|"))
    case .bpe: return byteLevel(cuts: true)
    }
  }

  /// Each match is a piece.
  private static func split(at pattern: String) -> JSON {
    [
      "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated",
      "invert": false,
    ]
  }

  /// - Parameter cuts: whether text is cut as GPT-2 does.
  private static func byteLevel(cuts: Bool) -> JSON {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .boolean(cuts),
    ]
  }

  private static func pattern(_ entry: String) -> String {
    entry.unicodeScalars.map { "\\x{\(String($0.value, radix: 16))}" }.joined()
  }

  private static func model(
    of tokenizer: Tokenizer, vocabulary: JSON, unknown: String?
  ) throws(Inexpressible) -> JSON {
    let merges = tokenizer.description.merges
    if tokenizer.kind == .bpe || tokenizer.unknown == .skip {
      guard tokenizer.kind != .words else {
        throw Inexpressible(reason: "it cannot leave out unknown words")
      }
      // Without merges, what has no entry is left out.
      return [
        "type": "BPE", "dropout": .null, "unk_token": .null, "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null, "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": false, "vocab": vocabulary,
        "merges": .array(merges.map { .string($0) }),
      ]
    }
    // Where there is no entry for unknown text, the library refuses it, as Unroll does.
    return [
      "type": "WordLevel", "vocab": vocabulary, "unk_token": .string(unknown ?? "<unk>"),
    ]
  }
}
