import Foundation
import Testing

@Suite struct ProgressTests {
  /// The bars that a text shows, each drawn over the one before.
  private func bars(in text: String) -> [Substring] {
    text.split(separator: "\r").filter { $0.hasSuffix("\u{1B}[K") && $0.count > 1 }
  }

  /// What a training run writes to a terminal until it is interrupted.
  private func training(
    columns: UInt16, environment: [String: String], until isEnough: (String) -> Bool
  ) throws -> String {
    let workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
    let terminal = try #require(Terminal(columns: columns))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Workplace.executable)
    process.arguments =
      ["train", "fox.txt", "--output", "out"] + small
      + ["--batch-size", "1", "--sequence-length", "1", "--epochs", "100000"]
      + ["--sample-every", "0"]
    process.currentDirectoryURL = URL(fileURLWithPath: workplace.path)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = terminal.handle
    try RunningProcess.withSignalsAllowed { try process.run() }
    return terminal.text(of: process, interruptedWhen: isEnough)
  }

  @Test(arguments: [20, 40, 80, 200] as [UInt16])
  func barFitsTheTerminalAndLeavesNothing(columns: UInt16) throws {
    let text = try training(columns: columns, environment: ["TERM": "xterm", "NO_COLOR": "1"]) {
      !self.bars(in: $0).isEmpty
    }
    let bars = self.bars(in: text)
    #expect(!bars.isEmpty)
    #expect(bars.allSatisfy { $0.dropLast().count < Int(columns) + 2 })
    #expect(bars.allSatisfy { $0.contains("█") || $0.contains("░") } == (columns >= 40))
    for line in screenLines(text) {
      #expect(
        line.hasPrefix("training on ") || line.hasPrefix("lstm with ")
          || line.hasPrefix("wrote out ") || line.hasPrefix("the validation loss was lowest")
          || (line.hasPrefix("epoch ") && line.contains("  validation ")), "\(line)")
    }
  }

  @Test(arguments: [["TERM": "dumb"], ["TERM": ""], [:]])
  func terminalThatCannotMoveItsCursorGetsPlainLines(environment: [String: String]) throws {
    let text = try training(columns: 80, environment: environment) { $0.contains("epoch 2/") }
    #expect(text.contains("wrote out "))
    #expect(!text.contains("\r") && !text.contains("\u{1B}"))
  }
}
