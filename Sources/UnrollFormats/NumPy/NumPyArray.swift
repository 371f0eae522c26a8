/// A matrix of floats as a file of NumPy, format version 1.0, which `numpy.load` reads.
package struct NumPyArray {
  private let header: [UInt8]
  private let values: [Float]

  /// Takes a matrix `[rows, columns]`, row by row.
  package init(_ values: [Float], rows: Int, columns: Int) {
    guard values.count == rows * columns else {
      fatalError("\(values.count) numbers are no matrix [\(rows), \(columns)]")
    }
    self.values = values
    let description = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    // Signature, version, a length in two bytes, the description, and a line feed end on a multiple of 64.
    let rest = 10 + description.utf8.count + 1
    let padding = (64 - rest % 64) % 64
    let length = description.utf8.count + padding + 1
    header =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(description.utf8) + Array(repeating: UInt8(ascii: " "), count: padding)
      + [UInt8(ascii: "\n")]
  }

  /// Writes the file durably, or throws ``FileError``.
  package func write(to path: String) throws {
    try DurableFile.write(to: path) { sink in
      try sink.append(header)
      // All systems that we know have little-endian numbers.
      try values.withUnsafeBytes { try sink.append($0) }
    }
  }
}
