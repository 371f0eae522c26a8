import Testing
import UnrollTestSupport
import UnrollText

/// Pairs of texts, as files have them, and their parts.
struct TextPairsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pairs(
    _ text: String, _ columns: TextPairs.Columns = TextPairs.Columns()
  ) throws -> TextPairs {
    try TextPairs(reading: folder.write(Array(text.utf8), to: "a.tsv"), columns: columns)
  }

  @Test func textsAreThoseOfTheFile() throws {
    let text = "\u{FEFF}Go.\tVa !\tCC-BY\r\n\r\n\"No\" he said.\t\"Non\", dit-il.\nx\ty"
    let read = try pairs(text)
    #expect(read.pairs.map(\.source) == ["Go.", "\"No\" he said.", "x"])
    #expect(read.pairs.map(\.target) == ["Va !", "\"Non\", dit-il.", "y"])
    #expect(read.pairs.map(\.place).last?.hasPrefix("line 4 of '") == true)
  }

  @Test func columnsCanBeChosen() throws {
    let read = try pairs("1\ta\tb\n2\tc\td\n", TextPairs.Columns(source: 3, target: 1))
    #expect(read.pairs.map(\.source) == ["b", "d"] && read.pairs.map(\.target) == ["1", "2"])
  }

  @Test func emptyTextsAreLeftOutByTheirPlaces() throws {
    let read = try pairs("a\tb\n\tc\nd\t\n")
    #expect(read.pairs.count == 1)
    #expect(read.emptyPlaces.map { $0.prefix(7) } == ["line 2 ", "line 3 "])
  }

  @Test(arguments: [
    ("a\tb\nc\n", "line 2 of ", "has one column, and a text in column 1, a tab"),
    ("a b\n", "line 1 of ", "has one column"),
  ])
  func missingColumnIsNamedWithItsLine(_ text: String, _ place: String, _ sentence: String) {
    let error = #expect(throws: TextError.self) { try pairs(text) }
    #expect(error?.message.contains(place) == true && error?.message.contains(sentence) == true)
  }

  // MARK: Parts

  @Test func equalTextsAreLinkedAcrossBothSides() {
    let pairs = [
      ("a", "1"), ("b", "2"), ("b", "1"), ("c", "3"), ("d", "4"), ("e", "4"), ("1", "a"),
    ]
    #expect(
      pairs.map { TextPair(source: $0, target: $1) }.linkedGroups == [0, 0, 0, 3, 4, 4, 6])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func partsHaveNoTextInCommon(_ seed: UInt64) throws {
    let pairs = (0..<1000).map { number in
      TextPair(source: "s\(number * number % 613)", target: "t\(number % 457)")
    }
    let groups = pairs.linkedGroups
    let parts = try Split(validationFraction: 0.1, testFraction: 0.2)
      .parts(ofGroups: groups, seed: seed)
    #expect((parts.training + parts.validation + parts.test).sorted() == Array(0..<1000))
    for side in [\TextPair.source, \TextPair.target] {
      let sets = [parts.training, parts.validation, parts.test].map { part in
        Set(part.map { pairs[$0][keyPath: side] })
      }
      #expect(sets[0].isDisjoint(with: sets[1]) && sets[0].isDisjoint(with: sets[2]))
      #expect(sets[1].isDisjoint(with: sets[2]))
    }
    #expect(parts.validation.count <= 100 && parts.test.count <= 200)
  }

  @Test func partsHaveTheirFractions() throws {
    let parts = try Split(validationFraction: 0.1, testFraction: 0.25)
      .parts(ofGroups: (0..<1000).map { $0 / 3 }, seed: 1)
    #expect(abs(parts.validation.count - 100) <= 2 && abs(parts.test.count - 250) <= 2)
    let other = try Split(validationFraction: 0.1, testFraction: 0.25)
      .parts(ofGroups: (0..<1000).map { $0 / 3 }, seed: 2)
    #expect(other.test != parts.test)
  }
}
