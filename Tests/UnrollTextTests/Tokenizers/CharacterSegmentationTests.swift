import Testing

import UnrollText

struct CharacterSegmentationTests {
  /// Scalars one by one between neighbours that show each way of joining.
  @Test func scalarsThatStandAloneNeverJoin() {
    let alone = (0...0x10FFFF as ClosedRange<UInt32>)
      .filter(CharacterSegmentation.standsAlone).compactMap(Unicode.Scalar.init)
    #expect(alone.count > 40_000)
    let neighbours: [Unicode.Scalar] = ["a", "中", "한", "가", "क", "©", "ก", "é", "\u{AD}"]
    var joined: [Unicode.Scalar] = []
    for scalar in alone {
      for neighbour in neighbours {
        var text = String.UnicodeScalarView([neighbour, scalar, neighbour])
        if scalar == "\r" || scalar == "\n" { text = .init(["a", scalar, "a"]) }
        if String(text).count != 3 { joined.append(scalar) }
      }
    }
    #expect(joined == [])
  }
}
