import Unroll
import UnrollModels

/// A setting that `/set` shows and changes.
struct WritingSetting {
  let name: String
  let value: (WrittenDocument.Settings) -> String
  /// False if a word is no value.
  let change: (inout WrittenDocument.Settings, String) -> Bool

  static var all: [WritingSetting] {
    [
      number("temperature", \.sampling.temperature), optional("top-k", \.sampling.topK),
      optional("top-p", \.sampling.topP), optional("min-p", \.sampling.minP),
      optional("typical", \.sampling.typicalP),
      number("repetition-penalty", \.sampling.repetitionPenalty), number("length", \.length),
      number("seed", \.seed),
      WritingSetting(
        name: "stop",
        value: {
          $0.stop.isEmpty ? "none" : $0.stop.map(\.debugDescription).joined(separator: " ")
        },
        change: { settings, word in
          settings.stop = word == "none" ? [] : [word.replacingEscapes]
          return true
        }),
    ]
  }

  private static func number<Value: LosslessStringConvertible>(
    _ name: String, _ path: WritableKeyPath<WrittenDocument.Settings, Value>
  ) -> WritingSetting {
    WritingSetting(
      name: name, value: { "\($0[keyPath: path])" },
      change: { settings, word in
        guard let value = Value(word) else { return false }
        settings[keyPath: path] = value
        return true
      })
  }

  private static func optional<Value: LosslessStringConvertible>(
    _ name: String, _ path: WritableKeyPath<WrittenDocument.Settings, Value?>
  ) -> WritingSetting {
    WritingSetting(
      name: name, value: { $0[keyPath: path].map { "\($0)" } ?? "none" },
      change: { settings, word in
        let value = Value(word)
        guard value != nil || word == "none" else { return false }
        settings[keyPath: path] = value
        return true
      })
  }

  /// Changes the setting of a name to what a word says.
  ///
  /// - Throws: `Failure` if there is none, or the word is no value of it, `ModelError` if the value is out of range.
  static func set(_ name: String, to word: String, in settings: inout WrittenDocument.Settings)
    throws
  {
    guard let setting = all.first(where: { $0.name == name }) else {
      throw Failure(
        status: 64,
        description:
          "there is no setting '\(name)'; there are \(all.map(\.name).joined(separator: ", "))")
    }
    var changed = settings
    guard !word.isEmpty, setting.change(&changed, word) else {
      throw Failure(
        status: 64,
        description: "'\(word)' is no value of \(name), which is \(setting.value(settings))")
    }
    try changed.sampling.validate()
    guard changed.length >= 0 else {
      throw Failure(status: 64, description: "length is 0 or more, not \(word)")
    }
    settings = changed
  }

  static func lines(of settings: WrittenDocument.Settings) -> [String] {
    all.map { $0.name.padded(to: 20) + $0.value(settings) }
  }
}

extension String {
  /// The text with `\n` and `\t` as a line feed and a tab.
  fileprivate var replacingEscapes: String {
    var text = ""
    var isEscaped = false
    for character in self {
      if isEscaped {
        text.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }
}
