/// Lines of a label and a text each, the texts below each other, broken where the terminal ends.
struct LabelledLines {
  private let width: Int
  private var lines: [(label: String, text: String)] = []

  init(width: Int) {
    self.width = width
  }

  mutating func add(_ label: String, _ text: String) { lines.append((label, text)) }

  var text: String {
    let longest = (lines.map(\.label.count).max() ?? 0) + 2
    // A terminal too narrow for two columns has the texts below their labels.
    let column = longest + 24 <= width ? longest : 4
    var result = ""
    for (label, text) in lines {
      var pieces = text.lines(width: max(8, width - column))[...]
      if label.count + 2 <= column {
        let padding = String(repeating: " ", count: column - label.count)
        let first = pieces.popFirst() ?? ""
        result += first.isEmpty ? label + "\n" : label + padding + first + "\n"
      } else {
        var rest = label[...]
        while !rest.isEmpty {
          result += rest.prefix(width) + "\n"
          rest = rest.dropFirst(width)
        }
      }
      for piece in pieces { result += String(repeating: " ", count: column) + piece + "\n" }
    }
    return result
  }
}
