import Testing
import UnrollText

struct SplitTests {
  @Test func tinyShakespeareIsSplitAsElsewhere() throws {
    let parts = try Split(validationFraction: 0.1).parts(of: 1_115_394)
    #expect(parts.training == 0..<1_003_854)
    #expect(parts.validation == 1_003_854..<1_115_394)
    #expect(parts.test.isEmpty)
  }

  @Test(arguments: [0, 0.05, 0.1, 0.2, 0.3, 0.45], [0, 0.1, 0.25, 0.5])
  func partsAreInOrderAndComplete(validation: Double, test: Double) throws {
    let split = try Split(validationFraction: validation, testFraction: test)
    for count in 0..<300 {
      let parts = split.parts(of: count)
      #expect(Array(parts.training) + parts.validation + parts.test == Array(0..<count))
      #expect(abs(Double(parts.validation.count) - validation * Double(count)) <= 1)
      #expect(abs(Double(parts.test.count) - test * Double(count)) <= 1)
    }
  }

  @Test func tenthsOfTenAreExact() throws {
    for tenths in 0..<10 {
      let parts = try Split(validationFraction: Double(tenths) / 10).parts(of: 10)
      #expect(parts.validation.count == tenths)
    }
  }

  @Test(arguments: [(-0.1, 0), (0, -0.1), (1, 0), (0.5, 0.5), (.nan, 0), (0, .infinity)])
  func fractionsThatLeaveNothingAreRefused(validation: Double, test: Double) {
    #expect(throws: TextError.self) {
      try Split(validationFraction: validation, testFraction: test)
    }
  }
}
