import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Rows of different lengths never see what lies behind their ends.
@Suite struct RaggedPaddingTests {
  /// A batch of inputs, with something else behind the end of each row.
  private func input(of variant: Variant, padding: Float) -> Tensor {
    var x = variant.input
    let width = variant.configuration.inputSize
    x.withUnsafeMutableElements { elements in
      for index in elements.indices {
        let (step, row) = (index / width / Variant.rows, index / width % Variant.rows)
        if step >= Variant.lengths[row] { elements[index] = padding }
      }
    }
    return x
  }

  /// Both directions, several layers, with and without a projection.
  @Test(arguments: Variant.all, [Float.nan, -.infinity])
  func contentOfThePaddingNeverReachesAGradient(_ variant: Variant, _ padding: Float) {
    func gradients(_ input: Tensor) -> [Tensor] {
      let (loss, gradient) = valueAndGradient(of: variant.stack) { stack in
        var nothing: RandomStream?
        let (output, state) = stack(
          .vectors(input), state: variant.state, lengths: Variant.lengths, dropout: &nothing)
        return state.hidden.reduce((output * .random(output.shape, seed: 50)).sum()) {
          $0 + ($1 * .random($1.shape, seed: 51)).sum()
        }
      }
      return [loss] + gradient.parameters.map(\.value)
    }
    let expected = gradients(input(of: variant, padding: 0))
    let actual = gradients(input(of: variant, padding: padding))
    #expect(expected.count > 1)
    for (index, (a, b)) in zip(actual, expected).enumerated() {
      expectEqualBits(a, b, "parameter \(index)")
    }
  }
}
