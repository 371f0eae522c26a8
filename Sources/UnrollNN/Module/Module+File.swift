public import UnrollFormats
import UnrollTensor

/// Parameters in a safetensors file, under the names that PyTorch gives them.
extension Module {
  /// All parameters as the tensors of a file that is to be written.
  ///
  /// ```swift
  /// try model.tensors().write(to: "weights.safetensors")
  /// try model.load(SafeTensors(contentsOf: "weights.safetensors"))
  /// ```
  ///
  /// Writing throws ``ParameterError`` if a weight is not finite, or beyond the precision; then
  /// nothing is written.
  ///
  /// - Parameters:
  ///   - precision: how the weights are stored, rounded to the nearest.
  ///   - metadata: texts that travel with the tensors.
  /// - Throws: `SafeTensorsError` if two parameters have one name.
  public func tensors(
    as precision: WeightPrecision = .float32, metadata: [String: String] = ["format": "pt"]
  ) throws -> SafeTensorsWriter {
    var writer = SafeTensorsWriter(metadata: metadata)
    try writer.add(self, as: precision)
    return writer
  }

  /// Throws ``ParameterError`` if a weight is not finite, for files of other formats.
  package func checkFinite() throws {
    for (name, value) in parameters {
      try value.withUnsafeElements { try WeightPrecision.float32.check($0, of: name) }
    }
  }

  /// Replaces every parameter by the tensor of its name.
  ///
  /// The file has to have exactly these tensors, in the shapes that the parameters have. They may
  /// stay in the memory of the file until they change.
  ///
  /// - Parameters:
  ///   - file: the tensors.
  ///   - prefix: what the names of the tensors have in front; tensors of other names are
  ///   left alone.
  /// - Throws: ``ParameterError`` that lists what is missing, left over, of another shape or not
  ///   finite; `SafeTensorsError` if a tensor holds no floats. The module is then as it was.
  public mutating func load(_ file: SafeTensors, under prefix: String = "") throws {
    try load(StateDictionary(file), under: prefix)
  }

  /// The same for the tensors of any file of PyTorch's.
  ///
  /// - Throws: as of a safetensors file, and `PyTorchError` if a tensor holds no floats.
  public mutating func load(_ file: StateDictionary, under prefix: String = "") throws {
    var loaded = self
    var filling = TensorFilling(file, inPlace: true)
    filling.fill(&loaded, under: prefix)
    try filling.finish("the model", under: prefix)
    self = loaded
  }
}
