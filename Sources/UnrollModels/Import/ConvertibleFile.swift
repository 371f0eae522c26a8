public import UnrollFormats

/// A file that a model can be made of, told by its contents.
public enum ConvertibleFile: Sendable {
  /// A model of Unroll.
  case model(ModelFile)
  /// The `state_dict` of a PyTorch model, of `torch.save` or in a safetensors file.
  case weights(StateDictionary)

  /// Opens a file or a pipe.
  ///
  /// - Throws: `FileError` if it cannot be read, ``ModelError`` if it is of another format,
  ///   `PyTorchError` or `SafeTensorsError` if it is damaged.
  public init(contentsOf path: String) throws {
    try self.init(FileContents(opening: path), source: path)
  }

  /// Opens a file whose bytes are there already.
  package init(_ contents: FileContents, source: String) throws {
    switch FileKind(of: contents) {
    case .safeTensors:
      let file = try SafeTensors(contents, source: source)
      self = ModelFile.isModel(file) ? .model(try ModelFile(file)) : .weights(StateDictionary(file))
    case .pyTorch, .zip, .pyTorchStream, .pyTorchTar:
      self = .weights(StateDictionary(try PyTorchArchive(contents, source: source)))
    case let kind:
      throw ModelError(
        .notImportable,
        "'\(source)' is \(kind.name), and weights of PyTorch or a model of Unroll are needed; \(kind.remedy(for: .weights, path: source))"
      )
    }
  }
}
