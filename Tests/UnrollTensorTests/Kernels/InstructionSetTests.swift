import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// All tables of kernels that this machine can run give equal bits.
@Suite struct InstructionSetTests {
  typealias Kernels = CUnroll_Kernels

  static let tables: [Kernels] = ["baseline", "avx2", "avx512", "neon"].compactMap {
    (name: String) in CUnroll_select(name)?.pointee
  }

  struct Program: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable (Kernels) -> [Tensor]

    init(_ name: String, _ run: @escaping @Sendable (Kernels) -> [Tensor]) {
      testDescription = name
      self.run = run
    }
  }

  @Test(arguments: elementwise + rows + products + storedProducts + optimizers + recurrences)
  func tablesGiveEqualBits(_ program: Program) {
    let expected = program.run(Self.tables[0])
    for table in Self.tables.dropFirst() {
      for (index, (a, b)) in zip(program.run(table), expected).enumerated() {
        expectEqualBits(
          withOneNaN(a), withOneNaN(b), "result \(index) of \(String(cString: table.name))")
      }
    }
  }

  /// Which NaN an instruction gives is the processor's business.
  private func withOneNaN(_ x: Tensor) -> Tensor {
    Tensor(x.elements.map { $0.isNaN ? .nan : $0 }, shape: x.shape)
  }

  /// Where a table computes it in double precision, a second rounding must not be seen: 97 · 172961 / 2²⁴ is 1 + 2⁻²⁴, in
  /// the middle between two floats, so that a third number decides, however small.
  @Test(arguments: tables.indices)
  func fusedMultiplyAddIsRoundedOnce(_ index: Int) {
    let kernels = Self.tables[index]
    let middle: Float = 172_961 * 0x1p-24
    let triples: [(Float, Float, Float)] = [
      (97, middle, 0), (97, middle, 0x1p-60), (97, middle, -0x1p-60), (-97, middle, 0x1p-80),
      (97, -middle, -0x1p-80), (97, middle, .leastNonzeroMagnitude), (97, middle, -1), (3, 0, -0.0),
      (.greatestFiniteMagnitude, 2, -.greatestFiniteMagnitude), (0x1p-100, 0x1p-60, 0x1p-149),
      (0x1p-75, 0x1p-75, 0x1p-149), (0x1p-75, -0x1p-75, 0x1p-149), (0x1.8p-75, 0x1p-75, -0x1p-149),
      (.infinity, 1, 1), (1, 1, -.infinity), (.greatestFiniteMagnitude, 1, 0x1p103),
    ]
    for (a, b, c) in triples {
      let expected = Tensor(repeating: c.addingProduct(a, b), shape: [17])
      let sum = Tensor(repeating: c, shape: [17])
      let row = Tensor(repeating: b, shape: [17])
      kernels.accumulate(a, row.pointer, sum.pointer, 17)
      expectEqualBits(sum, expected, "\(a) · \(b) + \(c)")
      let panels = Tensor(zeros: [kernels.packedCount(1, 17)])
      kernels.pack(1, 17, row.pointer, 17, 1, panels.pointer)
      let start = Tensor(repeating: c, shape: [17])
      let product = Tensor(zeros: [17])
      kernels.product(
        1, 17, 1, [a], 1, 1, panels.pointer, start.pointer, 17, product.pointer, 17)
      expectEqualBits(product, expected, "product \(a) · \(b) + \(c)")
      withExtendedLifetime((row, panels, start)) {}
    }
  }

  @Test func unknownInstructionSetsAreNotFound() {
    #expect(CUnroll_select("sse9") == nil)
    #expect(CUnroll_select("") == nil)
    #expect(CUnroll_select("baseline") != nil)
  }

  @Test func chosenSetIsOneOfThem() throws {
    let name = try InstructionSet.current().name
    #expect(Self.tables.contains { String(cString: $0.name) == name })
  }

  /// A name from outside never stops a program: operations use the best set, and `current()` says what is wrong.
  @Test func aNameThatCannotBeUsedIsNoTrap() async {
    await #expect(processExitsWith: .success) {
      setenv("UNROLL_ISA", "sse9", 1)
      let sum = (Tensor([1, 2], shape: [2]) + Tensor([3, 4], shape: [2])).elements
      guard sum == [4, 6] else { exit(1) }
      do {
        _ = try InstructionSet.current()
        exit(2)
      } catch {
        guard let refusal = error as? InstructionSetError, refusal.name == "sse9",
          refusal.description.contains("baseline")
        else { exit(3) }
      }
    }
  }

  // MARK: Element by element

  static let counts = [1, 3, 15, 16, 17, 33, 64, 65]

  /// Random numbers of all magnitudes, and those at the edges.
  static func numbers(_ count: Int, seed: UInt64) -> Tensor {
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
    _ kernel: @escaping @Sendable (Kernels, [UnsafeMutablePointer<Float>], Int) -> Void
  ) -> Program {
    Program(name) { kernels in
      (counts + [4000]).map { count in
        let operands = (1...3).map { numbers(count, seed: UInt64($0)) }
        kernel(kernels, operands.map(\.pointer), count)
        return operands[2]
      }
    }
  }

  static let elementwise = [
    program("add") { $0.add($1[0], $1[1], $1[2], $2) },
    program("subtract") { $0.subtract($1[0], $1[1], $1[2], $2) },
    program("multiply") { $0.multiply($1[0], $1[1], $1[2], $2) },
    program("scale") { $0.scale(1.7, $1[0], $1[2], $2) },
    program("accumulate") { $0.accumulate(-1.3, $1[0], $1[2], $2) },
    program("tanh") { $0.tanh($1[0], $1[2], $2) },
    program("sigmoid") { $0.sigmoid($1[0], $1[2], $2) },
    program("relu") { $0.relu($1[0], $1[2], $2) },
    program("exp") { $0.exp($1[0], $1[2], $2) },
    program("log") { $0.log($1[0], $1[2], $2) },
    program("tanhGradient") { $0.tanhGradient($1[0], $1[1], $1[2], $2) },
    program("sigmoidGradient") { $0.sigmoidGradient($1[0], $1[1], $1[2], $2) },
    program("reluGradient") { $0.reluGradient($1[0], $1[1], $1[2], $2) },
    program("logGradient") { $0.logGradient($1[0], $1[1], $1[2], $2) },
    program("clamp") { $0.clamp(0.8, $1[2], $2) },
    program("dropout") { $0.dropout(0x1234_5678_9abc, 1 << 36, 0.7, 1.5, $1[0], $1[2], $2) },
  ]

  // MARK: Rows and reductions

  /// Runs over a matrix of finite numbers of each width, with room for a result of its shape.
  private static func rowProgram(
    _ name: String,
    _ kernel: @escaping @Sendable (Kernels, Int, Int, [UnsafeMutablePointer<Float>]) -> Void
  ) -> Program {
    Program(name) { kernels in
      counts.flatMap { width in
        let tensors = (1...5).map { Tensor.random([3, width], seed: UInt64($0), in: -5...5) }
        kernel(kernels, 3, width, tensors.map(\.pointer))
        return Array(tensors[2...])
      }
    }
  }

  static let rows = [
    rowProgram("sums") { kernels, m, n, x in
      x[2][0] = kernels.sum(x[0], m * n)
      let squares = kernels.sumOfSquares(x[0], m * n)
      x[3][0] = Float(squares)
      x[4][0] = Float(squares - Double(Float(squares)))
    },
    rowProgram("addRows") { $0.addRows($1, $2, $3[0], $2, $3[2]) },
    rowProgram("scatterRows") { $0.scatterRows($1, $2, [2, 0, 2], $3[0], $2, $3[2], $2) },
    rowProgram("softmax") { $0.softmax($1, $2, $3[0], $3[2]) },
    rowProgram("softmaxGradient") { $0.softmaxGradient($1, $2, $3[0], $3[1], $3[2]) },
    rowProgram("logSoftmax") { $0.logSoftmax($1, $2, $3[0], $3[2]) },
    rowProgram("logSoftmaxGradient") { $0.logSoftmaxGradient($1, $2, $3[0], $3[1], $3[2]) },
    rowProgram("layerNorm") { kernels, m, n, x in
      let statistics = Tensor(zeros: [m, 2])
      kernels.layerNorm(m, n, x[0], x[1], x[1] + n, 1e-5, x[2], statistics.pointer)
      kernels.layerNormGradient(m, n, x[1], x[0], x[1], statistics.pointer, x[3], x[4])
      withExtendedLifetime(statistics) {}
    },
    rowProgram("crossEntropy") { kernels, m, n, x in
      var options = CUnroll_CrossEntropy(
        classes: n, ignored: -1, smoothing: 0.2, classWeights: UnsafePointer(x[1]), totalWeight: 7)
      let targets: [Int32] = [0, -1, Int32(n - 1)]
      let sums = Tensor(zeros: [m])
      kernels.crossEntropy(&options, m, x[0], targets, x[2], sums.pointer)
      kernels.crossEntropyGradient(&options, m, x[0], targets, sums.pointer, 0.3, x[3])
      options.smoothing = 0
      options.classWeights = nil
      kernels.crossEntropyGradient(&options, m, x[0], targets, sums.pointer, 0.3, x[4])
      withExtendedLifetime(sums) {}
    },
  ]

  // MARK: Products

  static let products = [
    (1, 1, 1), (1, 33, 5), (5, 1, 9), (7, 17, 3), (13, 65, 6), (49, 31, 4), (3, 40, 513),
    (13, 70, 512),
    (2, 3, 0),
  ].map { m, n, k in
    Program("product \(m)x\(n)x\(k)") { kernels in
      let a = Tensor.random([m, k], seed: 1)
      let aTransposed = a.transposed(0, 1)
      let b = Tensor.random([k, n], seed: 2)
      let bTransposed = b.transposed(0, 1)
      let bias = Tensor.random([n], seed: 3)
      let results = (0..<4).map { Tensor.random([m, n], seed: $0) }
      let panelMemory = Tensor(zeros: [kernels.packedCount(k, n)])
      let panels = panelMemory.pointer
      let c = results.map(\.pointer)
      kernels.pack(k, n, b.pointer, n, 1, panels)
      kernels.product(m, n, k, a.pointer, k, 1, panels, nil, 0, c[0], n)
      kernels.product(m, n, k, aTransposed.pointer, 1, m, panels, c[1], n, c[1], n)
      kernels.pack(k, n, bTransposed.pointer, 1, k, panels)
      kernels.product(m, n, k, a.pointer, k, 1, panels, bias.pointer, 0, c[2], n)
      kernels.product(m, n, k, aTransposed.pointer, 1, m, panels, nil, 0, c[3], n)
      withExtendedLifetime((a, aTransposed, b, bTransposed, bias, panelMemory)) {}
      return results
    }
  }

  static let storedProducts = [(1, 64, 96), (3, 32, 64), (9, 96, 32)].map { m, n, k in
    Program("stored product \(m)x\(n)x\(k)") { kernels in
      let a = Tensor.random([m, k], seed: 1)
      let weight = Tensor.random([n, k], seed: 2)
      let bias = Tensor.random([n], seed: 3)
      let results = (0..<2).map { Tensor.random([m, n], seed: $0) }
      let c = results.map(\.pointer)
      kernels.storedProduct(m, n, k, a.pointer, k, weight.pointer, nil, 0, c[0], n)
      kernels.storedProduct(m, n, k, a.pointer, k, weight.pointer, bias.pointer, 0, c[1], n)
      withExtendedLifetime((a, weight, bias)) {}
      return results
    }
  }

  // MARK: Optimizers

  /// Runs over gradients, parameters and three buffers that are never negative.
  private static func optimizer(
    _ name: String,
    _ kernel: @escaping @Sendable (Kernels, Int, [UnsafeMutablePointer<Float>]) -> Void
  ) -> Program {
    Program(name) { kernels in
      counts.flatMap { count in
        let tensors = [-1, -1, 0, 0, 0].enumerated().map { index, low in
          Tensor.random([count], seed: UInt64(index), in: low...1)
        }
        kernel(kernels, count, tensors.map(\.pointer))
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
    optimizer("sgd") { kernels, count, x in
      withUnsafePointer(to: sgd(nesterov: false)) { kernels.sgd($0, count, x[0], x[1], nil) }
    },
    optimizer("sgd with momentum") { kernels, count, x in
      withUnsafePointer(to: sgd(nesterov: false)) { kernels.sgd($0, count, x[0], x[1], x[2]) }
    },
    optimizer("nesterov") { kernels, count, x in
      withUnsafePointer(to: sgd(nesterov: true)) { kernels.sgd($0, count, x[0], x[1], x[2]) }
    },
    optimizer("rmsprop") { kernels, count, x in
      withUnsafePointer(to: rmsprop) { kernels.rmsprop($0, count, x[0], x[1], x[2], nil, nil) }
    },
    optimizer("centered rmsprop") { kernels, count, x in
      withUnsafePointer(to: rmsprop) { kernels.rmsprop($0, count, x[0], x[1], x[2], x[3], x[4]) }
    },
    optimizer("adam") { kernels, count, x in
      withUnsafePointer(to: adam(weightDecay: 0.01, decay: 1)) {
        kernels.adam($0, count, x[0], x[1], x[2], x[3], nil)
      }
    },
    optimizer("adamw with amsgrad") { kernels, count, x in
      withUnsafePointer(to: adam(weightDecay: 0, decay: 0.999)) {
        kernels.adam($0, count, x[0], x[1], x[2], x[3], x[4])
      }
    },
    optimizer("adagrad") { kernels, count, x in
      withUnsafePointer(to: adagrad) { kernels.adagrad($0, count, x[0], x[1], x[2]) }
    },
  ]

  // MARK: Recurrent layers

  static let recurrences = RecurrentCase.all(hiddenSizes: [33]).map { layer in
    Program(layer.testDescription) { recurrence(layer, $0) }
  }

  /// As they are where there are fewer rows than threads.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [33]), tables.indices)
  func stepsSplitByUnitsEqualWholeOnes(_ layer: RecurrentCase, table: Int) {
    let whole = Self.recurrence(layer, Self.tables[table])
    let split = Self.recurrence(layer, Self.tables[table], isSplit: true)
    for (index, (a, b)) in zip(split, whole).enumerated() {
      expectEqualBits(a, b, "result \(index)")
    }
  }

  /// Everything that the forward pass writes, before and after the backward pass has written over it.
  private static func recurrence(
    _ layer: RecurrentCase, _ kernels: Kernels, isSplit: Bool = false
  ) -> [Tensor] {
    let (T, N, H, P) = (layer.steps, layer.rows, layer.hiddenSize, layer.stateSize)
    let (G, isGRU) = (layer.cell.gateCount, layer.cell == .gru)
    let isLSTM = layer.cell == .lstm
    let hidden = Tensor.random([G, H, P], seed: 1, in: -0.2...0.2)
    let projection = layer.projectionSize.map { Tensor.random([$0, H], seed: 2) }
    /// A range for each panel, the last ones first.
    func panels(of count: Int) -> [Range<Int>] {
      stride(from: 0, to: count, by: kernels.panelWidth).reversed().map {
        $0..<min(count, $0 + kernels.panelWidth)
      }
    }
    func packed(
      _ k: Int, _ n: Int, _ source: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int
    ) -> Tensor {
      let panels = Tensor(zeros: [kernels.packedCount(k, n)])
      kernels.pack(k, n, source, rowStride, columnStride, panels.pointer)
      return panels
    }
    let gatePanels = concatenate(
      (0..<G).map { packed(P, H, hidden.pointer + $0 * H * P, 1, P) }, axis: 0)
    let forwardProjection = projection.map { packed(H, P, $0.pointer, 1, H) }
    let rowPanels = packed((isGRU ? 2 : G) * H, P, hidden.pointer, P, 1)
    let candidatePanels = isGRU ? packed(H, P, hidden.pointer + 2 * H * P, P, 1) : nil
    let backwardProjection = projection.map { packed(P, H, $0.pointer, H, 1) }

    let table = Tensor.random([layer.inputSize, G * H], seed: 3)
    let bias = Tensor.random([G * H], seed: 4)
    let gateStride = G * H + 3
    let written = (0..<5).map { Tensor.random([T + 1, N, gateStride], seed: 10 + $0) }
    let gradients = (0..<5).map { Tensor.random([T, N, H], seed: 20 + $0) }
    let tokens = layer.tokens.values
    let lengths = layer.lengths ?? Array(repeating: Int32(T), count: N)

    let cell = [CUnroll_cellTanh, CUnroll_cellRelu, CUnroll_cellLSTM, CUnroll_cellGRU][
      RecurrentCase.cells.firstIndex(of: layer.cell) ?? 0]
    return tokens.withUnsafeBufferPointer { tokens in
      lengths.withUnsafeBufferPointer { lengths in
        var recurrence = CUnroll_Recurrence(
          cell: Int32(cell), steps: T, rows: N, hidden: H, state: P,
          lengths: layer.isRagged ? lengths.baseAddress : nil, recurrentPanels: gatePanels.pointer,
          recurrentWeights: hidden.pointer,
          projectionPanels: forwardProjection.map { UnsafePointer($0.pointer) },
          candidateBias: isGRU && layer.hasBias ? UnsafePointer(bias.pointer) : nil,
          inputTable: layer.isOneHot ? UnsafePointer(table.pointer) : nil,
          inputBias: layer.hasBias ? UnsafePointer(bias.pointer) : nil, tokens: tokens.baseAddress,
          gateStride: gateStride, gates: written[0].pointer,
          candidate: isGRU ? written[1].pointer : nil,
          memory: projection == nil ? nil : written[3].pointer, states: written[4].pointer,
          cells: isLSTM ? written[2].pointer : nil)
        if isSplit {
          for t in 0..<T {
            for units in panels(of: H) {
              kernels.recurrenceForwardUnits(
                &recurrence, t, 0, N, units.lowerBound, units.upperBound)
            }
            if projection != nil { kernels.recurrenceProjection(&recurrence, t, 0, N) }
          }
        } else {
          kernels.recurrenceForward(&recurrence, 0, T, 0, N)
        }
        let forward = written.map { Tensor($0.elements, shape: $0.shape) }
        var gradient = CUnroll_RecurrenceGradient(
          outputGradient: gradients[0].pointer, recurrentPanels: rowPanels.pointer,
          candidatePanels: candidatePanels.map { UnsafePointer($0.pointer) },
          projectionPanels: backwardProjection.map { UnsafePointer($0.pointer) },
          initialIsWanted: 1, hiddenGradient: gradients[1].pointer,
          cellGradient: isLSTM ? gradients[2].pointer : nil,
          memoryGradient: projection == nil ? nil : gradients[3].pointer,
          stateGradient: projection == nil ? nil : gradients[4].pointer)
        if isSplit {
          for t in (0..<T).reversed() {
            for (phase, parts) in [
              (CUnroll_phaseState, [0..<P]), (CUnroll_phaseGates, panels(of: H)),
              (CUnroll_phaseProduct, panels(of: P)),
            ] {
              for part in parts {
                kernels.recurrenceBackwardPhase(
                  &recurrence, &gradient, Int32(phase), t, 0, N, part.lowerBound, part.upperBound)
              }
            }
          }
        } else {
          kernels.recurrenceBackward(&recurrence, &gradient, 0, T, 0, N)
        }
        withExtendedLifetime((hidden, projection, gatePanels, forwardProjection, rowPanels)) {}
        withExtendedLifetime((candidatePanels, backwardProjection, table, bias)) {}
        return forward + written + gradients
      }
    }
  }
}
