import UnrollFormats

/// A page for a browser: one text that loads nothing, and runs nothing but its own script.
struct Page: Sendable {
  /// The page in which a person writes with a model.
  static let write = Page(
    title: "Write", main: PackageResources.write_html, script: PackageResources.write_js)
  /// The page that shows how a network learns three sentences.
  static let learn = Page(
    title: "Learn", main: PackageResources.learn_html, script: PackageResources.learn_js)

  private let bytes: [UInt8]
  /// Tells versions of the page apart.
  private let tag: String
  /// Nothing is loaded, nothing runs but the script, and no text becomes markup.
  private let policy: String

  private init(title: String, main: [UInt8], script: [UInt8]) {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let style = text(PackageResources.page_css)
    let script = text(PackageResources.common_js) + text(script)
    let page = text(PackageResources.page_html)
      .replacing("{{title}}", with: title).replacing("{{style}}", with: style)
      .replacing("{{main}}", with: text(main)).replacing("{{script}}", with: script)
    bytes = Array(page.utf8)
    tag = "\"\(Self.digest(of: page))\""
    policy =
      "default-src 'none'; script-src 'sha256-\(Self.digest(of: script))'; "
      + "style-src 'sha256-\(Self.digest(of: style))'; connect-src 'self'; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
  }

  /// The answer to a request for it.
  func response(to request: ServerRequest) -> ServerResponse {
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

  private static func digest(of text: String) -> String {
    var digest = SHA256()
    digest.update(text)
    return base64(digest.digest)
  }
}
