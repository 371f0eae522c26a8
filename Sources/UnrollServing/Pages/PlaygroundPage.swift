import UnrollFormats

/// The page in which a person writes with a model, and learns how one works: one file that loads nothing.
enum PlaygroundPage {
  private static let bytes = PackageResources.playground_html

  /// Tells versions of the page apart.
  private static let tag = "\"\(digest(of: bytes[...]))\""

  /// Nothing runs and nothing is loaded but what the page itself has, and no text becomes markup.
  private static let policy =
    "default-src 'none'; script-src 'sha256-\(digest(between: "<script type=\"module\">", "</script>"))'; "
    + "style-src 'sha256-\(digest(between: "<style>", "</style>"))'; connect-src 'self'; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

  /// The answer to a request for it.
  static func response(to request: ServerRequest) -> ServerResponse {
    var response = ServerResponse(text: "", type: "text/html; charset=utf-8")
    response.headers += [
      .init("etag", tag), .init("cache-control", "no-cache"),
      .init("content-security-policy", policy), .init("referrer-policy", "no-referrer"),
    ]
    if request.headers["if-none-match"] == tag {
      response.status = 304
    } else {
      response.body = .bytes(bytes)
    }
    return response
  }

  /// The digest of the text between two marks.
  private static func digest(between opening: String, _ closing: String) -> String {
    func place(of mark: String, from start: Int) -> Int {
      let mark = Array(mark.utf8)
      let places = start...max(start, bytes.count - mark.count)
      return places.first { bytes[$0...].starts(with: mark) } ?? bytes.count
    }
    let start = min(place(of: opening, from: 0) + opening.utf8.count, bytes.count)
    return digest(of: bytes[start..<place(of: closing, from: start)])
  }

  private static func digest(of bytes: ArraySlice<UInt8>) -> String {
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    return base64(digest.digest)
  }
}
