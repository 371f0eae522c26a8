public import UnrollFormats
package import UnrollTensor

extension SafeTensorsWriter {
  /// Adds the parameters of a module under their names, each behind `prefix`.
  ///
  /// What is written later throws ``ParameterError`` if a weight is not finite, or beyond the
  /// precision.
  ///
  /// - Parameters:
  ///   - module: whose parameters they are.
  ///   - prefix: what the names get in front.
  ///   - precision: how the weights are stored, rounded to the nearest.
  /// - Throws: `SafeTensorsError` if two parameters have one name.
  public mutating func add(
    _ module: some Module, under prefix: String = "", as precision: WeightPrecision = .float32
  ) throws {
    for (name, value) in module.parameters {
      let name = prefix + name
      try add(name, shape: Array(value.shape), as: precision.elementType) { body in
        try value.withUnsafeElements { floats in
          try precision.check(floats, of: name)
          try body(floats)
        }
      }
    }
  }

  /// Adds a tensor that is no weight, whatever its numbers are; throws `SafeTensorsError` if the
  /// name is taken.
  package mutating func add(_ name: String, _ tensor: Tensor) throws(SafeTensorsError) {
    try add(name, shape: Array(tensor.shape)) { body in try tensor.withUnsafeElements(body) }
  }
}
