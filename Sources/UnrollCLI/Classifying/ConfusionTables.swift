import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTerminal

/// What was true and what was said, as tables for a terminal and as JSON.
struct ConfusionTables {
  let classes: [String]
  let matrix: ConfusionMatrix

  /// So many of the commonest confusions are listed.
  private static let mostConfusions = 10

  /// An object for each class.
  func classesJSON(label: String, count: String) -> JSON {
    .array(
      zip(classes, matrix.classes).map { name, score in
        [
          label: .string(name), count: JSON(score.trueCount), "said": JSON(score.saidCount),
          "right": JSON(score.rightCount), "precision": JSON(score.precision),
          "recall": JSON(score.recall), "f1": JSON(score.f1),
        ]
      })
  }

  /// A row of figures for each class.
  func classTable(label: String, count: String, width: Int) -> String {
    let figures = [count, "precision", "recall", "F1"]
    let longest = max(5, classes.map(\.columns).max() ?? 0)
    let nameWidth = max(5, min(longest, width == .max ? longest : width - 35))
    var text =
      label.filled(to: nameWidth)
      + figures.map { "  " + $0.aligned(to: max(6, $0.count)) }.joined()
      + "\n"
    for (name, score) in zip(classes, matrix.classes) {
      let values =
        [groupedText(score.trueCount)]
        + [score.precision, score.recall, score.f1].map { decimalText($0, 3) }
      text +=
        name.showingControls.cut(to: nameWidth).filled(to: nameWidth)
        + zip(figures, values).map { "  " + $1.aligned(to: max(6, $0.count)) }.joined() + "\n"
    }
    return text
  }

  /// What was true, a row each, and what was said, a column each; `nil` if that is too wide.
  func matrixTable(width: Int) -> String? {
    let cells = matrix.counts.map { $0.map { $0 == 0 ? "." : "\($0)" } }
    let cellWidth = max(
      "\(classes.count)".count, cells.reduce(0) { max($0, $1.map(\.count).max() ?? 0) })
    let names = classes.enumerated().map { "\($0 + 1) \($1.showingControls)" }
    let nameWidth = names.map(\.columns).max() ?? 0
    guard width == .max || nameWidth + classes.count * (cellWidth + 1) <= width else { return nil }
    func row(_ name: String, _ cells: [String]) -> String {
      name.filled(to: nameWidth) + cells.map { " " + $0.aligned(to: cellWidth) }.joined() + "\n"
    }
    return row("true \\ said", classes.indices.map { "\($0 + 1)" })
      + zip(names, cells).map { row($0, $1) }.joined()
  }

  /// The commonest confusions.
  var confusionList: String {
    let all = classes.indices.flatMap { truth in
      classes.indices.filter { $0 != truth && matrix.counts[truth][$0] > 0 }.map { (truth, $0) }
    }.sorted { matrix.counts[$0.0][$0.1] > matrix.counts[$1.0][$1.1] }
    guard !all.isEmpty else { return "" }
    return "commonest confusions\n"
      + all.prefix(Self.mostConfusions).map { truth, said in
        "\(groupedText(matrix.counts[truth][said]).aligned(to: 6)) of \(classes[truth].showingControls) taken for \(classes[said].showingControls)\n"
      }.joined()
  }
}
