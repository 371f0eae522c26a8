import Unroll
import UnrollModels
import UnrollText

/// What was found out about a model and a text.
struct InspectedText {
  /// What the model is called.
  let modelName: String
  /// What the text is called.
  let textName: String
  /// Whether all of the text was read.
  let isWhole: Bool
  let inspection: TextInspection
  /// All properties; without units where the property never changes.
  let findings: [Finding]
  let gradient: GradientByLag?
  /// The unit that the text is coloured by, and why.
  let unit: RecurrentUnit
  let unitReason: String
  /// How many places are shown of each unit.
  let contextCount: Int

  /// A property with the units that track it best.
  struct Finding {
    let property: TextProperty
    let tracking: UnitTracking?

    /// The best unit.
    var best: TrackingUnit? { tracking?.units.first }
    /// Whether chance does as well too often.
    var mayBeChance: Bool { (best?.p ?? 1) > 0.05 }
  }

  /// A unit with the places where it is strongest.
  struct Contexts {
    let unit: RecurrentUnit
    let title: String
    let places: [Int]
  }

  /// The unit to colour by where none was asked for: the one that goes best with a property that takes memory, if there is one
  /// that is not chance.
  static func choice(of findings: [Finding]) -> (unit: RecurrentUnit, reason: String) {
    let groups = [
      findings.filter { !$0.mayBeChance && !$0.property.isAboutOneToken },
      findings.filter { !$0.mayBeChance }, findings,
    ]
    for group in groups {
      let best = group.max { abs($0.best?.correlation ?? 0) < abs($1.best?.correlation ?? 0) }
      guard let best, let unit = best.best else { continue }
      return (
        unit.unit,
        "goes best with \(best.property)\(best.mayBeChance ? ", which may be chance" : "")"
      )
    }
    return (RecurrentUnit(layer: 1, index: 1), "is the first one")
  }

  /// The best unit of each property, and the one that the text is coloured by, with the places where they are strongest.
  var contexts: [Contexts] {
    var contexts = findings.compactMap { finding -> Contexts? in
      guard let best = finding.best else { return nil }
      let isNegative = best.correlation < 0
      return Contexts(
        unit: best.unit, title: "\(finding.property)\(isNegative ? ", where the unit is low" : "")",
        places: inspection.strongestPlaces(
          of: best.unit, count: contextCount, isNegative: isNegative))
    }
    if !contexts.contains(where: { $0.unit == unit }) {
      contexts.insert(
        Contexts(
          unit: unit, title: unitReason,
          places: inspection.strongestPlaces(of: unit, count: contextCount)), at: 0)
    }
    return contexts
  }

  /// The text around a place: before it, the token itself, behind it.
  func excerpt(
    around place: Int, before: Int, after: Int
  ) -> (before: String, token: String, after: String) {
    let document = inspection.documents.first { $0.contains(place) } ?? inspection.tokens.indices
    func text(_ places: Range<Int>) -> String {
      places.clamped(to: document).map {
        inspection.tokenizer.glyph(of: inspection.tokens[$0], marksSpaces: false)
      }.joined()
    }
    return (
      text(max(0, place - before)..<place), text(place..<place + 1),
      text(place + 1..<place + 1 + after)
    )
  }
}
