import Unroll
import UnrollModels
import UnrollRuns
import UnrollTensor
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension InspectedText {
  /// One sentence: the model, the text, how well it was predicted.
  var introduction: String {
    let configuration = inspection.configuration
    let part =
      (isWhole ? "all " : "the first ") + countText(inspection.tokens.count, "token")
    let bits = inspection.meanBits
    return
      "\(modelName), \(countText(configuration.layerCount, "layer")) of "
      + "\(countText(configuration.hiddenSize, "unit")) (\(cellName)), over \(part) of \(textName)"
      + (bits.isNaN ? "." : ": \(decimalText(bits, 4)) bits each.")
  }

  private var cellName: String {
    switch inspection.configuration.cell {
    case .lstm: "lstm"
    case .gru: "gru"
    case .rnnTanh: "rnn"
    case .rnnReLU: "rnn, relu"
    }
  }

  /// What a person needs to know to read the table of units.
  var unitsExplanation: String {
    let shifts = findings.compactMap { $0.tracking?.shiftCount }.max() ?? 0
    let value = inspection.unitValue == .cell ? "tanh(c)" : "h"
    return
      "LAYER:INDEX, both from 1; the correlation of \(value) with the property; and p, in which share of \(shifts) shifts of the "
      + "property against the text the best of all \(groupedText(inspection.units.count)) units does as well."
  }

  /// The same of the table of gates.
  var gatesExplanation: String {
    inspection.saturation.contains { $0.gate != nil }
      ? "How often gates are nearly shut or open: the share of all units and tokens."
      : "How often states are near their limits: the share of all units and tokens."
  }

  /// What a low number of a gate or a state is, and a high one.
  var limits: (low: String, high: String) {
    switch inspection.configuration.cell {
    case .lstm, .gru: ("below 0.1", "above 0.9")
    case .rnnTanh: ("below -0.9", "above 0.9")
    case .rnnReLU: ("at 0", "without limit")
    }
  }

  /// What a person needs to know to read the norms of the gradient.
  var lagsExplanation: String {
    let places = gradient?.placeCounts.max() ?? 0
    let reach = gradient?.lag(below: 0.01).map {
      " From \(countText($0, "token")) back on it stays below 1 % of its greatest."
    }
    return
      "The norm of the gradient of a loss with respect to the input so many tokens before the last, the mean over "
      + "\(countText(places, "place")).\(reach ?? "")"
  }

  /// A few lags, closer together near 0.
  static func shownLags(_ gradient: GradientByLag) -> [Int] {
    let last = gradient.norms.count - 1
    return [0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000]
      .filter { $0 < last } + [last]
  }
}

/// A number of a unit.
func unitText(_ value: Float) -> String {
  // What rounds to zero has no sign.
  let text = decimalText(Double(value), 2)
  return text == "-0.00" ? "0.00" : text
}

/// A number with two digits behind the point and a power of ten.
func scientific(_ value: Double) -> String {
  guard value > 0, value.isFinite else { return decimalText(value, 2) }
  let exponent = Int(log10(value).rounded(.down))
  return "\(decimalText(value / pow(10, Double(exponent)), 2))e\(exponent)"
}
