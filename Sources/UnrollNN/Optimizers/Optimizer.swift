public import UnrollTensor

/// A rule that moves parameters along a gradient.
///
/// All follow PyTorch's formulas and defaults. An optimizer is a value: a copy of it, with the model, is a snapshot of training.
public protocol Optimizer: Sendable {
  /// The step size.
  var learningRate: Double { get set }
  /// What it remembers from step to step.
  var state: OptimizerState { get set }
  /// How many buffers it has for each parameter, once it has taken a step.
  var bufferCount: Int { get }

  /// Moves every parameter one step; `gradient` has the gradients in the places of the parameters.
  mutating func update<Model: Module>(_ model: inout Model, along gradient: Model)
}

/// What an optimizer remembers: the number of steps and, for each parameter, buffers of its shape.
public struct OptimizerState: Sendable, Equatable {
  /// The steps taken.
  public var step: Int
  /// The buffers by parameter name, in the order in which the optimizer uses them.
  public var buffers: [String: [Tensor]]

  /// Creates a state; by default that before the first step.
  public init(step: Int = 0, buffers: [String: [Tensor]] = [:]) {
    self.step = step
    self.buffers = buffers
  }
}

extension OptimizerState {
  /// Calls `visit` with each buffer and the name of its parameter.
  package mutating func forEachBuffer(_ visit: (_ name: String, _ buffer: inout Tensor) -> Void) {
    for name in buffers.keys {
      for index in buffers[name, default: []].indices {
        visit(name, &buffers[name, default: []][index])
      }
    }
  }
}

/// A run of one parameter's elements with the same run of its gradient and of its buffers.
struct ParameterRun {
  let parameter: UnsafeMutablePointer<Float>
  let gradient: UnsafePointer<Float>
  let count: Int
  /// Whether the parameter has one axis at most, as biases have.
  let isBias: Bool
  fileprivate let buffers: [UnsafeMutablePointer<Float>]
  fileprivate let offset: Int

  func buffer(_ index: Int) -> UnsafeMutablePointer<Float> { buffers[index] + offset }
}

extension OptimizerState {
  /// Counts a step and calls `body` with all parameters in runs, on all threads.
  ///
  /// - Parameters:
  ///   - bufferCount: how many buffers each parameter has.
  ///   - initial: what they hold before the first step.
  mutating func advance<Model: Module>(
    _ model: inout Model, along gradient: Model, bufferCount: Int, initial: Float = 0,
    _ body: (ParameterRun) -> Void
  ) {
    step += 1
    var gradients = gradient.parameters.makeIterator()
    var count = 0
    model.forEachParameter { name, parameter in
      count += 1
      guard let (gradientName, slope) = gradients.next(), gradientName == name,
        slope.shape == parameter.shape
      else {
        fatalError(
          "The gradient of \(name) \(parameter.shape) is missing or of another shape: it has to be that of this model"
        )
      }
      if buffers[name] == nil, bufferCount > 0 {
        buffers[name] = (0..<bufferCount).map { _ in
          Tensor(repeating: initial, shape: parameter.shape)
        }
      }
      guard buffers[name, default: []].count == bufferCount,
        buffers[name, default: []].allSatisfy({ $0.shape == parameter.shape })
      else {
        fatalError(
          "The optimizer has buffers for another \(name) than one of shape \(parameter.shape): each model has an optimizer of its own"
        )
      }
      let pointers = (0..<bufferCount).map { index in
        buffers[name, default: []][index].withUnsafeMutableElements {
          $0.baseAddress ?? parameter.pointer
        }
      }
      parameter.withUnsafeMutableElements { elements in
        guard let base = elements.baseAddress else { return }
        forEachRange(of: elements.count, grain: 1 << 14) { range in
          body(
            ParameterRun(
              parameter: base + range.lowerBound, gradient: slope.pointer + range.lowerBound,
              count: range.count, isBias: slope.shape.count < 2,
              buffers: pointers, offset: range.lowerBound))
        }
      }
    }
    guard bufferCount == 0 || buffers.count >= count else {
      fatalError(
        "\(Model.self) has two parameters with one name, so that the optimizer would take them for one: visit its parts under different names"
      )
    }
  }
}

/// Ends the program unless each setting of an optimizer is a finite number of at least 0.
func requireSettings(_ optimizer: StaticString, _ settings: (name: StaticString, value: Double)...)
{
  for (name, value) in settings where !(value >= 0 && value.isFinite) {
    fatalError("\(optimizer): the \(name) is finite and at least 0, not \(value)")
  }
}

/// β to the power of a step's number, by squaring: the same bits everywhere.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
