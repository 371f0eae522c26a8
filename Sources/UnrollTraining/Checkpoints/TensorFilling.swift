internal import UnrollFormats
internal import UnrollTensor

/// Takes tensors out of a file by name, and notes what does not fit.
struct TensorFilling {
  private let file: SafeTensors
  private var used = 0
  private var failure: (any Error)?

  init(_ file: SafeTensors) {
    self.file = file
  }

  /// Whether the file has a tensor whose name begins so.
  func hasTensors(_ prefix: String) -> Bool {
    file.tensors.contains { $0.name.hasPrefix(prefix) }
  }

  /// Replaces a tensor by the one of that name and of the same shape.
  mutating func fill(_ tensor: inout Tensor, named name: String) {
    guard failure == nil else { return }
    do {
      let saved = try file.tensor(named: name)
      guard saved.shape == Array(tensor.shape) else {
        throw CheckpointError(
          .mismatch,
          "'\(file.source)' has a tensor \(name) of shape \(saved.shape) where this run has \(tensor.shape)"
        )
      }
      var filled = Tensor(uninitialized: tensor.shape)
      try filled.withUnsafeMutableElements { try saved.copy(to: $0) }
      tensor = filled
      used += 1
    } catch {
      failure = error
    }
  }

  /// Throws what did not fit, or that the file has more than was asked for.
  func finish() throws {
    if let failure { throw failure }
    guard used == file.tensors.count else {
      throw CheckpointError(
        .mismatch,
        "'\(file.source)' has \(file.tensors.count - used) tensors that this run does not know")
    }
  }
}

extension SafeTensorsWriter {
  mutating func add(_ name: String, _ tensor: Tensor) throws {
    try add(name, shape: Array(tensor.shape)) { body in try tensor.withUnsafeElements(body) }
  }
}
