import UnrollFormats

/// Opens a file of `torch.save` and converts what it holds.
@_cdecl("LLVMFuzzerTestOneInput")
public func readPyTorchArchive(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let file = try? PyTorchArchive(bytes: bytes) else { return 0 }
  for tensor in file.tensors {
    _ = try? tensor.floats()
    _ = try? tensor.integers()
  }
  return 0
}
