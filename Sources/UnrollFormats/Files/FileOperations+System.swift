#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension FileOperations {
  /// The operating system's own calls.
  package static let system = FileOperations(
    createFile: { path, permissions throws(SystemError) in
      try checked(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions)))
    },
    openAppending: { path throws(SystemError) in
      try checked(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode_t(0o666)))
    },
    openFile: { path throws(SystemError) in
      try checked(open(path, O_RDONLY | O_CLOEXEC))
    },
    openDirectory: { path throws(SystemError) in
      try checked(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    },
    read: { descriptor, bytes throws(SystemError) in
      try checked(systemRead(descriptor, bytes.baseAddress, min(bytes.count, largestTransfer)))
    },
    readAt: { descriptor, offset, bytes throws(SystemError) in
      try checked(
        pread(descriptor, bytes.baseAddress, min(bytes.count, largestTransfer), off_t(offset)))
    },
    write: { descriptor, bytes throws(SystemError) in
      try checked(systemWrite(descriptor, bytes.baseAddress, min(bytes.count, largestTransfer)))
    },
    truncate: { descriptor, size throws(SystemError) in
      _ = try checked(ftruncate(descriptor, off_t(size)))
    },
    synchronize: { descriptor throws(SystemError) in
      #if canImport(Darwin)
      // A plain fsync leaves the bytes in the drive's cache; not every file system has the better
      // one.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
      #endif
      _ = try checked(fsync(descriptor))
    },
    close: { descriptor throws(SystemError) in
      _ = try checked(systemClose(descriptor))
    },
    setPermissions: { descriptor, permissions throws(SystemError) in
      _ = try checked(fchmod(descriptor, mode_t(permissions)))
    },
    status: { path throws(SystemError) in
      var status = stat()
      _ = try checked(stat(path, &status))
      return FileStatus(status)
    },
    linkStatus: { path throws(SystemError) in
      var status = stat()
      _ = try checked(lstat(path, &status))
      return FileStatus(status)
    },
    openStatus: { descriptor throws(SystemError) in
      var status = stat()
      _ = try checked(fstat(descriptor, &status))
      return FileStatus(status)
    },
    readLink: { path throws(SystemError) in
      let capacity = Int(PATH_MAX)
      var buffer = [CChar](repeating: 0, count: capacity)
      let count = try checked(readlink(path, &buffer, capacity))
      return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    },
    checkWriteAccess: { path throws(SystemError) in
      _ = try checked(access(path, W_OK))
    },
    rename: { path, newPath throws(SystemError) in
      _ = try checked(systemRename(path, newPath))
    },
    removeFile: { path throws(SystemError) in
      _ = try checked(unlink(path))
    },
    makeDirectory: { path, permissions throws(SystemError) in
      _ = try checked(mkdir(path, mode_t(permissions)))
    },
    removeDirectory: { path throws(SystemError) in
      _ = try checked(rmdir(path))
    },
    canonicalPath: { path throws(SystemError) in
      guard let canonical = realpath(path, nil) else { throw .last }
      defer { free(canonical) }
      return String(cString: canonical)
    },
    freeBytes: { path throws(SystemError) in
      var status = statvfs()
      _ = try checked(statvfs(path, &status))
      let (bytes, overflow) = UInt64(status.f_bavail)
        .multipliedReportingOverflow(by: UInt64(status.f_frsize))
      return overflow ? .max : Int(clamping: bytes)
    },
    touch: { path throws(SystemError) in
      _ = try checked(utimensat(AT_FDCWD, path, nil, 0))
    },
    names: { path throws(SystemError) in try systemNames(path) },
    openLock: { path throws(SystemError) in
      try checked(open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o666)))
    },
    lock: { descriptor throws(SystemError) in
      _ = try checked(flock(descriptor, LOCK_EX | LOCK_NB))
    },
    unlock: { descriptor in _ = flock(descriptor, LOCK_UN) },
    isRunning: { process in kill(process, 0) == 0 || errno == EPERM },
    map: { descriptor, count throws(SystemError) in
      let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != MAP_FAILED else { throw .last }
      return address
    })

  /// The number of this process, which makes names of temporary files traceable.
  static var processIdentifier: Int32 { getpid() }
}

extension FileStatus {
  fileprivate init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFIFO: .pipe
      case S_IFLNK: .link
      default: .other
      }
    #if canImport(Darwin)
    let modified = status.st_mtimespec
    #else
    let modified = status.st_mtim
    #endif
    self.init(
      kind: kind, permissions: UInt32(status.st_mode & 0o777), size: Int(status.st_size),
      modificationTime: Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec),
      identity: FileIdentity(
        device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino)))
  }
}

private func systemNames(_ path: String) throws(SystemError) -> [String] {
  guard let stream = opendir(path) else { throw .last }
  defer { closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else { break }
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  guard errno == 0 else { throw .last }
  return names
}

/// Darwin refuses to move 2 GiB or more in one call.
private let largestTransfer = 1 << 30

private func checked<Result: BinaryInteger>(_ result: Result) throws(SystemError) -> Result {
  guard result >= 0 else { throw .last }
  return result
}

// Inside the initializer the names of these four calls mean the properties.
private let systemRead = read
private let systemWrite = write
private let systemClose = close
private let systemRename = rename
