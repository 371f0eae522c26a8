import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollONNX
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// The exit status for an error of the library, after sysexits.h; `nil` for errors of other origin.
func exitStatus(of error: any Error) -> Int32? {
  switch error {
  case let error as TextError: error.code == .missingInput ? 66 : 65
  case let error as FileError: error.exitStatus
  case is SafeTensorsError, is PyTorchError: 65
  case let error as ModelError:
    switch error.code {
    case .invalidConfiguration, .invalidSampling: 64
    case .notAModel, .otherKind, .damaged, .notImportable: 65
    }
  case is ONNXError, is ParameterError: 65
  case is InstructionSetError: 64
  case is TrainingError: 1
  case let error as CheckpointError:
    switch error.code {
    case .occupied: 73
    case .missing: 66
    case .damaged, .mismatch: 65
    }
  case let error as RunError:
    switch error.code {
    case .invalidSetting, .otherSetting, .outputInData, .noMemory: 64
    case .otherData, .otherTask, .tooLittleData, .invalidMetrics: 65
    case .missingData: 66
    case .noRoom: 74
    case .diverged, .ended: 1
    }
  case let error as Failure: error.status
  default: nil
  }
}

/// What an error says at the command line, where settings are options and each kind of model has its commands.
func describe(_ error: any Error) -> String {
  switch error {
  case let error as RunError: error.commandLineText
  case let error as ModelError:
    if case .otherKind(let kind) = error.code, let commands = commands(for: kind) {
      "\(error); a \(kind) is for \(commands)"
    } else {
      error.message
    }
  default: "\(error)"
  }
}

/// The commands that take a kind of model and no other; `nil` for a kind that is not known here.
private func commands(for kind: String) -> String? {
  switch kind {
  case LanguageModel.kind: "`unroll generate`, `write`, `score`, `embed`, `compress` and `inspect`"
  case Classifier.kind: "`unroll classify` and `evaluate`"
  case Tagger.kind: "`unroll tag` and `evaluate`"
  case Translator.kind: "`unroll translate` and `evaluate`"
  default: nil
  }
}

extension FileError {
  fileprivate var exitStatus: Int32 {
    switch (code, action) {
    case (.inUse, _): 75
    case (.noSpace, _), (.ioFailure, _), (.changed, _): 74
    case (_, .read): 66
    case (_, .write): 73
    }
  }
}

/// A failure that only the command line knows.
struct Failure: Error, CustomStringConvertible {
  let status: Int32
  let description: String
}
