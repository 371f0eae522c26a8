import UnrollFormats

/// Opens a safetensors file and converts what it holds.
@_cdecl("LLVMFuzzerTestOneInput")
public func readSafeTensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let file = try? SafeTensors(bytes: bytes) else { return 0 }
  for tensor in file.tensors { _ = try? tensor.floats() }
  return 0
}
