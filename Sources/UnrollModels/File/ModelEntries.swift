import UnrollFormats
public import UnrollText

/// What a model file says of its model beside the weights: configuration and vocabularies, as texts
/// under names.
///
/// ```swift
/// let entries: ModelEntries = ["labels": .list(["good", "bad"]), "hiddenSize": .integer(64)]
/// let size = try entries.integer("hiddenSize", in: 1...65_536)
/// ```
public struct ModelEntries: Hashable, Sendable {
  /// The texts by their names.
  public private(set) var texts: [String: String]

  /// Takes texts as they are in a file.
  public init(texts: [String: String]) {
    self.texts = texts
  }

  /// The value of an entry, as the text that a file has.
  public struct Value: Hashable, Sendable {
    /// The text.
    public let text: String

    /// A text as it is.
    public static func text(_ text: String) -> Value { Value(text: text) }
    /// A whole number.
    public static func integer(_ number: Int) -> Value { Value(text: "\(number)") }
    /// A number, to the bit.
    public static func number(_ number: Double) -> Value { Value(text: "\(number)") }
    /// A truth value.
    public static func boolean(_ value: Bool) -> Value { Value(text: "\(value)") }
    /// Texts in their order, such as the names of classes.
    public static func list(_ texts: [String]) -> Value {
      json(.array(texts.map { .string($0) }))
    }
    /// A tokenizer with its vocabulary.
    public static func tokenizer(_ tokenizer: Tokenizer) -> Value {
      json(tokenizer.description.json)
    }
    static func json(_ json: JSON) -> Value { Value(text: json.text()) }
  }
}

extension ModelEntries: ExpressibleByDictionaryLiteral {
  /// Creates entries; a name occurs once.
  public init(dictionaryLiteral entries: (String, Value)...) {
    self.init(texts: Dictionary(uniqueKeysWithValues: entries.map { ($0, $1.text) }))
  }
}

/// Reading throws ``ModelError`` with code `damaged`, naming the entry.
extension ModelEntries {
  /// A text as it is.
  public func text(_ name: String) throws -> String {
    guard let text = texts[name] else { throw damaged(name, "is missing") }
    return text
  }

  /// A whole number.
  public func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int {
    let text = try text(name)
    guard let number = Int(text), range.contains(number) else {
      throw damaged(
        name,
        "is \(text.quotedForMessage), and a whole number from \(range.lowerBound) to \(range.upperBound) is needed"
      )
    }
    return number
  }

  /// A number.
  public func number(_ name: String, in range: ClosedRange<Double>) throws -> Double {
    let text = try text(name)
    guard let number = Double(text), range.contains(number) else {
      throw damaged(
        name,
        "is \(text.quotedForMessage), and a number from \(range.lowerBound) to \(range.upperBound) is needed"
      )
    }
    return number
  }

  /// A truth value.
  public func boolean(_ name: String) throws -> Bool {
    let text = try text(name)
    guard let value = Bool(text) else {
      throw damaged(name, "is \(text.quotedForMessage), and true or false is needed")
    }
    return value
  }

  /// Texts in their order.
  public func list(_ name: String) throws -> [String] {
    let field = try json(name)
    do {
      return try field.array().map { try $0.string() }
    } catch let error as JSONError {
      throw damaged(name, "is no list of texts: \(error.message)")
    }
  }

  /// A tokenizer with its vocabulary.
  public func tokenizer(_ name: String = "tokenizer") throws -> Tokenizer {
    let field = try json(name)
    do {
      return try Tokenizer(TokenizerDescription(field))
    } catch let error as JSONError {
      throw damaged(name, "is no tokenizer: \(error.message)")
    } catch let error as TextError {
      throw damaged(name, "is no tokenizer: \(error.message)")
    }
  }

  /// What is made of the entry `configuration`.
  func configuration<Configuration>(
    _ make: (JSON.Field) throws -> Configuration
  ) throws -> Configuration {
    do {
      return try make(json("configuration"))
    } catch let error as JSONError {
      throw ModelError(.damaged, "its \(error.message)")
    }
  }

  func json(_ name: String) throws -> JSON.Field {
    let text = try text(name)
    do {
      return try JSON(parsing: text).field(named: name)
    } catch let error as JSONError {
      throw damaged(name, "is not JSON: \(error.message)")
    }
  }

  private func damaged(_ name: String, _ what: String) -> ModelError {
    ModelError(.damaged, "the entry \(name.quotedForMessage) of its metadata \(what)")
  }
}
