public import UnrollTensor

/// What a trainer needs of a model: where a batch starts from, and how well the model does on it.
public protocol Trainable: Module {
  /// What one step is computed on.
  associatedtype Batch: TrainingBatch
  /// What is carried from one batch to the next, such as recurrent states; `NoState` if nothing is.
  associatedtype State: CarriedState = NoState

  /// The state of N rows before their first batch.
  func startingState(rows: Int) -> State

  /// The mean loss in nats of a target that is guessed: the logarithm of the number of classes, which are all given the same
  /// probability. A loss above it for long is a sign that training has gone wrong; `nil` if there is no such number.
  var guessingLoss: Double? { get }

  /// The loss of all targets of a batch together, a scalar in nats, which leaves in `state` what the next batch goes on from.
  ///
  /// It is a sum and not a mean, so that the losses of a batch's parts add up to that of the batch. What it leaves in `state`
  /// is taken as numbers: nothing is differentiated beyond the batch.
  ///
  /// - Parameters:
  ///   - batch: what the loss is of.
  ///   - state: what the batch goes on from; afterwards, what the next one does.
  ///   - mode: goes on with what dropout draws.
  func totalLoss(of batch: Batch, state: inout State, mode: inout Mode) -> Tensor
}

extension Trainable {
  /// There is none.
  public var guessingLoss: Double? { nil }
}

extension Trainable where State == NoState {
  /// Nothing.
  public func startingState(rows: Int) -> NoState { NoState() }
}
