import Testing
import UnrollFormats
import UnrollModels

/// BLEU and chrF are sacreBLEU's (Golden/generate_translation_scores.py).
struct TranslationScoreTests {
  private static func golden() throws -> JSON.Field {
    try FileContents(reading: PyTorchGoldenTests.path("translation-scores.json"))
      .withUnsafeBytes { try JSON(parsing: $0) }.field(named: "scores")
  }

  @Test func tokensAreThoseOf13a() throws {
    let cases = try Self.golden()["tokens"].array()
    #expect(cases.count > 20)
    for golden in cases {
      let text = try golden["text"].string()
      #expect(
        BLEU.tokens(of: text) == (try golden["tokens"].array().map { try $0.string() }), "\(text)")
    }
  }

  @Test func figuresAreSacreBLEUs() throws {
    let systems = try Self.golden()["systems"].array()
    #expect(systems.count > 10)
    for system in systems {
      func texts(_ key: String) throws -> [String] {
        try system[key].array().map { try $0.string() }
      }
      var score = TranslationScore()
      for (translation, reference) in zip(try texts("translations"), try texts("references")) {
        score.count(translation, reference: reference)
      }
      #expect(abs(score.bleu.score - (try system["bleu"].double())) < 1e-9)
      #expect(abs(score.chrF.score - (try system["chrF"].double())) < 1e-9)
    }
  }

  @Test func exactMatchIsToTheCharacter() {
    var score = TranslationScore()
    score.count("Va !", reference: "Va !")
    score.count("va !", reference: "Va !")
    #expect(score.exactMatch == 0.5 && score.count == 2)
    #expect(TranslationScore().exactMatch.isNaN && TranslationScore().bleu.score == 0)
  }
}
