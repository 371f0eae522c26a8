import ArgumentParser
import Unroll
import UnrollRuns
import UnrollText

/// The tokens that text is cut into.
struct TokenOptions: ParsableArguments {
  @Option(help: "What a token is (default: characters).")
  var tokens: TokenizerKind?

  @Option(help: "The largest number of distinct tokens (default: all, of bpe 2000).")
  var vocabularySize: Int?

  @Option(help: "How often a token must occur to be known (default: 1).")
  var minimumCount: Int?

  @Option(
    help:
      "What to do with text that has no token: stop with an error, skip it, or learn a token for it (default: error; skip for classifiers, token for translators)."
  )
  var unknown: UnknownPolicy?

  @Option(
    help:
      "Make texts that mean the same be the same: nfc for the ways to write an accent, nfkc also for ligatures and widths (default: none)."
  )
  var normalize: Normalization?

  @Flag(help: "Make all text lower case.")
  var lowercase = false

  /// Replaces what was typed.
  func apply(to settings: inout TokenSettings) {
    take(tokens, into: &settings.kind)
    take(vocabularySize, into: &settings.vocabularySize)
    take(minimumCount, into: &settings.minimumCount)
    take(unknown, into: &settings.unknown)
    take(normalize, into: &settings.normalize)
    if lowercase { settings.lowercase = true }
  }
}
