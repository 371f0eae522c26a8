import Testing
import UnrollFormats
import UnrollTestSupport

/// What a program gets wrong stops it, in every build, with a sentence.
@Suite struct MisuseTests {
  @Test(arguments: table.indices)
  func misuseEndsTheProgramWithItsSentence(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index = index as Int] in MisuseTests.table[index].commit() }
    Self.table[index].expectSentence(in: result)
  }

  private static func add(_ shape: [Int], _ type: ElementType, byteCount: Int) {
    var writer = SafeTensorsWriter()
    try? writer.add("x", shape: shape, as: type, bytes: Array(repeating: 0, count: byteCount))
  }

  static let table = [
    Misuse("the shape [2, -1] has a negative size") { add([2, -1], .float32, byteCount: 0) },
    Misuse("the shape [2, 3] of F16 needs 12 bytes, not 24") {
      add([2, 3], .float16, byteCount: 24)
    },
    Misuse("floats are written as F32, F16 or BF16, not as I64") {
      var writer = SafeTensorsWriter()
      try? writer.add("x", shape: [1], as: .int64, values: [1])
    },
    Misuse("the key 'a' occurs twice") { _ = ["a": 1, "a": 2] as JSON },
  ]
}
