internal import UnrollFormats

/// One row of the table of settings: a name, and where its value is.
///
/// Everything that concerns a setting as such goes through its row: the record of a run, the comparison with an earlier run,
/// configuration files. The command line forms its option from the name: `hiddenSize` is `--hidden-size`.
public struct Setting<Root>: Sendable {
  /// The name, unique among all settings of a run.
  public let name: String
  /// Whether another value makes another model of the same data.
  public let changesResult: Bool
  /// Whether the value is a path, which a record keeps from the root.
  let isPath: Bool
  private let get: @Sendable (Root) -> SettingContent
  /// Says whether the content is a value of the setting's type.
  private let set: @Sendable (inout Root, SettingContent) -> Bool
  private let values: String

  /// Creates a row.
  public init<Value: SettingValue>(
    _ name: String, _ place: any WritableKeyPath<Root, Value> & Sendable, changesResult: Bool = true
  ) {
    self.init(name, place, changesResult: changesResult, isPath: false)
  }

  /// Creates the row of a path or of several; texts are known by their contents, so that a path changes no result.
  public init<Value: SettingValue>(
    path name: String, _ place: any WritableKeyPath<Root, Value> & Sendable
  ) {
    self.init(name, place, changesResult: false, isPath: true)
  }

  private init<Value: SettingValue>(
    _ name: String, _ place: any WritableKeyPath<Root, Value> & Sendable, changesResult: Bool,
    isPath: Bool
  ) {
    self.name = name
    self.changesResult = changesResult
    self.isPath = isPath
    values = Value.settingDescription
    get = { $0[keyPath: place].settingContent }
    set = { root, content in
      guard let value = Value(settingContent: content) else { return false }
      root[keyPath: place] = value
      return true
    }
  }

  private init<Part>(
    _ part: Setting<Part>, within place: any WritableKeyPath<Root, Part> & Sendable
  ) {
    name = part.name
    changesResult = part.changesResult
    isPath = part.isPath
    values = part.values
    let (get, set) = (part.get, part.set)
    self.get = { get($0[keyPath: place]) }
    self.set = { set(&$0[keyPath: place], $1) }
  }

  /// The same setting, of what has this as a part.
  func within<Whole>(_ place: any WritableKeyPath<Whole, Root> & Sendable) -> Setting<Whole> {
    Setting<Whole>(self, within: place)
  }

  /// The value.
  func content(of root: Root) -> SettingContent { get(root) }

  /// Takes a value over.
  ///
  /// - Throws: `RunError` if it is none of the setting's type.
  func take(_ content: SettingContent, into root: inout Root) throws(RunError) {
    guard set(&root, content) else {
      throw RunError(
        .invalidSetting, "\(.setting(name)) is \(values), not \(content.description)")
    }
  }
}

/// A part of the settings of a run that lists what it consists of.
public protocol SettingsGroup: Hashable, Sendable {
  /// All settings of the part, in the order of records.
  static var table: [Setting<Self>] { get }

  /// Creates the default settings.
  init()

  /// Finds values that no data could make right, and values that contradict each other.
  ///
  /// - Throws: `RunError` with code `invalidSetting`.
  func validate() throws(RunError)
}

extension SettingsGroup {
  /// Finds nothing.
  public func validate() throws(RunError) {}
}
