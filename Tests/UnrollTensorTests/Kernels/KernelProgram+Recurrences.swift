import CUnroll
import UnrollTensor
import UnrollTestSupport

extension KernelProgram {
  static let recurrences = layers.map { layer in
    KernelProgram(layer.testDescription) { recurrence(layer, $0, $1, isSplit: false) }
  }

  /// The same layers step by step and unit by unit, as they run where there are fewer rows than threads.
  static let splitRecurrences = layers.map { layer in
    KernelProgram(layer.testDescription) { recurrence(layer, $0, $1, isSplit: true) }
  }

  private static let layers = RecurrentCase.all(hiddenSizes: [33])

  /// Everything that the forward pass writes, before and after the backward pass has written over it.
  private static func recurrence(
    _ layer: RecurrentCase, _ table: CUnroll_Kernels, _ numbers: Numbers, isSplit: Bool
  ) -> [Tensor] {
    let (T, N, H, P) = (layer.steps, layer.rows, layer.hiddenSize, layer.stateSize)
    let (G, isGRU) = (layer.cell.gateCount, layer.cell == .gru)
    let isLSTM = layer.cell == .lstm
    let hidden = numbers.tensor([G, H, P], seed: 1, in: -0.2...0.2)
    let projection = layer.projectionSize.map { numbers.tensor([$0, H], seed: 2) }
    /// A range for each panel, the last ones first.
    func panels(of count: Int) -> [Range<Int>] {
      stride(from: 0, to: count, by: table.panelWidth).reversed().map {
        $0..<min(count, $0 + table.panelWidth)
      }
    }
    func packed(
      _ k: Int, _ n: Int, _ source: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int
    ) -> Tensor {
      let panels = Tensor(zeros: [table.packedCount(k, n)])
      table.pack(
        k, n, CUnroll_Matrix(at: source, row: rowStride, column: columnStride), panels.pointer)
      return panels
    }
    let gatePanels = concatenate(
      (0..<G).map { packed(P, H, hidden.pointer + $0 * H * P, 1, P) }, axis: 0)
    let forwardProjection = projection.map { packed(H, P, $0.pointer, 1, H) }
    let rowPanels = packed((isGRU ? 2 : G) * H, P, hidden.pointer, P, 1)
    let candidatePanels = isGRU ? packed(H, P, hidden.pointer + 2 * H * P, P, 1) : nil
    let backwardProjection = projection.map { packed(P, H, $0.pointer, H, 1) }

    let inputTable = numbers.tensor([layer.inputSize, G * H], seed: 3)
    let bias = numbers.tensor([G * H], seed: 4)
    let gateStride = G * H + 3
    let written = (0..<5).map { numbers.tensor([T + 1, N, gateStride], seed: 10 + $0) }
    let gradients = (0..<5).map { numbers.tensor([T, N, H], seed: 20 + $0) }
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
          inputTable: layer.isOneHot ? UnsafePointer(inputTable.pointer) : nil,
          inputBias: layer.hasBias ? UnsafePointer(bias.pointer) : nil, tokens: tokens.baseAddress,
          gateStride: gateStride, gates: written[0].pointer,
          candidate: isGRU ? written[1].pointer : nil,
          memory: projection == nil ? nil : written[3].pointer, states: written[4].pointer,
          cells: isLSTM ? written[2].pointer : nil)
        if isSplit {
          for t in 0..<T {
            for units in panels(of: H) {
              table.recurrenceForwardUnits(
                &recurrence, t, 0, N, units.lowerBound, units.upperBound)
            }
            if projection != nil { table.recurrenceProjection(&recurrence, t, 0, N) }
          }
        } else {
          table.recurrenceForward(&recurrence, 0, T, 0, N)
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
                table.recurrenceBackwardPhase(
                  &recurrence, &gradient, Int32(phase), t, 0, N, part.lowerBound, part.upperBound)
              }
            }
          }
        } else {
          table.recurrenceBackward(&recurrence, &gradient, 0, T, 0, N)
        }
        withExtendedLifetime((hidden, projection, gatePanels, forwardProjection, rowPanels)) {}
        withExtendedLifetime((candidatePanels, backwardProjection, inputTable, bias)) {}
        return forward + written + gradients
      }
    }
  }
}
