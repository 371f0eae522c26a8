package import UnrollText

extension Corpus {
  /// Which files of folders were left out and why, in one sentence each, not more than ten.
  package var sentencesOfSkipped: [String] {
    let most = skipped.count > 10 ? 9 : 10
    let sentences = skipped.prefix(most).map { "left out: \($0.reason)" }
    guard skipped.count > most else { return sentences }
    return sentences + ["left out: \(countText(skipped.count - most, "other file"))"]
  }
}
