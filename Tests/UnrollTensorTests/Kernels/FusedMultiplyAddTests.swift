import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

/// a · b + c is rounded once, on every instruction set.
@Suite struct FusedMultiplyAddTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let a, b, c: Float
    let expected: Float
    var testDescription: String { "\(a) · \(b) + \(c)" }

    init(_ a: Float, _ b: Float, _ c: Float, _ expected: Float? = nil) {
      (self.a, self.b, self.c) = (a, b, c)
      self.expected = expected ?? c.addingProduct(a, b)
    }
  }

  /// 97 · 172961 / 2²⁴ is 1 + 2⁻²⁴, in the middle between two floats, so that a third number decides, however small.
  private static let middle: Float = 172_961 * 0x1p-24
  private static let least = Float.leastNormalMagnitude

  /// Where a table computes the sum in double precision, a second rounding must not be seen.
  static let rounded = [
    Case(97, middle, 0), Case(97, middle, 0x1p-60), Case(97, middle, -0x1p-60),
    Case(-97, middle, 0x1p-80), Case(97, -middle, -0x1p-80), Case(97, middle, least),
    Case(97, middle, -1), Case(3, 0, -0.0), Case(.infinity, 1, 1), Case(1, 1, -.infinity),
    Case(.greatestFiniteMagnitude, 2, -.greatestFiniteMagnitude),
    Case(.greatestFiniteMagnitude, 1, 0x1p103),
  ]

  /// Numbers below the smallest normal one, 2⁻¹²⁶, count as zero, as operands and as results.
  static let flushed = [
    Case(97, middle, .leastNonzeroMagnitude, 1), Case(0x1p-140, 1, 0, 0),
    Case(1, -0x1p-140, 0, 0), Case(0, 0, 0x1p-130, 0), Case(0x1p-100, 0x1p-60, 0x1p-149, 0),
    Case(0x1p-75, 0x1p-75, 0x1p-149, 0), Case(0x1p-63, 0x1p-64, 0, 0),
    Case(0x1p-63, -0x1p-64, -0.0, -0.0), Case(1, -least, 0x1.8p-126, 0),
    // 2⁻¹²⁶ less a little is 2⁻¹²⁶ when it is rounded to 24 bits, and 2⁻¹²⁶ less 2⁻¹⁵⁰ is not.
    Case(0x1p-80, -0x1p-80, least, least), Case(0x1p-80, 0x1p-80, -least, -least),
    Case(0x1p-75, -0x1p-76, least, least), Case(0x1p-75, -0x1p-75, least, 0),
    Case(-0x1p-75, -0x1p-75, -least, -0.0), Case(0x1p-75, -0x1.000002p-76, least, 0),
    // (2²³ − 1) (2²⁴ + 2) and (2²³ + 1) (2²⁴ − 2) are 2⁴⁷ − 2, (2²³ − 1) (2²⁴ − 2) is 2⁴⁷ − 2²⁵ + 2.
    Case(8_388_607 * 0x1p-83, 16_777_218 * 0x1p-90, 0, least),
    Case(8_388_609 * 0x1p-83, -16_777_214 * 0x1p-90, 0, -least),
    Case(8_388_607 * 0x1p-83, 16_777_214 * 0x1p-90, 0, 0),
  ]

  @Test(arguments: rounded + flushed, KernelProgram.tables.indices)
  func isRoundedOnce(_ numbers: Case, table: Int) {
    let table = KernelProgram.tables[table]
    let before = CUnroll_enterKernels()
    defer { CUnroll_leaveKernels(before) }
    let expected = Tensor(repeating: numbers.expected, shape: [17])
    let row = Tensor(repeating: numbers.b, shape: [17])
    let start = Tensor(repeating: numbers.c, shape: [17])

    // As a product of one term.
    let panels = Tensor(zeros: [table.packedCount(1, 17)])
    table.pack(1, 17, CUnroll_Matrix(at: row.pointer, row: 17, column: 1), panels.pointer)
    let product = Tensor(zeros: [17])
    withUnsafePointer(to: numbers.a) { a in
      table.product(
        1, 17, 1, CUnroll_Matrix(at: a, row: 1, column: 1), panels.pointer,
        CUnroll_Start(at: start.pointer, row: 17), CUnroll_Target(at: product.pointer, row: 17))
    }
    expectEqualBits(product, expected, "product")

    // As momentum · velocity + gradient.
    let parameter = Tensor(zeros: [17])
    var step = CUnroll_SGD()
    step.momentum = numbers.a
    table.sgd(&step, 17, start.pointer, parameter.pointer, row.pointer)
    // No weight decay adds 0 to the gradient, which makes 0 of −0.
    if numbers.c != 0 || numbers.c.sign == .plus { expectEqualBits(row, expected, "momentum") }
    withExtendedLifetime((panels, start, parameter)) {}
  }
}
