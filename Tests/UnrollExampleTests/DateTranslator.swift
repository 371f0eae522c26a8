import Unroll

/// A bidirectional GRU reads a date, another GRU writes it and looks back at what was read (Luong, Pham and Manning 2015: dot
/// attention).
struct DateTranslator: Module {
  var readEmbedding: Embedding
  var encoder: GRU
  var bridge: Linear
  var writtenEmbedding: Embedding
  var decoder: GRU
  var combine: Linear
  var output: Linear

  /// What was read, for each row of the batch.
  struct Memory {
    /// `[N, T, H]`.
    let states: Tensor
    /// `[N, 1, T]`, true behind the end of a row.
    let padding: Mask
  }

  init(hiddenSize: Int, seed: UInt64) {
    var random = MersenneTwister(seed: seed)
    let (read, written) = (Dates.writtenCharacters.count, Dates.isoCharacters.count)
    let width = hiddenSize / 2
    readEmbedding = Embedding(vocabularySize: read, embeddingSize: width, using: &random)
    encoder = GRU(inputSize: width, hiddenSize: width, bidirectional: true, using: &random)
    bridge = Linear(inputSize: hiddenSize, outputSize: hiddenSize, using: &random)
    writtenEmbedding = Embedding(vocabularySize: written, embeddingSize: width, using: &random)
    decoder = GRU(inputSize: width, hiddenSize: hiddenSize, using: &random)
    combine = Linear(inputSize: 2 * hiddenSize, outputSize: hiddenSize, using: &random)
    output = Linear(inputSize: hiddenSize, outputSize: written, using: &random)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    readEmbedding.forEachParameter(under: "readEmbedding", visit)
    encoder.forEachParameter(under: "encoder", visit)
    bridge.forEachParameter(under: "bridge", visit)
    writtenEmbedding.forEachParameter(under: "writtenEmbedding", visit)
    decoder.forEachParameter(under: "decoder", visit)
    combine.forEachParameter(under: "combine", visit)
    output.forEachParameter(under: "output", visit)
  }

  /// Reads `[T, N]`: what attention looks at, and the state that the decoder starts from.
  func read(_ tokens: Indices, lengths: [Int32]) -> (memory: Memory, state: RecurrentState) {
    let (steps, rows) = (tokens.shape[0], tokens.shape[1])
    let (output, final) = encoder(readEmbedding(tokens), lengths: lengths)
    let mask = Mask(lengths: lengths, steps: steps).transposed(0, 1).reshaped([rows, 1, steps])
    let start = tanh(bridge(encoder.topHidden(of: final)))
    return (
      Memory(states: output.transposed(0, 1), padding: .!mask), RecurrentState(hidden: [start])
    )
  }

  /// The logits of the characters that follow those before, `[T, N]` to `[N, T, V]`.
  func write(
    after before: Indices, reading memory: Memory, state: RecurrentState
  ) -> (logits: Tensor, state: RecurrentState) {
    let (steps, next) = decoder(writtenEmbedding(before), state: state)
    let queries = steps.transposed(0, 1)
    let scores = matmul(queries, memory.states, transposeB: true)
    let weights = softmax(scores.replacing(with: -.infinity, where: memory.padding))
    let found = matmul(weights, memory.states)
    return (output(tanh(combine(concatenate([queries, found], axis: -1)))), next)
  }

  func loss(of batch: Dates.Batch) -> Tensor {
    let (memory, state) = read(batch.written, lengths: batch.lengths)
    let (logits, _) = write(after: batch.before, reading: memory, state: state)
    return crossEntropy(logits, batch.iso.transposed(0, 1))
  }

  /// The most likely characters, one after the other: `[T, N]`.
  func translate(_ written: Indices, lengths: [Int32]) -> Indices {
    var (memory, state) = read(written, lengths: lengths)
    var last = Indices(Array(repeating: 0, count: lengths.count), shape: [1, lengths.count])
    var characters: [Indices] = []
    for _ in 0..<Dates.isoLength {
      let (logits, next) = write(after: last, reading: memory, state: state)
      last = logits.argmax().transposed(0, 1)
      characters.append(last)
      state = next
    }
    return concatenate(characters, axis: 0)
  }
}
