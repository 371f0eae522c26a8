import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Float buffers that are used again: after the first training step, tensors come from here and no memory is asked for.
///
/// Sizes are rounded up to four classes an octave. Buffers are aligned to 64 bytes and carved from slabs of whole huge pages,
/// where the system grants these. Their content is undefined.
package enum BufferPool {
  private struct State: ~Copyable {
    /// The addresses of free buffers, by size class.
    var free: [[UInt]] = Array(repeating: [], count: 256)
    /// The address of the unused rest of the last slab, and its bytes.
    var slab: (address: UInt, bytes: Int) = (0, 0)
    var carvedCount = 0
    var bytesInUse = 0
    var peakBytes = 0
  }

  private static let state = Mutex(State())
  private static let slabBytes = 32 << 20
  private static let hugePageBytes = 2 << 20

  /// How many buffers were newly made since the start, rather than used again.
  package static var allocationCount: Int { state.withLock { $0.carvedCount } }

  /// The bytes of the buffers in use now.
  package static var bytesInUse: Int { state.withLock { $0.bytesInUse } }

  /// Runs `body` and returns the largest number of bytes in use at once meanwhile.
  package static func peakBytes(during body: () throws -> Void) rethrows -> Int {
    state.withLock { $0.peakBytes = $0.bytesInUse }
    try body()
    return state.withLock { $0.peakBytes }
  }

  /// The class of a size: its octave in the upper bits, the quarter of the octave in the lower two.
  package static func sizeClass(floats: Int) -> Int {
    let size = max(floats, 16) - 1
    let octave = Int.bitWidth - 1 - size.leadingZeroBitCount
    return octave << 2 | (size >> (octave - 2) & 3)
  }

  /// The floats that a buffer of a class holds.
  package static func capacity(sizeClass: Int) -> Int {
    (4 + (sizeClass & 3) + 1) << ((sizeClass >> 2) - 2)
  }

  package static func take(sizeClass: Int) -> UnsafeMutablePointer<Float> {
    let bytes = capacity(sizeClass: sizeClass) * MemoryLayout<Float>.stride
    let address = state.withLock { state in
      state.bytesInUse += bytes
      state.peakBytes = max(state.peakBytes, state.bytesInUse)
      return state.free[sizeClass].popLast() ?? carve(bytes, &state)
    }
    guard let buffer = UnsafeMutablePointer<Float>(bitPattern: address) else {
      fatalError("A buffer of \(bytes) bytes has no address")
    }
    return buffer
  }

  package static func giveBack(_ buffer: UnsafeMutablePointer<Float>, sizeClass: Int) {
    let address = UInt(bitPattern: buffer)
    state.withLock {
      $0.bytesInUse -= capacity(sizeClass: sizeClass) * MemoryLayout<Float>.stride
      $0.free[sizeClass].append(address)
    }
  }

  private static func carve(_ bytes: Int, _ state: inout State) -> UInt {
    state.carvedCount += 1
    // Three cache lines more, so that buffers used together do not all begin at the same place of a page.
    let step = (bytes + 63) / 64 * 64 + 192
    if step > slabBytes / 4 { return slab(of: step) }
    if step > state.slab.bytes { state.slab = (slab(of: slabBytes), slabBytes) }
    defer { state.slab = (state.slab.address + UInt(step), state.slab.bytes - step) }
    return state.slab.address
  }

  /// Memory of the system, in whole huge pages.
  private static func slab(of bytes: Int) -> UInt {
    let whole = (bytes + hugePageBytes - 1) / hugePageBytes * hugePageBytes
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, hugePageBytes, whole) == 0, let memory else {
      fatalError("Out of memory: no \(whole) bytes to be had")
    }
    #if os(Linux)
    _ = madvise(memory, whole, 14 /* MADV_HUGEPAGE */)
    #endif
    return UInt(bitPattern: memory)
  }
}
