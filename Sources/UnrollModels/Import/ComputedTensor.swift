import UnrollFormats

/// A tensor of a file under another name.
struct RenamedTensor: StoredTensor {
  let name: String
  let tensor: any StoredTensor

  var elementType: ElementType { tensor.elementType }
  var shape: [Int] { tensor.shape }

  func copy(to floats: UnsafeMutableBufferPointer<Float>) throws { try tensor.copy(to: floats) }
}

/// A tensor that was computed from those of a file.
struct ComputedTensor: StoredTensor {
  let name: String
  let shape: [Int]
  let elements: [Float]

  var elementType: ElementType { .float32 }

  func copy(to floats: UnsafeMutableBufferPointer<Float>) throws {
    _ = floats.update(fromContentsOf: elements)
  }

  /// g v / ‖v‖, where g has a number for each index along the axes that the norm leaves (Salimans
  /// and Kingma 2016).
  static func normalized(
    _ name: String, _ magnitude: any StoredTensor, _ direction: any StoredTensor, source: String
  ) throws -> ComputedTensor {
    let shape = direction.shape
    let kept = magnitude.shape.isEmpty ? shape.map { _ in 1 } : magnitude.shape
    guard kept.count == shape.count, zip(kept, shape).allSatisfy({ $0 == 1 || $0 == $1 }) else {
      throw ModelError(
        .notImportable,
        "'\(source)' has \(magnitude.name.quotedForMessage) of shape \(magnitude.shape) for \(direction.name.quotedForMessage) of shape \(shape), which is no weight norm"
      )
    }
    let v = try direction.floats()
    let g = try magnitude.floats()
    /// The place in g that an element of v belongs to.
    func group(_ index: Int) -> Int {
      var (rest, place, stride) = (index, 0, 1)
      for axis in shape.indices.reversed() {
        if kept[axis] > 1 {
          place += rest % shape[axis] * stride
          stride *= kept[axis]
        }
        rest /= shape[axis]
      }
      return place
    }
    var squares = [Double](repeating: 0, count: g.count)
    for (index, value) in v.enumerated() { squares[group(index)] += Double(value) * Double(value) }
    let factors = zip(g, squares).map { Double($0) / $1.squareRoot() }
    return ComputedTensor(
      name: name, shape: shape,
      elements: v.enumerated().map { Float(Double($1) * factors[group($0)]) })
  }

  /// The weight where the mask is one, and zero elsewhere.
  static func masked(
    _ name: String, _ weight: any StoredTensor, _ mask: any StoredTensor, source: String
  ) throws -> ComputedTensor {
    guard weight.shape == mask.shape else {
      throw ModelError(
        .notImportable,
        "'\(source)' has \(mask.name.quotedForMessage) of shape \(mask.shape) for a weight of shape \(weight.shape)"
      )
    }
    return ComputedTensor(
      name: name, shape: weight.shape,
      elements: try zip(weight.floats(), mask.floats()).map { $1 == 0 ? 0 : $0 * $1 })
  }
}
