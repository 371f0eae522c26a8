/// Batches that know where in a row of tokens their targets are.
package protocol LocatedBatches: BatchSource {
  /// The place of the target of a batch's first step in some row; those of the next steps follow it.
  func firstTarget(ofRow row: Int, in step: Int) -> Int
}

extension EvaluationBatches: LocatedBatches {
  /// The place in the tokens that the batches were made of.
  package func firstTarget(ofRow row: Int, in step: Int) -> Int {
    start(ofRow: row, in: step) + 1
  }
}

extension DocumentBatches: LocatedBatches {
  /// The place in the tokens of all documents of the corpus.
  package func firstTarget(ofRow row: Int, in step: Int) -> Int {
    let (documents, window) = group(of: step)
    let document = documents[documents.startIndex + row]
    return self.documents.range(of: Int(document)).lowerBound + window * sequenceLength + 1
  }
}
