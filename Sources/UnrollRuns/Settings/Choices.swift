public import UnrollNN
public import UnrollTensor
public import UnrollText

extension RNN.Nonlinearity: SettingValue {}
extension TokenizerKind: SettingValue {}
extension UnknownPolicy: SettingValue {}
extension Normalization: SettingValue {}
extension WeightPrecision: SettingValue {}

/// The kinds of recurrent cell.
public enum CellChoice: String, CaseIterable, SettingValue {
  /// Elman's, with tanh or relu.
  case rnn
  /// Long short-term memory.
  case lstm
  /// Gated recurrent unit.
  case gru

  /// The cell; the nonlinearity is that of an `rnn`.
  public func recurrentCell(_ nonlinearity: RNN.Nonlinearity = .tanh) -> RecurrentCell {
    switch self {
    case .rnn: nonlinearity == .tanh ? .rnnTanh : .rnnReLU
    case .lstm: .lstm
    case .gru: .gru
    }
  }

  /// The choice that asks for a cell.
  init(_ cell: RecurrentCell) {
    switch cell {
    case .rnnTanh, .rnnReLU: self = .rnn
    case .lstm: self = .lstm
    case .gru: self = .gru
    }
  }
}

/// The rules that move parameters.
public enum OptimizerChoice: String, CaseIterable, SettingValue {
  /// ``Adam``.
  case adam
  /// ``AdamW``.
  case adamw
  /// ``SGD``.
  case sgd
  /// ``RMSprop``.
  case rmsprop
  /// ``Adagrad``.
  case adagrad

  /// A learning rate that suits small recurrent models.
  var usualLearningRate: Double {
    switch self {
    case .adam, .adamw: 5e-3
    case .rmsprop: 2e-3
    case .sgd: 0.5
    case .adagrad: 1e-2
    }
  }
}

/// How the learning rate changes over a run.
public enum ScheduleChoice: String, CaseIterable, SettingValue {
  /// Not at all.
  case constant
  /// It falls to 2 % along a cosine.
  case cosine
  /// It falls to 2 % along a cosine again and again, each time over twice as many epochs.
  case cosineRestarts = "cosine-restarts"
  /// It rises over three tenths of the run and falls to nothing.
  case oneCycle = "one-cycle"
  /// It falls to 0 along a line.
  case linear
  /// It halves four times.
  case step
  /// It is multiplied by 0.95 after each epoch.
  case exponential
  /// It is quartered whenever validation stops improving.
  case plateau
}

/// What is a text of its own.
public enum DocumentsChoice: String, CaseIterable, SettingValue {
  /// Nothing: all texts together are one stream.
  case stream
  /// Each line.
  case lines
  /// Each file.
  case files

  /// What a document is; `nil` for one stream.
  package var unit: DocumentUnit? {
    switch self {
    case .stream: nil
    case .lines: .lines
    case .files: .files
    }
  }
}

/// What becomes of the ways in which lines end.
public enum LineEndsChoice: String, CaseIterable, SettingValue {
  /// They stay.
  case keep
  /// Each becomes a line feed.
  case lf
}

/// What becomes of a byte order mark at the beginning of a text.
public enum ByteOrderMarkChoice: String, CaseIterable, SettingValue {
  /// It stays.
  case keep
  /// It is taken off.
  case remove
}
