import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct RandomTests {
  // MARK: Philox

  /// The known answers that come with the paper (Salmon et al. 2011): counter, key, words.
  static let philoxAnswers: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
    ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    (
      Array(repeating: 0xffff_ffff, count: 4), [0xffff_ffff, 0xffff_ffff],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  /// Philox 4x32-10 as the paper writes it.
  private static func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let first = c[0].multipliedFullWidth(by: 0xd251_1f53)
      let second = c[2].multipliedFullWidth(by: 0xcd9e_8d57)
      c = [second.high ^ c[1] ^ k[0], second.low, first.high ^ c[3] ^ k[1], first.low]
      k = [k[0] &+ 0x9e37_79b9, k[1] &+ 0xbb67_ae85]
    }
    return c
  }

  @Test(arguments: philoxAnswers)
  func philoxOfTheTestGivesTheKnownAnswers(
    _ answer: (counter: [UInt32], key: [UInt32], words: [UInt32])
  ) {
    #expect(Self.philox(answer.counter, answer.key) == answer.words)
  }

  @Test(arguments: [0, 1, 0x1234_5678_9abc_def0, UInt64.max])
  func drawsAreThoseOfPhilox(key: UInt64) {
    for position in [0, 4, 1 << 20, 0x3_0000_0000, UInt64.max - 7] {
      let block = position / 4
      let expected = Self.philox(
        [UInt32(truncatingIfNeeded: block), UInt32(block >> 32), 0, 0],
        [UInt32(truncatingIfNeeded: key), UInt32(key >> 32)])
      var draws = [UInt32](repeating: 0, count: 4)
      CUnroll_philox(key, position, &draws, 4)
      #expect(draws == expected)
      var stream = RandomStream(key: key, position: position)
      #expect(stream.next() == UInt64(expected[0]) << 32 | UInt64(expected[1]))
      #expect(stream.uniform() == Float(expected[2] >> 8) * 0x1p-24)
    }
  }

  @Test func drawsDoNotDependOnHowTheyAreAskedFor() {
    let key = RandomStream(seed: 3, purpose: .sampling).key
    var whole = [UInt32](repeating: 0, count: 100)
    CUnroll_philox(key, 0, &whole, 100)
    for chunk in [1, 2, 3, 5, 7, 16, 33] {
      var draws: [UInt32] = []
      while draws.count < 100 {
        var part = [UInt32](repeating: 0, count: min(chunk, 100 - draws.count))
        CUnroll_philox(key, UInt64(draws.count), &part, part.count)
        draws += part
      }
      #expect(draws == whole)
    }
    var stream = RandomStream(seed: 3, purpose: .sampling)
    for (index, draw) in whole.enumerated() {
      #expect(stream.position == UInt64(index))
      #expect(stream.uniform() == Float(draw >> 8) * 0x1p-24)
    }
  }

  @Test func streamsOfDifferentPurposesSeedsAndNumbersDiffer() {
    var keys: Set<UInt64> = []
    for seed in UInt64(0)..<10 {
      for purpose in [RandomStream.Purpose.dropout, .shuffling, .sampling] {
        for number in UInt64(0)..<10 {
          keys.insert(RandomStream(seed: seed, purpose: purpose, number: number).key)
        }
      }
    }
    #expect(keys.count == 300)
  }

  @Test func savedStreamGoesOn() {
    var stream = RandomStream(seed: 1, purpose: .shuffling)
    _ = stream.uniform()
    _ = stream.next()
    var resumed = RandomStream(key: stream.key, position: stream.position)
    #expect(resumed == stream)
    #expect((0..<10).map { _ in resumed.next() } == (0..<10).map { _ in stream.next() })
  }

  // MARK: Dropout

  @Test(arguments: [Float(0.1), 0.25, 0.5, 0.9])
  func dropoutZeroesItsShareAndScalesTheRest(probability: Float) {
    let count = 20_003
    var stream = RandomStream(seed: 5, purpose: .dropout)
    let x = Tensor.random([count], seed: 1, in: 0.5...1)
    let y = dropout(x, probability: probability, using: &stream)
    let kept = zip(x.elements, y.elements).filter { $0.1 != 0 }
    #expect(kept.allSatisfy { $0.1 == $0.0 * (1 / (1 - probability)) })
    let deviation = (Float(count) * probability * (1 - probability)).squareRoot()
    #expect(abs(Float(count - kept.count) - Float(count) * probability) < 4 * deviation)
  }

  @Test func maskIsDrawnFromTheStream() {
    var stream = RandomStream(seed: 5, purpose: .dropout)
    var draws = stream
    let ones = Tensor(repeating: 1, shape: [77])
    let masked = dropout(ones, probability: 0.5, using: &stream)
    #expect(masked.elements == (0..<77).map { _ in draws.uniform() < 0.5 ? 2 : 0 })
    let next = dropout(ones, probability: 0.5, using: &stream)
    #expect(next != masked)
    var again = RandomStream(key: stream.key, position: 0)
    #expect(dropout(ones, probability: 0.5, using: &again) == masked)
    #expect(dropout(ones, probability: 0.5, using: &again) == next)
    #expect(again == stream)
  }

  @Test(arguments: [1, 16, 17, 1000])
  func gradientHasTheSameMask(count: Int) {
    var stream = RandomStream(seed: 6, purpose: .dropout)
    let tape = Tape()
    let ones = tape.variable(Tensor(repeating: 1, shape: [count]))
    let masked = dropout(ones, probability: 0.4, using: &stream)
    #expect(tape.gradients(of: masked.sum())[0] == masked)
  }

  @Test func extremeProbabilities() {
    let x = Tensor.random([33], seed: 1)
    var stream = RandomStream(seed: 7, purpose: .dropout)
    #expect(dropout(x, probability: 0, using: &stream) == x)
    #expect(stream.position == 0)
    #expect(dropout(x, probability: 1, using: &stream) == Tensor(zeros: [33]))
  }
}
