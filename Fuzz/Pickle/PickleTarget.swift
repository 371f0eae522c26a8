import UnrollFormats
import UnrollTestSupport

/// Opens an archive around a pickle: the checksums of whole archives would keep most changes from the pickle.
@_cdecl("LLVMFuzzerTestOneInput")
public func readPickle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let pickle = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let storages = (0..<10).map { (key: "\($0)", bytes: [UInt8](repeating: 1, count: sizes[$0])) }
  let bytes = StoredZip(pickle: pickle, storages: storages).bytes
  guard let file = try? PyTorchArchive(bytes: bytes) else { return 0 }
  for tensor in file.tensors {
    _ = try? tensor.floats()
    _ = try? tensor.integers()
  }
  return 0
}

/// Those of the seeds.
private let sizes = [140, 640, 1024, 128, 128, 1024, 1024, 128, 128, 224]
