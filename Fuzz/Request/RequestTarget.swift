import Dispatch
import UnrollModels
import UnrollServing
import UnrollTensor
import UnrollText

/// A server of a model that is too small to keep anybody waiting.
private let server: Server = {
  var limits = ServingLimits()
  (limits.tokens, limits.rows, limits.prompts, limits.threads) = (8, 8, 8, 1)
  do {
    let tokenizer = try Tokenizer(
      learning: TokenizerSettings(kind: .bytes, reserved: [.beginning, .end]), from: "abc")
    let model = try LanguageModel(
      .init(cell: .gru, layerCount: 1, hiddenSize: 4), tokenizer: tokenizer, seed: 1)
    return Server([ServedModel(model, name: "m")], limits: limits)
  } catch {
    fatalError("The model cannot be made: \(error)")
  }
}()

/// Answers a request: its path is the first line, its body the rest. Whatever it is, the server does not blame itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func answerRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
  let request = ServerRequest(
    method: "POST", path: String(decoding: line, as: UTF8.self),
    body: Array(bytes.dropFirst(line.count + 1)))
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    let response = await server.respond(to: request)
    if case .parts(let parts) = response.body { while await parts.next() != nil {} }
    if response.status == 500 { fatalError("An internal error") }
    done.signal()
  }
  done.wait()
  return 0
}
