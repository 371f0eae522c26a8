#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The number by which the operating system says why a call failed (`errno`).
package struct SystemError: Error, Hashable, Sendable {
  package let number: Int32

  package init(number: Int32) {
    self.number = number
  }

  /// The error of the call that has just failed on this thread.
  static var last: SystemError { SystemError(number: errno) }

  package static let alreadyExists = SystemError(number: EEXIST)
  package static let interrupted = SystemError(number: EINTR)
  package static let invalidArgument = SystemError(number: EINVAL)
  package static let isDirectory = SystemError(number: EISDIR)
  package static let noSpace = SystemError(number: ENOSPC)
  package static let notFound = SystemError(number: ENOENT)
  package static let outOfMemory = SystemError(number: ENOMEM)
  package static let permissionDenied = SystemError(number: EACCES)
  static let notDirectory = SystemError(number: ENOTDIR)
  static let tooManyLinks = SystemError(number: ELOOP)
  package static let unsupported = SystemError(number: ENOTSUP)
  package static let wouldBlock = SystemError(number: EWOULDBLOCK)
  package static let ioFailure = SystemError(number: EIO)
  /// Said of a device or a socket where a file is needed.
  static let notRegularFile = SystemError(number: ENODEV)

  /// Whether a file system says by it that it knows no locks.
  var isLackOfLocks: Bool { [ENOLCK, ENOSYS, ENOTSUP, EINVAL].contains(number) }

  /// What happened, in the words of the operating system.
  var reason: String { String(cString: strerror(number)) }

  /// The kind of failure a user can act on.
  var fileErrorCode: FileError.Code {
    switch number {
    case ENOENT: .notFound
    case ENOTDIR: .notDirectory
    case EISDIR: .isDirectory
    case EACCES, EPERM, EROFS: .permissionDenied
    case EEXIST, ENOTEMPTY: .alreadyExists
    case ENODEV: .notRegularFile
    case ENOSPC, EDQUOT: .noSpace
    case ENAMETOOLONG, ELOOP: .invalidPath
    case ENOMEM: .outOfMemory
    case EWOULDBLOCK: .inUse
    default: .ioFailure
    }
  }
}
