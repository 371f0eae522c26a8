import Testing
import UnrollFormats

/// A file with the length of `header`, `header` and `dataCount` zero bytes.
func safeTensorsFile(_ header: String, dataCount: Int = 0) -> [UInt8] {
  safeTensorsFile([UInt8](header.utf8), dataCount: dataCount)
}

/// A file with the length of `header`, `header` and `dataCount` zero bytes.
func safeTensorsFile(_ header: [UInt8], dataCount: Int = 0) -> [UInt8] {
  littleEndian(UInt64(header.count)) + header + [UInt8](repeating: 0, count: dataCount)
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
}

/// The error that `body` throws; every other error is a failure of the test.
func safeTensorsError(_ body: () throws -> Void) -> SafeTensorsError? {
  do {
    try body()
    return nil
  } catch let error as SafeTensorsError {
    return error
  } catch {
    Issue.record(error)
    return nil
  }
}
