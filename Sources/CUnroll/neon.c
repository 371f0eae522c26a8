// The kernels for arm64: sixteen bytes a register, fused multiply-add always there.

#include "include/CUnrollKernels.h"

#if defined(__aarch64__)
#pragma STDC FP_CONTRACT OFF

#define WIDTH 4
#define TILE_ROWS 12
#include "kernels/Table.h"

const CUnroll_Kernels CUnroll_neon = TABLE("neon");
#endif
