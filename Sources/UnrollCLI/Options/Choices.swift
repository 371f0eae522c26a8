public import ArgumentParser
import Unroll
public import UnrollNN
import UnrollTensor
public import UnrollText

/// `--cell`.
enum CellChoice: String, CaseIterable, ExpressibleByArgument {
  case rnn, lstm, gru

  func cell(_ nonlinearity: RNN.Nonlinearity) -> RecurrentCell {
    switch self {
    case .rnn: nonlinearity == .tanh ? .rnnTanh : .rnnReLU
    case .lstm: .lstm
    case .gru: .gru
    }
  }
}

extension RNN.Nonlinearity: ExpressibleByArgument {}
extension TokenizerKind: ExpressibleByArgument {}
extension WeightPrecision: ExpressibleByArgument {}
extension UnknownPolicy: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}

/// `--device`.
enum DeviceChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, cpu
}

/// `--optimizer`.
enum OptimizerChoice: String, CaseIterable, ExpressibleByArgument {
  case adam, adamw, sgd, rmsprop, adagrad

  /// The learning rate where none is given: one that suits small recurrent models.
  var defaultLearningRate: Double {
    switch self {
    case .adam, .adamw: 5e-3
    case .rmsprop: 2e-3
    case .sgd: 0.5
    case .adagrad: 1e-2
    }
  }
}

/// `--schedule`.
enum ScheduleChoice: String, CaseIterable, ExpressibleByArgument {
  case constant, cosine, linear, step, exponential, plateau

  func shape(epochs: Int) -> LearningRateSchedule.Shape {
    switch self {
    case .constant: .constant
    case .cosine: .cosine(final: 0.02)
    case .linear: .linear(final: 0)
    case .step: .step(factor: 0.5, epochs: max(1, epochs / 4))
    case .exponential: .exponential(factor: 0.95, delay: 0)
    case .plateau: .plateau(factor: 0.25, patience: 0)
    }
  }
}

/// A span of time on the command line: `90s`, `10m`, `2h`, or seconds.
struct TimeSpan: ExpressibleByArgument, CustomStringConvertible {
  let seconds: Double

  var description: String { "\(seconds)s" }

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument[...] : argument.dropLast()), number > 0,
      number.isFinite
    else { return nil }
    seconds = number * (unit ?? 1)
    guard seconds.isFinite else { return nil }
  }
}
