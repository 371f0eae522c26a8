import UnrollTestSupport

/// Runs a test in a folder of its own.
func withFolder(_ body: (TemporaryFolder) throws -> Void) throws {
  try body(TemporaryFolder())
}
