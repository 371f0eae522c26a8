/// The lower case of each scalar, without regard to those around it.
struct LowercaseTable: Sendable {
  static let shared = LowercaseTable()

  /// The lower case where it is one scalar, 0 where it is the scalar itself, and `.max` for several.
  private var single = ScalarTable<UInt32>(repeating: 0)
  private var several: [UInt32: [UInt32]] = [:]

  /// Looking up properties is far slower than a table, and no script with cases is beyond plane 1.
  private init() {
    for value in 0..<UInt32(0x20000) {
      guard let properties = Unicode.Scalar(value)?.properties, properties.changesWhenLowercased
      else { continue }
      let mapped = properties.lowercaseMapping.unicodeScalars.map(\.value)
      single[value] = mapped.count == 1 ? mapped[0] : .max
      if mapped.count > 1 { several[value] = mapped }
    }
  }

  /// Appends the lower case of a scalar.
  @inline(__always)
  func append(_ scalar: UInt32, to scalars: inout [UInt32]) {
    let mapped = single[scalar]
    switch mapped {
    case 0: scalars.append(scalar)
    case .max: scalars += several[scalar] ?? [scalar]
    default: scalars.append(mapped)
    }
  }
}
