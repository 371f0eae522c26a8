import Foundation
import Testing
import Unroll
import UnrollServing
import UnrollTestSupport

/// The page, and who may ask from elsewhere.
struct PageTests {
  @Test(arguments: ["/", "/learn"])
  func pageRunsNothingButItself(_ path: String) async throws {
    let response = try await Served(apiKey: "secret").send(path).response
    func header(_ name: String) -> String {
      response.headers.first { $0.name == name }?.value ?? ""
    }
    #expect(response.status == 200 && header("content-type") == "text/html; charset=utf-8")
    let policy = header("content-security-policy")
    for directive in [
      "default-src 'none'", "connect-src 'self'", "require-trusted-types-for 'script'",
    ] {
      #expect(policy.contains(directive))
    }
    let page = response.text
    #expect(page.utf8.count < 60_000)
    for name in ["script type=\"module\"", "style"] {
      let content = try #require(
        page.components(separatedBy: "<\(name)>").last?.components(
          separatedBy: "</\(name.prefix { $0 != " " })>"
        ).first)
      #expect(page.components(separatedBy: "<\(name)>").count == 2)
      var digest = SHA256()
      digest.update(content)
      #expect(policy.contains("'sha256-\(Data(digest.digest).base64EncodedString())'"))
    }
    for sign in [
      "http://", "https://", "innerHTML", "outerHTML", "document.write", "eval(", " style=",
      " onclick=",
    ] {
      #expect(!page.contains(sign), "\(sign)")
    }
  }

  @Test func pageThatIsThereIsNotSentAgain() async throws {
    let served = try Served()
    let first = try await served.send("/").response
    let tag = try #require(first.headers.first { $0.name == "etag" })
    let again = try await served.send("/", headers: ["if-none-match": tag.value]).response
    #expect(again.status == 304 && again.text.isEmpty)
    #expect(try await served.send("/", headers: ["if-none-match": "\"other\""]).status == 200)
  }

  @Test(
    arguments: [
      ([], "https://a.example", false), (["https://a.example"], "https://a.example", true),
      (["https://a.example"], "https://b.example", false), (["*"], "https://b.example", true),
      (["https://a.example"], "http://a.example", false), (["https://a.example"], "null", false),
    ] as [([String], String, Bool)])
  func foreignPagesAskWhereTheyMay(
    _ origins: [String], _ origin: String, _ isAllowed: Bool
  ) async throws {
    let served = try Served(origins: Set(origins))
    let headers = ["origin": origin, "host": "localhost"]
    let answer = try await served.send("/v1/models", headers: headers)
    #expect(answer.status == (isAllowed ? 200 : 403))
    let allowed = answer.response.headers.first { $0.name == "access-control-allow-origin" }?.value
    #expect(allowed == (isAllowed ? origin : nil))
    if !isAllowed { #expect((answer.json.error["message"] as? String)?.contains("--cors") == true) }
    let before = try await served.send(
      "/v1/completions", method: "OPTIONS",
      headers: headers.merging(["access-control-request-headers": "authorization, baggage"]) { $1 })
    #expect(before.status == (isAllowed ? 204 : 405))
    let asked = before.response.headers.first { $0.name == "access-control-allow-headers" }?.value
    #expect(asked == (isAllowed ? "authorization, baggage" : nil))
  }

  @Test func askedHeadersCannotAddOthers() async throws {
    let before = try await Served(origins: ["*"]).send(
      "/v1/models", method: "OPTIONS",
      headers: [
        "origin": "https://a.example", "access-control-request-headers": "a\r\nset-cookie: b",
      ])
    #expect(
      before.response.headers.contains {
        $0.name == "access-control-allow-headers" && $0.value == ""
      })
  }
}
