import UnrollFormats
import UnrollModels
import UnrollTestSupport
import UnrollText

/// Opens an archive around a pickle, and makes a model of what it holds.
///
/// Whole archives have checksums, which would keep most changes from the pickle.
@_cdecl("LLVMFuzzerTestOneInput")
public func readPickle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let pickle = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let storages = sizes.indices.map {
    (key: "\($0)", bytes: [UInt8](repeating: 1, count: sizes[$0]))
  }
  let bytes = StoredZip(pickle: pickle, storages: storages).bytes
  guard let file = try? PyTorchArchive(bytes: bytes) else { return 0 }
  for tensor in file.tensors {
    _ = try? tensor.floats()
    _ = try? tensor.integers()
  }
  if let letters { _ = try? LanguageModelImport(of: StateDictionary(file), vocabulary: letters) }
  return 0
}

/// As many as the model of the seed predicts.
private let letters = try? ImportedVocabulary(
  entries: "abcdefg".map(String.init), kind: .characters)

/// Those of the seeds.
private let sizes = [140, 640, 1024, 128, 128, 1024, 1024, 128, 128, 224, 28]
