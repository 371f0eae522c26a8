/// A file or folder could not be read or written.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Code: Hashable, Sendable {
    /// The file, or the folder it should be written into, does not exist.
    case notFound
    /// A file is needed and the path names a folder.
    case isDirectory
    /// A part of the path that has to be a folder is not one.
    case notDirectory
    /// The path names a device, a socket or another thing that cannot be used as a file.
    case notRegularFile
    /// The permissions, or a read-only file system, forbid it.
    case permissionDenied
    /// Something that may not be replaced is already there.
    case alreadyExists
    /// The device is full, or a quota is used up.
    case noSpace
    /// The path is empty, too long, contains a zero byte or is a loop of links.
    case invalidPath
    /// Another process is using it.
    case inUse
    /// The contents do not fit into memory.
    case outOfMemory
    /// The contents are no longer those that were there at first.
    case changed
    /// The operating system reports another failure, such as a device error.
    case ioFailure
  }

  /// What was tried.
  public enum Action: Hashable, Sendable {
    /// Existing contents were wanted.
    case read
    /// New contents were to be put in place.
    case write
  }

  /// What went wrong.
  public let code: Code
  /// What was tried.
  public let action: Action
  /// The path as it was given.
  public let path: String
  /// One sentence: what, where, why, and what to do.
  public let message: String

  /// The message.
  public var description: String { message }

  /// The error of a file whose contents are not those that were written.
  package init(changed path: String) {
    self.init(.changed, .read, path)
  }

  /// Creates an error whose sentence follows from what was tried.
  ///
  /// - Parameters:
  ///   - code: what went wrong.
  ///   - action: what was tried.
  ///   - path: on what.
  ///   - cause: why it failed and what to do, where more is known than the code says.
  public init(_ code: Code, _ action: Action, _ path: String, cause: String? = nil) {
    self.code = code
    self.action = action
    self.path = path
    let verb = action == .read ? "read" : "write"
    message = "cannot \(verb) '\(path)': \(cause ?? Self.cause(code, action))"
  }

  package init(_ error: SystemError, _ action: Action, _ path: String) {
    let code = error.fileErrorCode
    let cause = code == .ioFailure ? "\(error.reason); check the disk and try again" : nil
    self.init(code, action, path, cause: cause)
  }

  private static func cause(_ code: Code, _ action: Action) -> String {
    switch (code, action) {
    case (.notFound, .read): "there is no such file; check the spelling of the path"
    case (.notFound, .write): "its folder does not exist; create the folder first"
    case (.isDirectory, _): "it is a folder; name a file"
    case (.notDirectory, _): "a part of the path is not a folder; check the path"
    case (.notRegularFile, .read): "it is neither a file nor a pipe; name a file"
    case (.notRegularFile, .write): "it exists and is not a regular file; choose another name"
    case (.permissionDenied, .read): "permission denied; change its permissions"
    case (.permissionDenied, .write):
      "permission denied; change the permissions or choose another place"
    case (.alreadyExists, _): "it already exists; remove it or choose another name"
    case (.noSpace, _): "no space is left on the device; free some or choose another place"
    case (.invalidPath, _): "the path is empty, too long or a loop of links; choose another path"
    case (.inUse, _): "another process is using it; wait for its end or choose another one"
    case (.outOfMemory, _): "it does not fit into memory; use a smaller file"
    case (.changed, _): "it changed while it was being used; try again when nothing writes to it"
    case (.ioFailure, _): "the operating system reports a failure; check the disk and try again"
    }
  }
}

extension FileError {
  /// Runs calls to the operating system that serve to write `path`, and names it in their errors.
  static func whileWriting<Result>(
    _ path: String, _ calls: () throws(SystemError) -> Result
  ) throws(FileError) -> Result {
    do throws(SystemError) {
      return try calls()
    } catch {
      throw FileError(error, .write, path)
    }
  }

  /// Runs calls to the operating system that serve to read `path`, and names it in their errors.
  static func whileReading<Result>(
    _ path: String, _ calls: () throws(SystemError) -> Result
  ) throws(FileError) -> Result {
    do throws(SystemError) {
      return try calls()
    } catch {
      throw FileError(error, .read, path)
    }
  }
}
