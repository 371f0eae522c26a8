package import UnrollFormats

/// A file of some kind, by its bytes.
package struct FileExample: Sendable, CustomStringConvertible {
  package let description: String
  package let kind: FileKind
  package let bytes: [UInt8]

  private init(_ description: String, _ kind: FileKind, _ bytes: [UInt8]) {
    (self.description, self.kind, self.bytes) = (description, kind, bytes)
  }

  private init(_ description: String, _ kind: FileKind, _ text: String) {
    self.init(description, kind, Array(text.utf8))
  }

  private static func safeTensors(_ header: String, dataCount: Int = 0) -> [UInt8] {
    StoredZip.field(header.utf8.count, 8) + Array(header.utf8)
      + [UInt8](repeating: 0, count: dataCount)
  }

  private static let pyTorch = StoredZip(pickle: [0x80, 2, 0x4E, 0x2E], storages: []).bytes

  private static let header = #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
  /// A header so long that the file begins with the bytes 80 02, as a pickle does.
  private static let likePickle = safeTensors(
    header + String(repeating: " ", count: 640 - header.utf8.count), dataCount: 4)
  private static let sentence = "It was a bright cold day in April.\n"

  private static func utf16(_ text: String, isLittle: Bool, isMarked: Bool = false) -> [UInt8] {
    ((isMarked ? [0xFEFF] : []) + Array(text.utf16)).flatMap { (unit: UInt16) in
      isLittle ? [UInt8(unit & 0xFF), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    }
  }

  private static func utf32(_ text: String, isLittle: Bool) -> [UInt8] {
    text.unicodeScalars.flatMap {
      let bytes = StoredZip.field($0.value, 4)
      return isLittle ? bytes : bytes.reversed()
    }
  }

  private static func tar(_ name: String) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1024)
    bytes.replaceSubrange(0..<name.utf8.count, with: name.utf8)
    bytes.replaceSubrange(257..<262, with: "ustar".utf8)
    return bytes
  }

  private static func zip(_ names: [String]) -> [UInt8] {
    var zip = StoredZip(pickle: [0x80, 2, 0x4E, 0x2E], storages: [])
    zip.entries = names.map { StoredZip.Entry($0, [1, 2, 3]) }
    return zip.bytes
  }

  package static let all: [FileExample] = [
    FileExample("nothing", .empty, ""),
    FileExample("safetensors", .safeTensors, safeTensors(header, dataCount: 4)),
    FileExample("safetensors without tensors", .safeTensors, safeTensors("{}")),
    FileExample("safetensors that begins as a pickle", .safeTensors, likePickle),
    FileExample("safetensors with space in front", .safeTensors, safeTensors(" \n" + header)),
    FileExample(
      "safetensors that is cut off in its header", .safeTensors,
      Array(safeTensors(header, dataCount: 4).prefix(20))),
    FileExample(
      "safetensors that is cut off in its numbers", .safeTensors,
      safeTensors(header, dataCount: 1)),
    FileExample("PyTorch", .pyTorch, pyTorch),
    FileExample("PyTorch, cut off", .pyTorch, pyTorch.dropLast(30)),
    FileExample(
      "PyTorch's stream", .pyTorchStream,
      [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]),
    FileExample("PyTorch's tar", .pyTorchTar, tar("sys_info")),
    FileExample("pickle of protocol 2", .pickle, [0x80, 2, 0x4E, 0x2E]),
    FileExample("pickle of protocol 5", .pickle, [0x80, 5, 0x4E, 0x2E]),
    FileExample("ONNX", .onnx, [0x08, 8, 0x12, 6] + Array("unroll".utf8) + [0x3A, 0]),
    FileExample(
      "compressed text", .compressedText, FileKind.compressedTextSignature + [1, 2, 3]),
    FileExample("GGUF", .gguf, Array("GGUF".utf8) + [3, 0, 0, 0]),
    FileExample("HDF5", .hierarchicalData, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0]),
    FileExample("npy", .numPyArray, [0x93] + Array("NUMPY".utf8) + [1, 0]),
    FileExample("npz", .numPyArchive, zip(["a.npy", "b.npy"])),
    FileExample("gzip", .gzip, [0x1F, 0x8B, 8, 0]),
    FileExample("zstd", .zstandard, [0x28, 0xB5, 0x2F, 0xFD, 0]),
    FileExample("xz", .xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0]),
    FileExample("bzip2", .bzip2, Array("BZh91AY&SY".utf8)),
    FileExample("ZIP", .zip, zip(["a.txt"])),
    FileExample(
      "ZIP without entries", .zip, [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)),
    FileExample("PDF", .pdf, "%PDF-1.7\n"),
    FileExample("PNG", .picture, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    FileExample("JPEG", .picture, [0xFF, 0xD8, 0xFF, 0xE0]),
    FileExample("GIF", .picture, "GIF89a"),
    FileExample("program of Linux", .program, [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]),
    FileExample("program of macOS", .program, [0xCF, 0xFA, 0xED, 0xFE, 12, 0, 0, 1]),
    FileExample("tar", .tar, tar("book.txt")),
    FileExample(
      "pointer of Git LFS", .gitLFSPointer,
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"),
    FileExample("web page", .webPage, "\n<!DOCTYPE html>\n<html><body>Not found</body></html>"),
    FileExample("web page without a type", .webPage, "<html lang=en>"),
    FileExample("object of JSON", .json, #"{"a": 0, "b": 1}"#),
    FileExample("array of JSON", .json, #" ["a", "b"]"#),
    FileExample("text that begins as JSON", .text, "[Enter a ghost]\nGHOST: Mark me."),
    FileExample("text", .text, sentence),
    FileExample("text with a mark", .text, "\u{FEFF}" + sentence),
    FileExample("text of other scripts", .text, "Мело, мело по всей земле 吾輩は猫である"),
    FileExample("colours of a terminal", .text, "\u{1B}[31mred\u{1B}[0m is a word of " + sentence),
    FileExample("UTF-16LE", .utf16LittleEndian, utf16(sentence, isLittle: true)),
    FileExample(
      "UTF-16LE with a mark", .utf16,
      utf16("吾輩は猫", isLittle: true, isMarked: true)),
    FileExample(
      "UTF-16LE of Japanese", .utf16LittleEndian, utf16("吾輩は猫である。\n", isLittle: true)),
    FileExample("UTF-16BE", .utf16BigEndian, utf16(sentence, isLittle: false)),
    FileExample(
      "UTF-16BE with a mark", .utf16, utf16(sentence, isLittle: false, isMarked: true)),
    FileExample("UTF-32LE", .utf32LittleEndian, utf32(sentence, isLittle: true)),
    FileExample("UTF-32LE with a mark", .utf32, utf32("\u{FEFF}吾輩", isLittle: true)),
    FileExample("UTF-32BE", .utf32BigEndian, utf32(sentence, isLittle: false)),
    FileExample(
      "Latin-1", .windows1252, Array("Na".utf8) + [0xEF] + Array("ve people of C".utf8) + [0xE9]),
    FileExample(
      "KOI8-R", .otherText,
      (0..<20).flatMap { _ in [0xED, 0xC5, 0xCC, 0xCF, 0x20] as [UInt8] }),
    FileExample(
      "numbers", .unknown, (0..<2048).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) }),
    FileExample("zeros", .unknown, [UInt8](repeating: 0, count: 100)),
    FileExample("a few bytes", .unknown, [0xFF, 0x00, 0xC3]),
  ]
}
