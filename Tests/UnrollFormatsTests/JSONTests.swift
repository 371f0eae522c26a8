import Testing
import UnrollFormats
import UnrollTestSupport

struct JSONTests {
  // MARK: Accepted

  static let accepted: [(String, JSON)] = [
    ("null", .null), (" true ", true), ("\t\r\nfalse\n", false),
    ("\"\"", ""), ("[]", []), ("{}", [:]), ("[ ]", []), ("{ }", [:]),
    ("[1,2]", [1, 2]), (" [ 1 , [ ] ] ", [1, []]),
    (#"{"b":1,"a":{"b":[null]}}"#, ["b": 1, "a": ["b": [.null]]]),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u20AC\ud83d\ude00\u0000""#, "Aé€😀\u{0}"),
    ("\"é€😀\u{7F}\"", "é€😀\u{7F}"),
  ]

  @Test(arguments: accepted)
  func textIsParsed(text: String, value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
  }

  static let numbers = [
    "0", "-0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808",
    "18446744073709551616", "0.5", "-0.0", "1e5", "1E+5", "1.25e-10", "1e999", "0e0",
    "123456789012345678901234567890",
  ]

  @Test(arguments: numbers)
  func numberKeepsItsDigits(text: String) throws {
    let value = try JSON(parsing: text)
    guard case .number(let number) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(number.text == text)
    #expect(value.description == text)
    #expect(number.integer == Int(text))
    #expect(number.double == (text == "1e999" ? nil : Double(text)))
  }

  // MARK: Refused

  static let refused: [(String, JSONError.Code, Int)] = [
    ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[", .unexpectedEnd, 1),
    ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("{\"a\"", .unexpectedEnd, 4),
    ("{\"a\":", .unexpectedEnd, 5), ("\"ab", .unexpectedEnd, 0), ("\"\\", .unexpectedEnd, 2),
    ("\"\\u12", .unexpectedEnd, 5), ("tru", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1),
    ("1.", .unexpectedEnd, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3),
    ("truE", .syntax, 3), ("nul!", .syntax, 3), ("[1,]", .syntax, 3), ("[,1]", .syntax, 1),
    ("[1 2]", .syntax, 3), ("[1}", .syntax, 2), ("{\"a\" 1}", .syntax, 5), ("{1:2}", .syntax, 1),
    ("{\"a\":1,}", .syntax, 7), ("{a:1}", .syntax, 1), ("'a'", .syntax, 0), ("+1", .syntax, 0),
    (".5", .syntax, 0), ("-a", .syntax, 1), ("1.e5", .syntax, 2), ("NaN", .syntax, 0),
    ("Infinity", .syntax, 0), ("-Infinity", .syntax, 1), ("\"a\nb\"", .syntax, 2),
    ("\"\t\"", .syntax, 1), ("// c\n1", .syntax, 0), ("\u{FEFF}1", .syntax, 0),
    ("é", .syntax, 0), ("\"\\u12g4\"", .syntax, 5), ("\"\\u00é0\"", .syntax, 5),
    ("01", .trailingBytes, 1), ("1 2", .trailingBytes, 2), ("{}{}", .trailingBytes, 2),
    ("1\0", .trailingBytes, 1), ("0x1", .trailingBytes, 1), ("nullx", .trailingBytes, 4),
    ("\"\\x\"", .invalidEscape, 1), ("\"\\U0041\"", .invalidEscape, 1),
    ("\"a\\ud800\"", .invalidEscape, 2), ("\"\\udc00\"", .invalidEscape, 1),
    ("\"\\ud800\\ud800\"", .invalidEscape, 1), ("\"\\ud800\\n\"", .invalidEscape, 1),
    ("\"\\ud800a\"", .invalidEscape, 1), ("\"\\udc00\\ud800\"", .invalidEscape, 1),
    (#"{"a":1,"a":1}"#, .duplicateKey, 7), (#"[{"b":{"a":1,"\u0061":2}}]"#, .duplicateKey, 13),
  ]

  @Test(arguments: refused)
  func brokenTextIsRefusedAtItsPlace(text: String, code: JSONError.Code, offset: Int) {
    let error = jsonError { _ = try JSON(parsing: text) }
    #expect(error?.code == code)
    #expect(error?.place == "byte \(offset)")
  }

  static let invalidUTF8: [([UInt8], Int)] = [
    ([0xFF], 0), ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC3, 0x22], 2),
    ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
    ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xC3, 0xA9, 0x80, 0x22], 3),
    ([0x22, 0x5C, 0x6E, 0xC3, 0x5C, 0x6E, 0x22], 3), ([0x5B, 0x80], 1),
    ([0x7B, 0x22, 0xFE, 0x22, 0x3A, 0x31, 0x7D], 2),
  ]

  @Test(arguments: invalidUTF8)
  func bytesThatAreNotUTF8AreRefusedAtTheirPlace(bytes: [UInt8], offset: Int) {
    let error = jsonError { _ = try bytes.withUnsafeBytes { try JSON(parsing: $0) } }
    #expect(error?.code == .invalidUTF8)
    #expect(error?.place == "byte \(offset)")
  }

  @Test func duplicateIsFoundAmongManyKeys() {
    let keys = (0..<1000).map { "\"key\($0)\":0" } + ["\"key500\":1"]
    let error = jsonError { _ = try JSON(parsing: "{\(keys.joined(separator: ","))}") }
    #expect(error?.code == .duplicateKey)
    #expect(error?.reason.contains("\"key500\"") == true)
  }

  @Test func keysThatOnlyLookTheSameAreDifferent() throws {
    let value = try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
    guard case .object(let object) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(object["\u{E9}"] == 1)
    #expect(object["e\u{301}"] == 2)
  }

  @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
  func depthIsLimited(open: String, close: String) throws {
    func nested(_ depth: Int) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    _ = try JSON(parsing: nested(JSONReader.maximumDepth))
    let error = jsonError { _ = try JSON(parsing: nested(JSONReader.maximumDepth + 1)) }
    #expect(error?.code == .tooDeep)
    let hostile = jsonError { _ = try JSON(parsing: String(repeating: open, count: 1_000_000)) }
    #expect(hostile?.code == .tooDeep)
  }

  @Test func everyCutOfATextIsRefused() throws {
    let text = #"{"a":[1.5e3,"é\n\ud83d\ude00",true,{}],"b":null}"#
    let bytes = [UInt8](text.utf8)
    for count in bytes.indices {
      #expect(throws: JSONError.self) {
        try bytes[..<count].withUnsafeBytes { try JSON(parsing: $0) }
      }
    }
  }

  // MARK: Written

  @Test func writtenTextIsCompactAndKeepsTheOrder() {
    let value: JSON = ["b": [1, JSON(0.1), true, .null], "a": ["x": "\"\\\n\r\t\u{1}\u{1F}é/"]]
    #expect(
      value.description
        == #"{"b":[1,0.1,true,null],"a":{"x":"\"\\\n\r\t\u0001\u001fé/"}}"#)
  }

  @Test func indentedTextHasALineForEachValue() {
    let value: JSON = ["a": [1, [:]], "b": []]
    #expect(
      value.text(indented: true) == """
        {
          "a": [
            1,
            {}
          ],
          "b": []
        }
        """)
  }

  @Test func floatsAreWrittenShortAndNonFiniteOnesAsNull() {
    #expect(JSON(Float(0.1)).description == "0.1")
    #expect(JSON(1e20).description == "1e+20")
    #expect(JSON(-0.0).description == "-0.0")
    #expect(
      [JSON(Double.nan), JSON(Double.infinity), JSON(-Float.infinity)] == [.null, .null, .null])
  }

  @Test func anythingWrittenReadsBackTheSame() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let value = JSON.random(depth: 4, using: &generator)
      #expect(try JSON(parsing: value.text()) == value)
      #expect(try JSON(parsing: value.text(indented: true)) == value)
    }
  }

  @Test func changedBytesNeverTrap() throws {
    var generator = SeededGenerator(seed: 2)
    let interesting: [UInt8] = [
      0, 0x22, 0x5C, 0x75, 0x7B, 0x7D, 0x5B, 0x5D, 0x2C, 0x3A, 0x2D, 0x80, 0xFF,
    ]
    var acceptedCount = 0
    for _ in 0..<5000 {
      var bytes = JSON.random(depth: 3, using: &generator).utf8()
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        let index = Int.random(in: bytes.indices, using: &generator)
        bytes[index] = interesting.randomElement(using: &generator) ?? 0
      }
      // What is still accepted has to mean the same after another round.
      if let value = try? bytes.withUnsafeBytes({ try JSON(parsing: $0) }) {
        acceptedCount += 1
        #expect(try JSON(parsing: value.text()) == value)
      }
    }
    #expect(acceptedCount > 0)
  }

  @Test func aLargeVocabularyIsParsedInLinearTime() throws {
    let tokens = (0..<100_000).map { "token é \($0)" }
    let list = JSON.array(tokens.map { .string($0) })
    let table = JSON.object(
      JSON.Object(tokens.enumerated().map { .init(key: $1, value: JSON($0)) }))
    #expect(try JSON(parsing: list.text()) == list)
    #expect(try JSON(parsing: table.text()) == table)
  }
}

