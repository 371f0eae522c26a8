internal import UnrollFormats

extension TrainingCounters {
  init(_ field: JSON.Field) throws(JSONError) {
    let count = 0...(1 << 53)
    stepCount = try field["steps"].integer(in: count)
    plateauCount = try field["plateaus"].integer(in: count)
    epochsOnPlateau = try field["epochsOnPlateau"].integer(in: count)
    plateauLoss = try field["plateauLoss"].ifPresent?.double()
    cooldownLeft = try field["cooldownLeft"].integer(in: count)
    epochsSinceBest = try field["epochsSinceBest"].integer(in: count)
    if let saved = try field["best"].ifPresent {
      best = Best(
        loss: try saved["loss"].double(),
        trainingLoss: try saved["trainingLoss"].ifPresent?.double(),
        epoch: try saved["epoch"].integer(in: count),
        step: try saved["step"].integer(in: count),
        retreatCount: try saved["retreats"].integer(in: count))
    }
    validationLoss = try field["validationLoss"].ifPresent?.double()
    validationLosses = try field["validationLosses"].array().map { value throws(JSONError) in
      try value.double()
    }
    hasStalled = try field["stalled"].boolean()
    averagedSteps = try field["averagedSteps"].integer(in: count)
    isValidationPending = try field["validationPending"].boolean()
    epochNats = try field["epochNats"].double()
    epochTargets = try field["epochTargets"].integer(in: count)
    skippedInARow = try field["skippedInARow"].integer(in: count)
    hasReachedGuessing = try field["reachedGuessing"].boolean()
    worseThanGuessingInARow = try field["worseThanGuessingInARow"].integer(in: count)
    retreatCount = try field["retreats"].integer(in: 0...64)
  }

  var json: JSON {
    [
      "steps": JSON(stepCount),
      "plateaus": JSON(plateauCount),
      "epochsOnPlateau": JSON(epochsOnPlateau),
      "plateauLoss": plateauLoss.map { JSON($0) } ?? .null,
      "cooldownLeft": JSON(cooldownLeft),
      "epochsSinceBest": JSON(epochsSinceBest),
      "best": best.map {
        [
          "loss": JSON($0.loss),
          "trainingLoss": $0.trainingLoss.map { JSON($0) } ?? .null, "epoch": JSON($0.epoch),
          "step": JSON($0.step),
          "retreats": JSON($0.retreatCount),
        ]
      } ?? .null,
      "validationLoss": validationLoss.map { JSON($0) } ?? .null,
      "validationLosses": .array(validationLosses.map { JSON($0) }),
      "stalled": .boolean(hasStalled),
      "averagedSteps": JSON(averagedSteps),
      "validationPending": .boolean(isValidationPending),
      "epochNats": JSON(epochNats),
      "epochTargets": JSON(epochTargets),
      "skippedInARow": JSON(skippedInARow),
      "reachedGuessing": .boolean(hasReachedGuessing),
      "worseThanGuessingInARow": JSON(worseThanGuessingInARow),
      "retreats": JSON(retreatCount),
    ]
  }
}
