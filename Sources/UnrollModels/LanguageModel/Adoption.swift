import UnrollFormats
public import UnrollText

/// What a model took over from another one, what is new in it, and what the other one has that it
/// lacks.
public struct Adoption: Hashable, Sendable, CustomStringConvertible {
  /// How many tokens both models know, which have the weights of the other one.
  public internal(set) var keptTokenCount = 0
  /// The tokens that only this model knows, which have their initial values.
  public internal(set) var newTokens: [AdoptedToken] = []
  /// The tokens that only the other model knows, whose weights are lost.
  public internal(set) var droppedTokens: [AdoptedToken] = []
  /// Settings that are those of the other model and not the usual ones, in words.
  public internal(set) var keptSettings: [String] = []
  /// Settings that are not, in words.
  public internal(set) var changedSettings: [String] = []

  /// A token by what it stands for.
  public enum AdoptedToken: Hashable, Sendable, CustomStringConvertible {
    /// A piece of text.
    case text(String)
    /// An entry that stands for no text.
    case reserved(ReservedEntry)

    /// The piece of text in quotes, or the name of the entry.
    public var description: String {
      switch self {
      case .text(let text): text.quotedForMessage
      case .reserved(let entry): "<\(entry.rawValue)>"
      }
    }
  }

  /// One sentence: what is kept, new and dropped.
  public var description: String {
    let tokens = [
      "\(keptTokenCount) \(keptTokenCount == 1 ? "token keeps its" : "tokens keep their") weights",
      Self.words(newTokens, "new"), Self.words(droppedTokens, "dropped"),
    ].compactMap { $0 }
    let settings = [
      keptSettings.isEmpty ? nil : "kept: \(keptSettings.joined(separator: ", "))",
      changedSettings.isEmpty ? nil : "changed: \(changedSettings.joined(separator: ", "))",
    ].compactMap { $0 }
    return ([tokens.joined(separator: ", ")] + settings).joined(separator: "; ")
  }

  private static func words(_ tokens: [AdoptedToken], _ state: String) -> String? {
    guard !tokens.isEmpty else { return nil }
    let names = tokens.prefix(6).map(\.description).joined(separator: " ")
    return
      "\(tokens.count) \(tokens.count == 1 ? "is" : "are") \(state) (\(names)\(tokens.count > 6 ? " …" : ""))"
  }
}
