// Comparisons give masks, by the rules of floats: NaN equals nothing, and is neither less nor greater.

extension Tensor {
  /// Where the left element equals the right one, with repetition as for `+`.
  public static func .== (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".==", ==) }
  /// Where the left element differs from the right one, with repetition as for `+`.
  public static func .!= (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".!=", !=) }
  /// Where the left element is less than the right one, with repetition as for `+`.
  public static func .< (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".<", <) }
  /// Where the left element is at most the right one, with repetition as for `+`.
  public static func .<= (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".<=", <=) }
  /// Where the left element is greater than the right one, with repetition as for `+`.
  public static func .> (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".>", >) }
  /// Where the left element is at least the right one, with repetition as for `+`.
  public static func .>= (a: Tensor, b: Tensor) -> Mask { compared(a, b, ".>=", >=) }

  /// Where the element equals a number.
  public static func .== (a: Tensor, b: Float) -> Mask { a .== Tensor(b) }
  /// Where the element differs from a number.
  public static func .!= (a: Tensor, b: Float) -> Mask { a .!= Tensor(b) }
  /// Where the element is less than a number.
  public static func .< (a: Tensor, b: Float) -> Mask { a .< Tensor(b) }
  /// Where the element is at most a number.
  public static func .<= (a: Tensor, b: Float) -> Mask { a .<= Tensor(b) }
  /// Where the element is greater than a number.
  public static func .> (a: Tensor, b: Float) -> Mask { a .> Tensor(b) }
  /// Where the element is at least a number.
  public static func .>= (a: Tensor, b: Float) -> Mask { a .>= Tensor(b) }

  private static func compared(
    _ a: Tensor, _ b: Tensor, _ name: StaticString, _ holds: (Float, Float) -> Bool
  ) -> Mask {
    UnrollTensor.compared(a.elements, a.shape, b.elements, b.shape, name, holds)
  }
}

extension Indices {
  /// Where the left index equals the right one, with repetition as for `+` of tensors.
  public static func .== (a: Indices, b: Indices) -> Mask {
    compared(a.values, a.shape, b.values, b.shape, ".==", ==)
  }
  /// Where the left index differs from the right one, with repetition as for `+` of tensors.
  public static func .!= (a: Indices, b: Indices) -> Mask {
    compared(a.values, a.shape, b.values, b.shape, ".!=", !=)
  }
  /// Where the index equals a number.
  public static func .== (a: Indices, b: Int32) -> Mask { a .== Indices([b], shape: []) }
  /// Where the index differs from a number.
  public static func .!= (a: Indices, b: Int32) -> Mask { a .!= Indices([b], shape: []) }
}

/// The truth values of a relation between the elements of two arrays, with repetition.
func compared<Element>(
  _ a: [Element], _ aShape: Shape, _ b: [Element], _ bShape: Shape, _ name: StaticString,
  _ holds: (Element, Element) -> Bool
) -> Mask {
  let broadcast = Broadcast(aShape, bShape, of: name)
  return Mask(
    [Bool](unsafeUninitializedCapacity: broadcast.shape.elementCount) { result, count in
      broadcast.forEachRun(in: 0..<broadcast.runCount) { run in
        for index in 0..<run.count {
          result.initializeElement(
            at: run.place + index, to: holds(a[run.a(index)], b[run.b(index)]))
        }
      }
      count = broadcast.shape.elementCount
    }, shape: broadcast.shape)
}
