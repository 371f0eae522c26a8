internal import Synchronization

/// The memory of a tensor, shared by the copies of a value until one of them changes.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let origin: Origin
  private let layouts = Mutex(Layouts())

  private enum Origin {
    case pool(sizeClass: Int)
    case borrowed(owner: any AnyObject & Sendable)
  }

  private struct Layouts {
    var packings: [(layout: PackedLayout, panels: Storage)] = []
    var wasReadAsStored = false
  }

  /// Memory with undefined content.
  package init(uninitialized count: Int) {
    self.count = count
    let sizeClass = BufferPool.sizeClass(floats: count)
    origin = .pool(sizeClass: sizeClass)
    pointer = BufferPool.take(sizeClass: sizeClass)
  }

  /// Memory that `owner` keeps and nobody changes: for reading only.
  package init(borrowing floats: UnsafeBufferPointer<Float>, from owner: any AnyObject & Sendable) {
    guard let base = floats.baseAddress else { fatalError("Borrowing memory of nobody") }
    count = floats.count
    origin = .borrowed(owner: owner)
    pointer = UnsafeMutablePointer(mutating: base)
  }

  deinit {
    if case .pool(let sizeClass) = origin { BufferPool.giveBack(pointer, sizeClass: sizeClass) }
  }

  /// Whether the content may be changed by an only owner.
  var isMutable: Bool {
    if case .pool = origin { true } else { false }
  }

  /// The content laid out for the matrix product, made on the first use and kept until the content changes.
  ///
  /// This is what packs a weight once for each optimizer step, whatever number of time steps uses it.
  package func packed(_ layout: PackedLayout) -> Storage {
    layouts.withLock { layouts in
      if let known = layouts.packings.first(where: { $0.layout == layout }) { return known.panels }
      let panels = layout.pack(pointer)
      layouts.packings.append((layout, panels))
      return panels
    }
  }

  /// Likewise, but nil for the first use, if that is by few rows and they can read the content as it is stored: to lay it out
  /// would take longer.
  package func packed(_ layout: PackedLayout, forRows rows: Int) -> Storage? {
    let isReadAsStored = layouts.withLock { layouts in
      guard rows <= 8, layout.isReadableAsStored, !layouts.wasReadAsStored, layouts.packings.isEmpty
      else {
        return false
      }
      layouts.wasReadAsStored = true
      return true
    }
    return isReadAsStored ? nil : packed(layout)
  }

  /// The transpose of the content as a matrix `[rows, columns]`, kept likewise.
  package func transposed(rows: Int, columns: Int) -> Storage {
    packed(
      PackedLayout(isWhole: true, rows: columns, columns: rows, rowStride: 1, columnStride: columns)
    )
  }

  /// To be called by the only owner before it changes the content.
  package func contentWillChange() {
    layouts.withLock {
      $0.wasReadAsStored = false
      if !$0.packings.isEmpty { $0.packings.removeAll() }
    }
  }
}
