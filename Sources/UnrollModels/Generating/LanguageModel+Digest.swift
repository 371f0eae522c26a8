internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor
internal import UnrollText

extension LanguageModel {
  /// The SHA-256 digest, in hexadecimal digits, of all that decides what the model writes: configuration, tokenizer, weights.
  ///
  /// It does not depend on the file that a model came from, nor on its record of training.
  public var digest: String {
    var digest = SHA256()
    digest.update(configuration.json.text())
    digest.update(tokenizer.description.json.text())
    for (name, value) in parameters {
      digest.update("\(name) \(value.shape)")
      value.withUnsafeElements { digest.update(UnsafeRawBufferPointer($0)) }
    }
    return digest.hexadecimal
  }
}
