/// What is one document of a corpus that is not read as one stream.
public enum DocumentUnit: String, CaseIterable, Hashable, Sendable {
  /// Every line that is not empty, without its ending.
  case lines
  /// Every file.
  case files
}
