import UnrollFormats
import UnrollModels

/// Opens a model file, and uses the model if it is one.
@_cdecl("LLVMFuzzerTestOneInput")
public func readModel(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let model = try? LanguageModel(bytes: bytes) else { return 0 }
  _ = try? model.generate(prompt: "a", length: 4)
  return 0
}
