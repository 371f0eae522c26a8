import ArgumentParser
import Unroll
import UnrollFormats
import UnrollRuns
import UnrollTensor

/// `unroll bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training and generating against what the machine can do.",
    discussion: """
      GFLOP/s counts 6 operations for each multiply-add of the recurrent and output products and each token; one-hot \
      input counts as nothing. "growth" changes the sizes of one workload in turn. Let nothing else run meanwhile.
      """)

  @Option(
    parsing: .upToNextOption,
    help:
      "Workloads to measure (default: all): \(Self.names.joined(separator: ", ")).")
  var workload: [String] = []

  @Option(help: "Seconds for each figure.")
  var seconds: Double = 2

  @Flag(help: "Print JSON, one object a line.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  private static let names = Workload.all.map(\.name) + ["growth"]

  func validate() throws {
    for name in workload where !Self.names.contains(name) {
      throw ValidationError(
        "there is no workload \(name); the workloads are \(Self.names.joined(separator: ", "))"
      )
    }
    try require(seconds > 0 && seconds.isFinite, "--seconds is above 0, not \(seconds)")
  }

  func run() throws {
    try threads.run {
      let peaks = try MachinePeaks()
      try report(peaks)
      let tutorial = try TutorialFigures()
      try report(tutorial)
      try report(DeterminismFigures(tutorial))
      for workload in Workload.all where isWanted(workload.name) {
        try report(workload, TrainingFigures(of: workload, seconds: seconds), peaks)
        try report(workload, GenerationFigures(of: workload, seconds: seconds), peaks)
      }
      if isWanted("growth") { try report(GrowthFigures(seconds: seconds / 4)) }
    }
  }

  private func isWanted(_ name: String) -> Bool { workload.isEmpty || workload.contains(name) }

  private func report(_ peaks: MachinePeaks) throws {
    if json {
      try line([
        "figure": "machine", "isa": .string(peaks.isa), "threads": JSON(peaks.threads),
        "gflopsOneThread": JSON(peaks.multiplyAdd.one), "gflops": JSON(peaks.multiplyAdd.all),
        "readGBs": .object(
          JSON.Object(peaks.bandwidth.map { .init(key: "\($0.megabytes)MB", value: JSON($0.rate)) })
        ),
      ])
    } else {
      let reads = peaks.bandwidth.map { "\($0.megabytes) MB \(decimalText($0.rate, 0))" }.joined(
        separator: ", ")
      try Console.data(
        """
        machine      \(peaks.isa), \(peaks.threads) threads
        multiply-add \(decimalText(peaks.multiplyAdd.one, 1)) GFLOP/s one thread, \
        \(decimalText(peaks.multiplyAdd.all, 1)) all
        reading GB/s \(reads)

        """)
    }
  }

  private func report(_ figures: TutorialFigures) throws {
    if json {
      try line(["figure": "tutorial", "ms": JSON(figures.milliseconds)])
    } else {
      try Console.data("tutorial     \(decimalText(figures.milliseconds, 2)) ms for 100 epochs\n")
    }
  }

  private func report(_ figures: DeterminismFigures) throws {
    if json {
      try line([
        "figure": "determinism", "holds": .boolean(figures.faults.isEmpty),
        "faults": .array(figures.faults.map { .string($0) }),
      ])
    } else {
      let faults = figures.faults.joined(separator: "; ")
      try Console.data("determinism  \(figures.faults.isEmpty ? "holds" : "BROKEN: " + faults)\n")
    }
  }

  private func report(_ workload: Workload, _ figures: TrainingFigures, _ peaks: MachinePeaks)
    throws
  {
    let percent = 100 * figures.gigaflops / peaks.multiplyAdd.all
    if json {
      try line([
        "figure": "train", "work": .string(workload.name),
        "tokensPerSecond": JSON(figures.tokensPerSecond),
        "gflops": JSON(figures.gigaflops), "percentOfPeak": JSON(percent),
        "tensorBytes": JSON(figures.tensorBytes), "lateAllocations": JSON(figures.lateAllocations),
        "shares": .object(
          JSON.Object(figures.shares.map { .init(key: "\($0.phase)", value: JSON($0.share)) })),
      ])
    } else {
      let rest = 1 - figures.shares.reduce(0) { $0 + $1.share }
      let shares = (figures.shares.map { ("\($0.phase)", $0.share) } + [("other", rest)])
        .map { "\($0.0) \(decimalText(100 * $0.1, 0)) %" }.joined(separator: ", ")
      try Console.data(
        """

        \(workload.name)
          training   \(groupedText(Int(figures.tokensPerSecond))) tokens/s, \
        \(decimalText(figures.gigaflops, 1)) GFLOP/s, \(decimalText(percent, 0)) % of the peak
          memory     \(decimalText(Double(figures.tensorBytes) / 1e6, 1)) MB, \
        \(figures.lateAllocations) allocations after the second step
          time       \(shares)

        """)
    }
  }

  private func report(_ workload: Workload, _ figures: GenerationFigures, _ peaks: MachinePeaks)
    throws
  {
    if json {
      for (streams, rate) in figures.tokensPerSecond {
        try line([
          "figure": "generate", "work": .string(workload.name), "streams": JSON(streams),
          "tokensPerSecond": JSON(rate), "gflops": JSON(workload.gigaflops(generating: rate)),
          "percentOfPeak": JSON(100 * workload.gigaflops(generating: rate) / peaks.multiplyAdd.all),
        ])
      }
    } else {
      for (streams, rate) in figures.tokensPerSecond {
        let gigaflops = workload.gigaflops(generating: rate)
        let percent = 100 * gigaflops / peaks.multiplyAdd.all
        try Console.data(
          """
            generating \(groupedText(Int(rate))) tokens/s in \(streams) \(streams == 1 ? "stream" : "streams"), \
          \(decimalText(gigaflops, 1)) GFLOP/s, \(decimalText(percent, 0)) % of the peak, weights read at \
          \(decimalText(4 * Double(workload.multiplyAdds) * rate / Double(streams) / 1e9, 1)) GB/s

          """)
      }
    }
  }

  private func report(_ figures: GrowthFigures) throws {
    if json {
      for row in figures.rows {
        try line([
          "figure": "growth", "size": .string(row.size), "value": JSON(row.value),
          "nanosecondsPerToken": JSON(row.timePerToken),
          "picosecondsPerMultiplyAdd": JSON(row.timePerMultiplyAdd),
          "parameterBytes": JSON(row.parameterBytes),
          "windowBytesPerToken": JSON(row.windowBytesPerToken),
        ])
      }
    } else {
      try Console.data(
        """

        growth of lstm-1x256, 50 × 50
          changed             time/token   time/multiply-add   parameters   window/token

        """)
      for row in figures.rows {
        let changed = row.size.padded(to: 9) + groupedText(row.value).aligned(to: 10)
        try Console.data(
          "  \(changed)\("\(decimalText(row.timePerToken / 1e3, 2)) µs".aligned(to: 11))"
            + "\("\(decimalText(row.timePerMultiplyAdd, 1)) ps".aligned(to: 20))"
            + "\("\(decimalText(Double(row.parameterBytes) / 1e6, 1)) MB".aligned(to: 13))"
            + "\("\(decimalText(row.windowBytesPerToken / 1e3, 1)) kB".aligned(to: 15))\n")
      }
    }
  }

  private func line(_ object: JSON) throws { try Console.data(object.text() + "\n") }
}
