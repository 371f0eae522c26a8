internal import UnrollNN
internal import UnrollTensor

extension Trainer {
  /// The mean loss of a batch in nats and its gradient, with limits still to come.
  ///
  /// The rows are worked through in the plan's shards, one after the other: losses and gradients are sums in their order. So
  /// what a step keeps for its gradient is that of one shard, and whoever computes a shard gets the same bits.
  ///
  /// - Parameter carried: what the batch goes on from; afterwards, what the next one does.
  func lossAndGradient(
    of batch: Model.Batch, from carried: inout Model.State
  ) -> (loss: Double, gradient: Model) {
    let shards = shards(of: batch.rowCount)
    guard shards.count > 1 else {
      return lossAndGradient(
        of: batch, number: 0, from: &carried, targetCount: batch.targetCount)
    }
    var sum: (loss: Double, gradient: Model)?
    var states: [Model.State] = []
    for (number, rows) in shards {
      var state = carried.rows(rows)
      let part = lossAndGradient(
        of: batch.rows(rows), number: number, from: &state, targetCount: batch.targetCount)
      states.append(state)
      sum?.loss += part.loss
      sum?.gradient.add(part.gradient)
      if sum == nil { sum = part }
    }
    guard let sum else { fatalError("A batch has at least one row") }
    carried.join(states)
    return sum
  }

  /// The ranges of a batch's rows, with the numbers of their shards; a shard without a row is left out.
  private func shards(of rowCount: Int) -> [(number: Int, rows: Range<Int>)] {
    (0..<plan.shardCount).compactMap { number in
      let rows =
        number * rowCount / plan.shardCount..<(number + 1) * rowCount / plan.shardCount
      return rows.isEmpty ? nil : (number, rows)
    }
  }

  private func lossAndGradient(
    of batch: Model.Batch, number: Int, from carried: inout Model.State, targetCount: Int
  ) -> (loss: Double, gradient: Model) {
    var mode = Mode.training(
      RandomStream(
        seed: plan.seed, purpose: .dropout, number: UInt64(stepCount), part: UInt64(number)))
    // One division forwards and one backwards, as `crossEntropy` takes its own mean: the same bits.
    let (total, gradient) = valueAndGradient(
      of: current.model, scaledBy: 1 / Float(targetCount), constants: plan.frozen
    ) { model in model.totalLoss(of: batch, state: &carried, mode: &mode) }
    carried.forEachTensor { $1 = $1.detached() }
    return (Double(total.scalar / Float(targetCount)), gradient)
  }
}

extension CarriedState {
  /// The state of some of the rows, which are the first axis of every tensor.
  fileprivate func rows(_ range: Range<Int>) -> Self {
    var part = self
    part.forEachTensor { $1 = $1.sliced(range, axis: 0) }
    return part
  }

  /// Takes over the states of parts, whose rows follow each other.
  fileprivate mutating func join(_ parts: [Self]) {
    var tensors: [[Tensor]] = []
    for var part in parts {
      var own: [Tensor] = []
      part.forEachTensor { own.append($1) }
      tensors.append(own)
    }
    var index = 0
    forEachTensor { _, tensor in
      tensor = concatenate(tensors.map { $0[index] }, axis: 0)
      index += 1
    }
  }
}
