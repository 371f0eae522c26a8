import Foundation
import Testing

import UnrollText

/// The facts about Unicode that cutting text relies on, for every scalar there is.
struct TextCutTests {
  private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

  /// What composes with something before it is in some decomposition behind the first place.
  @Test func scalarsThatStandAloneBeginANormalisedStretch() {
    var followers: Set<Unicode.Scalar> = []
    for scalar in Self.scalars {
      let decomposed = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
      followers.formUnion(decomposed.dropFirst())
    }
    #expect(followers.count > 100)
    for scalar in Self.scalars where CharacterSegmentation.standsAlone(scalar.value) {
      let first = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.first
      #expect(first?.properties.canonicalCombiningClass == .notReordered)
      #expect(first.map { !followers.contains($0) } == true, "\(scalar.value)")
    }
  }

  @Test(arguments: Normalization.allCases)
  func preparedScalarsThatStandAloneNeverJoin(normalization: Normalization) throws {
    let neighbours = ["a", "가", "क", "ก", "Σ", "ﾊ"]
    let tokenizer = try Tokenizer(
      TokenizerDescription(
        kind: .characters, entries: ["a"], unknown: .skip, normalization: normalization,
        lowercase: true))
    for scalar in Self.scalars where CharacterSegmentation.standsAlone(scalar.value) {
      let alone = tokenizer.prepared(String(scalar))
      for neighbour in neighbours where scalar != "\n" && scalar != "\r" {
        let other = tokenizer.prepared(neighbour)
        let after = tokenizer.prepared(String(scalar) + neighbour)
        let before = tokenizer.prepared(neighbour + String(scalar))
        guard after.isIdentical(to: alone + other), before.isIdentical(to: other + alone),
          after.count == alone.count + other.count, before.count == after.count
        else {
          Issue.record("\(scalar.value) and \(neighbour)")
          return
        }
      }
    }
  }

  @Test func onlyWhiteSpaceEndsWithWhiteSpaceWhenPrepared() {
    for scalar in Self.scalars where !scalar.properties.isWhitespace {
      let prepared = String(scalar).precomposedStringWithCompatibilityMapping.lowercased()
      guard prepared.unicodeScalars.last?.properties.isWhitespace == false else {
        Issue.record("\(scalar.value)")
        return
      }
    }
  }
}
