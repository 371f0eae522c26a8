public import UnrollTensor

extension RecurrentStack {
  /// What it is made of.
  public struct Configuration: Sendable, Hashable {
    /// The kind of cell.
    public var cell: RecurrentCell
    /// D, the size of input vectors or the number of tokens.
    public var inputSize: Int
    /// H, the units of each layer.
    public var hiddenSize: Int
    /// L, the number of layers.
    public var layerCount: Int
    /// Whether there are two biases per layer, or none.
    public var hasBias: Bool
    /// The dropout probability on the output of each layer but the last.
    public var dropout: Float
    /// Whether a second set of layers reads the sequences backwards.
    public var isBidirectional: Bool
    /// P, the size of an LSTM's projected state; 0 without a projection.
    public var projectionSize: Int

    /// Whether dropout drops the same units at all steps.
    public var isDropoutVariational = false
    /// The probability that a recurrent weight is zero for a batch.
    public var weightDropout: Float = 0

    /// Creates a configuration.
    public init(
      cell: RecurrentCell, inputSize: Int, hiddenSize: Int, layerCount: Int = 1,
      hasBias: Bool = true,
      dropout: Float = 0, isBidirectional: Bool = false, projectionSize: Int = 0
    ) {
      self.cell = cell
      self.inputSize = inputSize
      self.hiddenSize = hiddenSize
      self.layerCount = layerCount
      self.hasBias = hasBias
      self.dropout = dropout
      self.isBidirectional = isBidirectional
      self.projectionSize = projectionSize
    }

    /// P: what a state, and the output in one direction, has at each step.
    public var stateSize: Int { projectionSize > 0 ? projectionSize : hiddenSize }
    /// What a cell state has at each step; 0 for cells without one.
    var cellSize: Int { cell == .lstm ? hiddenSize : 0 }
    /// 1 or 2.
    public var directionCount: Int { isBidirectional ? 2 : 1 }
    /// What the whole output has at each step.
    public var outputSize: Int { directionCount * stateSize }

    /// Ends the program if a size or an option makes no sense.
    func requireSense() {
      guard inputSize > 0, hiddenSize > 0, layerCount > 0 else {
        fatalError(
          "A recurrent network has positive sizes, not \(inputSize) inputs, \(hiddenSize) units and \(layerCount) layers"
        )
      }
      for probability in [dropout, weightDropout] where !(0...1).contains(probability) {
        fatalError("The dropout probability is 0 ... 1, not \(probability)")
      }
      guard projectionSize == 0 || (cell == .lstm && (1..<hiddenSize).contains(projectionSize))
      else {
        fatalError(
          "Only an LSTM has a projection, smaller than its \(hiddenSize) units: not \(projectionSize)"
        )
      }
    }
  }
}
