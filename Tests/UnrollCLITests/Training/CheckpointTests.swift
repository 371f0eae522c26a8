import Foundation
import Testing

/// Runs that are interrupted and go on.
@Suite struct CheckpointTests {
  private let workplace: Workplace
  private let run =
    ["train", "fox.txt", "--metrics", "metrics", "--seed", "5", "--dropout", "0.2"] + small + [
      "--epochs", "12", "--schedule", "plateau", "--learning-rate", "0.02",
    ]

  init() throws {
    workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
  }

  private func train(_ arguments: String...) throws -> Outcome {
    try workplace.unroll(run + ["--quiet"] + arguments)
  }

  /// The names of the checkpoints in a folder.
  private func checkpoints(_ folder: String) throws -> [String] {
    try workplace.names.filter { $0.hasPrefix(folder + "/step-") && !$0.contains(".json") }
      .filter { !$0.hasSuffix(".safetensors") }.map { String($0.dropFirst(folder.count + 1)) }
  }

  /// A run with its checkpoints in `folder`, interrupted once it has said something. A signal may come after the end
  /// of a run, where the machine is busy: then it runs again.
  private func interrupted(
    _ arguments: [String], checkpoints folder: String = "kept", at text: String,
    by signal: Int32 = SIGINT
  ) throws -> Outcome {
    while true {
      let process = try workplace.start(arguments + ["--checkpoint", folder])
      #expect(process.waits(for: text))
      process.send(signal)
      let outcome = try process.outcome()
      guard outcome.status == 0 else { return outcome }
      try FileManager.default.removeItem(atPath: workplace.path + "/" + folder)
    }
  }

