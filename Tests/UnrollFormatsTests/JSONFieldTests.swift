import Testing
import UnrollFormats

struct JSONFieldTests {
  let root: JSON.Field

  init() throws {
    root = try JSON(
      parsing: """
        {"size": 3, "rate": 0.5, "tied": true, "name": "gru", "none": null, "huge": 1e999,
         "layers": [{"size": 1}, {"size": "two"}], "inner": {"deep": {"x": -1}}}
        """
    ).field(named: "configuration")
  }

  @Test func valuesAreRead() throws {
    #expect(try root["size"].integer() == 3)
    #expect(try root["size"].double() == 3)
    #expect(try root["rate"].double(in: 0...1) == 0.5)
    #expect(try root["tied"].boolean())
    #expect(try root["name"].string() == "gru")
    #expect(try root["inner"]["deep"]["x"].integer(in: -1...1) == -1)
    #expect(try root["layers"].array()[0]["size"].integer() == 1)
    #expect(try root["inner"].object().members.map(\.key) == ["deep"])
  }

  @Test func absentAndNullAreNotPresent() throws {
    #expect(try root["nothing"].ifPresent?.integer() == nil)
    #expect(try root["none"].ifPresent?.integer() == nil)
    #expect(try root["size"].ifPresent?.integer() == 3)
  }

  static let wrong: [(String, JSONError.Code, @Sendable (JSON.Field) throws -> Void)] = [
    (
      "configuration.nothing: is missing", .missing,
      { _ = try $0["nothing"].string() }
    ),
    (
      "configuration.nothing: is missing", .missing,
      { _ = try $0["nothing"]["more"].string() }
    ),
    (
      "configuration.size: expected a string, found a number", .wrongKind,
      { _ = try $0["size"].string() }
    ),
    (
      "configuration.none: expected a boolean, found null", .wrongKind,
      { _ = try $0["none"].boolean() }
    ),
    (
      "configuration.layers[1].size: expected a whole number, found a string", .wrongKind,
      { for layer in try $0["layers"].array() { _ = try layer["size"].integer() } }
    ),
    (
      "configuration.size: expected an object, found a number", .wrongKind,
      { _ = try $0["size"]["more"].string() }
    ),
    (
      "configuration.size: expected an array, found a number", .wrongKind,
      { _ = try $0["size"].array() }
    ),
    (
      "configuration.size: expected a whole number from 4 to 9, found \"3\"", .numberOutOfRange,
      { _ = try $0["size"].integer(in: 4...9) }
    ),
    (
      "configuration.rate: expected a whole number from 0 to 9, found \"0.5\"",
      .numberOutOfRange, { _ = try $0["rate"].integer(in: 0...9) }
    ),
    (
      "configuration.huge: expected a number from 0.0 to 1.0, found \"1e999\"",
      .numberOutOfRange, { _ = try $0["huge"].double(in: 0...1) }
    ),
  ]

  @Test(arguments: wrong)
  func wrongValueIsNamedByItsPath(
    message: String, code: JSONError.Code, read: @Sendable (JSON.Field) throws -> Void
  ) {
    let error = jsonError { try read(root) }
    #expect(error?.message == message)
    #expect(error?.code == code)
  }

  @Test func membersAreSetReplacedAndRemoved() {
    var object = JSON.Object()
    object["a"] = 1
    object["b"] = 2
    object["a"] = 3
    object["c"] = 4
    object["b"] = nil
    object["d"] = nil
    #expect(JSON.object(object).description == #"{"a":3,"c":4}"#)
  }
}
