import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

extension InspectedText {
  /// Everything that was found out, as one object.
  var json: JSON {
    let configuration = inspection.configuration
    return [
      "model": [
        "cell": .string("\(configuration.cell)"), "layers": JSON(configuration.layerCount),
        "units": JSON(configuration.hiddenSize),
      ],
      "text": .string(textName), "isWhole": .boolean(isWhole),
      "bitsPerToken": JSON(inspection.meanBits),
      "state": .string(inspection.unitValue.rawValue),
      "unit": Self.json(unit),
      "tokens": inspection.json(of: unit),
      "saturation": .array(
        inspection.saturation.map {
          [
            "layer": JSON($0.layer), "gate": $0.gate.map { .string($0.rawValue) } ?? .null,
            "low": JSON($0.lowShare), "high": JSON($0.highShare),
          ]
        }),
      "properties": .array(findings.map { Self.json($0) }),
      "contexts": .array(contexts.map { json($0) }),
      "gradientByLag": gradient.map {
        [
          "norms": .array($0.norms.map { JSON($0) }),
          "places": .array($0.placeCounts.map { JSON($0) }),
        ]
      } ?? .null,
    ]
  }

  private static func json(_ unit: RecurrentUnit) -> JSON {
    ["layer": JSON(unit.layer), "index": JSON(unit.index)]
  }

  private static func json(_ finding: Finding) -> JSON {
    [
      "property": .string(finding.property.rawValue),
      "shifts": finding.tracking.map { JSON($0.shiftCount) } ?? .null,
      "units": .array(
        (finding.tracking?.units ?? []).map {
          [
            "layer": JSON($0.unit.layer), "index": JSON($0.unit.index),
            "correlation": JSON($0.correlation), "p": JSON($0.p),
          ]
        }),
    ]
  }

  private func json(_ contexts: Contexts) -> JSON {
    let values = inspection.values(of: contexts.unit)
    return [
      "unit": Self.json(contexts.unit), "title": .string(contexts.title),
      "places": .array(
        contexts.places.map { place in
          let excerpt = excerpt(around: place, before: 48, after: 16)
          return [
            "place": JSON(place), "value": JSON(values[place]),
            "before": .string(excerpt.before), "token": .string(excerpt.token),
            "after": .string(excerpt.after),
          ]
        }),
    ]
  }
}

extension UnrolledText {
  /// All numbers of the drawing, as one object.
  var json: JSON {
    let (layers, size) = (
      inspection.configuration.layerCount, inspection.configuration.hiddenSize
    )
    return [
      "state": .string(inspection.unitValue.rawValue), "tokens": inspection.json(of: nil),
      "states": .array(
        inspection.tokens.indices.map { place in
          let row = inspection.values[place].elements
          return .array(
            (0..<layers).map { layer in
              .array(row[layer * size..<(layer + 1) * size].map { JSON($0) })
            })
        }),
    ]
  }
}

extension TextInspection {
  /// The tokens with their bits, the number of a unit, and what is likely to follow.
  fileprivate func json(of unit: RecurrentUnit?) -> JSON {
    let values = unit.map { self.values(of: $0) }
    func spelling(_ token: Token) -> JSON {
      .string(tokenizer.spelling(of: token, isQuoted: false))
    }
    return .array(
      tokens.indices.map { place in
        var members: [JSON.Object.Member] = [
          .init(key: "token", value: JSON(tokens[place])),
          .init(key: "spelling", value: spelling(tokens[place])),
          .init(key: "bits", value: bits(of: place).map { JSON($0) } ?? .null),
        ]
        if let values { members.append(.init(key: "value", value: JSON(values[place]))) }
        let next: [JSON] = likeliestNext(after: place).map {
          [
            "token": JSON($0.token), "spelling": spelling($0.token),
            "logProbability": JSON($0.logProbability),
          ]
        }
        members.append(.init(key: "next", value: .array(next)))
        return .object(.init(members))
      })
  }
}