  @Test(
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129), (SIGKILL, -9)] as [(Int32, Int32)])
  func interruptedRunGoesOnToTheSameBytes(signal: Int32, status: Int32) throws {
    #expect(try train("--output", "whole", "--threads", "1").status == 0)
    let metrics = try workplace.metrics(of: "metrics")
    let outcome = try interrupted(
      run + ["--output", "model"], at: "epoch 2/", by: signal)
    #expect(outcome.status == status)
    if signal != SIGKILL {
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.dropLast().last?.hasSuffix(": interrupted") == true)
      #expect(lines.last == "go on with: unroll train --resume kept")
      #expect(try workplace.unroll("generate", "model", "--prompt", "fox").status == 0)
    }
    let resumed = try workplace.unroll("train", "--resume", "kept", "--threads", "2")
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("going on after step "))
    #expect(try workplace.bytes(of: "model") == workplace.bytes(of: "whole"))
    #expect(try workplace.metrics(of: "metrics") == metrics)
    // Once more, there is nothing left to do but to write the model.
    try FileManager.default.removeItem(atPath: workplace.path + "/model")
    #expect(try workplace.unroll("train", "--resume", "kept", "--quiet").status == 0)
    #expect(try workplace.bytes(of: "model") == workplace.bytes(of: "whole"))
    #expect(try workplace.metrics(of: "metrics") == metrics)
  }

  @Test func timeLimitIsAnOrderlyEndInManyParts() throws {
    #expect(try train("--output", "whole").status == 0)
    var outcome = try workplace.unroll(
      run + ["--output", "model", "--checkpoint", "kept", "--time-limit", "0.01s"])
    #expect(
      outcome.errors.hasSuffix(
        ": the time limit is reached\ngo on with: unroll train --resume kept\n"))
    for _ in 0..<5 where outcome.status == 0 {
      outcome = try workplace.unroll("train", "--resume", "kept", "--quiet")
    }
    #expect(outcome.status == 0)
    outcome = try workplace.unroll("train", "--resume", "kept", "--time-limit", "1h", "--quiet")
    #expect(outcome.status == 0)
    #expect(try workplace.bytes(of: "model") == workplace.bytes(of: "whole"))
  }

  @Test func resumptionTakesWhatChangesNoResult() throws {
    #expect(try train("--output", "whole").status == 0)
    _ = try interrupted(
      run + ["--output", "model", "--checkpoint-every", "3"], at: "epoch 1/")
    // From elsewhere, with the text elsewhere.
    try workplace.makeFolder("elsewhere")
    try FileManager.default.moveItem(
      atPath: workplace.path + "/fox.txt", toPath: workplace.path + "/elsewhere/fox.txt")
    let outcome = try workplace.shell(
      #"""
      cd elsewhere; "$unroll" train --resume ../kept fox.txt --output new --metrics lines --checkpoint-every 10m \
        --keep-last 1 --threads 1 --sample-every 0 --json --quiet
      """#)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("{\"steps\":216,"))
    #expect(try workplace.bytes(of: "elsewhere/new") == workplace.bytes(of: "whole"))
    #expect(try workplace.text(of: "elsewhere/lines").contains("\"step\":216"))
    #expect(try workplace.names.contains("elsewhere/kept") == false)
  }

  @Test func pathsAreRememberedFromEverywhere() throws {
    _ = try interrupted(run + ["--output", "model"], at: "epoch 1/")
    try FileManager.default.removeItem(atPath: workplace.path + "/model")
    #expect(
      try workplace.shell(#"cd /; "$unroll" train --resume "$OLDPWD/kept" --quiet"#).status == 0)
    #expect(try workplace.names.contains("model"))
  }

  @Test func everyOptionIsRemembered() throws {
    #expect(try train("--output", "model", "--checkpoint", "kept").status == 0)
    let help = try workplace.unroll("help", "train").output
    let options = Set(
      help.split(whereSeparator: { " \n".contains($0) }).filter { $0.hasPrefix("--") }
        .map { $0.prefix { $0.isLetter || $0 == "-" } }.map(String.init))
    #expect(options.count > 30)
    let record = try workplace.text(of: "kept/\(checkpoints("kept")[0])/run.json")
    // Those of the terminal, and those that say where a run begins.
    let others: Set = [
      "--quiet", "--json", "--help", "--version", "--config", "--print-config", "--resume",
      "--init-from",
    ]
    for option in options.subtracting(others) {
      let words = option.dropFirst(2).split(separator: "-")
      let name =
        words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      #expect(record.contains("\"\(name)\": "), "\(option) is no setting of a run")
    }
  }

  @Test func bestAndLastAreKeptAndAreModels() throws {
    let outcome = try train(
      "--output", "model", "--checkpoint", "kept", "--checkpoint-every", "5", "--keep-last", "3")
    #expect(outcome.status == 0)
    let names = try checkpoints("kept")
    #expect(names.suffix(3) == ["step-0000000210", "step-0000000215", "step-0000000216"])
    #expect(names.count <= 4)
    for name in names {
      #expect(
        try workplace.unroll("evaluate", "kept/\(name)/model.safetensors", "fox.txt").status == 0)
    }
    #expect(
      try workplace.bytes(of: "kept/step-0000000216/model.safetensors")
        == workplace.bytes(of: "model"))
  }

  // MARK: What is refused

  @Test(arguments: [
    ("--hidden-size 9", "--hidden-size was 8 when the run began and is 9 now"),
    ("--epochs 13", "--epochs was 12 when the run began and is 13 now"),
    ("--seed 6", "--seed was 5 when the run began and is 6 now"),
    ("--steps 5", "--steps was not given when the run began and is 5 now"),
    ("--embedding-size 8", "--embedding-size was 0 when the run began and is 8 now"),
    ("--learning-rate 0.1", "--learning-rate was 0.02 when the run began and is 0.1 now"),
  ])
  func otherConfigurationIsRefusedWithTheDifference(options: String, sentence: String) throws {
    #expect(try train("--output", "model", "--checkpoint", "kept", "--epochs", "12").status == 0)
    let before = try workplace.bytes(of: "model")
    let outcome = try workplace.unroll(
      ["train", "--resume", "kept"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "error: \(sentence): leave it out, or begin a new run with --init-from\n")
    #expect(try workplace.bytes(of: "model") == before)
    #expect(
      try workplace.unroll(["train", "--resume", "kept", "--quiet", "--epochs", "12"]).status == 0)
  }

  @Test func changedTextIsRefused() throws {
    #expect(try train("--output", "model", "--checkpoint", "kept").status == 0)
    try workplace.write(fox.replacingOccurrences(of: "lazy", with: "zaly"), to: "fox.txt")
    let outcome = try workplace.unroll("train", "--resume", "kept")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.hasPrefix(
        "error: the run in 'kept' cannot go on with another text: the training text had the SHA-256 "
      ))
  }

  @Test func folderOfARunIsRefusedForANewOne() throws {
    #expect(try train("--output", "model", "--checkpoint", "kept").status == 0)
    let outcome = try train("--output", "model", "--checkpoint", "kept")
    #expect(outcome.status == 73)
    #expect(
      outcome.errors
        == "error: 'kept' has the checkpoints of a run already; resume that or choose another folder\n"
    )
  }

  @Test func twoProcessesDoNotTrainIntoOneFolder() throws {
    let endless = run + ["--output", "model", "--checkpoint", "kept", "--epochs", "100000"]
    let first = try workplace.start(endless)
    #expect(first.waits(for: "epoch 1/"))
    for arguments in [endless, ["train", "--resume", "kept"]] {
      let second = try workplace.unroll(arguments)
      #expect(second.status == 75)
      #expect(
        second.errors
          == "error: cannot write 'kept': another process is using it; wait for its end or choose another one\n"
      )
    }
    first.send(SIGINT)
    #expect(try first.outcome().status == 130)
  }

  @Test func damagedCheckpointGivesWayWithAWarning() throws {
    #expect(try train("--output", "model", "--checkpoint", "kept").status == 0)
    let model = try workplace.bytes(of: "model")
    let newest = try #require(try checkpoints("kept").last)
    try workplace.write([1, 2, 3], to: "kept/\(newest)/trainer.safetensors")
    let outcome = try workplace.unroll("train", "--resume", "kept")
    #expect(outcome.status == 0)
    #expect(
      outcome.firstError
        == "warning: 'kept/\(newest)/trainer.safetensors' has 3 bytes and not those that were written; going on from an earlier checkpoint"
    )
    #expect(try workplace.bytes(of: "model") == model)
  }

  @Test func nothingToResumeIsSaid() throws {
    let missing = try workplace.unroll("train", "--resume", "none")
    #expect(missing.status == 66)
    #expect(missing.firstError.hasPrefix("error: cannot read 'none': "))
    try workplace.makeFolder("empty")
    let empty = try workplace.unroll("train", "--resume", "empty")
    #expect(empty.status == 66)
    #expect(
      empty.firstError
        == "error: there is no checkpoint in 'empty'; check the path, or begin a new run")
  }

  @Test func leftoversOfKilledProcessesAreRemoved() throws {
    let ended = try workplace.shell("echo $$").output.trimmingCharacters(in: .newlines)
    try workplace.write("half", to: "model.tmp.\(ended).1a")
    #expect(try train("--output", "model").status == 0)
    #expect(try workplace.names == ["fox.txt", "metrics", "model"])
  }

  // MARK: Failures on the way

  @Test func diskThatTakesNoMoreCostsCheckpointsButNotTheRun() throws {
    let outcome = try workplace.shell(
      #"""
      trap '' XFSZ; ulimit -f 64
      "$unroll" train fox.txt --output model --checkpoint kept --hidden-size 24 --embedding-size 0 --layers 1 \
        --epochs 2 --batch-size 4
      """#)
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("warning: cannot write 'kept/step-"))
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(
      last.hasPrefix("error: the last state of the run could not be kept: cannot write 'kept/"))
    #expect(try workplace.unroll("generate", "model", "--prompt", "fox").status == 0)
    #expect(try workplace.names == ["fox.txt", "kept", "kept/lock", "model"])
  }

  @Test func removedFolderIsNoReasonToStop() throws {
    let process = try workplace.start(
      run + ["--output", "model", "--checkpoint", "kept", "--epochs", "2000"])
    #expect(process.waits(for: "epoch 2/"))
    try FileManager.default.moveItem(
      atPath: workplace.path + "/kept", toPath: workplace.path + "/gone")
    #expect(process.waits(for: "warning: cannot "))
    process.send(SIGTERM)
    let outcome = try process.outcome()
    #expect(outcome.status == 143)
    #expect(outcome.errors.contains("error: the last state of the run could not be kept: "))
    #expect(!outcome.errors.contains("go on with"))
    #expect(try workplace.unroll("generate", "model", "--prompt", "fox").status == 0)
  }

  // MARK: Early stopping and divergence

  @Test func patienceEndsTheRunWithTheBestModel() throws {
    let arguments =
      run + ["--epochs", "1000", "--schedule", "constant", "--learning-rate", "0.3"]
      + ["--patience", "3"]
    let outcome = try workplace.unroll(arguments + ["--output", "whole", "--checkpoint", "a"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains(", the best model, of step "))
    #expect(
      outcome.errors.hasSuffix(
        ": validation has stopped improving\n"
          + "go on all the same with: unroll train --resume a --patience 0\n"))
    let best = try #require(try checkpoints("a").first)
    #expect(
      try workplace.bytes(of: "whole").suffix(4000)
        == workplace.bytes(of: "a/\(best)/model.safetensors").suffix(4000))
    let part = try interrupted(
      arguments + ["--output", "part"], checkpoints: "b", at: "epoch 4/")
    #expect(part.status == 130)
    #expect(try workplace.unroll("train", "--resume", "b", "--quiet").status == 0)
    #expect(try workplace.bytes(of: "part") == workplace.bytes(of: "whole"))
  }

  @Test func runThatRetreatsGoesOnToTheSameBytes() throws {
    let arguments =
      run + ["--cell", "rnn", "--nonlinearity", "relu", "--optimizer", "sgd"]
      + ["--schedule", "constant", "--learning-rate", "100", "--gradient-norm-limit", "0"]
      + ["--seed", "0", "--dropout", "0"]
    let whole = try workplace.unroll(arguments + ["--output", "whole"])
    #expect(whole.status == 0)
    #expect(whole.errors.contains("; going on from step 1 with half the learning rate\n"))
    let metrics = try workplace.metrics(of: "metrics")
    var outcome = try workplace.unroll(
      arguments + ["--output", "part", "--checkpoint", "kept", "--time-limit", "0.0001s"])
    for _ in 0..<12 where outcome.status == 0 {
      outcome = try workplace.unroll("train", "--resume", "kept")
    }
    #expect(outcome.errors.contains("going on after step "))
    outcome = try workplace.unroll("train", "--resume", "kept", "--time-limit", "1h")
    #expect(outcome.status == 0)
    #expect(try workplace.bytes(of: "part") == workplace.bytes(of: "whole"))
    #expect(try workplace.metrics(of: "metrics") == metrics)
  }

  @Test func runThatDivergesAtOnceLeavesTheOldModel() throws {
    try workplace.write("an old model", to: "model")
    let outcome = try train(
      "--output", "model", "--cell", "rnn", "--nonlinearity", "relu", "--optimizer", "sgd",
      "--gradient-norm-limit", "0", "--learning-rate", "1e30")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(", and no model was written: try a lower --learning-rate"))
    #expect(try workplace.text(of: "model") == "an old model")
  }
}
