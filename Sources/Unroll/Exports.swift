@_exported public import UnrollFormats
@_exported public import UnrollModels
@_exported public import UnrollNN
@_exported public import UnrollRuns
@_exported public import UnrollTensor
@_exported public import UnrollText
@_exported public import UnrollTraining
