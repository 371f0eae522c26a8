import CUnroll
import UnrollTensor
import UnrollTestSupport

extension KernelProgram {
  /// Runs over a matrix of finite numbers of each width, with room for three results of its shape.
  private static func program(
    _ name: String,
    _ kernel: @escaping @Sendable (CUnroll_Kernels, Int, Int, [UnsafeMutablePointer<Float>]) -> Void
  ) -> KernelProgram {
    KernelProgram(name) { table, numbers in
      counts.flatMap { width in
        let tensors = (1...5).map {
          numbers.tensor([3, width], seed: UInt64($0), in: -5...5)
        }
        kernel(table, 3, width, tensors.map(\.pointer))
        return Array(tensors[2...])
      }
    }
  }

  static let rows = [
    program("sums") { table, m, n, x in
      x[2][0] = table.sum(x[0], m * n)
      let squares = table.sumOfSquares(x[0], m * n)
      x[3][0] = Float(squares)
      x[4][0] = Float(squares - Double(Float(squares)))
    },
    program("addRows") { $0.addRows($1, $2, $3[0], $2, $3[2]) },
    program("scatterRows") { $0.scatterRows($1, $2, [2, 0, 2], $3[0], $2, $3[2], $2) },
    program("softmax") { $0.softmax($1, $2, $3[0], $3[2]) },
    program("softmaxGradient") { $0.softmaxGradient($1, $2, $3[0], $3[1], $3[2]) },
    program("logSoftmax") { $0.logSoftmax($1, $2, $3[0], $3[2]) },
    program("logSoftmaxGradient") { $0.logSoftmaxGradient($1, $2, $3[0], $3[1], $3[2]) },
    program("layerNorm") { table, m, n, x in
      let statistics = Tensor(zeros: [m, 2])
      table.layerNorm(m, n, x[0], x[1], x[1] + n, 1e-5, x[2], statistics.pointer)
      table.layerNormGradient(m, n, x[1], x[0], x[1], statistics.pointer, x[3], x[4])
      withExtendedLifetime(statistics) {}
    },
    program("crossEntropy") { table, m, n, x in
      var options = CUnroll_CrossEntropy(
        classes: n, ignored: -1, smoothing: 0.2, classWeights: UnsafePointer(x[1]), totalWeight: 7)
      let targets: [Int32] = [0, -1, Int32(n - 1)]
      let sums = Tensor(zeros: [m])
      table.crossEntropy(&options, m, x[0], targets, x[2], sums.pointer)
      table.crossEntropyGradient(&options, m, x[0], targets, sums.pointer, 0.3, x[3])
      options.smoothing = 0
      options.classWeights = nil
      table.crossEntropyGradient(&options, m, x[0], targets, sums.pointer, 0.3, x[4])
      withExtendedLifetime(sums) {}
    },
  ]
}
