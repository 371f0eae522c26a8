// What Swift sees of the C code: kernels on raw float buffers, the floating-point mode that they run in, and worker
// threads.

#ifndef CUNROLL_H
#define CUNROLL_H

#include "CUnrollFloatingPoint.h"
#include "CUnrollKernels.h"
#include "CUnrollWorkers.h"

#endif
