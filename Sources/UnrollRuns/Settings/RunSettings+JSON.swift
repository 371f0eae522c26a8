package import UnrollFormats

extension SettingsGroup {
  /// The settings as a JSON object, a member for each row of the table.
  func object(where isWanted: (Setting<Self>) -> Bool = { _ in true }) -> JSON.Object {
    JSON.Object(
      Self.table.filter(isWanted).map { setting in
        let content = setting.content(of: self)
        return .init(
          key: setting.name, value: (setting.isPath ? content.withAbsolutePaths : content).json)
      })
  }

  /// Takes over what a JSON object has of the settings; what it does not name stays.
  ///
  /// - Throws: `RunError` if a name or a value is none.
  mutating func take(_ object: JSON.Object, from source: String) throws(RunError) {
    let table = Self.table
    for member in object.members {
      guard let setting = table.first(where: { $0.name == member.key }) else {
        let names = table.map(\.name).joined(separator: ", ")
        throw RunError(
          .invalidSetting,
          "\(source) has a setting \"\(member.key)\" that does not exist; there are \(names)")
      }
      guard let content = SettingContent(member.value) else {
        throw RunError(
          .invalidSetting, "\(source): \"\(member.key)\" has a value that no setting has")
      }
      try setting.take(content, into: &self)
    }
  }
}

extension RunSettings {
  /// The settings as one JSON object, with paths from the root.
  public var json: String { JSON.object(object()).text(indented: true) }

  /// Takes over the settings that a JSON object names; the others stay as they are.
  ///
  /// - Parameters:
  ///   - text: the JSON object.
  ///   - source: what errors call the text.
  /// - Throws: `RunError` if the text is no JSON object of settings.
  public mutating func take(json text: String, from source: String = "the settings")
    throws(RunError)
  {
    do {
      let object = try JSON(parsing: text).field(named: source).object()
      try take(object, from: source)
    } catch let error as JSONError {
      throw RunError(.invalidSetting, "\(source): \(error.message)")
    } catch let error as RunError {
      throw error
    } catch {
      throw RunError(.invalidSetting, "\(source): \(String(describing: error))")
    }
  }

  /// Takes over the settings that a file of JSON names.
  ///
  /// - Throws: `FileError` if it cannot be read, `RunError` if it is no JSON object of settings.
  public mutating func take(file path: String) throws {
    let text = try FileContents(reading: path).withUnsafeBytes {
      String(decoding: $0, as: UTF8.self)
    }
    try take(json: text, from: "'\(path)'")
  }

  /// The settings that change the result and have another value in an earlier run.
  package func differences(from earlier: RunSettings) -> [SettingDifference] {
    Self.table.filter(\.changesResult).compactMap { setting in
      let (own, other) = (setting.content(of: self), setting.content(of: earlier))
      return own == other ? nil : SettingDifference(name: setting.name, was: other, is: own)
    }
  }
}

/// A setting that has another value than in an earlier run.
package struct SettingDifference: Hashable, Sendable {
  /// The setting's name.
  package let name: String
  /// The value in the earlier run.
  package let was: SettingContent
  /// The value now.
  package let `is`: SettingContent
}

extension SettingContent {
  package var json: JSON {
    switch self {
    case .absent: .null
    case .flag(let value): .boolean(value)
    case .number(let digits): (try? JSON(parsing: digits)) ?? .string(digits)
    case .text(let text): .string(text)
    case .texts(let texts): .array(texts.map { .string($0) })
    }
  }

  /// `nil` if no setting has such a value.
  init?(_ json: JSON) {
    switch json {
    case .null: self = .absent
    case .boolean(let value): self = .flag(value)
    case .number(let number): self = .number(number.text)
    case .string(let text): self = .text(text)
    case .array(let values):
      var texts: [String] = []
      for value in values {
        guard case .string(let text) = value else { return nil }
        texts.append(text)
      }
      self = .texts(texts)
    case .object: return nil
    }
  }

  /// With paths from the root; `-` is standard input.
  var withAbsolutePaths: SettingContent {
    func absolute(_ path: String) -> String {
      path == "-" || path.isEmpty ? path : absolutePath(path)
    }
    return switch self {
    case .text(let path): .text(absolute(path))
    case .texts(let paths): .texts(paths.map(absolute))
    default: self
    }
  }
}
