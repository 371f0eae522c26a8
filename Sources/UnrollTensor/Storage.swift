internal import Synchronization

/// The memory of a tensor, shared by the copies of a value until one of them changes.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let sizeClass: Int
  private let packings = Mutex<[(layout: PackedLayout, panels: Storage)]>([])

  /// Memory with undefined content.
  package init(uninitialized count: Int) {
    self.count = count
    sizeClass = BufferPool.sizeClass(floats: count)
    pointer = BufferPool.take(sizeClass: sizeClass)
  }

  deinit {
    BufferPool.giveBack(pointer, sizeClass: sizeClass)
  }

  /// The content laid out for the matrix product, made on the first use and kept until the content changes.
  ///
  /// This is what packs a weight once for each optimizer step, whatever number of time steps uses it.
  package func packed(_ layout: PackedLayout) -> Storage {
    packings.withLock { packings in
      if let known = packings.first(where: { $0.layout == layout }) { return known.panels }
      let panels = layout.pack(pointer)
      packings.append((layout, panels))
      return panels
    }
  }

  /// The transpose of the content as a matrix `[rows, columns]`, kept likewise.
  package func transposed(rows: Int, columns: Int) -> Storage {
    packed(
      PackedLayout(isWhole: true, rows: columns, columns: rows, rowStride: 1, columnStride: columns)
    )
  }

  /// To be called by the only owner before it changes the content.
  package func contentWillChange() {
    packings.withLock { if !$0.isEmpty { $0.removeAll() } }
  }
}
