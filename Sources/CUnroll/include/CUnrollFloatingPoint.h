// The floating-point mode of the kernels: numbers below the smallest normal one, 2^-126, count as zero.
//
// Such numbers (denormal, or subnormal, ones) take a processor up to a hundred times as long as others, and mean
// nothing in training. So that all machines give the same bits, this is the rule for every operation of a kernel:
//
// - An operand of magnitude below 2^-126 counts as a zero of its sign.
// - A result is rounded to 24 bits as if exponents had no end. If its magnitude is below 2^-126 then, it is a zero of
// its
//   sign.
//
// x86-64 does just this when the bits "denormals are zero" and "flush to zero" of its register MXCSR are set. arm64
// does it when the bit FZ of its register FPCR is set, but looks at results before they are rounded: a result from
// 2^-126 - 2^-151 up to 2^-126 is zero there, and 2^-126 on x86-64. kernels/Vector.h and kernels/Product.h find these
// cases and give them the result of the rule.
//
// Copying is not arithmetic: kernels that only move floats, and files, keep denormal numbers as they are.

#ifndef CUNROLL_FLOATING_POINT_H
#define CUNROLL_FLOATING_POINT_H

#include <stdint.h>

/// What a thread's floating-point control and status registers hold.
typedef uint64_t CUnroll_FloatingPointState;

#if defined(__x86_64__)

/// Rounding to nearest, no exception trapped, flush to zero, denormals are zero; bits 0 ... 5 are the status.
enum { CUnroll_kernelControl = 0x9fc0, CUnroll_controlBits = 0xffc0 };

/// Reads the registers.
static inline CUnroll_FloatingPointState CUnroll_floatingPointState(void) { return __builtin_ia32_stmxcsr(); }

/// Puts the calling thread into the mode of the kernels and returns the state to give back.
static inline CUnroll_FloatingPointState CUnroll_enterKernels(void) {
  const uint32_t before = __builtin_ia32_stmxcsr();
  if ((before & CUnroll_controlBits) != CUnroll_kernelControl) __builtin_ia32_ldmxcsr(CUnroll_kernelControl);
  return before;
}

/// Gives the thread its state back.
static inline void CUnroll_leaveKernels(CUnroll_FloatingPointState before) { __builtin_ia32_ldmxcsr((uint32_t)before); }

#elif defined(__aarch64__)

/// Rounding to nearest, no exception trapped, flush to zero.
enum { CUnroll_kernelControl = 1 << 24 };

/// Reads the registers: the control in the lower half, the status in the upper one.
static inline CUnroll_FloatingPointState CUnroll_floatingPointState(void) {
  uint64_t control, status;
  __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control), "=r"(status)::"memory");
  return (control & 0xffffffff) | status << 32;
}

/// Puts the calling thread into the mode of the kernels and returns the state to give back.
static inline CUnroll_FloatingPointState CUnroll_enterKernels(void) {
  const CUnroll_FloatingPointState before = CUnroll_floatingPointState();
  __asm__ volatile("msr fpcr, %0" ::"r"((uint64_t)CUnroll_kernelControl) : "memory");
  return before;
}

/// Gives the thread its state back.
static inline void CUnroll_leaveKernels(CUnroll_FloatingPointState before) {
  const uint64_t control = before & 0xffffffff, status = before >> 32;
  __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1" ::"r"(control), "r"(status) : "memory");
}

#else
#error "The kernels know the floating-point modes of x86-64 and arm64 only"
#endif

#endif
