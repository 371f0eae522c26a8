internal import CUnroll

/// Recurrent layers: rows of a batch over steps, the backward pass from the last step to the first.
extension Kernels {
  @inline(__always)
  func recurrenceForward(
    _ layer: UnsafePointer<CUnroll_Recurrence>, steps: Range<Int>, rows: Range<Int>
  ) {
    inKernelMode {
      $0.pointee.recurrenceForward(
        layer, steps.lowerBound, steps.upperBound, rows.lowerBound, rows.upperBound)
    }
  }

  /// Only some units, from the beginning of a panel. With a projection, `recurrenceProjection` has to follow.
  @inline(__always)
  func recurrenceForward(
    _ layer: UnsafePointer<CUnroll_Recurrence>, step: Int, rows: Range<Int>, units: Range<Int>
  ) {
    inKernelMode {
      $0.pointee.recurrenceForwardUnits(
        layer, step, rows.lowerBound, rows.upperBound, units.lowerBound, units.upperBound)
    }
  }

  @inline(__always)
  func recurrenceProjection(
    _ layer: UnsafePointer<CUnroll_Recurrence>, step: Int, rows: Range<Int>
  ) {
    inKernelMode {
      $0.pointee.recurrenceProjection(layer, step, rows.lowerBound, rows.upperBound)
    }
  }

  @inline(__always)
  func recurrenceBackward(
    _ layer: UnsafePointer<CUnroll_Recurrence>,
    _ gradient: UnsafePointer<CUnroll_RecurrenceGradient>, steps: Range<Int>, rows: Range<Int>
  ) {
    inKernelMode {
      $0.pointee.recurrenceBackward(
        layer, gradient, steps.lowerBound, steps.upperBound, rows.lowerBound, rows.upperBound)
    }
  }

  /// Only one phase of a step, for some of its units or columns.
  @inline(__always)
  func recurrenceBackward(
    _ layer: UnsafePointer<CUnroll_Recurrence>,
    _ gradient: UnsafePointer<CUnroll_RecurrenceGradient>, phase: Int, step: Int, rows: Range<Int>,
    columns: Range<Int>
  ) {
    inKernelMode {
      $0.pointee.recurrenceBackwardPhase(
        layer, gradient, Int32(phase), step, rows.lowerBound, rows.upperBound, columns.lowerBound,
        columns.upperBound)
    }
  }
}
