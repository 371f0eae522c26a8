import Testing
import UnrollFormats

/// A case for every rule of the format; names in parentheses are those of the reference
/// implementation's tests.
struct SafeTensorsRuleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: String
    let file: [UInt8]
    let code: SafeTensorsError.Code
    /// What the message has to name.
    let mention: String

    init(
      _ rule: String, _ file: [UInt8], _ code: SafeTensorsError.Code, _ mention: String = ""
    ) {
      self.rule = rule
      self.file = file
      self.code = code
      self.mention = mention
    }

    init(
      _ rule: String, _ header: String, _ dataCount: Int, _ code: SafeTensorsError.Code,
      _ mention: String = ""
    ) {
      self.init(rule, safeTensorsFile(header, dataCount: dataCount), code, mention)
    }

    var testDescription: String { rule }
  }

  static let framing: [Case] = [
    Case("empty file", [], .headerTooSmall),
    Case("seven bytes (header_too_small)", [UInt8](repeating: 0, count: 7), .headerTooSmall),
    Case(
      "huge length (header_too_large)", littleEndian(UInt64.max) + [0x7B, 0x7D], .headerTooLarge),
    Case("one byte over the limit", littleEndian(UInt64(100_000_001)), .headerTooLarge),
    Case("limit, cut off", littleEndian(UInt64(100_000_000)), .headerTruncated),
    Case(
      "length past the end (invalid_header_length)", littleEndian(UInt64(3)) + [0x7B, 0x7D],
      .headerTruncated, "byte 11"),
    Case("no header at all", littleEndian(UInt64(0)), .headerNotJSON),
    Case(
      "not UTF-8 (invalid_header_non_utf8)", safeTensorsFile([0xFF]), .headerNotUTF8, "byte 0"),
    Case(
      "not UTF-8 in a name", safeTensorsFile([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x7B, 0x7D, 0x7D]),
      .headerNotUTF8, "byte 2"),
    Case("not JSON (invalid_header_not_json)", "{", 0, .headerNotJSON),
    Case("not an object", "[]", 0, .headerNotJSON),
    Case("two values", "{}{}", 0, .headerNotJSON, "byte 2"),
    Case("padded with zeros", "{}\0\0", 0, .headerNotJSON, "byte 2"),
    Case("byte order mark", "\u{FEFF}{}", 0, .headerNotJSON),
    Case("half a surrogate pair in a name", #"{"\ud800":{}}"#, 0, .headerNotJSON),
    Case("nested too deeply", String(repeating: "{\"a\":", count: 1000), 0, .invalidEntry),
  ]

  static let a = #""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"#

  static let names: [Case] = [
    Case("tensor twice", "{\(a),\(a)}", 2, .duplicateName, #""a""#),
    Case(
      "tensor twice, once escaped",
      #"{\#(a),"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}"#, 2, .duplicateName),
    Case(
      "tensor twice in two forms of one name",
      #"{"\u00e9":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""e\u0301":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, .duplicateName),
    Case(
      "dtype twice", #"{"a":{"dtype":"F32","dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2,
      .duplicateName, "dtype"),
    Case(
      "shape twice", #"{"a":{"dtype":"U8","shape":[2],"shape":[2],"data_offsets":[0,2]}}"#, 2,
      .duplicateName, "shape"),
    Case(
      "data_offsets twice",
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"data_offsets":[0,2]}}"#, 2,
      .duplicateName, "data_offsets"),
    Case("metadata key twice", #"{"__metadata__":{"k":"1","k":"2"}}"#, 0, .duplicateName, #""k""#),
    Case(
      "metadata key twice in two forms", #"{"__metadata__":{"\u00e9":"1","e\u0301":"2"}}"#, 0,
      .duplicateName),
    Case("metadata twice", #"{"__metadata__":{},"__metadata__":{}}"#, 0, .duplicateName),
  ]

  static let entries: [Case] = [
    Case("metadata not an object", #"{"__metadata__":[]}"#, 0, .invalidMetadata),
    Case("metadata value not a string", #"{"__metadata__":{"k":1}}"#, 0, .invalidMetadata),
    Case("metadata value null", #"{"__metadata__":{"k":null}}"#, 0, .invalidMetadata),
    Case("entry not an object", #"{"a":[]}"#, 0, .invalidEntry, #""a""#),
    Case("entry null", #"{"a":null}"#, 0, .invalidEntry),
    Case("no dtype", #"{"a":{"shape":[2],"data_offsets":[0,2]}}"#, 2, .invalidEntry, "dtype"),
    Case("no shape", #"{"a":{"dtype":"U8","data_offsets":[0,2]}}"#, 2, .invalidEntry, "shape"),
    Case(
      "no data_offsets", #"{"a":{"dtype":"U8","shape":[2]}}"#, 2, .invalidEntry, "data_offsets"),
    Case(
      "unknown member", #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":1}}"#, 2,
      .invalidEntry, #""x""#),
    Case(
      "unknown dtype", #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,2]}}"#, 2,
      .unknownElementType, #"tensor "a" has the unknown dtype "F33""#),
    Case(
      "dtype in lower case", #"{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, 4,
      .unknownElementType),
    Case(
      "dtype not a string", #"{"a":{"dtype":8,"shape":[2],"data_offsets":[0,2]}}"#, 2,
      .invalidEntry),
    Case(
      "shape not an array", #"{"a":{"dtype":"U8","shape":2,"data_offsets":[0,2]}}"#, 2,
      .invalidEntry),
    Case(
      "negative size", #"{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}"#, 2,
      .invalidEntry),
    Case(
      "minus zero", #"{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}"#, 0, .invalidEntry),
    Case(
      "size with a fraction", #"{"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}}"#, 2,
      .invalidEntry),
    Case(
      "size with an exponent", #"{"a":{"dtype":"U8","shape":[2e0],"data_offsets":[0,2]}}"#, 2,
      .invalidEntry),
    Case(
      "one offset", #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}}"#, 2, .invalidEntry),
    Case(
      "three offsets", #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,4]}}"#, 2,
      .invalidEntry),
    Case(
      "offset beyond 64 bits",
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551616]}}"#, 2,
      .invalidEntry),
  ]

  static let layout: [Case] = [
    Case(
      "end before begin", #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[2,0]}}"#, 2,
      .invalidOffsets, #""a""#),
    Case(
      "offset beyond Int",
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551615]}}"#, 2,
      .invalidOffsets),
    Case(
      "first tensor not at zero", #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      .invalidOffsets),
    Case(
      "hole", #"{\#(a),"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}"#, 4, .invalidOffsets,
      #"tensor "b" begins at byte 3"#),
    Case(
      "overlap", #"{\#(a),"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      .invalidOffsets),
    Case(
      "same bytes twice (test_json_attack)",
      #"{\#(a),"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 2, .invalidOffsets),
    Case(
      "empty tensor inside another one",
      #"{\#(a),"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}"#, 2, .invalidOffsets),
    Case(
      "shape needs more (invalid_info)",
      #"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}"#, 12, .sizeMismatch,
      "F32 [2, 2] needs 16"),
    Case(
      "shape needs less", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, 12,
      .sizeMismatch),
    Case(
      "scalar without bytes", #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}"#, 0,
      .sizeMismatch),
    Case(
      "elements overflow (validation_overflow)",
      #"{"a":{"dtype":"F32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}"#, 16,
      .overflow, #""a""#),
    Case(
      "bytes overflow (validation_overflow)",
      #"{"a":{"dtype":"F32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}"#, 16,
      .overflow),
    Case(
      "bits overflow", #"{"a":{"dtype":"F32","shape":[288230376151711744],"data_offsets":[0,0]}}"#,
      0, .overflow),
    Case(
      "product wraps to the right size",
      #"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, .overflow),
    Case(
      "half a byte", #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2, .fractionOfByte,
      "F4 [3]"),
    Case(
      "three quarters of a byte", #"{"a":{"dtype":"F6_E2M3","shape":[1],"data_offsets":[0,1]}}"#,
      1, .fractionOfByte),
    Case("one byte missing (metadata_incomplete_buffer)", "{\(a)}", 1, .fileSizeMismatch),
    Case("one byte appended (metadata_incomplete_buffer)", "{\(a)}", 3, .fileSizeMismatch),
    Case("bytes without tensors", "{}", 1, .fileSizeMismatch, "appended"),
  ]

  @Test(arguments: framing + names + entries + layout)
  func brokenRuleIsNamed(_ broken: Case) {
    let error = safeTensorsError {
      _ = try SafeTensors(bytes: broken.file, source: "x.safetensors")
    }
    #expect(error?.code == broken.code)
    #expect(error?.message.hasPrefix("'x.safetensors': ") == true)
    #expect(error?.message.contains(broken.mention) == true, "\(error?.message ?? "")")
  }

  // MARK: What has to be accepted

  static let accepted: [(String, [UInt8])] = [
    ("no tensors", safeTensorsFile("{}")),
    ("white space behind (whitespace_padded_header)", safeTensorsFile("{}    \n")),
    ("white space before (whitespace_leading_padded_header)", safeTensorsFile("\t\n{}")),
    ("empty metadata", safeTensorsFile(#"{"__metadata__":{}}"#)),
    (
      "dimension zero (zero_sized_tensor)",
      safeTensorsFile(#"{"a":{"dtype":"F32","shape":[2,0],"data_offsets":[0,0]}}"#)
    ),
    (
      "scalar (empty_shapes_allowed)",
      safeTensorsFile(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, dataCount: 4)
    ),
    (
      "empty tensors between and beside others",
      safeTensorsFile(
        #"{\#(a),"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},"#
          + #""c":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, dataCount: 2)
    ),
    (
      "tensors in any order, not aligned (forced_alignement)",
      safeTensorsFile(
        #"{"b":{"dtype":"F64","shape":[1],"data_offsets":[3,11]},"#
          + #""a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, dataCount: 11)
    ),
    (
      "members in any order",
      safeTensorsFile(#"{"a":{"data_offsets":[0,1],"shape":[1],"dtype":"BOOL"}}"#, dataCount: 1)
    ),
    (
      "two elements in a byte",
      safeTensorsFile(#"{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}"#, dataCount: 1)
    ),
    (
      "four elements in three bytes",
      safeTensorsFile(
        #"{"a":{"dtype":"F6_E3M2","shape":[2,2],"data_offsets":[0,3]}}"#, dataCount: 3)
    ),
    ("empty name", safeTensorsFile(#"{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#)),
  ]

  @Test(arguments: accepted)
  func unusualButLegalFileIsAccepted(rule: String, file: [UInt8]) throws {
    let tensors = try SafeTensors(bytes: file).tensors
    for tensor in tensors {
      #expect(tensor.byteCount * 8 == tensor.elementCount * tensor.elementType.bitCount)
      #expect(tensor.withUnsafeBytes { $0.count } == tensor.byteCount)
    }
  }

  @Test func everyElementTypeIsKnownByItsNameAndSize() throws {
    #expect(ElementType.allCases.count == 22)
    for type in ElementType.allCases {
      let header =
        #"{"a":{"dtype":"\#(type.rawValue)","shape":[8],"data_offsets":[0,\#(type.bitCount)]}}"#
      let file = try SafeTensors(bytes: safeTensorsFile(header, dataCount: type.bitCount))
      #expect(file["a"]?.elementType == type)
    }
  }

  // MARK: Limits

  private func manyTensors(_ count: Int) -> [UInt8] {
    let entries = (0..<count).map {
      #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
    }
    return safeTensorsFile("{\(entries.joined(separator: ","))}")
  }

  @Test func numberOfTensorsIsLimited() throws {
    let most = try SafeTensors(bytes: manyTensors(SafeTensors.maximumTensorCount))
    #expect(most.tensors.count == 100_000)
    let error = safeTensorsError {
      _ = try SafeTensors(bytes: manyTensors(SafeTensors.maximumTensorCount + 1))
    }
    #expect(error?.code == .tooManyTensors)
  }

  @Test func hostileNamesDoNotReachTheMessage() {
    let name = String(repeating: "x\u{301}", count: 10_000) + "\\u001b[2J"
    let error = safeTensorsError {
      _ = try SafeTensors(bytes: safeTensorsFile("{\"\\u001b[2J\(name)\":{}}"))
    }
    #expect(error?.code == .invalidEntry)
    #expect((error?.message.utf8.count ?? 0) < 500)
    #expect(error?.message.utf8.contains(0x1B) == false)
  }

  @Test func longShapesDoNotReachTheMessage() {
    let shape = [String](repeating: "1", count: 100_000).joined(separator: ",")
    let header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[\(shape)],\"data_offsets\":[0,2]}}"
    let error = safeTensorsError {
      _ = try SafeTensors(bytes: safeTensorsFile(header, dataCount: 2))
    }
    #expect(error?.code == .sizeMismatch)
    #expect((error?.message.utf8.count ?? 0) < 500)
  }
}
