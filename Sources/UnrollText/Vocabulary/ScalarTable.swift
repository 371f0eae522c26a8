/// A value for every Unicode scalar, in pages that exist only where values were set.
struct ScalarTable<Value: Hashable & Sendable>: Hashable, Sendable {
  private static var pageSize: Int { 256 }

  /// The page of each block of 256 scalars; page 0 is the one without values.
  private var pages: [UInt16]
  private var values: [Value]

  init(repeating empty: Value) {
    pages = Array(repeating: 0, count: 0x110000 / Self.pageSize)
    values = Array(repeating: empty, count: Self.pageSize)
  }

  subscript(scalar: UInt32) -> Value {
    @inline(__always) get {
      values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }
    set {
      let block = Int(scalar >> 8)
      if pages[block] == 0 {
        pages[block] = UInt16(values.count / Self.pageSize)
        values.append(contentsOf: values[..<Self.pageSize])
      }
      values[Int(pages[block]) << 8 | Int(scalar & 0xFF)] = newValue
    }
  }

  /// The scalars and values of the pages that were written to, in code point order.
  func forEach(_ body: (UInt32, Value) -> Void) {
    for (block, page) in pages.enumerated() where page != 0 {
      for low in 0..<Self.pageSize {
        body(UInt32(block << 8 | low), values[Int(page) << 8 | low])
      }
    }
  }

  /// The scalars whose values fulfil a condition, in code point order.
  func scalars(where isWanted: (Value) -> Bool) -> [UInt32] {
    var found: [UInt32] = []
    forEach { if isWanted($1) { found.append($0) } }
    return found
  }
}
