import Testing
import UnrollFormats

/// The examples of FIPS 180-4 and of NIST's short message tests.
@Test(
  arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "a", 1_000_000,
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
func sha256IsThatOfTheStandard(text: String, count: Int, digest: String) {
  var hash = SHA256()
  hash.update(String(repeating: text, count: count))
  #expect(hash.hexadecimal == digest)
}

@Test func sha256DoesNotDependOnThePieces() {
  let text = String((0..<300).map { Character(Unicode.Scalar(UInt8(32 + $0 % 90))) })
  for length in [0, 1, 55, 56, 63, 64, 65, 127, 128, 200, 300] {
    var whole = SHA256()
    whole.update(String(text.prefix(length)))
    for piece in [1, 7, 63, 64, 65] {
      var inPieces = SHA256()
      var rest = Substring(text.prefix(length))
      while !rest.isEmpty {
        inPieces.update(String(rest.prefix(piece)))
        rest = rest.dropFirst(piece)
      }
      #expect(inPieces.digest == whole.digest)
    }
  }
}
