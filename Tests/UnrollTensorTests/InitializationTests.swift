import Testing
import UnrollTensor
import UnrollTestSupport

/// Initial values have the bits of PyTorch 2.13.0 on x86-64 with AVX2.
@Suite struct InitializationTests {
  @Test func mersenneTwisterGivesTheKnownAnswers() {
    var generator = MersenneTwister(seed: 5489)
    let first = (0..<5).map { _ in generator.nextWord() }
    #expect(first == [3_499_211_612, 581_869_302, 3_890_346_734, 3_586_334_585, 545_404_204])
    for _ in 5..<9999 { _ = generator.nextWord() }
    #expect(generator.nextWord() == 4_123_659_995)
  }

  @Test func onlyTheLowerHalfOfTheSeedCounts() {
    var (small, large) = (MersenneTwister(seed: 7), MersenneTwister(seed: 1 << 32 + 7))
    #expect(small.nextWord() == large.nextWord())
  }

  /// First element, last element and checksum of what `torch.nn` drew after `torch.manual_seed(seed)`.
  struct Draw: Sendable {
    let seed: UInt64
    let shape: Shape
    let first, last, checksum: UInt32
    init(_ seed: UInt64, _ shape: Shape, _ first: UInt32, _ last: UInt32, _ checksum: UInt32) {
      (self.seed, self.shape) = (seed, shape)
      (self.first, self.last, self.checksum) = (first, last, checksum)
    }
  }

  static let embeddings = [
    Draw(7, [3], 0xbe16_5174, 0x3f72_62e7, 0x7b18f88d),
    Draw(0, [3, 3], 0x3fc5_3f5c, 0xbf38_2144, 0xb5f3_ab6c),
    Draw(1, [3, 3], 0x3f29_4e60, 0xbf83_88ae, 0x9c0b_af59),
    Draw(42, [3, 5], 0x3eac_62ae, 0xbf7d_2c7a, 0xc36a_20d8),
    Draw(0, [4, 4], 0xbf90_1b85, 0xbe7d_367c, 0xd44a_3f30),
    Draw(1, [17, 1], 0xbfc3_46ba, 0xbf4c_668d, 0x08e3_f9d5),
    Draw(42, [5, 7], 0x3ff6_a529, 0x3d4c_6997, 0x13b3_9e3b),
    Draw(0, [6, 8], 0xbf90_1b85, 0xbfcb_189e, 0xbe9b_7133),
    Draw(0, [65, 64], 0xbf90_1b85, 0x3f19_4baf, 0xbbba_ac18),
    Draw(1, [65, 64], 0xbfc3_46ba, 0xbf54_ccdb, 0x8688_4fb6),
    Draw(42, [65, 64], 0x3ff6_a529, 0xbf59_fa1b, 0xe873_2f87),
  ]

  @Test(arguments: embeddings)
  func normalDrawsEqualPyTorchs(_ draw: Draw) {
    var generator = MersenneTwister(seed: draw.seed)
    let values = Tensor.normal(draw.shape, using: &generator)
    #expect(values.shape == draw.shape)
    #expect(values.elements.first?.bitPattern == draw.first)
    #expect(values.elements.last?.bitPattern == draw.last)
    #expect(checksum([values]) == draw.checksum)
  }

  /// The leftover of a small tensor waits for the next small one, whatever is drawn in between.
  @Test func normalDrawsOfSeveralTensorsInARow() {
    var generator = MersenneTwister(seed: 42)
    let all = [1, 3, 16, 15, 17, 9, 48, 2].map { Tensor.normal([$0], using: &generator) }
    #expect(checksum(all) == 0x4639_a5ff)
  }

  static let layers = [
    (Draw(0, [6, 4], 0xbb75_5400, 0x3ebf_915c, 0xccbc_4e52), 0x5497_00ce),
    (Draw(42, [6, 4], 0x3ec3_b8cc, 0x3ea9_d2ae, 0x6a2a_a420), 0x3bad_aece),
    (Draw(0, [17, 12], 0xbb0d_a3e8, 0xbe4a_ef70, 0x3a5d_f0c1), 0x418e_f929),
    (Draw(1 << 32 + 7, [17, 12], 0x3ca5_2be8, 0xbe6b_2175, 0x5d9a_f49b), 0xb27b_86cc as UInt32),
  ]

  /// A weight and then a bias within ± 1 / √inputSize.
  @Test(arguments: layers)
  func uniformDrawsEqualPyTorchs(_ weight: Draw, biasChecksum: UInt32) {
    var generator = MersenneTwister(seed: weight.seed)
    let bound = Float(1 / Double(weight.shape[1]).squareRoot())
    let values = Tensor.uniform(weight.shape, from: -bound, to: bound, using: &generator)
    #expect(values.elements.first?.bitPattern == weight.first)
    #expect(values.elements.last?.bitPattern == weight.last)
    #expect(checksum([values]) == weight.checksum)
    let bias = Tensor.uniform([weight.shape[0]], from: -bound, to: bound, using: &generator)
    #expect(checksum([bias]) == biasChecksum)
  }

  @Test func upperBoundIsLeftOut() {
    var generator = MersenneTwister(seed: 1)
    let values = Tensor.uniform([100], from: 1, to: Float(1).nextUp, using: &generator)
    #expect(values == Tensor(repeating: 1, shape: [100]))
  }

  private func checksum(_ tensors: [Tensor]) -> UInt32 {
    tensors.flatMap(\.elements).reduce(0) { $0 &* 31 &+ $1.bitPattern }
  }
}
