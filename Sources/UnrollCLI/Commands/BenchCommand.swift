import ArgumentParser
import Unroll
import UnrollFormats
import UnrollTensor

/// `unroll bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure training and generating against what the machine can do.",
    discussion: """
      GFLOP/s counts 6 operations for each multiply-add of the recurrent and output products and each token; one-hot \
      input counts as nothing. Let nothing else run meanwhile.
      """)

  @Option(
    parsing: .upToNextOption,
    help:
      "Workloads to measure (default: all): \(Workload.all.map(\.name).joined(separator: ", ")).")
  var workload: [String] = []

  @Option(help: "Seconds for each figure.")
  var seconds: Double = 2

  @Flag(help: "Print JSON, one object a line.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    for name in workload where !Workload.all.contains(where: { $0.name == name }) {
      throw ValidationError(
        "there is no workload \(name); the workloads are \(Workload.all.map(\.name).joined(separator: ", "))"
      )
    }
    try require(seconds > 0 && seconds.isFinite, "--seconds is above 0, not \(seconds)")
  }

  func run() throws {
    try threads.run {
      let peaks = try MachinePeaks()
      try report(peaks)
      try report(TutorialFigures())
      for workload in Workload.all
      where self.workload.isEmpty || self.workload.contains(workload.name) {
        try report(workload, TrainingFigures(of: workload, seconds: seconds), peaks)
        try report(workload, GenerationFigures(of: workload, seconds: seconds), peaks)
      }
    }
  }

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
          "tokensPerSecond": JSON(rate),
        ])
      }
    } else {
      for (streams, rate) in figures.tokensPerSecond {
        let gigaflops = 2 * Double(workload.multiplyAdds) * rate / 1e9
        try Console.data(
          """
            generating \(groupedText(Int(rate))) tokens/s in \(streams) \(streams == 1 ? "stream" : "streams"), \
          \(decimalText(gigaflops, 1)) GFLOP/s, weights read at \
          \(decimalText(4 * Double(workload.multiplyAdds) * rate / Double(streams) / 1e9, 1)) GB/s

          """)
      }
    }
  }

  private func line(_ object: JSON) throws { try Console.data(object.text() + "\n") }
}
