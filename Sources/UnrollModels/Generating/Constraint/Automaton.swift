/// A deterministic automaton over bytes: a set of texts.
struct Automaton: Sendable {
  /// For each state and byte the next state, `dead` where no text of the set goes on so.
  private(set) var transitions: [Int32] = []
  private(set) var isAccepting: [Bool] = []

  /// The state that no text of the set goes through.
  static let dead: Int32 = -1
  /// The first state.
  static let start: Int32 = 0
  /// The most states of an automaton.
  static let mostStates = 10_000

  /// More states than `mostStates`.
  struct TooLarge: Error {}

  var count: Int { isAccepting.count }

  /// Adds a state from which no byte leads on.
  mutating func addState(isAccepting accepts: Bool) throws -> Int32 {
    guard count < Self.mostStates else { throw TooLarge() }
    transitions.append(contentsOf: repeatElement(Self.dead, count: 256))
    isAccepting.append(accepts)
    return Int32(count - 1)
  }

  @inline(__always)
  subscript(state: Int32, byte: UInt8) -> Int32 {
    get { transitions[Int(state) << 8 | Int(byte)] }
    set { transitions[Int(state) << 8 | Int(byte)] = newValue }
  }

  /// The state after some bytes.
  func state(after bytes: [UInt8], from first: Int32) -> Int32 {
    var state = first
    for byte in bytes where state != Self.dead { state = self[state, byte] }
    return state
  }

  /// All sequences of bytes.
  static let everything: Automaton = {
    Automaton(transitions: Array(repeating: start, count: 256), isAccepting: [true])
  }()

  /// The sequences of bytes that contain a text.
  static func containing(_ text: String) throws -> Automaton {
    try matching(text) { automaton, last in
      automaton.isAccepting[Int(last)] = true
      for byte in UInt8.min...UInt8.max { automaton[last, byte] = last }
    }
  }

  /// The sequences of bytes that do not contain a text.
  static func avoiding(_ text: String) throws -> Automaton {
    var automaton = try matching(text) { _, _ in }
    let last = Int32(automaton.count - 1)
    automaton.isAccepting = (0..<automaton.count).map { $0 != last }
    automaton.transitions = automaton.transitions.map { $0 == last ? dead : $0 }
    return automaton
  }

  /// The automaton of Knuth, Morris and Pratt: state n after the first n bytes of the text.
  private static func matching(
    _ text: String, _ finish: (inout Automaton, _ last: Int32) -> Void
  ) throws -> Automaton {
    let bytes = Array(text.utf8)
    var automaton = Automaton()
    for _ in 0...bytes.count { _ = try automaton.addState(isAccepting: false) }
    // The state for the same text without its first byte: where a wrong byte leads.
    var shorter = start
    for (place, byte) in bytes.enumerated() {
      for other in UInt8.min...UInt8.max {
        automaton[Int32(place), other] = place == 0 ? start : automaton[shorter, other]
      }
      automaton[Int32(place), byte] = Int32(place + 1)
      if place > 0 { shorter = automaton[shorter, byte] }
    }
    finish(&automaton, Int32(bytes.count))
    return automaton
  }

  /// The texts of both sets.
  func intersection(_ other: Automaton) throws -> Automaton {
    struct Pair: Hashable {
      let own, other: Int32
    }
    var result = Automaton()
    var numbers: [Pair: Int32] = [:]
    var pairs: [Pair] = []
    func number(_ pair: Pair) throws -> Int32 {
      if let known = numbers[pair] { return known }
      let state = try result.addState(
        isAccepting: isAccepting[Int(pair.own)] && other.isAccepting[Int(pair.other)])
      numbers[pair] = state
      pairs.append(pair)
      return state
    }
    _ = try number(Pair(own: Self.start, other: Self.start))
    var next = 0
    while next < pairs.count {
      let pair = pairs[next]
      for byte in UInt8.min...UInt8.max {
        let (own, theirs) = (self[pair.own, byte], other[pair.other, byte])
        guard own != Self.dead, theirs != Self.dead else { continue }
        let target = try number(Pair(own: own, other: theirs))
        result[Int32(next), byte] = target
      }
      next += 1
    }
    return result
  }
}
