/// The places of a text in the alphabetical order of what begins there: SA-IS (Nong, Zhang and Chan 2009), in linear time.
enum SuffixArray {
  /// - Parameter text: numbers of 0 ... `largest`.
  static func places(in text: [Int32], largest: Int32) -> [Int32] {
    let count = text.count
    guard count > 1 else { return text.isEmpty ? [] : [0] }
    // Whether a suffix is smaller than the one behind it.
    var isSmaller = [Bool](repeating: false, count: count)
    for place in (0..<count - 1).reversed() {
      isSmaller[place] =
        text[place] == text[place + 1] ? isSmaller[place + 1] : text[place] < text[place + 1]
    }
    let sorting = InducedSorting(text, largest: Int(largest), isSmaller: isSmaller)
    // The leftmost of each run of smaller suffixes, in the order of the text.
    let leftmost = (1..<count).filter { isSmaller[$0] && !isSmaller[$0 - 1] }.map { Int32($0) }
    var sorted = sorting.sorted(from: leftmost)
    guard !leftmost.isEmpty else { return sorted }
    var numbers = [Int32](repeating: -1, count: count)
    for (number, place) in leftmost.enumerated() { numbers[Int(place)] = Int32(number) }
    func end(of place: Int) -> Int {
      let next = Int(numbers[place]) + 1
      return next < leftmost.count ? Int(leftmost[next]) : count
    }
    // Names in order, equal for equal stretches.
    var order = sorted.filter { numbers[Int($0)] >= 0 }
    var names = [Int32](repeating: 0, count: leftmost.count)
    var name: Int32 = 0
    for (before, place) in zip(order, order.dropFirst()) {
      let (left, right) = (Int(before), Int(place))
      let (leftEnd, rightEnd) = (end(of: left), end(of: right))
      let isSame =
        leftEnd - left == rightEnd - right && leftEnd < count && rightEnd < count
        && (0...leftEnd - left).allSatisfy { text[left + $0] == text[right + $0] }
      if !isSame { name += 1 }
      names[Int(numbers[right])] = name
    }
    order = places(in: names, largest: name).map { leftmost[Int($0)] }
    sorted = sorting.sorted(from: order)
    return sorted
  }
}

/// Sorts all suffixes, given the order of some.
private struct InducedSorting {
  private let text: [Int32]
  private let isSmaller: [Bool]
  /// Where the suffixes that begin with each number, and are greater or smaller than the one behind them, begin.
  private var greaterStarts: [Int]
  private var smallerStarts: [Int]

  init(_ text: [Int32], largest: Int, isSmaller: [Bool]) {
    self.text = text
    self.isSmaller = isSmaller
    greaterStarts = Array(repeating: 0, count: largest + 2)
    smallerStarts = Array(repeating: 0, count: largest + 2)
    for (number, isSmaller) in zip(text, isSmaller) {
      if isSmaller {
        greaterStarts[Int(number) + 1] += 1
      } else {
        smallerStarts[Int(number)] += 1
      }
    }
    for number in 0...largest {
      smallerStarts[number] += greaterStarts[number]
      greaterStarts[number + 1] += smallerStarts[number]
    }
  }

  func sorted(from seeds: [Int32]) -> [Int32] {
    var places = [Int32](repeating: -1, count: text.count)
    var next = smallerStarts
    for seed in seeds {
      let number = Int(text[Int(seed)])
      places[next[number]] = seed
      next[number] += 1
    }
    next = greaterStarts
    let last = text.count - 1
    places[next[Int(text[last])]] = Int32(last)
    next[Int(text[last])] += 1
    for index in places.indices {
      let place = Int(places[index]) - 1
      guard place >= 0, !isSmaller[place] else { continue }
      let number = Int(text[place])
      places[next[number]] = Int32(place)
      next[number] += 1
    }
    next = greaterStarts
    for index in places.indices.reversed() {
      let place = Int(places[index]) - 1
      guard place >= 0, isSmaller[place] else { continue }
      let number = Int(text[place])
      next[number + 1] -= 1
      places[next[number + 1]] = Int32(place)
    }
    return places
  }
}
