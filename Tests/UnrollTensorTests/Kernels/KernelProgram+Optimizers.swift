import CUnroll
import UnrollTensor
import UnrollTestSupport

extension KernelProgram {
  /// Runs over gradients, parameters and three buffers that are never negative.
  private static func program(
    _ name: String,
    _ kernel: @escaping @Sendable (CUnroll_Kernels, Int, [UnsafeMutablePointer<Float>]) -> Void
  ) -> KernelProgram {
    KernelProgram(name) { table, numbers in
      counts.flatMap { count in
        let tensors = [-1, -1, 0, 0, 0].enumerated().map { index, low in
          numbers.tensor([count], seed: UInt64(index), in: low...1)
        }
        kernel(table, count, tensors.map(\.pointer))
        return Array(tensors[1...])
      }
    }
  }

  private static func sgd(nesterov: Bool) -> CUnroll_SGD {
    CUnroll_SGD(
      learningRate: 0.1, weightDecay: 0.01, momentum: 0.9, dampening: 0.2,
      nesterov: nesterov ? 1 : 0, firstStep: 0)
  }

  private static let rmsprop = CUnroll_RMSprop(
    learningRate: 0.1, weightDecay: 0.01, momentum: 0.9, smoothing: 0.99,
    smoothingComplement: 0.01, epsilon: 1e-8)

  private static func adam(weightDecay: Float, decay: Float) -> CUnroll_Adam {
    CUnroll_Adam(
      learningRate: 0.1, weightDecay: weightDecay, decay: decay, beta1Complement: 0.1, beta2: 0.99,
      beta2Complement: 0.01, epsilon: 1e-8, firstCorrection: 0.19, secondCorrectionRoot: 0.14)
  }

  private static let adagrad = CUnroll_Adagrad(
    learningRate: 0.1, weightDecay: 0.01, epsilon: 1e-8)

  static let optimizers = [
    program("sgd") { table, count, x in
      withUnsafePointer(to: sgd(nesterov: false)) { table.sgd($0, count, x[0], x[1], nil) }
    },
    program("sgd with momentum") { table, count, x in
      withUnsafePointer(to: sgd(nesterov: false)) { table.sgd($0, count, x[0], x[1], x[2]) }
    },
    program("nesterov") { table, count, x in
      withUnsafePointer(to: sgd(nesterov: true)) { table.sgd($0, count, x[0], x[1], x[2]) }
    },
    program("rmsprop") { table, count, x in
      withUnsafePointer(to: rmsprop) { table.rmsprop($0, count, x[0], x[1], x[2], nil, nil) }
    },
    program("centered rmsprop") { table, count, x in
      withUnsafePointer(to: rmsprop) { table.rmsprop($0, count, x[0], x[1], x[2], x[3], x[4]) }
    },
    program("adam") { table, count, x in
      withUnsafePointer(to: adam(weightDecay: 0.01, decay: 1)) {
        table.adam($0, count, x[0], x[1], x[2], x[3], nil)
      }
    },
    program("adamw with amsgrad") { table, count, x in
      withUnsafePointer(to: adam(weightDecay: 0, decay: 0.999)) {
        table.adam($0, count, x[0], x[1], x[2], x[3], x[4])
      }
    },
    program("adagrad") { table, count, x in
      withUnsafePointer(to: adagrad) { table.adagrad($0, count, x[0], x[1], x[2]) }
    },
  ]
}
