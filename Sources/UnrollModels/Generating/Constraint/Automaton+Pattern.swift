extension Automaton {
  /// The texts that a pattern matches as a whole.
  init(_ pattern: Pattern) throws {
    var builder = NondeterministicAutomaton()
    let ends = try builder.add(pattern.root)
    try self.init(builder, from: ends.start, to: ends.end)
  }

  /// The subset construction (Rabin and Scott 1959).
  private init(
    _ source: NondeterministicAutomaton, from first: Int, to last: Int
  ) throws {
    self.init()
    var numbers: [[Int]: Int32] = [:]
    var sets: [[Int]] = []
    func number(_ set: [Int], _ automaton: inout Automaton) throws -> Int32 {
      if let known = numbers[set] { return known }
      let state = try automaton.addState(isAccepting: set.contains(last))
      numbers[set] = state
      sets.append(set)
      return state
    }
    _ = try number(source.closure(of: [first]), &self)
    var next = 0
    while next < sets.count {
      // Bytes between two borders lead to the same states.
      let edges = sets[next].flatMap { source.edges[$0] }
      let borders = Set(edges.flatMap { [Int($0.bytes.lowerBound), Int($0.bytes.upperBound) + 1] })
        .sorted()
      for (border, following) in zip(borders, borders.dropFirst()) {
        let targets = edges.filter { $0.bytes.contains(UInt8(border)) }.map(\.target)
        guard !targets.isEmpty else { continue }
        let target = try number(source.closure(of: targets), &self)
        for byte in border..<following { self[Int32(next), UInt8(byte)] = target }
      }
      next += 1
    }
  }
}

/// Thompson's automaton of a pattern (1968).
struct NondeterministicAutomaton {
  /// A step over one byte.
  struct Edge {
    let bytes: ClosedRange<UInt8>
    let target: Int
  }

  private(set) var edges: [[Edge]] = []
  private var free: [[Int]] = []

  private static let mostStates = 200_000

  private mutating func addState() throws -> Int {
    guard edges.count < Self.mostStates else { throw Automaton.TooLarge() }
    edges.append([])
    free.append([])
    return edges.count - 1
  }

  /// All states that some lead to without a byte, themselves included, in order.
  func closure(of states: [Int]) -> [Int] {
    var seen = Set(states)
    var open = Array(seen)
    while let state = open.popLast() {
      for next in free[state] where seen.insert(next).inserted { open.append(next) }
    }
    return seen.sorted()
  }

  /// Adds what a part of a pattern matches, and returns where it begins and ends.
  mutating func add(_ node: Pattern.Node) throws -> (start: Int, end: Int) {
    let start = try addState()
    var end = start
    switch node {
    case .scalars(let ranges):
      end = try addState()
      for sequence in ranges.flatMap({ UTF8Sequences($0).sequences }) {
        var state = start
        for (place, bytes) in sequence.enumerated() {
          let target = place == sequence.count - 1 ? end : try addState()
          edges[state].append(Edge(bytes: bytes, target: target))
          state = target
        }
      }
    case .sequence(let parts):
      for part in parts { end = try add(part, behind: end) }
    case .choice(let parts):
      end = try addState()
      for part in parts { free[try add(part, behind: start)].append(end) }
    case .repetition(let part, let least, let most):
      for _ in 0..<least { end = try add(part, behind: end) }
      guard let most else {
        // A state of its own, so that nothing leads back into what is before it.
        let loop = try addState()
        free[end].append(loop)
        free[try add(part, behind: loop)].append(loop)
        return (start, loop)
      }
      let last = try addState()
      free[end].append(last)
      for _ in least..<most {
        end = try add(part, behind: end)
        free[end].append(last)
      }
      end = last
    }
    return (start, end)
  }

  private mutating func add(_ node: Pattern.Node, behind state: Int) throws -> Int {
    let part = try add(node)
    free[state].append(part.start)
    return part.end
  }
}
