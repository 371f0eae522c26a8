"""Derives the coefficients of the vector functions in Sources/CUnroll/kernels/Functions.h.

Rational and polynomial fits by weighted linear least squares (Sanathanan-Koerner iteration for the denominator,
Lawson's reweighting towards the minimax error), in 60-digit arithmetic, then rounded to float32.
Usage: python approximations.py    (needs mpmath and numpy)
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 60


def nodes(lo, hi, count):
    return [(hi + lo) / 2 + (hi - lo) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]


def fit(function, lo, hi, numerator, denominator, relative, odd=False, count=160, rounds=30):
    """P, Q with function(x) ~ [x] P(u) / Q(u), u = x^2 for odd functions and x otherwise, Q(0) = 1."""
    xs = nodes(mp.mpf(lo), mp.mpf(hi), count)
    ys = [function(x) for x in xs]
    us = [x * x if odd else x for x in xs]
    front = [x if odd else mp.mpf(1) for x in xs]
    q_values = [mp.mpf(1)] * count
    lawson = [mp.mpf(1)] * count
    best = None
    for _ in range(rounds):
        rows, right = [], []
        for x, y, u, f, q, w in zip(xs, ys, us, front, q_values, lawson):
            scale = mp.sqrt(w) / q / (abs(y) if relative else 1)
            rows.append([scale * f * u**k for k in range(numerator + 1)]
                        + [-scale * y * u**k for k in range(1, denominator + 1)])
            right.append(scale * y)
        solution = mp.qr_solve(mp.matrix(rows), mp.matrix(right))[0]
        p = [solution[i] for i in range(numerator + 1)]
        q = [mp.mpf(1)] + [solution[numerator + 1 + i] for i in range(denominator)]
        q_values = [mp.polyval(q[::-1], u) for u in us]
        errors = [abs(f * mp.polyval(p[::-1], u) / v - y) / (abs(y) if relative else 1)
                  for f, u, v, y in zip(front, us, q_values, ys)]
        worst = max(errors)
        if best is None or worst < best[0]:
            best = (worst, p, q)
        lawson = [w * (e / worst + mp.mpf("0.02")) for w, e in zip(lawson, errors)]
        total = sum(lawson)
        lawson = [w * count / total for w in lawson]
    return best


def show(name, result):
    worst, p, q = result
    print(f"{name}: error {mp.nstr(worst, 3)}")
    print("  P", ", ".join(f"{np.float32(c):.9g}f" for c in map(float, p)))
    if len(q) > 1:
        print("  Q", ", ".join(f"{np.float32(c):.9g}f" for c in map(float, q)))


if __name__ == "__main__":
    tanh_ratio = lambda x: mp.tanh(x)
    for hi in (8.0, 8.5, 9.0):
        show(f"tanh on [0, {hi}]", fit(tanh_ratio, 1e-3, hi, 6, 3, relative=True, odd=True))
    half = mp.log(2) / 2
    show("exp(r) on [-ln2/2, ln2/2]", fit(mp.exp, -half, half, 6, 0, relative=True))
    # log(1 + f) = f - f^2/2 + f^3 R(f)
    rest = lambda f: (mp.log1p(f) - f + f * f / 2) / f**3
    show("R(f)", fit(rest, mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1, 7, 0, relative=False))
