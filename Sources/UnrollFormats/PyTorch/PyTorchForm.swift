/// What kind of file the first bytes show, to tell a person why it is not read.
enum PyTorchForm {
  case archive
  /// The stream of pickles of PyTorch 0.1.10 to 1.5.
  case stream
  /// The tar archive of PyTorch before 0.1.10.
  case tar
  case safeTensors
  /// A pickle of something else.
  case pickle
  case empty
  case other

  init(of bytes: UnsafeRawBufferPointer) {
    // PROTO 2, LONG1 of the ten bytes 0x1950A86A20F9469CFC6C.
    let streamStart: [UInt8] = [
      0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
    if bytes.isEmpty {
      self = .empty
    } else if bytes.starts(with: "PK".utf8) {
      self = .archive
    } else if bytes.starts(with: streamStart) {
      self = .stream
    } else if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      self = .tar
    } else if bytes.count > 8, bytes[8] == UInt8(ascii: "{"),
      bytes.littleEndian(at: 0, UInt64.self) <= UInt64(bytes.count)
    {
      self = .safeTensors
    } else if bytes[0] == 0x80 {
      self = .pickle
    } else {
      self = .other
    }
  }

  /// Throws ``PyTorchError`` unless it is an archive.
  func checkArchive(source: String) throws(PyTorchError) {
    let again = "in a PyTorch before 2.6 torch.load reads it, and torch.save writes it anew"
    switch self {
    case .archive: return
    case .stream:
      throw PyTorchError(
        .legacyFormat, in: source,
        "is of PyTorch before 1.6, or was saved with _use_new_zipfile_serialization=False, and that format is not read; torch.save(torch.load(PATH), …) writes it anew"
      )
    case .tar:
      throw PyTorchError(
        .legacyFormat, in: source,
        "is a tar archive of PyTorch before 0.1.10, which is not read; \(again)")
    case .safeTensors:
      throw PyTorchError(
        .notAnArchive, in: source, "is a safetensors file: give it the extension .safetensors")
    case .pickle:
      throw PyTorchError(
        .notAnArchive, in: source,
        "is a pickle that torch.save did not write; in Python, torch.save(model.state_dict(), PATH) writes one that can be read"
      )
    case .empty: throw PyTorchError(.notAnArchive, in: source, "is empty")
    case .other:
      throw PyTorchError(
        .notAnArchive, in: source, "is no zip archive; give a file that torch.save wrote")
    }
  }
}
