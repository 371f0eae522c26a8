import UnrollFormats

/// Parses JSON; what is accepted has to be written and read back as the same value.
@_cdecl("LLVMFuzzerTestOneInput")
public func readJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard let value = try? JSON(parsing: bytes) else { return 0 }
  let again = try? JSON(parsing: value.text())
  precondition(again == value, "The value changed when it was written and read")
  return 0
}
