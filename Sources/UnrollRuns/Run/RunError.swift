/// A run cannot begin or go on as asked.
public struct RunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// A setting that is out of range or contradicts another.
    case invalidSetting
    /// A setting that changes the result and has another value than when the run began.
    case otherSetting
    /// Data that are not those of the run.
    case otherData
    /// Data that are no longer where the run read them.
    case missingData
    /// A checkpoint of another task, or of another program.
    case otherTask
    /// An output in the place of a text to learn from.
    case outputInData
    /// A model that needs more memory than the machine has.
    case noMemory
    /// A disk without enough room.
    case noRoom
    /// Too little data for what is asked.
    case tooLittleData
    /// A run that has returned already.
    case ended
    /// A file that has no metrics of a run.
    case invalidMetrics
    /// Numbers that stay beyond what a float can hold.
    case diverged
  }

  /// What is wrong.
  public let code: Code
  /// What, where, and what to do.
  public let sentence: SettingSentence

  /// The sentence, with the names of settings as they are in Swift.
  public var description: String { sentence.text() }

  /// Creates an error.
  public init(_ code: Code, _ sentence: SettingSentence) {
    self.code = code
    self.sentence = sentence
  }
}
