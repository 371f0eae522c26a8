import Testing
import UnrollText

struct StreamingDecoderTests {
  @Test(arguments: Texts.difficult)
  func piecesPutTogetherAreTheText(text: String) throws {
    let tokenizer = try Tokenizer(from: text)
    let tokens = try tokenizer.encode(text)
    var decoder = StreamingDecoder(tokenizer)
    let pieces = tokens.map { decoder.append($0) } + [decoder.finish()]
    #expect(pieces.joined().isIdentical(to: tokenizer.decode(tokens)))
  }
}
