internal import UnrollNN
internal import UnrollTensor

/// Refuses sizes of recurrent layers that make no model.
func requireSizes(
  layers: Int, hidden: Int, embedding: Int, dropout: Float
) throws(ModelError) {
  let largest = 1 << 20
  try requireConfiguration(
    (1...1024).contains(layers), "The number of layers is 1 ... 1024, not \(layers)")
  try requireConfiguration(
    (1...largest).contains(hidden), "The hidden size is 1 ... \(largest), not \(hidden)")
  try requireConfiguration(
    (0...largest).contains(embedding),
    "The embedding size is 0 ... \(largest), not \(embedding)")
  try requireConfiguration(
    (0..<1).contains(dropout), "The dropout is at least 0 and below 1, not \(dropout)")
}

/// Throws that a configuration is impossible, unless the condition holds.
func requireConfiguration(
  _ condition: Bool, _ message: @autoclosure () -> String
) throws(ModelError) {
  if !condition { throw ModelError(.invalidConfiguration, message()) }
}

/// Refuses weights of a model that differs in something.
func requireEqual<Value: Equatable>(_ name: String, _ own: Value, _ theirs: Value)
  throws(ModelError)
{
  guard own != theirs else { return }
  let both = own is [String] ? "" : ": \(theirs), and \(own) is asked for"
  throw ModelError(.invalidConfiguration, "the weights are of a model of other \(name)\(both)")
}

/// The number of trainable numbers of a model that would be made of parameters by their shapes.
func parameterCount<Model>(_ make: (_ parameter: (Shape) -> Tensor) throws -> Model) rethrows -> Int
{
  var count = 0
  _ = try make { shape in
    count += shape.elementCount
    return Tensor(unfilled: shape)
  }
  return count
}
