internal import UnrollFormats

/// Where a run writes, next to what it reads.
struct RunPlaces {
  let outputs: OutputSettings

  /// Finds what cannot be written now rather than after hours of training, and removes what killed runs left there.
  ///
  /// - Throws: `FileError`.
  func prepare() throws {
    for path in [outputs.output, outputs.metrics].compactMap({ $0 }) {
      try DurableFile.checkWritable(path)
    }
    for path in [outputs.output, outputs.metrics].compactMap({ $0 }) { Leftovers.remove(of: path) }
  }

  /// Finds an output that would become a part of the data, so that the run could not go on with the same data.
  ///
  /// - Throws: `RunError` with code `outputInData`.
  func check(outside folders: [String]) throws(RunError) {
    for (name, path) in [
      ("checkpoint", outputs.checkpoint), ("metrics", outputs.metrics),
      ("tensorboard", outputs.tensorboard),
    ] {
      guard let path else { continue }
      for folder in folders where Folder.exists(folder) {
        guard Folder.contains(path, in: folder) else { continue }
        throw RunError(
          .outputInData,
          "\(.setting(name)) '\(path)' lies in '\(folder)', a folder to learn from: choose a place outside of it"
        )
      }
    }
  }

  /// Finds an output that would replace a file of the data.
  ///
  /// - Throws: `RunError` with code `outputInData`.
  func check(sparing files: [String]) throws(RunError) {
    let places = [("output", outputs.output), ("metrics", outputs.metrics)].compactMap {
      name, path in path.flatMap(identity).map { (name: name, file: $0) }
    }
    guard !places.isEmpty else { return }
    for file in files {
      guard let identity = identity(of: file),
        let place = places.first(where: { $0.file == identity })
      else { continue }
      throw RunError(
        .outputInData,
        "\(.setting(place.name)) would replace '\(file)', a text to learn from: choose another name"
      )
    }
  }

  /// Which file a path leads to, however the path is written; `nil` if there is none.
  private func identity(of path: String) -> FileIdentity? {
    (try? FileOperations.system.status(path))?.identity
  }
}
