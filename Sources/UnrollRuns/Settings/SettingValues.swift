extension Int: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .number(description) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "a whole number" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Int(digits) else { return nil }
    self = value
  }
}

extension UInt64: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .number(description) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "a whole number from 0 to \(UInt64.max)" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = UInt64(digits) else { return nil }
    self = value
  }
}

extension Double: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .number(description) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "a number" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Double(digits) else { return nil }
    self = value
  }
}

extension Float: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .number(description) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "a number" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Float(digits) else { return nil }
    self = value
  }
}

extension Bool: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .flag(self) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "true or false" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .flag(let value) = settingContent else { return nil }
    self = value
  }
}

extension String: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .text(self) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "a text" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .text(let text) = settingContent else { return nil }
    self = text
  }
}

extension [String]: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { .texts(self) }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "an array of texts" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .texts(let texts) = settingContent else { return nil }
    self = texts
  }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  /// What a record keeps.
  public var settingContent: SettingContent { self?.settingContent ?? .absent }
  /// The values that there are, for an error message.
  public static var settingDescription: String { "\(Wrapped.settingDescription), or null" }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard settingContent != .absent else {
      self = .none
      return
    }
    guard let value = Wrapped(settingContent: settingContent) else { return nil }
    self = value
  }
}
