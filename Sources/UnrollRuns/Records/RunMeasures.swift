internal import UnrollFormats

/// The measures of a run that its end and its checkpoints need.
struct RunMeasures: Hashable, Sendable {
  /// The last one.
  private(set) var last: Measure?
  /// The step that it was taken after.
  private(set) var lastStep: Int?
  /// That of the best model.
  private(set) var best: Measure?

  init() {}

  mutating func take(_ measure: Measure, step: Int) { (last, lastStep) = (measure, step) }

  mutating func lastIsBest() { best = last }

  /// - Throws: `JSONError`.
  init(_ field: JSON.Field) throws {
    last = try Self.measure(field["last"])
    lastStep = try field["lastStep"].ifPresent?.integer(in: 0...(1 << 53))
    best = try Self.measure(field["best"])
  }

  var json: JSON {
    [
      "last": Self.json(last), "lastStep": lastStep.map { JSON($0) } ?? .null,
      "best": Self.json(best),
    ]
  }

  static func measure(_ field: JSON.Field) throws -> Measure? {
    let figures = try field.ifPresent?.array().map { figure in
      Measure.Figure(
        try figure["name"].string(), try figure["value"].double(),
        isBetterWhenGreater: try figure["isBetterWhenGreater"].boolean())
    }
    return figures.flatMap { $0.isEmpty ? nil : Measure($0) }
  }

  static func json(_ measure: Measure?) -> JSON {
    guard let measure else { return .null }
    return .array(
      measure.figures.map {
        [
          "name": .string($0.name), "value": JSON($0.value),
          "isBetterWhenGreater": .boolean($0.isBetterWhenGreater),
        ]
      })
  }
}
