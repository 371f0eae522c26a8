public import UnrollNN
internal import UnrollTensor

/// How often the units of a layer have a gate nearly shut or nearly open (Karpathy, Johnson and Fei-Fei 2015, figure 3).
///
/// A plain RNN has no gates: there it is about the hidden state.
public struct GateSaturation: Sendable, Hashable {
  /// The layer, counted from 1.
  public let layer: Int
  /// The gate; `nil` for the hidden state of a plain RNN.
  public let gate: Gate?
  /// For each unit, the share of the tokens at which the gate is below 0.1, or the state of an RNN below −0.9 (with relu: 0).
  public internal(set) var low: [Double]
  /// For each unit, the share of the tokens at which the gate is above 0.9, or the state of an RNN above 0.9 (with relu: none).
  public internal(set) var high: [Double]

  /// The share of all units and tokens below.
  public var lowShare: Double { low.reduce(0, +) / Double(low.count) }
  /// The share of all units and tokens above.
  public var highShare: Double { high.reduce(0, +) / Double(high.count) }
}

/// Counts how often gates are nearly shut or open.
struct SaturationCounter {
  private var counts: [GateSaturation] = []
  private var tokenCount = 0

  /// Adds some steps of a text, N = 1.
  mutating func add(_ model: LanguageModel, _ history: RecurrentHistory, gates: [[Gate: Tensor]]) {
    tokenCount += history.stepCount
    var number = 0
    for (layer, gates) in gates.enumerated() {
      for gate in Gate.allCases where gate != .candidate {
        guard let values = gates[gate] else { continue }
        count(values, below: 0.1, above: 0.9, layer, gate, at: &number)
      }
      switch model.configuration.cell {
      case .rnnTanh: count(history.hidden[layer], below: -0.9, above: 0.9, layer, nil, at: &number)
      case .rnnReLU:
        count(
          history.hidden[layer], below: .leastNonzeroMagnitude, above: .infinity, layer, nil,
          at: &number)
      case .lstm, .gru: break
      }
    }
  }

  private mutating func count(
    _ values: Tensor, below low: Float, above high: Float, _ layer: Int, _ gate: Gate?,
    at number: inout Int
  ) {
    let units = values.shape[2]
    if number == counts.count {
      let zeros = [Double](repeating: 0, count: units)
      counts.append(GateSaturation(layer: layer + 1, gate: gate, low: zeros, high: zeros))
    }
    values.withUnsafeElements { elements in
      for (place, value) in elements.enumerated() {
        if value < low { counts[number].low[place % units] += 1 }
        if value > high { counts[number].high[place % units] += 1 }
      }
    }
    number += 1
  }

  /// The shares of all tokens so far.
  var shares: [GateSaturation] {
    counts.map { saturation in
      var shares = saturation
      shares.low = saturation.low.map { $0 / Double(max(1, tokenCount)) }
      shares.high = saturation.high.map { $0 / Double(max(1, tokenCount)) }
      return shares
    }
  }
}
