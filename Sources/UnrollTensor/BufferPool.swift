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
/// Sizes are rounded up to four classes an octave. Buffers are aligned to 64 bytes, large ones to 2 MiB, on huge pages
/// where the system grants them. Their content is undefined.
package enum BufferPool {
  private struct State: ~Copyable {
    /// The addresses of free buffers, by size class.
    var free: [[UInt]] = Array(repeating: [], count: 256)
    var allocationCount = 0
    var allocatedFloats = 0
  }

  private static let state = Mutex(State())

  /// How many buffers were asked of the system since the start.
  package static var allocationCount: Int { state.withLock { $0.allocationCount } }

  /// The bytes of all buffers, in use and free.
  package static var allocatedBytes: Int { state.withLock { $0.allocatedFloats * 4 } }

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
    if let address = state.withLock({ $0.free[sizeClass].popLast() }),
      let buffer = UnsafeMutablePointer<Float>(bitPattern: address)
    {
      return buffer
    }
    let floats = capacity(sizeClass: sizeClass)
    let bytes = floats * MemoryLayout<Float>.stride
    let isLarge = bytes >= hugePage
    var memory: UnsafeMutableRawPointer?
    let status = posix_memalign(&memory, isLarge ? hugePage : 64, bytes)
    guard status == 0, let memory else {
      preconditionFailure("Out of memory: no buffer of \(bytes) bytes to be had")
    }
    #if os(Linux)
    if isLarge { _ = madvise(memory, bytes, 14 /* MADV_HUGEPAGE */) }
    #endif
    state.withLock {
      $0.allocationCount += 1
      $0.allocatedFloats += floats
    }
    return memory.bindMemory(to: Float.self, capacity: floats)
  }

  package static func giveBack(_ buffer: UnsafeMutablePointer<Float>, sizeClass: Int) {
    let address = UInt(bitPattern: buffer)
    state.withLock { $0.free[sizeClass].append(address) }
  }

  /// Gives the buffers that nobody uses back to the system.
  package static func releaseFree() {
    state.withLock { state in
      for sizeClass in state.free.indices {
        for address in state.free[sizeClass] {
          free(UnsafeMutableRawPointer(bitPattern: address))
          state.allocatedFloats -= capacity(sizeClass: sizeClass)
        }
        state.free[sizeClass] = []
      }
    }
  }

  private static let hugePage = 2 << 20
}
