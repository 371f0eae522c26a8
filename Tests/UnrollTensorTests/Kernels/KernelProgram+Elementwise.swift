import CUnroll
import UnrollTensor
import UnrollTestSupport

extension KernelProgram {
  /// Random numbers of all magnitudes, and those at the edges.
  private static func mixed(_ count: Int, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let edges: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNormalMagnitude,
      .greatestFiniteMagnitude, 88.72283, -87.336544, 8.69, -9, 1, -1,
    ]
    return Tensor(
      (0..<count).map { index in
        switch index % 4 {
        case 0: (generator.uniform() - 0.5) * 20
        case 1: (generator.uniform() - 0.5) / 1024
        case 2: Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
        default: edges[Int(generator.next() % UInt64(edges.count))]
        }
      }, shape: [count])
  }

  /// Runs a kernel over numbers of each count; it gets three operands and the result.
  private static func program(
    _ name: String,
    _ kernel: @escaping @Sendable (CUnroll_Kernels, [UnsafeMutablePointer<Float>], Int) -> Void
  ) -> KernelProgram {
    KernelProgram(name) { table, numbers in
      (counts + [4000]).map { count in
        let operands = (1...3).map { seed in
          numbers == .tiny
            ? numbers.tensor([count], seed: UInt64(seed)) : mixed(count, seed: UInt64(seed))
        }
        kernel(table, operands.map(\.pointer), count)
        return operands[2]
      }
    }
  }

  static let elementwise = [
    program("add") { $0.add($1[0], $1[1], $1[2], $2) },
    program("subtract") { $0.subtract($1[0], $1[1], $1[2], $2) },
    program("multiply") { $0.multiply($1[0], $1[1], $1[2], $2) },
    program("divide") { $0.divide($1[0], $1[1], $1[2], $2) },
    program("squareRoot") { $0.squareRoot($1[0], $1[2], $2) },
    program("absolute") { $0.absolute($1[0], $1[2], $2) },
    program("absoluteGradient") { $0.absoluteGradient($1[0], $1[1], $1[2], $2) },
    program("scale") { $0.scale(1.7, $1[0], $1[2], $2) },
    program("scale down") { $0.scale(0x1p-90, $1[0], $1[2], $2) },
    program("tanh") { $0.tanh($1[0], $1[2], $2) },
    program("sigmoid") { $0.sigmoid($1[0], $1[2], $2) },
    program("relu") { $0.relu($1[0], $1[2], $2) },
    program("exp") { $0.exp($1[0], $1[2], $2) },
    program("log") { $0.log($1[0], $1[2], $2) },
    program("tanhGradient") { $0.tanhGradient($1[0], $1[1], $1[2], $2) },
    program("sigmoidGradient") { $0.sigmoidGradient($1[0], $1[1], $1[2], $2) },
    program("reluGradient") { $0.reluGradient($1[0], $1[1], $1[2], $2) },
    program("logGradient") { $0.logGradient($1[0], $1[1], $1[2], $2) },
    program("approach") { $0.approach(0.3, $1[0], $1[2], $2) },
    program("clamp") { $0.clamp(0.8, $1[2], $2) },
    program("dropout") { $0.dropout(0x1234_5678_9abc, 1 << 36, 0.7, 1.5, $1[0], $1[2], $2) },
  ]
}
