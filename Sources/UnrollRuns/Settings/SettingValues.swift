extension SettingValue where Self: LosslessStringConvertible & Numeric {
  /// The digits of the number.
  public var settingContent: SettingContent { .number(description) }

  /// Reads the digits of a number; `nil` if they are none, or beyond the type.
  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent else { return nil }
    self.init(digits)
  }
}

extension Int: SettingValue {
  /// Whole numbers.
  public static var settingDescription: String { "a whole number" }
}

extension UInt64: SettingValue {
  /// Whole numbers that are not negative.
  public static var settingDescription: String { "a whole number from 0 to \(UInt64.max)" }
}

extension Double: SettingValue {
  /// Any number.
  public static var settingDescription: String { "a number" }
}

extension Float: SettingValue {
  /// Any number.
  public static var settingDescription: String { "a number" }
}

extension Bool: SettingValue {
  /// Yes or no.
  public var settingContent: SettingContent { .flag(self) }
  /// Both values.
  public static var settingDescription: String { "true or false" }

  /// Reads a flag; `nil` if it is none.
  public init?(settingContent: SettingContent) {
    guard case .flag(let value) = settingContent else { return nil }
    self = value
  }
}

extension String: SettingValue {
  /// The text.
  public var settingContent: SettingContent { .text(self) }
  /// Any text.
  public static var settingDescription: String { "a text" }

  /// Reads a text; `nil` if it is none.
  public init?(settingContent: SettingContent) {
    guard case .text(let text) = settingContent else { return nil }
    self = text
  }
}

extension [String]: SettingValue {
  /// The texts.
  public var settingContent: SettingContent { .texts(self) }
  /// Any texts.
  public static var settingDescription: String { "an array of texts" }

  /// Reads texts; `nil` if they are none.
  public init?(settingContent: SettingContent) {
    guard case .texts(let texts) = settingContent else { return nil }
    self = texts
  }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  /// The value, or `absent`.
  public var settingContent: SettingContent { self?.settingContent ?? .absent }
  /// Those of the value, or null.
  public static var settingDescription: String { "\(Wrapped.settingDescription), or null" }

  /// Reads a value or its absence; `nil` if it is neither.
  public init?(settingContent: SettingContent) {
    guard settingContent != .absent else {
      self = .none
      return
    }
    guard let value = Wrapped(settingContent: settingContent) else { return nil }
    self = value
  }
}