extension JSON {
  static func random(depth: Int, using generator: inout SeededGenerator) -> JSON {
    func text(_ generator: inout SeededGenerator) -> String {
      let scalars = ["a", "\"", "\\", "\n", "\0", "é", "€", "😀", "/", "\u{7F}", "\u{2028}"]
      return (0..<Int.random(in: 0..<6, using: &generator))
        .map { _ in scalars.randomElement(using: &generator) ?? "" }.joined()
    }
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &generator))
    case 2: return JSON(Int.random(in: .min ... .max, using: &generator))
    case 3: return JSON(Double.random(in: -1e10...1e10, using: &generator))
    case 4, 5: return .string(text(&generator))
    case 6:
      return .array(
        (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
          random(depth: depth - 1, using: &generator)
        })
    default:
      return .object(
        Object(
          (0..<Int.random(in: 0..<12, using: &generator)).map { index in
            Object.Member(
              key: text(&generator) + String(index),
              value: random(depth: depth - 1, using: &generator))
          }))
    }
  }
}

/// The JSON error that `body` throws; every other error is a failure of the test.
func jsonError(_ body: () throws -> Void) -> JSONError? {
  do {
    try body()
    return nil
  } catch let error as JSONError {
    return error
  } catch {
    Issue.record(error)
    return nil
  }
}
