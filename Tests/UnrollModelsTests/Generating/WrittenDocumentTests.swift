import Testing
import UnrollModels
import UnrollText

/// A text that a person and a model write by turns.
struct WrittenDocumentTests {
  private static func settings(_ change: (inout WrittenDocument.Settings) -> Void = { _ in })
    -> WrittenDocument.Settings
  {
    var settings = WrittenDocument.Settings()
    settings.length = 20
    change(&settings)
    return settings
  }

  /// Going on is what a generation from the whole text would be, whoever wrote it.
  @Test(arguments: Variant.all)
  func modelGoesOnBehindEverything(_ variant: Variant) throws {
    let model = try variant.model()
    let greedy = Self.settings { $0.sampling = .greedy }
    var document = WrittenDocument(model)
    for typed in ["abc", "", "jj"] {
      try document.append(typed)
      let before = document.text
      var shown = ""
      #expect(try document.goOn(greedy, onPiece: { shown += $0.text }) == .length)
      let whole = try model.generate(prompt: before, length: 20, sampling: .greedy)
      #expect(document.text == before + whole && shown == whole)
    }
    #expect(document.parts.map(\.isGenerated) == [false, true, true, false, true])
  }

  @Test func undoAndRedoGiveTheSameBits() throws {
    let settings = Self.settings()
    var document = WrittenDocument(try Variant.all[4].model())
    try document.append("abc")
    try document.goOn(settings)
    let (text, next) = (document.text, try document.next(5))
    try document.append("d")
    try document.goOn(settings)
    try document.writeAgain(settings)
    for _ in 0..<3 { _ = document.undo() }
    #expect(try document.text == text && document.next(5) == next)
    var steps = 0
    while document.redo() { steps += 1 }
    #expect(steps == 3)
    while document.undo() {}
    #expect(document.isEmpty && document.text == "")
  }

  @Test func againIsAnotherTextInTheSamePlace() throws {
    let settings = Self.settings()
    var document = WrittenDocument(try Variant.all[0].model())
    try document.append("abc")
    try document.goOn(settings)
    let first = document.text
    try document.writeAgain(settings)
    let second = document.text
    #expect(first != second && second.hasPrefix("abc") && document.parts.count == 2)
    try document.writeAgain(settings)
    #expect(![first, second].contains(document.text))
    _ = document.undo()
    #expect(document.text == second)
    _ = document.undo()
    #expect(document.text == first)
    // The same steps give the same texts.
    var other = WrittenDocument(document.model)
    try other.append("abc")
    try other.goOn(settings)
    try other.writeAgain(settings)
    #expect(other.text == second)
  }

  @Test func whatIsNotShownIsNotPartOfTheText() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer(learning: .init(), from: "abcdefgh"))
    var document = WrittenDocument(model)
    try document.append("ab")
    #expect(try document.goOn(Self.settings { $0.stop = ["ef"] }) == .stopText("ef"))
    #expect(document.text == "abcd")
    // "e" comes next, and not what stands behind the stop text.
    #expect(try model.tokenizer.decode([document.next(1)[0].token]) == "e")
    try document.goOn(Self.settings { $0.length = 2 })
    #expect(document.text == "abcdef")
  }

  @Test func textIsKeptWhereTheModelIsStopped() throws {
    var document = WrittenDocument(try Variant.all[0].model())
    try document.append("abc")
    var count = 0
    let ending = try document.goOn(
      Self.settings { $0.length = .max }, onPiece: { _ in count += 1 }, while: { count < 7 })
    #expect(ending == nil && document.text.count == 10)
    try document.goOn(Self.settings())
    #expect(document.text.count == 30)
  }

  @Test func chosenTokenIsAPart() throws {
    var document = WrittenDocument(try Variant.all[0].model())
    try document.append("abc")
    let likeliest = try document.next(3)
    #expect(likeliest.count == 3 && likeliest[0].logProbability >= likeliest[1].logProbability)
    #expect(try document.append(likeliest[2].token).count == 1)
    var typed = WrittenDocument(document.model)
    try typed.append(document.text)
    #expect(try typed.next(3).map(\.token) == document.next(3).map(\.token))
    let isUndone = document.undo()
    #expect(isUndone && document.text == "abc")
  }

  @Test func whatIsRefusedChangesNothing() throws {
    var document = WrittenDocument(try Variant.all[0].model())
    #expect(throws: TextError.self) { try document.goOn(Self.settings()) }
    #expect(throws: ModelError.self) { try document.writeAgain(Self.settings()) }
    try document.append("abc")
    #expect(throws: TextError.self) { try document.append("a€") }
    #expect(throws: ModelError.self) { try document.append(Token(99)) }
    #expect(throws: ModelError.self) { try document.goOn(Self.settings { $0.length = -5 }) }
    #expect(throws: ModelError.self) { try document.next(-1) }
    #expect(throws: ModelError.self) { try document.writeAgain(Self.settings()) }
    #expect(document.text == "abc")
    // There is one version to go back to, and no other.
    let (first, second) = (document.undo(), document.undo())
    #expect(first && !second)
  }
}
