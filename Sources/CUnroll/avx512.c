// The kernels for x86-64 with AVX-512.

#include "include/CUnrollKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)

#define WIDTH 16
#define TILE_ROWS 12
#define MASKED_LOADS
#include "kernels/Table.h"

#pragma clang attribute pop

const CUnroll_Kernels CUnroll_avx512 = TABLE("avx512");
#endif
