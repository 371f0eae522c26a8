// The kernels for x86-64 with AVX2 and FMA.

#include "include/CUnrollKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define WIDTH 8
#define TILE_ROWS 6

#include "kernels/Table.h"

#pragma clang attribute pop

const CUnroll_Kernels CUnroll_avx2 = TABLE("avx2");
#endif
