import UnrollModels
import UnrollNN
import UnrollTensor

/// A kind of model that Unroll does not know: from vectors of D numbers to scores for named classes.
struct Rater: StoredModel {
  static let kind = "rater"
  let classes: [String]
  var layer: Linear

  var entries: ModelEntries {
    ["inputSize": .integer(layer.weight.shape[1]), "classes": .list(classes)]
  }

  init(entries: ModelEntries, parameter: (Shape) -> Tensor) throws {
    classes = try entries.list("classes")
    let size = try entries.integer("inputSize", in: 1...65_536)
    layer = Linear(weight: parameter([classes.count, size]), bias: parameter([classes.count]))
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    layer.forEachParameter(visit)
  }
}
