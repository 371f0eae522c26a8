import Foundation
import Testing
import Unroll
import UnrollTensorBoard
import UnrollTestSupport

/// Files of events for TensorBoard.
@Suite struct TensorBoardTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The bytes that the tensorboard package writes for the same events.
  @Test func bytesAreThoseOfTensorBoard() throws {
    let log = try TensorBoardLog(in: folder("board"), goingOnAfter: 3, now: { 1.5 })
    try log.write([("training/loss", 2.5), ("training/learning rate", 1e-3)], at: 4)
    try log.write("one\ntwo é", as: "sample", at: 4)
    let histogram = Histogram(
      least: -1, greatest: 2, count: 3, sum: 1.5, sumOfSquares: 5.25, limits: [0.5, 2],
      counts: [2, 1])
    try log.write(
      [ParameterHistogram(name: "fc.bias", weights: histogram, gradient: nil)], at: 4)
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/events.golden")
    let names = try folder.names(in: "board")
    #expect(names == ["events.out.tfevents.1.unroll.3.0"])
    #expect(try folder.bytes(of: "board/\(names[0])") == [UInt8](Data(contentsOf: golden)))
  }

  @Test func checksumIsCastagnolis() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
  }

  private func run() throws -> RunSettings<LanguageSettings> {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog.\n", count: 30)
    var settings = RunSettings(
      LanguageSettings(texts: [try folder.write(text, to: "fox.txt")]), output: folder("model"))
    (settings.sizes.hiddenSize, settings.sizes.layers) = (8, 1)
    (settings.sizes.batchSize, settings.sizes.sequenceLength) = (4, 16)
    settings.sizes.epochs = 2
    settings.outputs.tensorboard = folder("board")
    settings.outputs.checkpoint = folder("run")
    return settings
  }

  /// All of a run, an interruption included; each step once.
  @Test func runsHaveTheirCurvesOnce() throws {
    var losses: [Double] = []
    func train(_ run: inout TrainingRun<LanguageTask>, until stop: Int?) throws {
      var log: TensorBoardLog?
      _ = try run.train { event in
        if case .began(let beginning) = event {
          log = try TensorBoardLog(in: folder("board"), goingOnAfter: beginning.stepCount)
        }
        if case .step(let report, _) = event { losses.append(report.loss) }
        try log?.take(event)
      } until: {
        $0 == stop
      }
    }
    do {
      var first = try TrainingRun<LanguageTask>(run())
      try train(&first, until: 20)
    }
    var second = try TrainingRun<LanguageTask>(goingOnIn: folder("run"))
    try train(&second, until: nil)
    let events = try folder.names(in: "board").flatMap {
      try TensorBoardFile(folder.bytes(of: "board/\($0)")).events
    }
    let points = events.flatMap(\.scalars).filter { $0.tag == "training/loss" }
    #expect(points.map(\.step) == Array(1...36))
    #expect(points.map(\.value) == losses.map { Float($0) })
    #expect(
      events.flatMap(\.scalars).filter { $0.tag == "validation/loss" }.map(\.step) == [18, 36])
    let tags = Set(events.flatMap(\.histograms))
    #expect(tags.contains("weights/rnn.weight_hh_l0") && tags.contains("gradients/fc.bias"))
    // The second file makes TensorBoard forget what an earlier one might have from there on.
    #expect(events.compactMap(\.restartStep) == [21])
  }

  @Test func histogramsCountEverythingOnce() {
    let numbers: [Float] = [-1, 0, 0.25, 2, 2, .nan]
    let histogram = Histogram(numbers)
    #expect((histogram.least, histogram.greatest, histogram.count) == (-1, 2, 5))
    #expect((histogram.sum, histogram.sumOfSquares) == (3.25, 9.0625))
    #expect(histogram.counts.reduce(0, +) == 5 && histogram.counts.last == 2)
    #expect(histogram.limits == histogram.limits.sorted() && histogram.limits.last == 2)
    let same = Histogram([Float](repeating: 3, count: 4))
    #expect(same.counts == [4] && same.limits == [4])
    #expect(Histogram([Float]()).count == 0)
  }
}
