internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
public import UnrollText

extension LanguageModel {
  /// A text in about as many bits as the model's loss on it has: arithmetic coding of its tokens by the model's probabilities.
  ///
  /// Only this model gives the text back, on any machine and by any number of threads. A long text is told in up to 64 parts side by
  /// side, which is faster, and each of which begins with an empty memory. A model of documents that knows no line feed takes each
  /// line as a document.
  ///
  /// - Parameters:
  ///   - file: the text.
  ///   - onProgress: is told the share that is done, from 0 to 1.
  ///   - shouldStop: is asked before each token whether to give up.
  /// - Returns: the bytes of a file; `nil` if `shouldStop` said so.
  /// - Throws: `TextError` if the text is not UTF-8, has something that the vocabulary lacks, or would not come back as it is;
  ///   `FileError` if it cannot be read.
  public func compressed(
    _ file: TextFile, onProgress: (_ share: Double) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> [UInt8]? {
    let text = try Array(file.text().utf8)
    let tokens = try tokensToTell(text, file.name)
    let rows = min(CompressedText.mostRows, max(1, tokens.count / 16_384))
    var encoder = ArithmeticEncoder()
    let rowLength = CompressedText.rowLength(tokens.count, rows: rows)
    let isWhole = tell(tokens.count, rows: rows, onProgress, shouldStop) { row, step, shares in
      let token = tokens[row * rowLength + step]
      let (start, size) = shares.part(of: token)
      encoder.encode(start: start, size: size, total: shares.total)
      return token
    }
    guard isWhole else { return nil }
    return CompressedText(
      model: digestBytes, text: SHA256.digest(of: text), byteCount: text.count,
      tokenCount: tokens.count, rowCount: rows, code: encoder.finish()
    ).bytes
  }

  /// The text that `compressed(_:)` made some bytes of.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: what an error calls the file.
  ///   - onProgress: is told the share that is done, from 0 to 1.
  ///   - shouldStop: is asked before each token whether to give up.
  /// - Returns: the bytes of the text; `nil` if `shouldStop` said so.
  /// - Throws: `ModelError` if the file is none, is damaged, or was made by another model.
  public func decompressed(
    _ bytes: [UInt8], name: String = "the file", onProgress: (_ share: Double) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> [UInt8]? {
    let file = try CompressedText(bytes, name: name)
    guard file.model == digestBytes else {
      throw ModelError(
        .notAModel,
        "\(name) was made by another model: give the model that compressed it")
    }
    var decoder = ArithmeticDecoder(file.code[...])
    // They grow with what is read: what the header promises need not be true.
    var rows = [[Token]](repeating: [], count: file.rowCount)
    let isWhole = tell(file.tokenCount, rows: file.rowCount, onProgress, shouldStop) {
      row, _, shares in
      let (token, start, size) = shares.token(at: decoder.value(total: shares.total))
      decoder.skip(start: start, size: size, total: shares.total)
      rows[row].append(token)
      return token
    }
    guard isWhole else { return nil }
    let text = told(rows.joined())
    guard text.count == file.byteCount, SHA256.digest(of: text) == file.text else {
      throw CompressedText.damaged(name)
    }
    return text
  }

  // MARK: Text and tokens

  /// The end of a document that stands for a line feed, in a model that knows none.
  private var lineEnd: Token? {
    (try? tokenizer.encode("\n", unknown: .error)) == nil
      ? tokenizer.vocabulary.token(for: .end) : nil
  }

  private func tokensToTell(_ bytes: [UInt8], _ name: String) throws -> [Token] {
    var tokens: [Token] = []
    if let lineEnd {
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() {
        if number > 0 { tokens.append(lineEnd) }
        tokens += try tokenizer.encode(
          String(decoding: line, as: UTF8.self), from: name, unknown: .error)
      }
    } else {
      tokens = try tokenizer.encode(
        String(decoding: bytes, as: UTF8.self), from: name, unknown: .error)
    }
    let back = told(tokens)
    guard back == bytes else {
      let offset = zip(back, bytes).enumerated().first { $1.0 != $1.1 }?.offset
      throw TextError(
        .unknownEntry,
        "\(name) would not come back as it is, from its byte \(offset ?? min(back.count, bytes.count)) on: "
          + "the model changes text before it reads it (lower case, normalisation, line ends or a mark); "
          + "use a model trained without that")
    }
    return tokens
  }

  private func told(_ tokens: some Sequence<Token>) -> [UInt8] {
    let lineEnd = lineEnd
    var bytes: [UInt8] = []
    for token in tokens {
      if token == lineEnd {
        bytes.append(UInt8(ascii: "\n"))
      } else {
        tokenizer.appendBytes(of: token, to: &bytes)
      }
    }
    return bytes
  }

  // MARK: Rows

  /// Goes through a text in rows, and asks `body` for each token by the shares of all; false if it was stopped.
  private func tell(
    _ count: Int, rows: Int, _ onProgress: (_ share: Double) -> Void, _ shouldStop: () -> Bool,
    _ body: (_ row: Int, _ step: Int, _ shares: TokenShares) -> Token
  ) -> Bool {
    let size = tokenizer.vocabulary.count
    let length = CompressedText.rowLength(count, rows: rows)
    let (start, lineEnd) = (documentStart.first, lineEnd)
    var shares = TokenShares(tokenCount: size)
    var state = initialState(batchSize: rows)
    var inputs = [Token](repeating: start ?? 0, count: rows)
    for step in 0..<length {
      if shouldStop() { return false }
      let logits = start == nil && step == 0 ? nil : logits(after: inputs, state: &state)
      for row in 0..<rows where row * length + step < count {
        logits?.withUnsafeElements { shares.set(self.row(row, of: $0)) }
        let token = body(row, step, shares)
        inputs[row] = token
        if let start, token == lineEnd {
          inputs[row] = start
          state.clear(row)
        }
      }
      onProgress(Double(step + 1) / Double(length))
    }
    return true
  }

  private var digestBytes: [UInt8] {
    let digits = Array(digest.utf8)
    return stride(from: 0, to: digits.count, by: 2).map { place in
      UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }
}

extension RecurrentState {
  /// Makes a row zero.
  fileprivate mutating func clear(_ row: Int) {
    for index in hidden.indices { hidden[index].clear(row) }
    for index in cell.indices { cell[index].clear(row) }
  }
}

extension Tensor {
  fileprivate mutating func clear(_ row: Int) {
    let width = shape[1]
    withUnsafeMutableElements { elements in
      for column in 0..<width { elements[row * width + column] = 0 }
    }
  }
}

extension SHA256 {
  fileprivate static func digest(of bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.digest
  }
}
