import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns

/// How well a tagger did, for a person or as JSON.
struct TaggingReport {
  let tags: [String]
  let score: TaggingScore

  var json: JSON {
    func number(_ value: Double?) -> JSON { value.map { $0.isFinite ? JSON($0) : .null } ?? .null }
    return [
      "words": JSON(score.count), "accuracy": number(score.accuracy), "loss": number(score.loss),
      "spanF1": number(score.spanF1), "spanPrecision": number(score.spans?.precision),
      "spanRecall": number(score.spans?.recall), "macroF1": number(score.confusion.macroF1),
      "tags": ConfusionTables(classes: tags, matrix: score.confusion).classesJSON(
        label: "tag", count: "words"),
    ]
  }

  /// Tables that fit so many columns, as far as that is possible.
  func text(width: Int) -> String {
    let spans =
      score.spans.map {
        "span F1   \(decimalText($0.f1, 4)), precision \(decimalText($0.precision, 4)), recall \(decimalText($0.recall, 4)) of \(countText($0.trueCount, "span"))\n"
      } ?? ""
    return """
      accuracy  \(decimalText(score.accuracy, 4)) of \(countText(score.count, "word"))
      \(spans)loss      \(decimalText(score.loss, 4)) nats per word

      \(ConfusionTables(classes: tags, matrix: score.confusion).classTable(label: "tag", count: "words", width: width))
      \(ConfusionTables(classes: tags, matrix: score.confusion).confusionList)
      """
  }
}
