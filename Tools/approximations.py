"""Derives the coefficients of the vector functions in Sources/CUnroll/kernels/Functions.h.

Polynomial fits by weighted linear least squares with Lawson's reweighting towards the minimax error, in 60-digit
arithmetic, then rounded to float32.
Usage: python approximations.py    (needs mpmath and numpy)
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 60


def nodes(lo, hi, count):
    return [(hi + lo) / 2 + (hi - lo) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]


def fit(function, low, high, degree, relative=True, count=160, rounds=30):
    """The coefficients of a polynomial, and its largest error."""
    xs = nodes(mp.mpf(low), mp.mpf(high), count)
    ys = [function(x) for x in xs]
    weights = [mp.mpf(1)] * count
    best = None
    for _ in range(rounds):
        scales = [mp.sqrt(w) / (abs(y) if relative else 1) for w, y in zip(weights, ys)]
        rows = [[scale * x**k for k in range(degree + 1)] for scale, x in zip(scales, xs)]
        solution = mp.qr_solve(mp.matrix(rows), mp.matrix([s * y for s, y in zip(scales, ys)]))[0]
        p = list(solution)
        errors = [abs(mp.polyval(p[::-1], x) - y) / (abs(y) if relative else 1) for x, y in zip(xs, ys)]
        worst = max(errors)
        if best is None or worst < best[0]:
            best = (worst, p)
        weights = [w * (e / worst + mp.mpf("0.02")) for w, e in zip(weights, errors)]
        total = sum(weights)
        weights = [w * count / total for w in weights]
    return best


def show(name, result):
    worst, p = result
    print(f"{name}: error {mp.nstr(worst, 3)}")
    print("  ", ", ".join(f"{np.float32(c):.9g}f" for c in map(float, p)))


if __name__ == "__main__":
    half = mp.log(2) / 2
    # exp(r) - 1 = r (1 + r R(r))
    show("exp: R(r) on [-ln2/2, ln2/2]", fit(lambda r: (mp.expm1(r) - r) / r**2, -half, half, 4))
    # log(1 + f) = f - f^2/2 + f^3 R(f)
    rest = lambda f: (mp.log1p(f) - f + f * f / 2) / f**3
    show("log: R(f)", fit(rest, mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1, 7, relative=False))
