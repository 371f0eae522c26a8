public import UnrollNN
public import UnrollTensor
public import UnrollText

/// A recurrent classifier of texts: many to one. From all tokens of a text, the logits of its class.
///
/// A ``TokenReader`` reads the text, a pooling makes one vector of what it puts out, and a linear layer the logits of that, with
/// dropout before it. It carries its tokenizer and the names of the classes.
public struct Classifier: Module {
  /// What makes one vector of a text.
  public enum Pooling: String, CaseIterable, Sendable, Hashable {
    /// The last hidden state: backwards, that at the beginning.
    case last
    /// The mean over the steps.
    case mean
    /// The greatest of each element over the steps.
    case max
    /// A mean weighted by what matters: see `AttentionPooling`.
    case attention
  }

  /// The sizes and options of a classifier.
  public struct Configuration: Sendable, Hashable {
    /// What reads the texts.
    public var reader: TokenReader.Configuration
    /// What makes one vector of a text.
    public var pooling: Pooling

    /// Creates a configuration.
    public init(reader: TokenReader.Configuration, pooling: Pooling = .last) {
      self.reader = reader
      self.pooling = pooling
    }
  }

  /// The sizes and options.
  public let configuration: Configuration
  /// What makes tokens of text.
  public let tokenizer: Tokenizer
  /// The names of the C classes.
  public let classes: [String]
  /// What reads the texts.
  public var reader: TokenReader
  /// What weighs the steps, if they are pooled by attention.
  public var attention: AttentionPooling?
  /// The output layer, from D to C.
  public var output: Linear

  /// Creates a classifier with PyTorch's initial values, of the reader, the attention and the output, in this order.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  public init(
    _ configuration: Configuration, tokenizer: Tokenizer, classes: [String], seed: UInt64
  ) throws {
    try Self.validate(classes)
    var random = MersenneTwister(seed: seed)
    let width = configuration.reader.outputSize
    reader = try TokenReader(
      configuration.reader, vocabularySize: tokenizer.vocabulary.count, using: &random)
    attention =
      configuration.pooling == .attention
      ? AttentionPooling(inputSize: width, attentionSize: width, using: &random) : nil
    output = Linear(inputSize: width, outputSize: classes.count, using: &random)
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.classes = classes
  }

  /// Creates a classifier whose parameters are made from their shapes, in order.
  init(
    _ configuration: Configuration, tokenizer: Tokenizer, classes: [String],
    parameter: (Shape) -> Tensor
  ) throws {
    try Self.validate(classes)
    let width = configuration.reader.outputSize
    reader = try TokenReader(
      configuration.reader, vocabularySize: tokenizer.vocabulary.count, parameter: parameter)
    attention =
      configuration.pooling == .attention
      ? AttentionPooling(
        projection: Linear(weight: parameter([width, width]), bias: parameter([width])),
        context: Linear(weight: parameter([1, width]), bias: nil)) : nil
    output = Linear(weight: parameter([classes.count, width]), bias: parameter([classes.count]))
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.classes = classes
  }

  private static func validate(_ classes: [String]) throws(ModelError) {
    try requireConfiguration(
      classes.count >= 2, "A classifier needs two classes at least, not \(classes.count)")
    try requireConfiguration(
      Set(classes).count == classes.count, "A classifier has each class once")
  }

  /// The logits of the classes.
  ///
  /// - Parameters:
  ///   - tokens: `[T, N]`.
  ///   - lengths: the tokens of each of the N texts, 1 ... T. What stands past the end of a row changes nothing, not a bit.
  ///   - mode: goes on with what dropout draws.
  /// - Returns: `[N, C]`.
  public func logits(of tokens: Indices, lengths: [Int32], mode: inout Mode) -> Tensor {
    logits(of: reader.input(of: tokens), lengths: lengths, mode: &mode)
  }

  /// The logits of the classes in evaluation, `[N, C]` for tokens `[T, N]`.
  public func logits(of tokens: Indices, lengths: [Int32]) -> Tensor {
    var mode = Mode.evaluation
    return logits(of: tokens, lengths: lengths, mode: &mode)
  }

  /// The logits for what the first layer reads.
  func logits(of input: RecurrentInput, lengths: [Int32], mode: inout Mode) -> Tensor {
    let pooled = pooled(input, lengths: lengths, mode: &mode)
    return output(Dropout(configuration.reader.dropout)(pooled, mode: &mode))
  }

  /// One vector for each text, `[N, D]`.
  private func pooled(_ input: RecurrentInput, lengths: [Int32], mode: inout Mode) -> Tensor {
    if configuration.pooling == .last {
      return reader.rnn.topHidden(
        of: reader.rnn.finalState(over: input, lengths: lengths, mode: &mode))
    }
    let read = reader(input, lengths: lengths, mode: &mode)
    switch configuration.pooling {
    case .mean: return meanOverTime(read, lengths: lengths)
    case .max: return maxOverTime(read, lengths: lengths)
    case .attention, .last:
      return attention.map { $0(read, lengths: lengths).pooled } ?? read
    }
  }

  /// `embedding.weight`, `rnn.…`, `attention.…`, `fc.weight`, `fc.bias`, as far as they exist.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    reader.forEachParameter(visit)
    attention?.forEachParameter(under: "attention", visit)
    output.forEachParameter(under: "fc", visit)
  }
}
