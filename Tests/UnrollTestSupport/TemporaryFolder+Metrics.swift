import Foundation

extension TemporaryFolder {
  /// The steps and epochs of a file of metrics without the times, which no two runs have in common, and without the lines about the
  /// run as such.
  package func metrics(of name: String) throws -> String {
    let lines = try text(of: name).split(separator: "\n").filter { line in
      !["run", "resumed", "end"].contains { line.hasPrefix("{\"event\":\"\($0)\"") }
    }
    return lines.joined(separator: "\n").replacing(
      #/,"(seconds|targetsPerSecond)":[0-9.e-]+/#, with: "")
  }
}
