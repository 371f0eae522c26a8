internal import SwiftProtobuf
internal import UnrollFormats
public import UnrollRuns
internal import UnrollTraining

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes what happens in a run into a folder for TensorBoard.
///
/// Each sitting of a run has a file of its own. One that goes on after a step says so, and TensorBoard forgets what earlier files have
/// after that step: no point is there twice.
public struct TensorBoardLog {
  private let file: EventFile
  private let now: () -> Double
  /// The step that what comes next is about.
  private var step: Int

  /// Begins a file in a folder, which need not exist.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - step: the steps that the run has taken already.
  /// - Throws: `FileError`.
  public init(in folder: String, goingOnAfter step: Int) throws {
    try self.init(in: folder, goingOnAfter: step, now: systemTime)
  }

  /// Takes the time, in seconds since 1970, from somewhere else.
  package init(
    in folder: String, goingOnAfter step: Int, now: @escaping () -> Double
  ) throws {
    try DurableDirectory.create(folder)
    self.now = now
    self.step = step
    let seconds = Int(now())
    // A second sitting within a second has a name of its own.
    let paths = (0...).lazy.map { "\(folder)/events.out.tfevents.\(seconds).unroll.\(step).\($0)" }
    file = try EventFile(path: paths.first { !Folder.hasEntry($0) } ?? "")
    try append(at: 0) { $0.fileVersion = "brain.Event:2" }
    if step > 0 {
      // What was there from the next step on is of a sitting that ended before its checkpoint.
      try append(at: step + 1) { $0.sessionLog.status = 1 }
    }
  }

  /// Writes what an event of a run has to show.
  ///
  /// - Throws: `FileError`.
  public mutating func take(_ event: RunEvent) throws {
    switch event {
    case .step(let report, let pace):
      step = report.step
      try write(
        [
          ("training/loss", report.loss), ("training/learning rate", report.learningRate),
          ("training/gradient norm", report.gradientNorm),
          ("training/targets per second", pace.targetsPerSecond),
        ], at: step)
    case .epoch(let report):
      step = report.step
      try write(
        (report.loss.map { [("epoch/loss", $0)] } ?? [])
          + (report.validation?.figures ?? []).map { ("validation/\($0.name)", $0.value) }, at: step
      )
    case .sample(let text): try write(text, as: "sample", at: step)
    case .parameters(let histograms): try write(histograms, at: step)
    case .tested(let measure):
      try write(measure.figures.map { ("test/\($0.name)", $0.value) }, at: step)
    default: break
    }
  }

  package func write(_ scalars: [(tag: String, value: Double)], at step: Int) throws {
    guard !scalars.isEmpty else { return }
    try append(at: step) {
      $0.summary.value = scalars.map { scalar in
        .with {
          $0.tag = scalar.tag
          $0.simpleValue = Float(scalar.value)
        }
      }
    }
  }

  package func write(_ text: String, as tag: String, at step: Int) throws {
    try append(at: step) {
      $0.summary.value = [
        .with {
          $0.tag = tag
          $0.metadata.pluginData.pluginName = "text"
          $0.tensor.dtype = 7
          $0.tensor.tensorShape.dim = [.with { $0.size = 1 }]
          // TensorBoard reads Markdown, where an indented text stays as it is.
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
          $0.tensor.stringVal = [
            Data(lines.map { "    \($0)" }.joined(separator: "\n").utf8)
          ]
        }
      ]
    }
  }

  package func write(_ histograms: [ParameterHistogram], at step: Int) throws {
    try append(at: step) {
      $0.summary.value = histograms.flatMap { parameter in
        [("weights", parameter.weights), ("gradients", parameter.gradient)].compactMap {
          kind, histogram in
          histogram.map { histogram in
            .with {
              $0.tag = "\(kind)/\(parameter.name)"
              $0.histo.min = histogram.least
              $0.histo.max = histogram.greatest
              $0.histo.num = Double(histogram.count)
              $0.histo.sum = histogram.sum
              $0.histo.sumSquares = histogram.sumOfSquares
              $0.histo.bucketLimit = histogram.limits
              $0.histo.bucket = histogram.counts.map { Double($0) }
            }
          }
        }
      }
    }
  }

  private func append(at step: Int, _ content: (inout TensorBoardEvent) -> Void) throws {
    var event = TensorBoardEvent()
    event.wallTime = now()
    event.step = Int64(step)
    content(&event)
    try file.append(event)
  }
}

/// Seconds since 1970.
private func systemTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
