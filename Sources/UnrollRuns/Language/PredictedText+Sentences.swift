package import UnrollText

extension PredictedText {
  /// What a person has to know of the bytes that no loss is about, in one sentence each.
  package var sentences: [String] {
    let all = byteCount + unpredictedByteCount
    func share(of count: Int) -> String {
      let percent = decimalText(100 * Double(count) / Double(max(1, all)), 1)
      return "\(groupedText(count)) of \(countText(all, "byte")) (\(percent) %)"
    }
    let others = unpredictedByteCount - skippedByteCount
    var sentences: [String] = []
    if skippedByteCount > 0 {
      sentences.append(
        "\(share(of: skippedByteCount)) were skipped, as the vocabulary does not have them: the loss is about the others"
      )
    }
    // The first tokens of a few texts are no surprise.
    if others > 100, others * 100 > all {
      sentences.append(
        "\(share(of: others)) are not predicted: first tokens, empty lines, and line ends or marks that no token stands for"
      )
    }
    return sentences
  }
}
