// The kernels for any processor, with fused multiply-add computed rather than assumed: slow, and equal to the bit.

#include "include/CUnrollKernels.h"

#pragma STDC FP_CONTRACT OFF

#define WIDTH 4
#define TILE_ROWS 6
#define EMULATED_FMA
#include "kernels/Table.h"

const CUnroll_Kernels CUnroll_baseline = TABLE("baseline");
