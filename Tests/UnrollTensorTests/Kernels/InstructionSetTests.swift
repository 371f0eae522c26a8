import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// All tables of kernels that this machine can run give equal bits.
@Suite struct InstructionSetTests {
  @Test(arguments: KernelProgram.all, KernelProgram.Numbers.allCases)
  func tablesGiveEqualBits(_ program: KernelProgram, _ numbers: KernelProgram.Numbers) {
    let expected = program.run(KernelProgram.tables[0], numbers)
    for table in KernelProgram.tables.dropFirst() {
      for (index, (a, b)) in zip(program.run(table, numbers), expected).enumerated() {
        expectEqualBits(
          withOneNaN(a), withOneNaN(b), "result \(index) of \(String(cString: table.name))")
      }
    }
  }

  /// Which NaN an instruction gives is the processor's business.
  private func withOneNaN(_ x: Tensor) -> Tensor {
    Tensor(x.elements.map { $0.isNaN ? .nan : $0 }, shape: x.shape)
  }

  @Test(arguments: KernelProgram.recurrences.indices, KernelProgram.tables.indices)
  func stepsSplitByUnitsEqualWholeOnes(_ layer: Int, table: Int) {
    let table = KernelProgram.tables[table]
    for numbers in KernelProgram.Numbers.allCases {
      let whole = KernelProgram.recurrences[layer].run(table, numbers)
      let split = KernelProgram.splitRecurrences[layer].run(table, numbers)
      for (index, (a, b)) in zip(split, whole).enumerated() {
        expectEqualBits(a, b, "result \(index)")
      }
    }
  }

  @Test func unknownInstructionSetsAreNotFound() {
    #expect(CUnroll_select("sse9") == nil)
    #expect(CUnroll_select("") == nil)
    #expect(CUnroll_select("baseline") != nil)
  }

  @Test func chosenSetIsOneOfThem() throws {
    let name = try InstructionSet.current().name
    #expect(KernelProgram.tables.contains { String(cString: $0.name) == name })
  }

  /// A name from outside never stops a program: operations use the best set, and `current()` says what is wrong.
  @Test func aNameThatCannotBeUsedIsNoTrap() async {
    await #expect(processExitsWith: .success) {
      setenv("UNROLL_ISA", "sse9", 1)
      let sum = (Tensor([1, 2], shape: [2]) + Tensor([3, 4], shape: [2])).elements
      guard sum == [4, 6] else { exit(1) }
      do {
        _ = try InstructionSet.current()
        exit(2)
      } catch {
        guard let refusal = error as? InstructionSetError, refusal.name == "sse9",
          refusal.description.contains("baseline")
        else { exit(3) }
      }
    }
  }
}
