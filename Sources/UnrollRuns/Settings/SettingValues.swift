extension Int: SettingValue {
  public var settingContent: SettingContent { .number(description) }
  public static var settingDescription: String { "a whole number" }

  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Int(digits) else { return nil }
    self = value
  }
}

extension UInt64: SettingValue {
  public var settingContent: SettingContent { .number(description) }
  public static var settingDescription: String { "a whole number from 0 to \(UInt64.max)" }

  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = UInt64(digits) else { return nil }
    self = value
  }
}

extension Double: SettingValue {
  public var settingContent: SettingContent { .number(description) }
  public static var settingDescription: String { "a number" }

  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Double(digits) else { return nil }
    self = value
  }
}

extension Float: SettingValue {
  public var settingContent: SettingContent { .number(description) }
  public static var settingDescription: String { "a number" }

  public init?(settingContent: SettingContent) {
    guard case .number(let digits) = settingContent, let value = Float(digits) else { return nil }
    self = value
  }
}

extension Bool: SettingValue {
  public var settingContent: SettingContent { .flag(self) }
  public static var settingDescription: String { "true or false" }

  public init?(settingContent: SettingContent) {
    guard case .flag(let value) = settingContent else { return nil }
    self = value
  }
}

extension String: SettingValue {
  public var settingContent: SettingContent { .text(self) }
  public static var settingDescription: String { "a text" }

  public init?(settingContent: SettingContent) {
    guard case .text(let text) = settingContent else { return nil }
    self = text
  }
}

extension [String]: SettingValue {
  public var settingContent: SettingContent { .texts(self) }
  public static var settingDescription: String { "an array of texts" }

  public init?(settingContent: SettingContent) {
    guard case .texts(let texts) = settingContent else { return nil }
    self = texts
  }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  public var settingContent: SettingContent { self?.settingContent ?? .absent }
  public static var settingDescription: String { "\(Wrapped.settingDescription), or null" }

  public init?(settingContent: SettingContent) {
    guard settingContent != .absent else {
      self = .none
      return
    }
    guard let value = Wrapped(settingContent: settingContent) else { return nil }
    self = value
  }
}
