extension Documents {
  /// How many of some texts are among these documents, token by token.
  ///
  /// Throws `TextError` if the tokenizer does not know a text, and what reading the documents throws.
  public func number(of texts: [String], by tokenizer: Tokenizer) throws -> Int {
    var wanted: [[Token]: Int] = [:]
    for text in texts { wanted[try tokenizer.encode(text, unknown: .skip), default: 0] += 1 }
    let boundaries = tokenizer.boundaries
    let longest = (wanted.keys.map(\.count).max() ?? 0) + 2
    var found = 0
    for index in 0..<count where self[index].count <= longest {
      var tokens = try self[index].array()[...]
      if let first = boundaries.first, tokens.first == first { tokens.removeFirst() }
      if let last = boundaries.last, tokens.last == last { tokens.removeLast() }
      found += wanted.removeValue(forKey: Array(tokens)) ?? 0
    }
    return found
  }
}
