// Includes all kernels for the instruction set at hand and lists them in its table.

#pragma once

#include "Dropout.h"
#include "Elementwise.h"
#include "Functions.h"
#include "Optimizers.h"
#include "Peaks.h"
#include "Product.h"
#include "Recurrence.h"
#include "Reductions.h"
#include "Vector.h"

#define TABLE(NAME)                                       \
  {                                                       \
      .name = NAME,                                       \
      .panelWidth = PANEL,                                \
      .packedCount = packedCount,                         \
      .pack = pack,                                       \
      .product = product,                                 \
      .storedProduct = storedProduct,                     \
      .add = add,                                         \
      .subtract = subtract,                               \
      .multiply = multiply,                               \
      .divide = divide,                                   \
      .scale = scale,                                     \
      .approach = approach,                               \
      .tanh = tanhElements,                               \
      .sigmoid = sigmoidElements,                         \
      .relu = reluElements,                               \
      .exp = expElements,                                 \
      .log = logElements,                                 \
      .squareRoot = squareRoot,                           \
      .absolute = absolute,                               \
      .tanhGradient = tanhGradient,                       \
      .sigmoidGradient = sigmoidGradient,                 \
      .reluGradient = reluGradient,                       \
      .absoluteGradient = absoluteGradient,               \
      .logGradient = logGradient,                         \
      .clamp = clampElements,                             \
      .sum = sum,                                         \
      .sumOfSquares = sumOfSquares,                       \
      .addRows = addRows,                                 \
      .scatterRows = scatterRows,                         \
      .softmax = softmax,                                 \
      .softmaxGradient = softmaxGradient,                 \
      .logSoftmax = logSoftmax,                           \
      .logSoftmaxGradient = logSoftmaxGradient,           \
      .layerNorm = layerNorm,                             \
      .layerNormGradient = layerNormGradient,             \
      .crossEntropy = crossEntropy,                       \
      .crossEntropyGradient = crossEntropyGradient,       \
      .recurrenceForward = recurrenceForward,             \
      .recurrenceForwardUnits = recurrenceForwardUnits,   \
      .recurrenceProjection = recurrenceProjection,       \
      .recurrenceBackward = recurrenceBackward,           \
      .recurrenceBackwardPhase = recurrenceBackwardPhase, \
      .multiplyAddPeak = multiplyAddPeak,                 \
      .readAll = readAll,                                 \
      .sgd = sgd,                                         \
      .rmsprop = rmsprop,                                 \
      .adam = adam,                                       \
      .adagrad = adagrad,                                 \
      .dropout = dropout,                                 \
  }
