import Testing
import Unroll

/// The classic first character model.
struct TutorialTests {
  /// PyTorch's losses, as the README shows them.
  @Test func learnsThreeSentences() throws {
    var tutorial = try Tutorial()
    #expect(tutorial.sentences == ["hey how are you", "good i am fine ", "have a nice day"])
    #expect(tutorial.stepCount == 14 && tutorial.epochs == 100)
    var losses: [Double] = []
    while !tutorial.isDone { losses.append(try tutorial.step().loss) }
    let tenth = stride(from: 9, to: 100, by: 10).map { (losses[$0] * 1e4).rounded() / 1e4 }
    #expect(
      tenth == [2.4078, 2.1377, 1.7490, 1.3886, 1.0772, 0.7901, 0.5520, 0.3786, 0.2649, 0.1958])
    #expect(try tutorial.completion(of: "good") == "good i am fine ")
    // What is as long as the sentences is complete.
    #expect(try tutorial.completion(of: "have a nice day") == "have a nice day")
    #expect(throws: TextError.self) { try tutorial.completion(of: "x") }
  }

  @Test func sentencesOfOnesOwn() throws {
    var tutorial = try Tutorial(["añb", "b"], cell: .gru, hiddenSize: 3, epochs: 2, seed: 4)
    #expect(tutorial.sentences == ["añb", "b  "] && tutorial.stepCount == 2)
    while !tutorial.isDone { _ = try tutorial.step() }
    #expect(try tutorial.completion(of: "a").count == 3)
    #expect(throws: TextError.self) { try Tutorial(["a", "b"]) }
    #expect(throws: ModelError.self) { try Tutorial(["ab"], hiddenSize: 0) }
  }
}
