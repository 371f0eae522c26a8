import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTerminal

/// How much the pieces of a text speak for its label, as lines of a terminal and as JSON.
struct InfluenceLines {
  private let text: String
  private let classes: [String]
  private let influence: ClassInfluence?

  init(text: String, classes: [String], _ influence: ClassInfluence?) {
    self.text = text
    self.classes = classes
    self.influence = influence
  }

  private var label: String { influence.map { classes[$0.classNumber] } ?? "" }

  private var probability: Float {
    influence.map { $0.classification.probabilities[$0.classNumber] } ?? 0
  }

  var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? JSON(value) : .null }
    let pieces = (influence?.pieces ?? []).indices.map { index -> JSON in
      [
        "text": .string(influence?.pieces[index] ?? ""),
        "gradientTimesInput": number(influence?.gradients[index] ?? .nan),
        "leftOut": number(influence?.omissions[index] ?? .nan),
      ]
    }
    return [
      "text": .string(text), "label": influence == nil ? .null : .string(label),
      "probability": influence == nil ? .null : JSON(probability), "pieces": .array(pieces),
      "agreement": (influence?.agreement).map { JSON($0) } ?? .null,
    ]
  }

  /// A line for each piece, with a bar for what leaving it out changes.
  func text(width: Int) -> String {
    guard let influence else { return "\(text.showingControls.cut(to: width))\n\n" }
    var lines =
      "\(label.showingControls) \(decimalText(Double(probability), 4))  \(text.showingControls)"
      .cut(to: width) + "\n"
    let names = influence.pieces.map { ($0 == " " ? "␣" : $0).showingControls.cut(to: 12) }
    let nameWidth = max(5, names.map(\.columns).max() ?? 0)
    lines +=
      "piece".filled(to: nameWidth) + "  gradient × input  left out\n"
    let greatest = influence.omissions.filter(\.isFinite).map(abs).max() ?? 0
    let room = max(0, min(30, width == .max ? 30 : width - nameWidth - 30))
    for (index, name) in names.enumerated() {
      let omission = influence.omissions[index]
      let share = greatest > 0 && omission.isFinite ? abs(omission) / greatest : 0
      let bar = String(
        repeating: omission < 0 ? "░" : "█", count: Int((share * Double(room)).rounded()))
      lines +=
        "\(name.filled(to: nameWidth))  \(signed(influence.gradients[index]).aligned(to: 16))  \(signed(omission).aligned(to: 8))\(bar.isEmpty ? "" : "  ")\(bar)\n"
    }
    let agreement = influence.agreement.map { decimalText($0, 2) } ?? "unknown"
    return lines + "agreement of both: \(agreement)\n\n"
  }

  private func signed(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return (value < 0 ? "−" : "+") + decimalText(abs(value), 3)
  }
}
