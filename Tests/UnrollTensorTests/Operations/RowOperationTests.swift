import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct RowOperationTests {
  static let shapes: [Shape] = [
    [1], [3], [2, 15], [3, 16], [2, 17], [2, 33], [1, 64], [2, 65], [2, 2, 5], [5, 1],
  ]

  @Test(arguments: shapes)
  func softmaxAndItsLogarithm(shape: Shape) {
    gradientCheck("softmax of \(shape)", [.random(shape, seed: 1, in: -4...4)]) {
      [softmax($0[0])]
    } twin: {
      [SlowReference.softmax($0[0])]
    }
    gradientCheck("logSoftmax of \(shape)", [.random(shape, seed: 1, in: -4...4)]) {
      [logSoftmax($0[0])]
    } twin: {
      [SlowReference.logSoftmax($0[0])]
    }
  }

  @Test func softmaxOfExtremeRows() {
    let infinity = Float.infinity
    let x = Tensor(
      [1e30, -1e30, 0, 1000, 1000, 1000, -infinity, 0, -infinity], shape: [3, 3])
    let third: Float = 1 / 3
    #expect(softmax(x).elements == [1, 0, 0, third, third, third, 0, 1, 0])
    #expect(logSoftmax(x).elements[6...] == [-infinity, 0, -infinity])
    #expect(softmax(Tensor([0, .nan, 1], shape: [3])).elements.allSatisfy { $0.isNaN })
  }

  @Test(arguments: shapes.filter { $0 != [1] && $0 != [5, 1] })
  func layerNormalisation(shape: Shape) {
    let width = Shape([shape[shape.count - 1]])
    let operands: [Tensor] = [
      .random(shape, seed: 1, in: -2...3), .random(width, seed: 2), .random(width, seed: 3),
    ]
    gradientCheck("layerNorm of \(shape)", operands, relative: 2e-5, absolute: 2e-6) {
      [layerNorm($0[0], weight: $0[1], bias: $0[2])]
    } twin: {
      [SlowReference.layerNorm($0[0], weight: $0[1], bias: $0[2])]
    }
  }

  @Test func layerNormalisationOfAConstantRowIsTheBias() {
    let bias = Tensor.random([17], seed: 1)
    let x = Tensor(repeating: 0.1, shape: [2, 17])
    let result = layerNorm(x, weight: Tensor(repeating: 1, shape: [17]), bias: bias)
    expectClose(result.sliced(1..<2, axis: 0).reshaped([17]), bias, absolute: 1e-5)
  }

  @Test(arguments: [1, 5, 16, 33])
  func rowsOfABatchAreIndependent(width: Int) {
    let x = Tensor.random([7, width], seed: 1, in: -4...4)
    let weight = Tensor.random([width, width], seed: 2)
    let bias = Tensor.random([width], seed: 3)
    let operations: [(Tensor) -> Tensor] = [
      { softmax($0) }, { logSoftmax($0) }, { layerNorm($0, weight: bias, bias: bias) },
      { linear($0, weight: weight, bias: bias) }, { matmul($0, weight) },
    ]
    for operation in operations {
      let batch = operation(x)
      for row in 0..<7 {
        let rows = row..<row + 1
        expectEqualBits(operation(x.sliced(rows, axis: 0)), batch.sliced(rows, axis: 0))
      }
    }
  }

  // MARK: Cross entropy

  struct Loss: Sendable, CustomTestStringConvertible {
    var classes = 5
    var ignored: Int32 = -100
    var isWeighted = false
    var smoothing: Float = 0
    var reduction = LossReduction.mean
    var testDescription: String {
      "\(classes) classes, ignored \(ignored), weighted \(isWeighted), smoothing \(smoothing), \(reduction)"
    }
  }

  static let losses =
    [1, 3, 15, 16, 17, 33, 64, 65].map { Loss(classes: $0) }
    + [
      Loss(ignored: 0), Loss(isWeighted: true), Loss(smoothing: 0.1), Loss(smoothing: 1),
      Loss(ignored: 2, isWeighted: true, smoothing: 0.3), Loss(reduction: .sum),
      Loss(ignored: 1, isWeighted: true, smoothing: 0.2, reduction: .sum),
      Loss(classes: 33, isWeighted: true, smoothing: 0.2),
    ]

  @Test(arguments: losses)
  func crossEntropyOfRows(_ loss: Loss) {
    let targets = Indices.random([7], below: loss.classes, seed: 3)
    let weights = loss.isWeighted ? Tensor.random([loss.classes], seed: 4, in: 0.2...2) : nil
    gradientCheck("crossEntropy", [.random([7, loss.classes], seed: 5, in: -3...3)]) {
      [
        crossEntropy(
          $0[0], targets, ignored: loss.ignored, classWeights: weights,
          labelSmoothing: loss.smoothing, reduction: loss.reduction)
      ]
    } twin: {
      [
        SlowReference.crossEntropy(
          $0[0], targets, ignored: loss.ignored, classWeights: weights.map(DoubleTensor.init),
          labelSmoothing: Double(loss.smoothing), reduction: loss.reduction)
      ]
    }
  }

  @Test func crossEntropyTakesAnyLeadingAxes() {
    let logits = Tensor.random([2, 3, 4], seed: 1)
    let targets = Indices.random([2, 3], below: 4, seed: 2)
    let flat = crossEntropy(logits.reshaped([6, 4]), Indices(targets.values, shape: [6]))
    expectEqualBits(crossEntropy(logits, targets), flat)
    expectEqualBits(crossEntropy(logits, Indices(targets.values, shape: [6])), flat)
  }

  @Test func crossEntropyOverNoTargetIsNaNWithoutAGradient() {
    let tape = Tape()
    let logits = tape.variable(.random([2, 3], seed: 1))
    let loss = crossEntropy(logits, Indices([-100, -100], shape: [2]))
    #expect(loss.scalar.isNaN)
    #expect(tape.gradients(of: loss)[0] == Tensor(zeros: [2, 3]))
  }

  // MARK: Choosing elements

  @Test(arguments: [1, 3, 16, 17, 65])
  func embeddingRowsAndTheirGradients(width: Int) {
    let indices = Indices([0, 3, 3, 1, 3, 0], shape: [2, 3])
    gradientCheck("embedding", [.random([4, width], seed: 1)]) {
      [embedding($0[0], indices)]
    } twin: {
      [SlowReference.embedding($0[0], indices)]
    }
  }

  @Test func paddingRowOfAnEmbeddingGetsNoGradient() {
    let tape = Tape()
    let table = tape.variable(.random([3, 2], seed: 1))
    let rows = embedding(table, Indices([0, 1, 2, 1], shape: [4]), paddingIndex: 1)
    let gradient = tape.gradients(of: rows.sum())[0]
    #expect(gradient?.elements == [1, 1, 0, 0, 1, 1])
  }

  @Test(arguments: [Shape([1, 1]), [3, 5], [2, 3, 17]])
  func gatheringOneElementOfEachRow(shape: Shape) {
    let indices = Indices.random(Shape(shape.dropLast()), below: shape[shape.count - 1], seed: 2)
    gradientCheck("gather from \(shape)", [.random(shape, seed: 1)]) {
      [gather($0[0], indices)]
    } twin: {
      [SlowReference.gather($0[0], indices)]
    }
  }
}
