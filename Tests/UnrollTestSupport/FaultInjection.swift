internal import Synchronization
package import UnrollFormats

/// Operations of the system that fail by plan and are written down.
package final class FaultInjection: Sendable {
  private let names = Mutex<[String]>([])
  private let openCount = Mutex(0)
  private let plan: @Sendable (_ call: Int, _ name: String) -> SystemError?

  /// - Parameter plan: Says for each call, counted from zero, how it fails.
  package init(_ plan: @escaping @Sendable (_ call: Int, _ name: String) -> SystemError?) {
    self.plan = plan
  }

  /// The names of all calls so far, the failed ones too.
  package var calls: [String] { names.withLock { $0 } }

  /// Files opened and not closed.
  package var openFiles: Int { openCount.withLock { $0 } }

  private func step(_ name: String) throws(SystemError) {
    let call = names.withLock { names in
      names.append(name)
      return names.count - 1
    }
    if let error = plan(call, name) { throw error }
  }

  private func opened(_ descriptor: Int32) -> Int32 {
    openCount.withLock { $0 += 1 }
    return descriptor
  }

  package var operations: FileOperations {
    let system = FileOperations.system
    var operations = system
    operations.createFile = { path, permissions throws(SystemError) in
      try self.step("createFile")
      return self.opened(try system.createFile(path, permissions))
    }
    operations.openAppending = { path throws(SystemError) in
      try self.step("openAppending")
      return self.opened(try system.openAppending(path))
    }
    operations.openFile = { path throws(SystemError) in
      try self.step("openFile")
      return self.opened(try system.openFile(path))
    }
    operations.openDirectory = { path throws(SystemError) in
      try self.step("openDirectory")
      return self.opened(try system.openDirectory(path))
    }
    operations.read = { descriptor, bytes throws(SystemError) in
      try self.step("read")
      return try system.read(descriptor, bytes)
    }
    operations.write = { descriptor, bytes throws(SystemError) in
      try self.step("write")
      return try system.write(descriptor, bytes)
    }
    operations.truncate = { descriptor, size throws(SystemError) in
      try self.step("truncate")
      try system.truncate(descriptor, size)
    }
    operations.synchronize = { descriptor throws(SystemError) in
      try self.step("synchronize")
      try system.synchronize(descriptor)
    }
    operations.close = { descriptor throws(SystemError) in
      // A descriptor is gone even where closing reports an error.
      try system.close(descriptor)
      self.openCount.withLock { $0 -= 1 }
      try self.step("close")
    }
    operations.setPermissions = { descriptor, permissions throws(SystemError) in
      try self.step("setPermissions")
      try system.setPermissions(descriptor, permissions)
    }
    operations.status = { path throws(SystemError) in
      try self.step("status")
      return try system.status(path)
    }
    operations.linkStatus = { path throws(SystemError) in
      try self.step("linkStatus")
      return try system.linkStatus(path)
    }
    operations.openStatus = { descriptor throws(SystemError) in
      try self.step("openStatus")
      return try system.openStatus(descriptor)
    }
    operations.readLink = { path throws(SystemError) in
      try self.step("readLink")
      return try system.readLink(path)
    }
    operations.checkWriteAccess = { path throws(SystemError) in
      try self.step("checkWriteAccess")
      try system.checkWriteAccess(path)
    }
    operations.rename = { path, newPath throws(SystemError) in
      try self.step("rename")
      try system.rename(path, newPath)
    }
    operations.removeFile = { path throws(SystemError) in
      try self.step("removeFile")
      try system.removeFile(path)
    }
    operations.makeDirectory = { path, permissions throws(SystemError) in
      try self.step("makeDirectory")
      try system.makeDirectory(path, permissions)
    }
    operations.removeDirectory = { path throws(SystemError) in
      try self.step("removeDirectory")
      try system.removeDirectory(path)
    }
    operations.canonicalPath = { path throws(SystemError) in
      try self.step("canonicalPath")
      return try system.canonicalPath(path)
    }
    operations.freeBytes = { path throws(SystemError) in
      try self.step("freeBytes")
      return try system.freeBytes(path)
    }
    operations.touch = { path throws(SystemError) in
      try self.step("touch")
      try system.touch(path)
    }
    operations.names = { path throws(SystemError) in
      try self.step("names")
      return try system.names(path)
    }
    operations.openLock = { path throws(SystemError) in
      try self.step("openLock")
      return self.opened(try system.openLock(path))
    }
    operations.lock = { descriptor throws(SystemError) in
      try self.step("lock")
      try system.lock(descriptor)
    }
    operations.map = { descriptor, count throws(SystemError) in
      try self.step("map")
      return try system.map(descriptor, count)
    }
    return operations
  }
}
