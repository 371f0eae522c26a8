/// What a path or an open file refers to.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case regular, directory, pipe, link, other
  }

  package let kind: Kind
  /// The permission bits, `0o000` to `0o777`.
  package let permissions: UInt32
  /// The number of bytes; zero for what has no size.
  package let size: Int
  /// When the contents were last changed, in nanoseconds since 1970.
  package let modificationTime: Int64
  /// Which file it is, however the path to it is written.
  package let identity: FileIdentity
  /// The number of the file on its device.
  package var number: UInt64 { identity.number }

  package init(
    kind: Kind, permissions: UInt32, size: Int, modificationTime: Int64 = 0,
    identity: FileIdentity = FileIdentity(device: 0, number: 0)
  ) {
    self.kind = kind
    self.permissions = permissions
    self.size = size
    self.modificationTime = modificationTime
    self.identity = identity
  }
}

/// Which file something is: two paths lead to the same file if their identities are equal.
package struct FileIdentity: Hashable, Sendable {
  /// The number of the device.
  package let device: UInt64
  /// The number of the file on the device.
  package let number: UInt64

  package init(device: UInt64, number: UInt64) {
    self.device = device
    self.number = number
  }
}

/// The calls to the operating system that reading and durable writing are made of.
///
/// They are values so that a test can put a failing one in the place of any of them.
package struct FileOperations: Sendable {
  /// Creates a file that did not exist and opens it for writing; the umask applies.
  package var createFile:
    @Sendable (_ path: String, _ permissions: UInt32) throws(SystemError) -> Int32
  /// Opens a file for appending, after creating it where there is none; the umask applies.
  package var openAppending: @Sendable (_ path: String) throws(SystemError) -> Int32
  package var openFile: @Sendable (_ path: String) throws(SystemError) -> Int32
  package var openDirectory: @Sendable (_ path: String) throws(SystemError) -> Int32
  /// Reads some bytes; zero means the end.
  package var read:
    @Sendable (_ descriptor: Int32, UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
  /// Reads some bytes from a place in the file; zero means the end.
  package var readAt:
    @Sendable (_ descriptor: Int32, _ offset: Int, UnsafeMutableRawBufferPointer)
      throws(SystemError) -> Int
  /// Writes some of the bytes and says how many.
  package var write:
    @Sendable (_ descriptor: Int32, UnsafeRawBufferPointer) throws(SystemError) -> Int
  /// Cuts a file off after some bytes.
  package var truncate: @Sendable (_ descriptor: Int32, _ size: Int) throws(SystemError) -> Void
  /// Waits until everything written has reached the device.
  package var synchronize: @Sendable (_ descriptor: Int32) throws(SystemError) -> Void
  package var close: @Sendable (_ descriptor: Int32) throws(SystemError) -> Void
  package var setPermissions:
    @Sendable (_ descriptor: Int32, _ permissions: UInt32) throws(SystemError) -> Void
  /// Follows symbolic links.
  package var status: @Sendable (_ path: String) throws(SystemError) -> FileStatus
  /// Does not follow the last symbolic link.
  package var linkStatus: @Sendable (_ path: String) throws(SystemError) -> FileStatus
  package var openStatus: @Sendable (_ descriptor: Int32) throws(SystemError) -> FileStatus
  /// Throws `notFound` where nothing is there and `invalidArgument` where it is not a link.
  package var readLink: @Sendable (_ path: String) throws(SystemError) -> String
  /// Throws unless the permissions allow writing.
  package var checkWriteAccess: @Sendable (_ path: String) throws(SystemError) -> Void
  package var rename: @Sendable (_ path: String, _ newPath: String) throws(SystemError) -> Void
  package var removeFile: @Sendable (_ path: String) throws(SystemError) -> Void
  package var makeDirectory:
    @Sendable (_ path: String, _ permissions: UInt32) throws(SystemError) -> Void
  package var removeDirectory: @Sendable (_ path: String) throws(SystemError) -> Void
  /// The path without links and detours of something that exists.
  package var canonicalPath: @Sendable (_ path: String) throws(SystemError) -> String
  /// The bytes that this process may still write to the disk of a folder.
  package var freeBytes: @Sendable (_ path: String) throws(SystemError) -> Int
  /// Gives a file the time of now as that of its modification.
  package var touch: @Sendable (_ path: String) throws(SystemError) -> Void
  /// The names of what is in a folder, in no order.
  package var names: @Sendable (_ path: String) throws(SystemError) -> [String]
  /// Opens a file to be locked, after creating it where there is none.
  package var openLock: @Sendable (_ path: String) throws(SystemError) -> Int32
  /// Locks an open file; throws `wouldBlock` where another process has it.
  package var lock: @Sendable (_ descriptor: Int32) throws(SystemError) -> Void
  /// Ends the lock, also for a process just begun that has not yet let go of the files it inherited.
  package var unlock: @Sendable (_ descriptor: Int32) -> Void
  /// Whether there is a process of that number.
  package var isRunning: @Sendable (_ process: Int32) -> Bool
  /// Maps the first `count` bytes for reading; `count` is not zero.
  package var map:
    @Sendable (_ descriptor: Int32, _ count: Int) throws(SystemError) -> UnsafeMutableRawPointer
}

/// Repeats a call for as long as a signal interrupts it.
func retryingWhenInterrupted<Result>(
  _ call: () throws(SystemError) -> Result
) throws(SystemError) -> Result {
  while true {
    do throws(SystemError) {
      return try call()
    } catch {
      if error != .interrupted { throw error }
    }
  }
}

extension FileOperations {
  /// What is at a path that is to be read, or throws ``FileError``, which calls it `name`.
  package static func status(
    ofFileAt path: String, reportedAs name: String
  ) throws(FileError) -> FileStatus {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.invalidPath, .read, name) }
    return try FileError.whileReading(name) { () throws(SystemError) in
      try system.status(path)
    }
  }
}
