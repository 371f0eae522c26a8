import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollTerminal

/// How much the pieces of a text speak for its label, or the tag of one of its words, as lines of a terminal and as JSON.
struct InfluenceLines {
  private let text: String
  /// What is said of the text, and of which of its words; `nil` if nothing is.
  private let said: (label: String, probability: Float, influence: Influence)?
  private let word: Int?

  init(text: String, classes: [String], _ influence: ClassInfluence?) {
    self.text = text
    word = nil
    said = influence.map {
      (classes[$0.classNumber], $0.classification.probabilities[$0.classNumber], $0.influence)
    }
  }

  init(text: String, tags: [String], _ influence: TagInfluence) {
    self.text = text
    word = influence.place
    said = (tags[influence.tagNumber], influence.probability, influence.influence)
  }

  var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? JSON(value) : .null }
    var object = JSON.Object()
    object["text"] = .string(text)
    if let word { object["word"] = JSON(word + 1) }
    object["label"] = said.map { .string($0.label) } ?? .null
    object["probability"] = said.map { JSON($0.probability) } ?? .null
    object["pieces"] = .array(
      (said?.influence.pieces ?? []).enumerated().map { index, piece in
        [
          "text": .string(piece),
          "gradientTimesInput": number(said?.influence.gradients[index] ?? .nan),
          "leftOut": number(said?.influence.omissions[index] ?? .nan),
        ]
      })
    object["agreement"] = (said?.influence.agreement).map { JSON($0) } ?? .null
    return .object(object)
  }

  /// A line for each piece, with a bar for what leaving it out changes.
  func text(width: Int) -> String {
    guard let (label, probability, influence) = said else {
      return "\(text.showingControls.cut(to: width))\n\n"
    }
    let subject = word.map { influence.pieces[$0] } ?? text
    var lines =
      "\(label.showingControls) \(decimalText(Double(probability), 4))  \(subject.showingControls)"
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
