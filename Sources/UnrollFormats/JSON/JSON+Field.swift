extension JSON {
  /// A place in a document, which knows its path so that the error of a wrong value can name it.
  ///
  /// ```swift
  /// let configuration = document.field(named: "configuration")
  /// let hiddenSize = try configuration["model"]["hiddenSize"].integer(in: 1...1_000_000)
  /// let dropout = try configuration["dropout"].ifPresent?.double() ?? 0
  /// ```
  package struct Field: Sendable {
    /// The names and indices that lead here, as in `configuration.layers[2].size`.
    package let path: String
    /// The value, or `nil` if nothing is there.
    package let value: JSON?
  }

  /// This value as a document, called `name` in messages.
  package func field(named name: String) -> Field {
    Field(path: name, value: self)
  }
}

extension JSON.Field {
  /// The member `key`, which may be absent; throws ``JSONError`` if this is not an object.
  package subscript(key: String) -> JSON.Field {
    get throws(JSONError) {
      JSON.Field(path: "\(path).\(key)", value: try object()[key])
    }
  }

  /// This place, or `nil` if nothing or `null` is there.
  package var ifPresent: JSON.Field? {
    value == nil || value == .null ? nil : self
  }

  /// The string, or throws ``JSONError``.
  package func string() throws(JSONError) -> String {
    guard case .string(let text) = try present() else { throw wrongKind("a string") }
    return text
  }

  /// The boolean, or throws ``JSONError``.
  package func boolean() throws(JSONError) -> Bool {
    guard case .boolean(let value) = try present() else { throw wrongKind("a boolean") }
    return value
  }

  /// The whole number, or throws ``JSONError`` if it is none or outside `range`.
  package func integer(in range: ClosedRange<Int> = .min ... .max) throws(JSONError) -> Int {
    guard case .number(let number) = try present() else { throw wrongKind("a whole number") }
    guard let value = number.integer, range.contains(value) else {
      throw outOfRange("a whole number from \(range.lowerBound) to \(range.upperBound)", number)
    }
    return value
  }

  /// The number, or throws ``JSONError`` if it is none or outside `range`.
  package func double(
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  ) throws(JSONError) -> Double {
    guard case .number(let number) = try present() else { throw wrongKind("a number") }
    guard let value = number.double, range.contains(value) else {
      throw outOfRange("a number from \(range.lowerBound) to \(range.upperBound)", number)
    }
    return value
  }

  /// The object, or throws ``JSONError``.
  package func object() throws(JSONError) -> JSON.Object {
    guard case .object(let object) = try present() else { throw wrongKind("an object") }
    return object
  }

  /// The places in the array, or throws ``JSONError``.
  package func array() throws(JSONError) -> [JSON.Field] {
    guard case .array(let elements) = try present() else { throw wrongKind("an array") }
    return elements.enumerated().map { JSON.Field(path: "\(path)[\($0)]", value: $1) }
  }

  private func present() throws(JSONError) -> JSON {
    guard let value else { throw JSONError(.missing, path: path, "is missing") }
    return value
  }

  private func wrongKind(_ expected: String) -> JSONError {
    JSONError(.wrongKind, path: path, "expected \(expected), found \(value?.kind ?? "nothing")")
  }

  private func outOfRange(_ expected: String, _ number: JSON.Number) -> JSONError {
    JSONError(
      .numberOutOfRange, path: path, "expected \(expected), found \(number.text.quotedForMessage)")
  }
}
