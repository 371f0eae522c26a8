package import UnrollFormats
package import UnrollTensor

/// Takes tensors out of a file by name, and notes all that does not fit.
package struct TensorFilling {
  private let file: StateDictionary
  private let isInPlace: Bool
  private var used = Set<String>()
  private var missing: [String] = []
  private var misshapen: [String] = []
  private var notFinite: [String] = []
  private var failure: (any Error)?

  /// - Parameter inPlace: whether tensors may use the memory of the file, which is then kept until
  ///   all of them have changed.
  package init(_ file: SafeTensors, inPlace: Bool = false) {
    self.init(StateDictionary(file), inPlace: inPlace)
  }

  init(_ file: StateDictionary, inPlace: Bool) {
    self.file = file
    isInPlace = inPlace
  }

  /// Whether the file has a tensor whose name begins so.
  package func hasTensors(_ prefix: String) -> Bool {
    file.tensors.contains { $0.name.hasPrefix(prefix) }
  }

  /// Replaces a tensor by the one of that name and of the same shape.
  package mutating func fill(_ tensor: inout Tensor, named name: String) {
    if let filled = saved(named: name, tensor.shape) { tensor = filled }
  }

  /// Replaces all parameters of a module by the tensors of their names, and of their shapes, which
  /// have to be finite.
  package mutating func fill(_ module: inout some Module, under prefix: String = "") {
    module.forEachParameter { name, weight in
      guard let filled = saved(named: prefix + name, weight.shape) else { return }
      weight = filled
      if !weight.withUnsafeElements({ $0.greatestMagnitude.isFinite }) {
        notFinite.append((prefix + name).quotedForMessage)
      }
    }
  }

  private mutating func saved(named name: String, _ shape: Shape) -> Tensor? {
    guard let saved = file[name] else {
      missing.append(name.quotedForMessage)
      return nil
    }
    used.insert(name)
    guard saved.shape == Array(shape) else {
      misshapen.append("\(name.quotedForMessage) is \(saved.shapeText) where \(shape) is needed")
      return nil
    }
    do {
      return try content(of: saved, shape)
    } catch {
      failure = failure ?? error
      return nil
    }
  }

  private func content(of saved: any StoredTensor, _ shape: Shape) throws -> Tensor {
    if isInPlace, shape.elementCount > 0,
      let (floats, owner) = (saved as? SafeTensors.Tensor)?.floatsInPlace
    {
      return Tensor(borrowing: floats, from: owner, shape: shape)
    }
    var tensor = Tensor(uninitialized: shape)
    try tensor.withUnsafeMutableElements { try saved.copy(to: $0) }
    return tensor
  }

  /// Takes a tensor, if it is there, for none of the parameters.
  package mutating func leaveOut(_ name: String) { used.insert(name) }

  /// Ends the filling.
  ///
  /// - Parameters:
  ///   - owner: what the tensors belong to, for messages.
  ///   - prefix: what the names of the tensors begin with that have to be used.
  /// - Throws: ``ParameterError`` with all that did not fit; `SafeTensorsError` if a tensor holds
  ///   no floats.
  package func finish(_ owner: String, under prefix: String = "") throws {
    let leftOver = file.tensors.lazy.map(\.name)
      .filter { $0.hasPrefix(prefix) && !used.contains($0) }.map(\.quotedForMessage)
    let problems = [
      missing.isEmpty ? nil : "it lacks \(missing.listForMessage)",
      misshapen.isEmpty ? nil : misshapen.listForMessage,
      leftOver.isEmpty ? nil : "\(owner) has no place for \(Array(leftOver).listForMessage)",
    ].compactMap { $0 }
    guard problems.isEmpty else {
      throw ParameterError(
        .mismatch,
        "the tensors of '\(file.source)' are not those of \(owner): \(problems.joined(separator: "; "))"
      )
    }
    if let failure { throw failure }
    guard notFinite.isEmpty else {
      throw ParameterError(
        .notFinite,
        "'\(file.source)' has weights that are not finite, in \(notFinite.listForMessage): take an earlier checkpoint, or train again with a lower learning rate"
      )
    }
  }
}

extension StoredTensor {
  /// The sizes for a message, whose length a hostile file must not decide.
  fileprivate var shapeText: String {
    let sizes = shape.prefix(Shape.mostAxes).map(String.init)
    return "[\((sizes + (shape.count > sizes.count ? ["…"] : [])).joined(separator: ", "))]"
  }
}

extension [String] {
  /// The first elements and how many more there are.
  fileprivate var listForMessage: String {
    let limit = 8
    return prefix(limit).joined(separator: ", ")
      + (count > limit ? " and \(count - limit) more" : "")
  }
}
