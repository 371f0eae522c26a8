package import UnrollFormats

/// What a model file tells about the training of its model: an object of JSON.
public struct TrainingRecord: Hashable, Sendable {
  /// The members in their order.
  package let json: JSON.Object

  package init(_ json: JSON.Object) {
    self.json = json
  }

  /// Reads a record.
  ///
  /// - Throws: ``ModelError`` with code `damaged` if the text is no object of JSON.
  public init(parsing text: String) throws {
    do {
      json = try JSON(parsing: text).field(named: "training").object()
    } catch let error as JSONError {
      throw ModelError(.damaged, "a training record that cannot be read: \(error.message)")
    }
  }

  /// The record as a place to read from.
  package var field: JSON.Field { JSON.object(json).field(named: "training") }

  /// The record as one line of JSON.
  public var text: String { JSON.object(json).text() }
}
