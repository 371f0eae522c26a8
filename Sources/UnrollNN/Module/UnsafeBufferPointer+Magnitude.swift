internal import Synchronization
internal import UnrollTensor

extension UnsafeBufferPointer<Float> {
  /// The largest absolute value; NaN if any element is NaN, and zero without elements.
  var greatestMagnitude: Float {
    // Without their signs, floats have the order of their bits, and NaN comes after infinity.
    let greatest = Atomic<UInt32>(0)
    forEachRange(of: count, grain: 1 << 16) { range in
      var bits: UInt32 = 0
      for index in range { bits = Swift.max(bits, self[index].bitPattern & 0x7FFF_FFFF) }
      greatest.max(bits, ordering: .relaxed)
    }
    return Float(bitPattern: greatest.load(ordering: .relaxed))
  }
}
