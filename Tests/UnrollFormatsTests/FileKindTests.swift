import Testing
import UnrollFormats
import UnrollTestSupport

/// One example at least of every kind of file.
struct FileKindTests {
  @Test(arguments: FileExample.all)
  func contentsTellTheKind(_ example: FileExample) {
    #expect(FileKind(of: FileContents(example.bytes)) == example.kind)
  }

  @Test func everyKindHasAnExample() {
    #expect(Set(FileExample.all.map(\.kind)) == Set(FileKind.allCases))
  }

  @Test(arguments: FileKind.allCases)
  func everyKindHasItsWords(_ kind: FileKind) {
    #expect(FileKind.allCases.filter { $0.name == kind.name } == [kind])
    for use in [FileKind.Use.model, .weights, .text] {
      let remedy = kind.remedy(for: use, path: "my file")
      #expect(!remedy.isEmpty && !remedy.contains(" my file"), "\(remedy)")
    }
  }

  @Test func encodingIsNamedForTheCommandThatChangesIt() {
    #expect(
      FileKind.utf16LittleEndian.remedy(for: .model, path: "a.txt")
        == "`iconv -f UTF-16LE -t UTF-8 a.txt > NEW` makes a text of it that `unroll train` reads")
    #expect(FileKind.windows1252.remedy(for: .model, path: "a.txt").contains("-f WINDOWS-1252 "))
    #expect(FileKind.otherText.remedy(for: .model, path: "a.txt").contains("-f ENCODING "))
  }

  /// Whatever a file is, it is recognised without an error; the first bytes of an example as well.
  @Test(arguments: FileExample.all)
  func everyBeginningIsSomething(_ example: FileExample) {
    for count in 0..<min(example.bytes.count, 300) {
      _ = FileKind(of: FileContents(Array(example.bytes.prefix(count))))
    }
  }

  @Test(arguments: [
    ("plain/file-1.txt", "plain/file-1.txt"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
    ("", "''"), ("$x", "'$x'"), ("müsli", "müsli"),
  ])
  func pathIsQuotedForTheShell(_ path: String, _ quoted: String) {
    #expect(path.shellQuoted == quoted)
  }
}
