import Testing
import UnrollText

struct GlobPatternTests {
  @Test(arguments: [
    (
      "*.swift", ["a.swift", ".swift", "sub/a.swift", "a.b.swift"], ["a.swif", "swift", "a.swiftx"]
    ),
    ("a*b*c", ["abc", "aXbYc", "abcbc"], ["ab", "acb", "abcd"]),
    ("?.md", ["a.md", "é.md", "sub/x.md"], [".md", "ab.md"]),
    ("[a-c]*", ["apple", "c"], ["dog", "A"]),
    ("[!a-c]*", ["dog", "-"], ["apple"]),
    ("[]-]x", ["]x", "-x"], ["ax"]),
    ("[a", ["[a"], ["a"]),
    ("", [""], ["a"]),
    ("*", ["a", "sub/a"], []),
    ("src/*.c", ["src/a.c"], ["src/b/a.c", "a.c", "x/src/a.c"]),
    ("src/**/*.c", ["src/a.c", "src/b/a.c", "src/b/c/d.c"], ["a.c", "lib/a.c"]),
    ("**/test/*", ["test/a", "x/test/a", "x/y/test/b"], ["test", "tests/a", "test/a/b"]),
    ("docs/**", ["docs/a", "docs/a/b.txt"], ["doc/a", "docs"]),
    ("**/a/**/z", ["a/z", "x/a/b/c/z", "a/a/z"], ["a/b", "z"]),
    ("a/b?", ["a/bc"], ["a/b/"]),
  ])
  func patternsMeanWhatShellsTakeThemFor(pattern: String, meant: [String], others: [String]) {
    let glob = GlobPattern(pattern)
    for path in meant { #expect(glob.matches(path), "\(path)") }
    for path in others { #expect(!glob.matches(path), "\(path)") }
  }

  @Test func manyStarsTakeNoTime() {
    let glob = GlobPattern(String(repeating: "a*", count: 50) + "b")
    #expect(!glob.matches(String(repeating: "a", count: 5000)))
  }
}
