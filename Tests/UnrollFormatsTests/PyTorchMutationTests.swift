import Testing
import UnrollFormats
import UnrollTestSupport

/// Thousands of files that are almost right: reading each ends, with or without an error.
struct PyTorchMutationTests {
  private static let pickle = PickleBytes.dictionary([
    (.text("a"), .tensor(size: [2, 2], strides: [1, 2])),
    (.text("b"), .tensor(.storage("LongStorage", key: "1", count: 2), size: [2])),
    (.text("c"), .noHooks), (.text("d"), .tensor(offset: 1, size: [3])),
  ]).pickle
  private static let storages: [(key: String, bytes: [UInt8])] = [
    ("0", fourFloats), ("1", fourFloats),
  ]

  /// Flips bits, cuts, repeats, moves and overwrites pieces.
  private func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, at + Int.random(in: 1...16, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[at] = .random(in: .min ... .max, using: &generator)
      case 2: bytes.removeSubrange(at..<end)
      case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 4:
        let piece = Array(bytes[at..<end])
        let target = Int.random(in: 0...bytes.count - piece.count, using: &generator)
        bytes.replaceSubrange(target..<target + piece.count, with: piece)
      default: bytes = Array(bytes[..<at])
      }
    }
    return bytes
  }

  private func read(_ bytes: [UInt8], _ outcomes: inout (read: Int, refused: Int)) throws {
    do {
      for tensor in try PyTorchArchive(bytes: bytes).tensors {
        #expect(throws: Never.self) {
          if tensor.elementType == .int64 {
            _ = try tensor.integers()
          } else {
            _ = try tensor.floats()
          }
        }
      }
      outcomes.read += 1
    } catch is PyTorchError {
      outcomes.refused += 1
    }
  }

  @Test func damagedArchivesAreReadOrRefused() throws {
    var generator = SeededGenerator(seed: 11)
    let file = StoredZip(pickle: Self.pickle, storages: Self.storages).bytes
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<20_000 { try read(mutated(file, &generator), &outcomes) }
    // Some changes meet bytes that say nothing, such as dates.
    #expect(outcomes.read > 100 && outcomes.refused > 10_000, "\(outcomes)")
  }

  @Test func damagedPicklesAreReadOrRefused() throws {
    var generator = SeededGenerator(seed: 12)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<20_000 {
      let file = StoredZip(pickle: mutated(Self.pickle, &generator), storages: Self.storages)
      try read(file.bytes, &outcomes)
    }
    #expect(outcomes.read > 20 && outcomes.refused > 10_000, "\(outcomes)")
  }

  @Test func everyCutIsRefused() throws {
    let file = StoredZip(pickle: Self.pickle, storages: Self.storages).bytes
    var outcomes = (read: 0, refused: 0)
    for count in file.indices { try read(Array(file[..<count]), &outcomes) }
    #expect(outcomes == (0, file.count))
  }
}
