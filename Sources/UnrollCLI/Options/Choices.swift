public import ArgumentParser
import Unroll
public import UnrollModels
public import UnrollNN
public import UnrollRuns
public import UnrollText

extension CellChoice: ExpressibleByArgument {}
extension OptimizerChoice: ExpressibleByArgument {}
extension InitialValuesChoice: ExpressibleByArgument {}
extension AverageChoice: ExpressibleByArgument {}
extension ScheduleChoice: ExpressibleByArgument {}
extension DocumentsChoice: ExpressibleByArgument {}
extension LineEndsChoice: ExpressibleByArgument {}
extension ByteOrderMarkChoice: ExpressibleByArgument {}
extension AttentionChoice: ExpressibleByArgument {}
extension TranslationFigure: ExpressibleByArgument {}
extension RNN.Nonlinearity: ExpressibleByArgument {}
extension TokenizerKind: ExpressibleByArgument {}
extension WeightPrecision: ExpressibleByArgument {}
extension UnknownPolicy: ExpressibleByArgument {}
extension EmbeddedUnit: ExpressibleByArgument {}
extension StatePooling: ExpressibleByArgument {}
extension UnitValue: ExpressibleByArgument {}
extension Classifier.Pooling: ExpressibleByArgument {}
extension ClassWeightsChoice: ExpressibleByArgument {}
extension ClassificationFigure: ExpressibleByArgument {}
extension LabelledTexts.Layout: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}

extension TimeSpan: ExpressibleByArgument {
  /// Reads a word of the command line.
  public init?(argument: String) { self.init(argument) }
}

extension CheckpointInterval: ExpressibleByArgument {
  /// Reads a word of the command line.
  public init?(argument: String) { self.init(argument) }
}

/// Replaces a setting by what was typed, if something was.
func take<Value>(_ typed: Value?, into setting: inout Value) {
  if let typed { setting = typed }
}

/// Replaces a setting that may be left open by what was typed, if something was.
func take<Value>(_ typed: Value?, into setting: inout Value?) {
  if let typed { setting = typed }
}
