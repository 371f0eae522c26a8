import Foundation
import UnrollONNX
import UnrollTestSupport

/// An RNN, LSTM or GRU of ONNX in one direction, from the equations of its specification.
struct RecurrentNode {
  private let operation: String
  private let x: DoubleTensor
  private let weight: DoubleTensor
  private let recurrence: DoubleTensor
  private let bias: [Double]
  private let hidden: DoubleTensor
  private let cell: DoubleTensor?
  private let size: Int
  private let isReLU: Bool
  private let resetsAfterProduct: Bool

  /// Inputs X `[T, N, D]`, W `[1, G·H, D]`, R `[1, G·H, H]`, B `[1, 2·G·H]`, lengths, the hidden and the cell state `[1, N, H]`.
  init(
    _ operation: String, _ inputs: [DoubleTensor?], _ attributes: inout Attributes
  ) throws {
    guard inputs.count == (operation == "LSTM" ? 7 : 6), inputs[4] == nil, let x = inputs[0],
      let weight = inputs[1], let recurrence = inputs[2], let bias = inputs[3],
      let hidden = inputs[5]
    else { throw GraphInterpreter.Failure(description: "\(operation) with other inputs") }
    self.operation = operation
    (self.x, self.weight, self.recurrence, self.hidden) = (x, weight, recurrence, hidden)
    self.bias = bias.elements
    cell = operation == "LSTM" ? inputs[6] : nil
    size = Int(try attributes.take("hidden_size").i)
    resetsAfterProduct = attributes.takeIfPresent("linear_before_reset")?.i == 1
    let activations = attributes.takeIfPresent("activations")?.strings.map {
      String(decoding: $0, as: UTF8.self)
    }
    isReLU = activations == ["Relu"]
    let gates = ["RNN": 1, "LSTM": 4, "GRU": 3][operation, default: 0]
    guard activations == nil || activations == ["Tanh"] || isReLU, hidden.shape[2] == size,
      weight.shape == [1, gates * size, x.shape[2]], recurrence.shape == [1, gates * size, size],
      bias.shape == [1, 2 * gates * size], hidden.shape == [1, x.shape[1], size]
    else { throw GraphInterpreter.Failure(description: "\(operation) with other sizes") }
  }

  /// Y `[T, 1, N, H]`, Y_h and, for an LSTM, Y_c `[1, N, H]`.
  func run() throws -> [DoubleTensor] {
    let (steps, rows) = (x.shape[0], x.shape[1])
    var output = DoubleTensor(zeros: [steps, 1, rows, size])
    var (lastHidden, lastCell) = (hidden, cell ?? DoubleTensor(zeros: [1, rows, size]))
    for row in 0..<rows {
      let place = row * size..<(row + 1) * size
      var now = (h: Array(hidden.elements[place]), c: Array(lastCell.elements[place]))
      for step in 0..<steps {
        let first = (step * rows + row) * x.shape[2]
        now = next(Array(x.elements[first..<first + x.shape[2]]), now.h, now.c)
        let target = (step * rows + row) * size
        output.elements.replaceSubrange(target..<target + size, with: now.h)
      }
      lastHidden.elements.replaceSubrange(place, with: now.h)
      lastCell.elements.replaceSubrange(place, with: now.c)
    }
    return [output, lastHidden] + (cell == nil ? [] : [lastCell])
  }

  /// Row `unit` of gate `gate` of a matrix, times a vector.
  private func product(
    _ matrix: DoubleTensor, _ gate: Int, _ unit: Int, _ vector: [Double]
  ) -> Double {
    let start = (gate * size + unit) * vector.count
    return zip(matrix.elements[start...], vector).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func next(_ x: [Double], _ h: [Double], _ c: [Double]) -> (h: [Double], c: [Double]) {
    let gates = bias.count / size / 2
    func input(_ gate: Int, _ unit: Int) -> Double {
      product(weight, gate, unit, x) + bias[gate * size + unit]
    }
    func recurrent(_ gate: Int, _ unit: Int, _ h: [Double]) -> Double {
      product(recurrence, gate, unit, h) + bias[(gates + gate) * size + unit]
    }
    func gate(_ index: Int, _ unit: Int) -> Double {
      SlowReference.sigmoid(input(index, unit) + recurrent(index, unit, h))
    }
    switch operation {
    case "RNN":
      let sums = (0..<size).map { input(0, $0) + recurrent(0, $0, h) }
      return (sums.map { isReLU ? max(0, $0) : tanh($0) }, c)
    case "LSTM":  // i, o, f, c
      let cells = (0..<size).map {
        gate(2, $0) * c[$0] + gate(0, $0) * tanh(input(3, $0) + recurrent(3, $0, h))
      }
      return ((0..<size).map { gate(1, $0) * tanh(cells[$0]) }, cells)
    default:  // GRU: z, r, h
      let resets = (0..<size).map { gate(1, $0) }
      let reset = zip(resets, h).map { $0 * $1 }
      let hidden = (0..<size).map { unit in
        let new =
          resetsAfterProduct
          ? tanh(input(2, unit) + resets[unit] * recurrent(2, unit, h))
          : tanh(input(2, unit) + recurrent(2, unit, reset))
        let update = gate(0, unit)
        return (1 - update) * new + update * h[unit]
      }
      return (hidden, c)
    }
  }
}
