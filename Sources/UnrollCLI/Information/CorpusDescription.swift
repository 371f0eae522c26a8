import Unroll
import UnrollFormats
import UnrollRuns
import UnrollText

/// What `unroll corpus` says about texts.
struct CorpusDescription {
  private let corpus: Corpus
  private let statistics: CorpusStatistics
  private let tokenizer: Tokenizer
  private let documents: DocumentsChoice
  private let tokenizers: [TokenizerAlternative]

  init(
    of corpus: Corpus, tokens: TokenizerSettings, documents: DocumentsChoice,
    _ processing: CorpusProcessing
  ) throws {
    self.corpus = corpus
    self.documents = documents
    tokenizer = try Tokenizer(learning: tokens, from: [corpus], by: documents.unit, processing)
    statistics = try CorpusStatistics(
      of: corpus, by: documents.unit ?? .files, tokenizer: tokenizer, processing)
    tokenizers = try TokenizerAlternative.all(for: corpus, settings: tokens, processing)
  }

  // MARK: Text

  /// Lines that fit the terminal.
  var text: String {
    var page = LabelledLines(width: Console.outputWidth)
    page.add(
      "size", "\(groupedText(statistics.bytes)) bytes in \(countText(corpus.files.count, "file"))")
    page.add(
      "characters",
      "\(groupedText(statistics.characters)), in \(countText(statistics.lines.count, "line"))")
    page.add(
      "tokens",
      "\(groupedText(statistics.tokens)) \(tokenizer.tokenName), \(groupedText(statistics.distinctTokens)) distinct"
    )
    page.add("most frequent", shown(mostFrequent))
    page.add("rarest", shown(statistics.rarestTokens(10)))
    if documents != .stream { page.add("documents", documentText) }
    page.add("entropy", entropyText)
    for suspicion in suspicions { page.add("suspicious", suspicion) }
    page.add("as tokens", "")
    for alternative in tokenizers {
      page.add("  " + alternative.kind.rawValue, sizes(of: alternative))
    }
    return page.text
  }

  private func sizes(of alternative: TokenizerAlternative) -> String {
    switch alternative.outcome {
    case .success(let sizes):
      let bytes = Double(statistics.bytes) / Double(max(1, sizes.tokenCount))
      return
        "\(groupedText(sizes.tokenCount)) of \(decimalText(bytes, 2)) bytes, \(groupedText(sizes.vocabularySize)) distinct"
    case .failure(let error): return "impossible: \(error.message)"
    }
  }

  private var mostFrequent: [Token] {
    let counts = statistics.counts
    return counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(10).map(Token.init)
  }

  private func shown(_ tokens: [Token]) -> String {
    tokens.map { "\(tokenizer.spelling(of: $0)) \(groupedText(statistics.counts[Int($0)]))" }
      .joined(separator: ", ")
  }

  private var documentText: String {
    let lengths = statistics.documentLengths
    let marks = [("shortest", 0), ("median", 0.5), ("90 % up to", 0.9), ("longest", 1)].map {
      "\($0.0) \(groupedText(lengths.quantile($0.1) ?? 0))"
    }
    return "\(groupedText(lengths.count)) \(documents.rawValue), \(marks.joined(separator: ", "))"
  }

  private var entropyText: String {
    guard let unigramEntropy = statistics.unigramEntropy else { return "nothing to predict" }
    let pairs = statistics.bigramEntropy.map { ", \(decimalText($0, 3)) knowing the one before" }
    return "\(decimalText(unigramEntropy, 3)) bits per character from the counts of "
      + "\(tokenizer.tokenName)\(pairs ?? "")"
  }

  /// What may be there by mistake, in one sentence each.
  private var suspicions: [String] {
    let lines = statistics.lines
    var found = statistics.predicted.sentences
    if lines.areMixed {
      let ways = [
        (lines.lineFeeds, "line feed"), (lines.both, "carriage return and line feed"),
        (lines.carriageReturns, "carriage return"),
      ].filter { $0.0 > 0 }.map { "\(groupedText($0.0)) with \($0.1)" }
      found.append(
        "lines end in several ways: \(ways.joined(separator: ", ")); --line-ends lf makes them one")
    } else if lines.carriageReturns + lines.both > 0 {
      found.append("lines end with carriage returns; --line-ends lf removes them")
    }
    if statistics.byteOrderMarks > 0 {
      found.append(
        "\(countText(statistics.byteOrderMarks, "file")) with a byte order mark; "
          + "--byte-order-mark remove removes it")
    }
    let controls = statistics.controlCharacters.sorted { $0.key < $1.key }
    if !controls.isEmpty {
      found.append(
        "control characters: "
          + controls.prefix(8).map { "\($0.key.codePoint) \(groupedText($0.value))" }
          .joined(separator: ", ") + (controls.count > 8 ? ", …" : ""))
    }
    if lines.duplicates * 10 > lines.count {
      found.append(
        "\(groupedText(lines.duplicates)) of \(groupedText(lines.count)) lines are there before")
    }
    return found
  }

  // MARK: JSON

  /// The description with stable keys.
  var json: JSON {
    let lines = statistics.lines
    let lengths = statistics.documentLengths
    return [
      "files": JSON(corpus.files.count),
      "bytes": JSON(statistics.bytes),
      "characters": JSON(statistics.characters),
      "tokens": JSON(statistics.tokens),
      "kind": .string(tokenizer.kind.rawValue),
      "counts": .array(
        statistics.counts.indices.map { token in
          [
            "token": .string(tokenizer.spelling(of: Token(token), isQuoted: false)),
            "count": JSON(statistics.counts[token]),
          ]
        }),
      "lines": [
        "count": JSON(lines.count), "lineFeeds": JSON(lines.lineFeeds),
        "carriageReturns": JSON(lines.carriageReturns), "both": JSON(lines.both),
        "duplicates": JSON(lines.duplicates),
      ],
      "documents": [
        "unit": .string(documents.rawValue), "count": JSON(lengths.count),
        "shortest": JSON(lengths.quantile(0) ?? 0), "median": JSON(lengths.quantile(0.5) ?? 0),
        "longest": JSON(lengths.quantile(1) ?? 0),
      ],
      "unpredictedBytes": JSON(statistics.predicted.unpredictedByteCount),
      "skippedBytes": JSON(statistics.predicted.skippedByteCount),
      "unigramBitsPerCharacter": statistics.unigramEntropy.map { JSON($0) } ?? .null,
      "bigramBitsPerCharacter": statistics.bigramEntropy.map { JSON($0) } ?? .null,
      "byteOrderMarks": JSON(statistics.byteOrderMarks),
      "controlCharacters": .object(
        JSON.Object(
          statistics.controlCharacters.sorted { $0.key < $1.key }.map {
            .init(key: $0.key.codePoint, value: JSON($0.value))
          })),
      "suspicious": .array(suspicions.map { .string($0) }),
      "tokenizers": .array(
        tokenizers.map { alternative in
          switch alternative.outcome {
          case .success(let sizes):
            [
              "kind": .string(alternative.kind.rawValue), "vocabulary": JSON(sizes.vocabularySize),
              "tokens": JSON(sizes.tokenCount), "impossible": .null,
            ]
          case .failure(let error):
            [
              "kind": .string(alternative.kind.rawValue), "vocabulary": .null, "tokens": .null,
              "impossible": .string(error.message),
            ]
          }
        }),
    ]
  }
}
