import ArgumentParser
import Unroll
import UnrollFormats

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `unroll serve`: hands over to `unroll-serve`, which is built from a package of its own, since it alone needs a network stack.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve models by HTTP, in the protocol of OpenAI's completions.",
    discussion: """
      This starts `unroll-serve`, from beside this program or from the PATH. `unroll serve -- --help` shows its options. It is built in a clone by

        swift build -c release --package-path Server

      as Server/.build/release/unroll-serve.
      """)

  @Argument(
    parsing: .captureForPassthrough,
    help: "What is passed on: model files, --port, --api-key-file and others.")
  var arguments: [String] = []

  func run() throws {
    let name = "unroll-serve"
    guard let program = Self.places(of: name).first(where: { access($0, X_OK) == 0 }) else {
      throw Failure(
        status: 69,
        description:
          "there is no unroll-serve beside this program or on the PATH: build it in a clone with `swift build -c release --package-path Server`, and put Server/.build/release/unroll-serve there"
      )
    }
    var words = ([name] + arguments.filter { $0 != "--" }).map { strdup($0) } + [nil]
    execv(program, &words)
    throw Failure(
      status: 71, description: "cannot start '\(program)': \(String(cString: strerror(errno)))")
  }

  /// Where a program may be: beside this one, and in the folders of the PATH.
  private static func places(of name: String) -> [String] {
    let own = CommandLine.arguments[0]
    let beside = own.lastIndex(of: "/").map { [String(own[...$0]) + name] } ?? []
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return beside + path.split(separator: ":").map { "\($0)/\(name)" }
  }
}
