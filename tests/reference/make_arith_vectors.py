#!/usr/bin/env python3
"""Writes the arithmetic test vectors of vm/base/int.h, computed with Python's exact integers.

    python3 tests/reference/make_arith_vectors.py

writes tests/data/vectors/muldiv.csv and wide.csv. The files are committed, so that the C tests need
no Python; run it again only when a case is added. The seed is fixed: the same files come out.

Integers are two's complement in hex, 32 digits for 128 bits and 16 for 64, so that the C side reads
them without any of the code under test.
"""
import random
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "vectors"
I64 = 2**63
I128 = 2**127
HALF = Fraction(1, 2)


def rounded(value, mode):
    """The rounding modes, each from its definition; None: inexact."""
    low = floor(value)
    if low == value:
        return low
    toward_zero = low if value > 0 else low + 1
    away = ceil(value) if value > 0 else low
    part = abs(value) - abs(toward_zero)
    nearest = away if part > HALF else toward_zero
    if mode == "half_even":
        if part == HALF:
            return low if low % 2 == 0 else low + 1
        return nearest
    if mode == "half_up":
        return away if part == HALF else nearest
    if mode == "half_down":
        return toward_zero if part == HALF else nearest
    return {"up": away, "down": toward_zero, "floor": low, "ceil": low + 1, "exact": None}[mode]


MODES = ["half_even", "half_up", "half_down", "up", "down", "floor", "ceil", "exact"]


def hex64(value):
    assert -I64 <= value < I64
    return f"{value % 2**64:016x}"


def hex128(value):
    assert -I128 <= value < I128
    return f"{value % 2**128:032x}"


def result128(value):
    return hex128(value) if -I128 <= value < I128 else "OVERFLOW"


def muldiv_line(x, y, n, z, m):
    fields = [hex128(x), hex64(y), hex64(n), hex64(z), hex64(m)]
    for mode in MODES:
        if z == 0:
            fields.append("DIVISION_BY_ZERO")
            continue
        value = rounded(Fraction(x * y * n, z * m), mode)
        fields.append("INEXACT" if value is None else result128(value))
    return ",".join(fields)


def edgy(rng, bits):
    """A signed value of up to `bits` bits that likes to sit beside powers of two and at the ends."""
    top = 2 ** (bits - 1)
    kind = rng.randrange(6)
    if kind == 0:
        value = rng.randrange(-3, 4)
    elif kind == 1:
        value = 2 ** rng.randrange(bits) + rng.randrange(-1, 2)
    elif kind == 2:
        value = top - 1 - rng.randrange(3)
    elif kind == 3:  # limbs and half limbs of zeros and ones, where estimated digits go wrong
        value = 0
        for _ in range(bits // 32):
            value = value << 32 | rng.choice([0, 1, 2**31, 2**32 - 1, 2**32 - 2, rng.getrandbits(32)])
        value %= top
    else:
        value = rng.getrandbits(rng.randrange(1, bits))
    value = -value if rng.random() < 0.5 else value
    return max(-top, min(top - 1, value))


def positive(rng):
    return max(1, abs(edgy(rng, 64)) % I64)


def muldiv_cases(rng):
    # The amounts of a contract: kWh with 3 decimals times CNY/kWh with 5, to 2 decimals of CNY.
    for energy in (1, 333, 1500, 123456, -1500, 10**12):
        for price in (1, 52345, -52345, 10**9):
            yield energy, price, 1, 1, 10**6
    # Every tie, its neighbours, and all signs, small and beyond 64 and 128 bits of numerator.
    for scale in (1, 10**18, 2**60):
        for half in (-7, -5, -3, -1, 1, 3, 5, 7):
            for off in (-1, 0, 1):
                for z in (-2, 2):
                    yield half * 5 * scale + off, 1, 1, z, 5 * scale
                    yield half * 5 * scale + off, scale, 1, z * scale, 5 * scale
    # Results just inside and outside 64 and 128 bits.
    for edge in (I64, I128):
        for off in (-2, -1, 0, 1):
            for sign in (-1, 1):
                x = sign * edge + off
                if -I128 <= x < I128:
                    yield x, 1, 1, 1, 1
                    yield x, -1, 1, 1, 1
                    yield x, 1, 1, -1, 1
                    yield x, 3, 1, 3, 1
                    yield x, -I64, 1, -I64, 1
                    yield x, 7, 1, 7, 2
    yield -I128, -I64, I64 - 1, -I64, I64 - 1
    yield -I128, -I64, I64 - 1, 1, 1
    yield -I128, -I64, I64 - 1, I64 - 1, I64 - 1
    yield 5, 5, 5, 0, 5
    yield 0, 0, 1, 0, 1
    for _ in range(300):
        yield edgy(rng, 128), edgy(rng, 64), positive(rng), edgy(rng, 64), positive(rng)
    # Quotients that fit: numerator and divisor share most of their size.
    for _ in range(300):
        z, m = edgy(rng, 64) or 1, positive(rng)
        y, n = edgy(rng, 64) or 1, positive(rng)
        quotient = edgy(rng, rng.choice((64, 128)))
        x = (quotient * z * m + rng.choice((0, 1, -1, z * m // 2))) // (y * n)
        if -I128 <= x < I128:
            yield x, y, n, z, m


def wide_lines(rng):
    for _ in range(400):
        a, b, s = edgy(rng, 128), edgy(rng, 128), edgy(rng, 64)
        yield f"add,{hex128(a)},{hex128(b)},{result128(a + b)}"
        yield f"sub,{hex128(a)},{hex128(b)},{result128(a - b)}"
        yield f"cmp,{hex128(a)},{hex128(b)},{hex128((a > b) - (a < b))}"
        yield f"mul,{hex128(a)},{hex128(s)},{result128(a * s)}"
    for a in (-I128, -I128 + 1, -1, 0, 1, I128 - 1):
        yield f"neg,{hex128(a)},{hex128(0)},{result128(-a)}"
    for a in (-I64, -I64 + 1, -1, 0, 1, I64 - 1):
        for b in (-I64, -I64 + 1, -1, 0, 1, I64 - 1):
            yield f"mul,{hex128(a)},{hex128(b)},{result128(a * b)}"


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    with open(DATA / "muldiv.csv", "w", newline="\n") as out:
        out.write("# made by tests/reference/make_arith_vectors.py: round(x * y * n / (z * m))\n")
        out.write("# x,y,n,z,m," + ",".join(MODES) + "\n")
        for case in muldiv_cases(random.Random(20240601)):
            out.write(muldiv_line(*case) + "\n")
    with open(DATA / "wide.csv", "w", newline="\n") as out:
        out.write("# made by tests/reference/make_arith_vectors.py: 128-bit operations\n")
        out.write("# operation,a,b,result\n")
        for line in wide_lines(random.Random(20240602)):
            out.write(line + "\n")


if __name__ == "__main__":
    main()
