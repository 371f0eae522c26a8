import UnrollFormats
import UnrollModels
import UnrollText

/// Why a request is refused, in the form that OpenAI's clients read.
struct ServingError: Error, Sendable, Hashable {
  /// The status of HTTP.
  var status: Int
  /// One sentence.
  var message: String
  /// Who is to blame: `invalid_request_error`, `server_error`.
  var type = "invalid_request_error"
  /// The field of the request.
  var parameter: String?
  /// What programs tell errors apart by.
  var code: String?
  /// Further headers.
  var headers: [ServerResponse.Header] = []

  init(
    _ status: Int, _ message: String, type: String = "invalid_request_error",
    parameter: String? = nil, code: String? = nil, headers: [ServerResponse.Header] = []
  ) {
    self.status = status
    self.message = message
    self.type = type
    self.parameter = parameter
    self.code = code
    self.headers = headers
  }

  static let overloaded = ServingError(
    503, "too many texts are waiting: try again later", type: "server_error", code: "overloaded",
    headers: [("retry-after", "1")].map { ServerResponse.Header($0.0, $0.1) })

  static let shuttingDown = ServingError(
    503, "the server is ending: try again later", type: "server_error", code: "shutting_down",
    headers: [ServerResponse.Header("retry-after", "1")])

  static let timedOut = ServingError(
    503, "the request took longer than it may: ask for less", type: "server_error", code: "timeout")

  /// What is wrong with a request that the library refused.
  init(_ error: any Error, parameter: String? = nil) {
    switch error {
    case let error as ServingError: self = error
    case let error as JSONError:
      let names = error.place.split(separator: ".").dropFirst()
      self.init(
        400, error.message.cut, parameter: names.isEmpty ? nil : names.joined(separator: "."))
    case let error as TextError: self.init(400, error.message.cut, parameter: parameter)
    case let error as ModelError: self.init(400, error.message.cut, parameter: parameter)
    default: self.init(500, "internal error", type: "server_error")
    }
  }

  var json: JSON {
    [
      "error": [
        "message": .string(message), "type": .string(type),
        "param": parameter.map { .string($0) } ?? .null, "code": code.map { .string($0) } ?? .null,
      ]
    ]
  }
}

extension String {
  /// A message that does not echo a long input.
  fileprivate var cut: String { count > 400 ? prefix(399) + "…" : self }
}
