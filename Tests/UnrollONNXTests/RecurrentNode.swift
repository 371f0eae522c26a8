import Foundation
import UnrollONNX
import UnrollTestSupport

/// One direction of an RNN, LSTM or GRU of ONNX, from the equations of its specification.
struct RecurrentNode {
  private let operation: String
  private let x: DoubleTensor
  private let weight: DoubleTensor
  private let recurrence: DoubleTensor
  private let bias: [Double]
  private let hidden: DoubleTensor
  private let cell: DoubleTensor
  private let size: Int
  private let isReLU: Bool
  private let resetsAfterProduct: Bool

  /// Computes a node with D directions.
  ///
  /// Inputs X `[T, N, I]`, W `[D, G·H, I]`, R `[D, G·H, H]`, B `[D, 2·G·H]`, lengths `[N]`, and perhaps the hidden and the cell state
  /// `[D, N, H]`; outputs Y `[T, D, N, H]`, Y_h and, for an LSTM, Y_c `[D, N, H]`.
  static func run(
    _ operation: String, _ inputs: [DoubleTensor?], outputCount: Int, _ attributes: inout Attributes
  ) throws -> [DoubleTensor] {
    let inputs = inputs + Array(repeating: nil, count: max(0, 7 - inputs.count))
    guard let x = inputs[0], let weight = inputs[1], let recurrence = inputs[2],
      let bias = inputs[3], operation == "LSTM" || inputs[6] == nil
    else { throw GraphInterpreter.Failure(description: "\(operation) with other inputs") }
    let (steps, rows, directions) = (x.shape[0], x.shape[1], weight.shape[0])
    let size = Int(try attributes.take("hidden_size").i)
    let direction = attributes.takeIfPresent("direction").map {
      String(decoding: $0.s, as: UTF8.self)
    }
    let resets = attributes.takeIfPresent("linear_before_reset")?.i == 1
    let activations = attributes.takeIfPresent("activations")?.strings.map {
      String(decoding: $0, as: UTF8.self)
    }
    let name = activations?.first ?? "Tanh"
    let gates = ["RNN": 1, "LSTM": 4, "GRU": 3][operation, default: 0]
    let zeros = DoubleTensor(zeros: [directions, rows, size])
    let (hidden, cell) = (inputs[5] ?? zeros, inputs[6] ?? zeros)
    let lengths = inputs[4]?.elements.map { Int($0) } ?? Array(repeating: steps, count: rows)
    guard direction == (directions == 2 ? "bidirectional" : nil), directions <= 2,
      activations == nil || activations == Array(repeating: name, count: directions),
      ["Tanh", "Relu"].contains(name),
      weight.shape == [directions, gates * size, x.shape[2]],
      recurrence.shape == [directions, gates * size, size],
      bias.shape == [directions, 2 * gates * size], hidden.shape == zeros.shape,
      cell.shape == zeros.shape, lengths.count == rows
    else { throw GraphInterpreter.Failure(description: "\(operation) with other sizes") }
    func part(_ tensor: DoubleTensor, _ direction: Int) -> DoubleTensor {
      SlowReference.sliced(tensor, direction..<direction + 1, axis: 0)
    }
    let results = (0..<directions).map { direction in
      RecurrentNode(
        operation: operation, x: x, weight: part(weight, direction),
        recurrence: part(recurrence, direction), bias: part(bias, direction).elements,
        hidden: part(hidden, direction), cell: part(cell, direction), size: size,
        isReLU: name == "Relu", resetsAfterProduct: resets
      ).run(lengths: lengths, backwards: direction == 1)
    }
    let all = [
      SlowReference.concatenate(results.map { $0[0] }, axis: 1),
      SlowReference.concatenate(results.map { $0[1] }, axis: 0),
      SlowReference.concatenate(results.map { $0[2] }, axis: 0),
    ]
    return Array(all.prefix(min(outputCount, operation == "LSTM" ? 3 : 2)))
  }

  /// Y `[T, 1, N, H]`, Y_h and Y_c `[1, N, H]`; past the end of a row the output is zero.
  private func run(lengths: [Int], backwards: Bool) -> [DoubleTensor] {
    let (steps, rows) = (x.shape[0], x.shape[1])
    var output = DoubleTensor(zeros: [steps, 1, rows, size])
    var (lastHidden, lastCell) = (hidden, cell)
    for row in 0..<rows {
      let place = row * size..<(row + 1) * size
      var now = (h: Array(hidden.elements[place]), c: Array(cell.elements[place]))
      let places = Array(0..<lengths[row])
      for step in backwards ? places.reversed() : places {
        let first = (step * rows + row) * x.shape[2]
        now = next(Array(x.elements[first..<first + x.shape[2]]), now.h, now.c)
        let target = (step * rows + row) * size
        output.elements.replaceSubrange(target..<target + size, with: now.h)
      }
      lastHidden.elements.replaceSubrange(place, with: now.h)
      lastCell.elements.replaceSubrange(place, with: now.c)
    }
    return [output, lastHidden, lastCell]
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
