/// The value of a setting in the form that records, configuration files and comparisons use.
public enum SettingContent: Hashable, Sendable {
  /// Nothing was asked for.
  case absent
  /// Yes or no.
  case flag(Bool)
  /// A number, in the digits that JSON has for it.
  case number(String)
  /// A text, or the name of a choice.
  case text(String)
  /// Several texts.
  case texts([String])

  /// The value for a person to read.
  public var description: String {
    switch self {
    case .absent: "not given"
    case .flag(let value): value ? "given" : "not given"
    case .number(let text), .text(let text): text
    case .texts(let texts): texts.joined(separator: " ")
    }
  }
}

/// A type that settings can have.
///
/// An enumeration with names as raw values conforms by saying so.
public protocol SettingValue: Hashable, Sendable {
  /// What a record keeps.
  var settingContent: SettingContent { get }
  /// Reads what a record kept; `nil` if it is no value of this type.
  init?(settingContent: SettingContent)
  /// The values that there are, for an error message: "a whole number".
  static var settingDescription: String { get }
}

extension SettingValue where Self: RawRepresentable, RawValue == String {
  /// What a record keeps.
  public var settingContent: SettingContent { .text(rawValue) }

  /// Reads what a record kept; `nil` if it is no value of this type.
  public init?(settingContent: SettingContent) {
    guard case .text(let name) = settingContent else { return nil }
    self.init(rawValue: name)
  }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// The values that there are, for an error message.
  public static var settingDescription: String {
    "one of " + allCases.map(\.rawValue).joined(separator: ", ")
  }
}
