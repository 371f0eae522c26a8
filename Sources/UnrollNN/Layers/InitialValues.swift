public import UnrollTensor

/// What parameters begin with, in place of a layer's own initial values.
public enum InitialValues: Sendable, Hashable {
  /// Matrices uniform within ±√(6 / (in + out)), biases 0 (Glorot and Bengio 2010; PyTorch's `xavier_uniform_`).
  case xavier
  /// Matrices uniform within ±√(6 / in), biases 0 (He and others 2015; PyTorch's `kaiming_uniform_` for ReLU).
  case kaiming
  /// Recurrent matrices with an orthogonal block for each gate (Saxe, McClelland and Ganguli 2014), all else as `xavier`.
  case orthogonal
  /// All parameters uniform within ± a number, as char-rnn has it.
  case uniform(Float)
}

extension Module {
  /// Draws all parameters anew, in their order. A parameter of one axis is a bias; a recurrent matrix is one whose name has
  /// `weight_hh`.
  public mutating func initialize(
    _ values: InitialValues, using random: inout MersenneTwister
  ) {
    forEachParameter { name, parameter in
      let shape = parameter.shape
      if case .uniform(let bound) = values {
        parameter = .uniform(shape, within: Double(bound), using: &random)
      } else if shape.count < 2 {
        parameter = Tensor(zeros: shape)
      } else if case .orthogonal = values, name.contains("weight_hh") {
        parameter = .orthogonalBlocks(shape, using: &random)
      } else {
        let outputs = values == .kaiming ? 0 : shape[0]
        let bound = (6 / Double(shape[1] + outputs)).squareRoot()
        parameter = .uniform(shape, within: bound, using: &random)
      }
    }
  }
}

extension Tensor {
  /// `[G P, P]` whose G blocks `[P, P]` are each orthogonal: normal numbers, row by row made orthogonal to those before (modified
  /// Gram-Schmidt, in double precision).
  fileprivate static func orthogonalBlocks(
    _ shape: Shape, using random: inout MersenneTwister
  ) -> Tensor {
    let size = shape[1]
    var elements = Tensor.normal(shape, using: &random).elements.map { Double($0) }
    for first in stride(from: 0, to: shape[0], by: size) {
      for row in first..<Swift.min(first + size, shape[0]) {
        for earlier in first..<row {
          var product = 0.0
          for column in 0..<size {
            product += elements[row * size + column] * elements[earlier * size + column]
          }
          for column in 0..<size {
            elements[row * size + column] -= product * elements[earlier * size + column]
          }
        }
        var square = 0.0
        for column in 0..<size {
          square += elements[row * size + column] * elements[row * size + column]
        }
        let norm = square.squareRoot()
        for column in 0..<size { elements[row * size + column] /= norm }
      }
    }
    return Tensor(elements.map { Float($0) }, shape: shape)
  }
}

extension RecurrentStack {
  /// Sets the bias of an LSTM's forget gates, both biases together, so that it remembers from the beginning (Gers, Schmidhuber and
  /// Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015 recommend 1).
  public mutating func setForgetBias(_ value: Float) {
    guard configuration.cell == .lstm, configuration.hasBias else {
      fatalError("Only an LSTM with biases has the bias of a forget gate")
    }
    let units = configuration.hiddenSize
    for index in weights.indices {
      // Gates i, f, g, o.
      weights[index].inputBias?.withUnsafeMutableElements {
        $0[units..<2 * units].update(repeating: value)
      }
      weights[index].recurrentBias?.withUnsafeMutableElements {
        $0[units..<2 * units].update(repeating: 0)
      }
    }
  }
}
