import HTTPTypes
import Hummingbird
import NIOCore
import UnrollServing

/// Hands requests to the server, which knows no socket, and its answers back.
struct Responder: HTTPResponder {
  typealias Context = BasicRequestContext

  let server: Server
  /// The seconds within which a request has to come.
  private static let patience = 30.0

  init(_ server: Server) { self.server = server }

  func respond(to request: Request, context: Context) async throws -> Response {
    var request = request
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard length <= server.bodyLimit, let body = try await body(of: &request) else {
      return response(server.tooLarge, closes: true)
    }
    var headers: [String: String] = [:]
    for field in request.headers { headers[field.name.canonicalName] = field.value }
    if let authority = request.head.authority { headers["host"] = authority }
    let asked = ServerRequest(
      method: request.method.rawValue, path: request.uri.path, headers: headers, body: body)
    guard asked.path.hasSuffix("/completions"), asked.method == "POST", !server.streams(asked)
    else {
      let answer = await server.respond(to: asked)
      guard case .parts(let parts) = answer.body else { return response(answer, closes: false) }
      return streamed(answer, parts, over: request.body)
    }
    // A client that leaves frees its rows. The connection ends with such a response.
    let answer = try await request.body.consumeWithCancellationOnInboundClose { _ in
      await server.respond(to: asked)
    }
    return response(answer, closes: true)
  }

  /// The body; `nil` if it is too large, or does not come in time.
  private func body(of request: inout Request) async throws -> [UInt8]? {
    let (limit, asked) = (server.bodyLimit, request)
    let read = try await withThrowingTaskGroup(of: (Request, ByteBuffer)?.self) { group in
      group.addTask {
        var request = asked
        do {
          let buffer = try await request.collectBody(upTo: limit)
          return (request, buffer)
        } catch is NIOTooManyBytesError {
          return nil
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(Self.patience))
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    guard let (whole, buffer) = read else { return nil }
    request = whole
    return Array(buffer.readableBytesView)
  }

  private func response(_ answer: ServerResponse, closes: Bool) -> Response {
    guard case .bytes(let bytes) = answer.body else {
      return Response(status: .internalServerError)
    }
    return Response(
      status: .init(code: answer.status), headers: fields(answer, closes: closes),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private func streamed(
    _ answer: ServerResponse, _ parts: ResponseParts, over body: RequestBody
  ) -> Response {
    Response(
      status: .init(code: answer.status), headers: fields(answer, closes: true),
      body: ResponseBody { writer in
        // Where the client leaves, the rest is given up, and the parts end.
        try await body.consumeWithInboundCloseHandler { _ in
          do {
            while let part = await parts.next() {
              try await writer.write(ByteBuffer(bytes: part))
            }
            try await writer.finish(nil)
          } catch {
            parts.cancel()
            throw error
          }
        } onInboundClosed: {
          parts.cancel()
        }
      })
  }

  private func fields(_ answer: ServerResponse, closes: Bool) -> HTTPFields {
    var fields = HTTPFields()
    for header in answer.headers {
      if let name = HTTPField.Name(header.name) { fields[name] = header.value }
    }
    if closes { fields[.connection] = "close" }
    return fields
  }
}
