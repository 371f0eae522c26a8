import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTerminal

/// How well a classifier did, for a person or as JSON.
struct ClassificationReport {
  let classes: [String]
  let score: ClassificationScore
  /// The examples that have no label from the model.
  let unreadCount: Int

  // MARK: JSON

  var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? JSON(value) : .null }
    return [
      "texts": JSON(score.count), "unread": JSON(unreadCount),
      "accuracy": number(score.accuracy), "macroF1": number(score.macroF1),
      "loss": number(score.loss), "calibrationError": number(score.calibrationError),
      "classes": tables.classesJSON(label: "label", count: "texts"),
      "confusion": .array(score.confusion.counts.map { .array($0.map { JSON($0) }) }),
    ]
  }

  // MARK: Text

  /// Tables that fit so many columns, as far as that is possible.
  func text(width: Int) -> String {
    """
    accuracy           \(decimalText(score.accuracy, 4)) of \(countText(score.count, "text"))
    macro F1           \(decimalText(score.macroF1, 4))
    loss               \(decimalText(score.loss, 4)) nats per text
    calibration error  \(decimalText(score.calibrationError, 4))

    \(tables.classTable(label: "label", count: "texts", width: width))
    \(tables.matrixTable(width: width) ?? tables.confusionList)
    """
  }

  private var tables: ConfusionTables {
    ConfusionTables(classes: classes, matrix: score.confusion)
  }
}
