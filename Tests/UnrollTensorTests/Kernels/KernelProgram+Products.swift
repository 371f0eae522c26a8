import CUnroll
import UnrollTensor
import UnrollTestSupport

extension KernelProgram {
  static let products = [
    (1, 1, 1), (1, 33, 5), (5, 1, 9), (7, 17, 3), (13, 65, 6), (49, 31, 4), (3, 40, 513),
    (13, 70, 512), (1, 300, 40), (2, 3, 0),
  ].map { m, n, k in
    KernelProgram("product \(m)x\(n)x\(k)") { table, numbers in
      let a = numbers.tensor([m, k], seed: 1)
      let aTransposed = a.transposed(0, 1)
      let b = numbers.tensor([k, n], seed: 2)
      let bTransposed = b.transposed(0, 1)
      let bias = numbers.tensor([n], seed: 3)
      let results = (0..<4).map { numbers.tensor([m, n], seed: $0) }
      let panelMemory = Tensor(zeros: [table.packedCount(k, n)])
      let panels = panelMemory.pointer
      let targets = results.map { CUnroll_Target(at: $0.pointer, row: n) }
      let rows = CUnroll_Matrix(at: a.pointer, row: k, column: 1)
      let columns = CUnroll_Matrix(at: aTransposed.pointer, row: 1, column: m)
      table.pack(k, n, CUnroll_Matrix(at: b.pointer, row: n, column: 1), panels)
      table.product(m, n, k, rows, panels, CUnroll_Start(), targets[0])
      table.product(
        m, n, k, columns, panels, CUnroll_Start(at: targets[1].at, row: n), targets[1])
      table.pack(k, n, CUnroll_Matrix(at: bTransposed.pointer, row: 1, column: k), panels)
      table.product(m, n, k, rows, panels, CUnroll_Start(at: bias.pointer, row: 0), targets[2])
      table.product(m, n, k, columns, panels, CUnroll_Start(), targets[3])
      withExtendedLifetime((a, aTransposed, b, bTransposed, bias, panelMemory)) {}
      return results
    }
  }

  static let storedProducts = [(1, 64, 96), (3, 32, 64), (9, 96, 32)].map { m, n, k in
    KernelProgram("stored product \(m)x\(n)x\(k)") { table, numbers in
      let a = numbers.tensor([m, k], seed: 1)
      let weight = numbers.tensor([n, k], seed: 2)
      let bias = numbers.tensor([n], seed: 3)
      let results = (0..<2).map { numbers.tensor([m, n], seed: $0) }
      let targets = results.map { CUnroll_Target(at: $0.pointer, row: n) }
      let rows = CUnroll_Matrix(at: a.pointer, row: k, column: 1)
      table.storedProduct(m, n, k, rows, weight.pointer, CUnroll_Start(), targets[0])
      table.storedProduct(
        m, n, k, rows, weight.pointer, CUnroll_Start(at: bias.pointer, row: 0), targets[1])
      withExtendedLifetime((a, weight, bias)) {}
      return results
    }
  }
}
