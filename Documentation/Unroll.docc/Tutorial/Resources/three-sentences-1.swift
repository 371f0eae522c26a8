import Unroll

let sentences = ["hey how are you", "good i am fine", "have a nice day"]
let length = sentences.map(\.count).max() ?? 0
let padded = sentences.map { $0 + String(repeating: " ", count: length - $0.count) }
