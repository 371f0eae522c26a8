import Unroll
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// The tutorial's 100 epochs.
struct TutorialFigures {
  let milliseconds: Double
  /// The loss of the last epoch.
  let loss: Double

  init() throws {
    let tutorial = try Tutorial()
    var loss = 0.0
    let durations = try (0..<20).map { _ in
      let watch = Stopwatch()
      var tutorial = tutorial
      while !tutorial.isDone { loss = try tutorial.step().loss }
      return watch.seconds
    }
    milliseconds = 1e3 * durations.sorted()[durations.count / 2]
    self.loss = loss
  }
}
