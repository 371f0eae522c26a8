import ArgumentParser
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
import Unroll
import UnrollServing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `unroll-serve`.
@main
struct UnrollServe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unroll-serve",
    abstract: "Serve models by HTTP, in the protocol of OpenAI's completions.",
    discussion: """
      A model is called by the name of its file, without .safetensors. The server listens on this machine only, unless --host says \
      otherwise, which needs a key or --insecure. It logs no prompt and no key.

      SIGTERM, or Ctrl-C once, lets it finish what it has begun; Ctrl-C twice ends it at once.
      """, version: unrollVersion)

  @Argument(help: "Model files that `unroll train` and the other training commands wrote.")
  var models: [String]

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 for any that is free.")
  var port = 8080

  @Option(
    help: ArgumentHelp(
      "Ask clients for the key in this file (or in the variable UNROLL_API_KEY).", valueName: "file"
    ))
  var apiKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "Call the models so, in their order, instead of by their files; can be given several times.",
      valueName: "name"))
  var alias: [String] = []

  @Option(
    help: ArgumentHelp("Answer to this name too; can be given several times.", valueName: "name"))
  var allowHost: [String] = []

  @Option(
    help: ArgumentHelp(
      "Let pages of this origin ask too, as https://example.org, or * for all; can be given several times.",
      valueName: "origin"))
  var cors: [String] = []

  @Flag(
    help:
      "Answer /v1/chat/completions too, by going on from the texts of all messages; without it chats are refused, as OpenAI does with such models."
  )
  var chat = false

  @Flag(help: "Listen on other addresses than this machine's without a key.")
  var insecure = false

  @Option(help: "Write so many texts at once.")
  var maxRows = 128

  @Option(help: "Let so many texts wait, and refuse more.")
  var maxQueue = 256

  @Option(help: "Write so many tokens where a request does not say.")
  var defaultMaxTokens = 16

  @Option(help: "Threads to use (default: all processors).")
  var threads: Int?

  /// The names of this machine for itself.
  private static let loopback: Set<String> = ["127.0.0.1", "localhost", "::1", "[::1]"]

  func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw ValidationError(message) }
    }
    try require((0...65_535).contains(port), "--port is 0 to 65535, not \(port)")
    try require(maxRows > 0, "--max-rows is 1 or more, not \(maxRows)")
    try require(maxQueue > 0, "--max-queue is 1 or more, not \(maxQueue)")
    try require(defaultMaxTokens > 0, "--default-max-tokens is 1 or more, not \(defaultMaxTokens)")
    try require(
      alias.isEmpty || alias.count == models.count,
      "--alias names \(alias.count) of \(models.count) models: name all of them, or none")
    for origin in cors where origin != "*" {
      let isWhole = origin.hasPrefix("http://") || origin.hasPrefix("https://")
      try require(
        isWhole && origin.split(separator: "/", omittingEmptySubsequences: false).count == 3,
        "--cors takes an origin such as https://example.org, or *, and not '\(origin)'")
    }
    if let threads {
      try require(
        (1...Threads.most).contains(threads), "--threads is 1 to \(Threads.most), not \(threads)")
    }
  }

  func run() async throws {
    let key = try apiKey()
    guard Self.loopback.contains(host) || key != nil || insecure else {
      throw ValidationError(
        "'\(host)' can be reached from other machines: give --api-key-file, or --insecure")
    }
    let served: [ServedModel]
    do {
      served = try models.enumerated().map { index, path in
        try ServedModel(contentsOf: path, name: alias.isEmpty ? nil : alias[index])
      }
    } catch {
      Self.say("error: \(error)")
      throw ExitCode(66)
    }
    let names = served.map(\.name)
    guard Set(names).count == names.count else {
      throw ValidationError("two models are called alike: give each its name with --alias")
    }
    try await serve(served, key)
  }

  private func serve(_ models: [ServedModel], _ key: String?) async throws {
    var limits = ServingLimits()
    (limits.rows, limits.queuedRows, limits.usualTokens) = (maxRows, maxQueue, defaultMaxTokens)
    limits.threads = threads ?? Threads.available
    let server = Server(
      models, apiKey: key,
      hosts: Self.loopback.contains(host) ? Self.loopback.union(allowHost) : nil,
      origins: Set(cors), answersChats: chat, limits: limits,
      now: { Int(Date().timeIntervalSince1970) })
    var logger = Logger(label: "unroll-serve")
    logger.logLevel = .warning
    let (host, names) = (self.host, models.map(\.name))
    let application = Application(
      responder: Responder(server),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: .maximum(1024, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        Self.say("serving \(names.joined(separator: ", ")) on http://\(host):\(port)")
      }, logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: application)], gracefulShutdownSignals: [.sigterm], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(30)
    let group = ServiceGroup(configuration: configuration)
    let interruptions = Task {
      var count = 0
      for await _ in await UnixSignalsSequence(trapping: .sigint) {
        count += 1
        if count > 1 { _exit(130) }
        await group.triggerGracefulShutdown()
      }
    }
    defer { interruptions.cancel() }
    do {
      try await group.run()
    } catch let error as IOError {
      Self.say("error: cannot listen on \(host):\(port): \(error.description)")
      throw ExitCode(73)
    }
    server.drain()
  }

  private func apiKey() throws -> String? {
    if let apiKeyFile {
      guard let text = try? String(contentsOf: URL(fileURLWithPath: apiKeyFile), encoding: .utf8)
      else {
        Self.say("error: cannot read '\(apiKeyFile)'")
        throw ExitCode(66)
      }
      let key = String(text.split(whereSeparator: \.isNewline).first ?? "")
      guard !key.isEmpty else {
        Self.say("error: '\(apiKeyFile)' has no key on its first line")
        throw ExitCode(65)
      }
      return key
    }
    let key = ProcessInfo.processInfo.environment["UNROLL_API_KEY"] ?? ""
    return key.isEmpty ? nil : key
  }

  private static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
