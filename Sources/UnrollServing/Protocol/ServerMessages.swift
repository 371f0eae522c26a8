import UnrollFormats

/// A request of HTTP, read to its end.
public struct ServerRequest: Sendable {
  /// `GET`, `POST`, ….
  public var method: String
  /// The path without what follows a question mark.
  public var path: String
  /// The headers by their names in lower case.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  /// Creates a request.
  public init(method: String, path: String, headers: [String: String] = [:], body: [UInt8] = []) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
  }
}

/// A response of HTTP.
public struct ServerResponse: Sendable {
  /// A header with its value.
  public struct Header: Sendable, Hashable {
    /// The name in lower case.
    public let name: String
    /// The value.
    public let value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What is sent.
  public enum Body: Sendable {
    /// Bytes that are all there.
    case bytes([UInt8])
    /// Bytes that come one part after the other.
    case parts(ResponseParts)
  }

  /// The status.
  public var status: Int
  /// The headers, but for the length.
  public var headers: [Header]
  /// The body.
  public var body: Body

  init(_ json: JSON, status: Int = 200, headers: [Header] = []) {
    self.status = status
    self.headers = [Header("content-type", "application/json")] + headers
    body = .bytes(json.utf8() + Array("\n".utf8))
  }

  init(text: String, type: String = "text/plain; charset=utf-8") {
    status = 200
    headers = [Header("content-type", type)]
    body = .bytes(Array(text.utf8))
  }

  /// The answer to a browser that asks whether it may ask.
  static let allowed: ServerResponse = {
    var response = ServerResponse(text: "")
    (response.status, response.headers) = (204, [])
    return response
  }()

  init(_ error: ServingError) {
    self.init(error.json, status: error.status, headers: error.headers)
  }

  init(_ parts: ResponseParts) {
    status = 200
    headers = [
      Header("content-type", "text/event-stream; charset=utf-8"),
      Header("cache-control", "no-cache"), Header("x-accel-buffering", "no"),
    ]
    body = .parts(parts)
  }
}

/// Parts of a body that are made when they are asked for.
public struct ResponseParts: Sendable {
  /// The next part; `nil` after the last.
  public let next: @Sendable () async -> [UInt8]?
  /// Says that nothing more will be asked for: what is under way for it ends.
  public let cancel: @Sendable () -> Void
}
