/// A pattern of file names: `*` is any number of characters, `?` is one, `[a-z]` is one of a set and
/// `[!a-z]` one outside of it; `**` is also any number of folders.
///
/// Without a slash a pattern is about the name of a file alone, with one about its whole path below
/// the folder that was named.
package struct GlobPattern: Sendable {
  private let scalars: [Unicode.Scalar]
  private let isAboutPaths: Bool

  package init(_ pattern: String) {
    scalars = Array(pattern.unicodeScalars)
    isAboutPaths = pattern.unicodeScalars.contains("/")
  }

  /// Whether a path, relative to the folder that was named, is meant.
  package func matches(_ path: String) -> Bool {
    let text = Array(path.unicodeScalars)
    guard !isAboutPaths else { return matches(text[...]) }
    return matches(text[(text.lastIndex(of: "/").map { $0 + 1 } ?? 0)...])
  }

  /// Goes back only to the last star of each kind, so that no pattern takes exponential time.
  private func matches(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    var (place, position) = (0, text.startIndex)
    var star: (place: Int, position: Int)?
    var doubleStar: (place: Int, position: Int)?
    while position < text.endIndex {
      if isRestAnything(at: place) { return true }
      if let next = placeAfterDoubleStar(at: place) {
        doubleStar = (next, position)
        star = nil
        place = next
      } else if place < scalars.count, scalars[place] == "*" {
        star = (place + 1, position)
        place += 1
      } else if place < scalars.count, let next = matchOne(text[position], at: place) {
        (place, position) = (next, position + 1)
      } else if let last = star, text[last.position] != "/" {
        star = (last.place, last.position + 1)
        (place, position) = (last.place, last.position + 1)
      } else if let last = doubleStar {
        // Two stars stand for whole folders: on to behind the next slash.
        guard let slash = text[last.position...].firstIndex(of: "/") else { return false }
        doubleStar = (last.place, slash + 1)
        star = nil
        (place, position) = (last.place, slash + 1)
      } else {
        return false
      }
    }
    return scalars[place...].allSatisfy { $0 == "*" }
  }

  /// Whether the rest of the pattern is `**`, a part of its own.
  private func isRestAnything(at place: Int) -> Bool {
    place + 2 == scalars.count && scalars[place...].allSatisfy { $0 == "*" }
      && (place > 0 && scalars[place - 1] == "/")
  }

  /// The place behind `**/` if that stands at a place where a part of the path begins.
  private func placeAfterDoubleStar(at place: Int) -> Int? {
    guard place + 3 <= scalars.count, place == 0 || scalars[place - 1] == "/",
      scalars[place] == "*", scalars[place + 1] == "*", scalars[place + 2] == "/"
    else { return nil }
    return place + 3
  }

  /// The place behind what stands for one scalar, if it stands for this one.
  private func matchOne(_ scalar: Unicode.Scalar, at place: Int) -> Int? {
    switch scalars[place] {
    case "?": return scalar == "/" ? nil : place + 1
    case "[":
      guard let set = GlobSet(scalars[(place + 1)...]) else { fallthrough }
      return scalar != "/" && set.contains(scalar) ? set.end : nil
    default: return scalars[place] == scalar ? place + 1 : nil
    }
  }
}

/// The set of scalars behind the opening bracket of a pattern.
private struct GlobSet {
  private var ranges: [ClosedRange<Unicode.Scalar>] = []
  private let isInverted: Bool
  /// The place behind the closing bracket.
  let end: Int

  /// `nil` if nothing closes the bracket.
  init?(_ rest: ArraySlice<Unicode.Scalar>) {
    var place = rest.startIndex
    isInverted = rest.first == "!" || rest.first == "^"
    if isInverted { place += 1 }
    let first = place
    while place < rest.endIndex, rest[place] != "]" || place == first {
      if place + 2 < rest.endIndex, rest[place + 1] == "-", rest[place + 2] != "]" {
        if rest[place] <= rest[place + 2] { ranges.append(rest[place]...rest[place + 2]) }
        place += 3
      } else {
        ranges.append(rest[place]...rest[place])
        place += 1
      }
    }
    guard place < rest.endIndex else { return nil }
    end = place + 1
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar) } != isInverted
  }
}
