import ArgumentParser
import Unroll
import UnrollFormats
import UnrollRuns
import UnrollText

/// `unroll cache`.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "List or remove the tokens of large texts that are kept for the next run.",
    discussion: """
      They lie in UNROLL_CACHE, or else in the folder "unroll" of the user's caches. All of it can be made anew.
      """)

  @Flag(help: "Remove everything.")
  var clear = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    guard let directory = TokenCache.standardDirectory else {
      throw Failure(
        status: 66, description: "there is no home folder; set UNROLL_CACHE to a folder")
    }
    let cache = TokenCache(directory: directory)
    let entries = try cache.entries()
    let total = entries.reduce(0) { $0 + $1.byteCount }
    if clear { try cache.removeAll() }
    guard !json else {
      let report: JSON = [
        "directory": .string(directory), "cleared": .boolean(clear), "bytes": JSON(total),
        "entries": .array(
          entries.map {
            [
              "sources": .array($0.sources.map { .string($0) }), "bytes": JSON($0.byteCount),
              "lastUse": JSON($0.lastUse), "key": .string($0.key),
            ]
          }),
      ]
      return try Console.data(report.text() + "\n")
    }
    if !clear {
      for entry in entries {
        try Console.data(
          groupedText(entry.byteCount).aligned(to: 16) + " bytes  "
            + entry.sources.joined(separator: ", ") + "\n")
      }
    }
    try Console.data(
      "\(clear ? "removed " : "")\(countText(entries.count, "text")), "
        + "\(groupedText(total)) bytes, in \(directory)\n")
  }
}
