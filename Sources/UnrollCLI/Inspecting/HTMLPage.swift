import Unroll
import UnrollFormats

extension String {
  /// The text as it stands in HTML, also in attributes: nothing in it is markup.
  var inHTML: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// A page of one file, which loads nothing and runs nothing but its own script.
struct HTMLPage {
  let title: String
  let body: String
  /// What the script reads; without it, there is no script.
  var data: JSON?

  var text: String {
    let script = data == nil ? "'none'" : Self.source(of: InspectionScript.text)
    let policy =
      "default-src 'none'; style-src \(Self.source(of: InspectionStyle.text)); script-src \(script); "
      + "base-uri 'none'; form-action 'none'"
    // As an escape, the sign is the same to JSON, and no text ends the element.
    let scripts =
      data.map {
        "<script type=\"application/json\" id=\"data\">\($0.text().replacing("<", with: "\\u003c"))</script>\n"
          + "<script>\(InspectionScript.text)</script>\n"
      } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title.inHTML)</title>
      <style>\(InspectionStyle.text)</style>
      </head>
      <body>
      \(body)
      \(scripts)</body>
      </html>

      """
  }

  /// How a policy names a text by its digest.
  private static func source(of text: String) -> String {
    var digest = SHA256()
    digest.update(text)
    return "'sha256-\(base64(digest.digest))'"
  }
}
