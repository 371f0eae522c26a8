extension JSON {
  /// Members in the order in which they were written; no two have the same key.
  package struct Object: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
      package let key: String
      package var value: JSON

      package init(key: String, value: JSON) {
        self.key = key
        self.value = value
      }
    }

    package private(set) var members: [Member]

    /// Takes members with distinct keys.
    package init(_ members: [Member] = []) {
      var keys = KeySet()
      for member in members {
        guard keys.insert(member.key) else { fatalError("the key '\(member.key)' occurs twice") }
      }
      self.members = members
    }

    /// Takes members whose keys are known to be distinct.
    init(unchecked members: [Member]) {
      self.members = members
    }

    /// The value of `key`, found by looking through the members; setting appends, replaces or
    /// (`nil`) removes.
    package subscript(key: String) -> JSON? {
      get { index(of: key).map { members[$0].value } }
      set {
        switch (index(of: key), newValue) {
        case (let index?, let value?): members[index].value = value
        case (let index?, nil): members.remove(at: index)
        case (nil, let value?): members.append(Member(key: key, value: value))
        case (nil, nil): break
        }
      }
    }

    private func index(of key: String) -> Int? {
      members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }
  }

  /// The keys of one object while it is put together.
  ///
  /// Keys are the same if their bytes are. Strings in Swift are equal already if they look the
  /// same, so a vocabulary with both forms of "é" would be refused.
  struct KeySet {
    private struct Bytes: Hashable {
      let text: String

      static func == (left: Bytes, right: Bytes) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
      }

      func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      }
    }

    // Most objects are small, and a few comparisons cost less than hashing.
    private var few: [Bytes] = []
    private var many: Set<Bytes> = []

    /// Adds `key`, or answers `false` if it is there.
    mutating func insert(_ key: String) -> Bool {
      let bytes = Bytes(text: key)
      if many.isEmpty {
        guard !few.contains(bytes) else { return false }
        few.append(bytes)
        if few.count > 8 { many = Set(few) }
        return true
      }
      return many.insert(bytes).inserted
    }
  }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { Member(key: $0.0, value: $0.1) })
  }
}
