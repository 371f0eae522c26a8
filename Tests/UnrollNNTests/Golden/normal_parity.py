"""PyTorch's normal_(0, 1) for float32 on an x86-64 processor with AVX2, bit for bit in scalar arithmetic.

    python normal_parity.py

Draws streams of several tensors in a row, with PyTorch and with the arithmetic below, and counts the values that differ.
It documents how nn.Embedding gets its initial values. The environment is that of generate.py.
"""

import ctypes
import ctypes.util
import math

import numpy
import torch

F = numpy.float32
TWO_PI = F(2 * math.pi)
FOUR_OVER_PI = F(1.27323954473516)
HALF_ROOT = F(0.707106781186547524)
# Cephes: P in log(1 + x) = x - x² / 2 + x³ P(x) for x in √½ - 1 … √2 - 1, highest power first.
LOG = [F(c) for c in (7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                      -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)]
LOG_TWO_LOW, LOG_TWO_HIGH = F(-2.12194440e-4), F(0.693359375)
# Minus π / 4 in three parts, and the two polynomials in x² on 0 … π / 4.
PI_PARTS = [F(c) for c in (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)]
SINE = [F(c) for c in (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)]
COSINE = [F(c) for c in (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)]

_fmaf = ctypes.CDLL(ctypes.util.find_library("m")).fmaf
_fmaf.argtypes, _fmaf.restype = [ctypes.c_float] * 3, ctypes.c_float


def fma(a, b, c):
    return F(_fmaf(a, b, c))


def polynomial(coefficients, x):
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = fma(value, x, coefficient)
    return value


def logarithm(value):
    """Of a value in 2⁻²⁴ … 1."""
    mantissa, exponent = numpy.frexp(value)  # the mantissa lies in ½ … 1
    x, e = F(mantissa), F(exponent)
    if x < HALF_ROOT:
        e, x = e - F(1), (x - F(1)) + x
    else:
        x = x - F(1)
    z = x * x
    y = fma(x * polynomial(LOG, x), z, e * LOG_TWO_LOW)
    y = fma(-z, F(0.5), y)
    return fma(e, LOG_TWO_HIGH, x + y)


def sine_and_cosine(angle):
    """Of an angle in 0 … 2π."""
    octant = (int(angle * FOUR_OVER_PI) + 1) & ~1
    x = angle
    for part in PI_PARTS:
        x = fma(F(octant), part, x)
    z = x * x
    sine = fma(x, z * polynomial(SINE, z), x)
    cosine = fma(z, z * polynomial(COSINE, z), -(z * F(0.5))) + F(1)
    if octant & 2:
        sine, cosine = cosine, sine
    return -sine if octant & 4 else sine, -cosine if (octant + 2) & 4 else cosine


class Stream:
    """The generator behind torch.manual_seed: 32-bit words of MT19937 and one normal number left over."""

    def __init__(self, seed):
        self.words = numpy.random.RandomState(seed & 0xFFFFFFFF)
        self.leftover = None

    def word(self):
        return int(self.words.randint(0, 2**32, dtype=numpy.uint32))

    def uniform(self):
        return F(self.word() & 0xFFFFFF) * F(2.0**-24)

    def uniform_double(self):
        high, low = self.word(), self.word()
        return (((high << 32) | low) & (2**53 - 1)) * 2.0**-53

    def normal(self, count):
        return self.normal_pairs(count) if count < 16 else self.normal_blocks(count)

    def normal_pairs(self, count):
        """In double precision; the sine of an odd pair waits for the next small tensor, whatever is drawn in between."""
        values = []
        for _ in range(count):
            if self.leftover is not None:
                values.append(F(self.leftover))
                self.leftover = None
            else:
                angle = 2.0 * math.pi * self.uniform_double()
                radius = math.sqrt(-2.0 * math.log1p(-self.uniform_double()))
                self.leftover = radius * math.sin(angle)
                values.append(F(radius * math.cos(angle)))
        return values

    def normal_blocks(self, count):
        """In float32; when the count is no multiple of 16, the last 16 values are drawn again after all others."""
        uniforms = [self.uniform() for _ in range(count)]
        values = [value for start in range(0, count - 15, 16) for value in self.block(uniforms[start : start + 16])]
        if count % 16:
            values = values[: count - 16] + self.block([self.uniform() for _ in range(16)])
        return values

    @staticmethod
    def block(uniforms):
        cosines, sines = [], []
        for first, second in zip(uniforms[:8], uniforms[8:]):
            radius = numpy.sqrt(F(-2) * logarithm(F(1) - first))
            sine, cosine = sine_and_cosine(TWO_PI * second)
            cosines.append(radius * cosine + F(0))
            sines.append(radius * sine + F(0))
        return cosines + sines


def main():
    large = small = large_differing = small_differing = 0
    for seed in (0, 1, 42, 2**32 + 7, *range(100, 120)):
        torch.manual_seed(seed)
        stream = Stream(seed)
        for count in (1, 3, 16, 15, 17, 9, 31, 32, 5, 35, 100, 2, 1000, 65 * 64):
            expected = torch.empty(count).normal_().numpy()
            differing = int((expected.view(numpy.uint32) != numpy.array(stream.normal(count)).view(numpy.uint32)).sum())
            if count < 16:
                small, small_differing = small + count, small_differing + differing
            else:
                large, large_differing = large + count, large_differing + differing
    print(f"tensors of 16 values or more: {large_differing} of {large} values differ")
    print(f"smaller tensors: {small_differing} of {small} values differ")


if __name__ == "__main__":
    main()
