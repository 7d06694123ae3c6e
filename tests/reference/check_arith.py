#!/usr/bin/env python3
"""Computes random arithmetic anew, with integers without limit.

    arith_random COUNT SEED | python3 tests/reference/check_arith.py

Reads the lines of tests/unit/base/arith_random.c from stdin. Prints each that differs, and how many
there were; exit code 1 when one differs or there was none."""
import re
import sys
from fractions import Fraction

from make_arith_vectors import MODES, rounded

I64, I128 = 2**63, 2**127
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def number(text):
    if ":" not in text:
        return int(text)
    high, low = text.split(":")
    return int(high) * 2**64 + int(low)


def in_range(value, end):
    return value if -end <= value < end else "OVERFLOW"


def remainder(a, b):
    return "DIVISION_BY_ZERO" if b == 0 else a % b


def quotient(a, b, mode, end):
    if b == 0:
        return "DIVISION_BY_ZERO"
    value = rounded(Fraction(a, b), MODES[mode])
    return "INEXACT" if value is None else in_range(value, end)


def pair(a, b):
    a, b = int(a), int(b)
    return [in_range(a + b, I64), in_range(a - b, I64), in_range(a * b, I64), remainder(a, b),
            remainder(a, b), a * b, a * b, a * b >> 64, a * b >> 64]


def divide(a, b, mode):
    return [quotient(int(a), int(b), int(mode), I64)] * 2


def wide(a, b, y):
    a, b, y = number(a), number(b), int(y)
    product = in_range(a * y, I128)
    return [in_range(a + b, I128), in_range(a - b, I128), in_range(-a, I128), product, product,
            in_range(a, I64), (a > b) - (a < b), (a > 0) - (a < 0)]


def muldiv(x, y, n, z, m, mode):
    a, b = number(x) * int(y) * int(n), int(z) * int(m)
    narrow, full = (quotient(a, b, int(mode), end) for end in (I64, I128))
    return [narrow, narrow, full, full]


def reciprocal(n, d):
    return [int(n) // int(d)] * 2


def totext(value, scale):
    value, scale = number(value), int(scale)
    digits = str(abs(value)).zfill(scale + 1)
    text = digits if scale == 0 else digits[:-scale] + "." + digits[-scale:]
    return [("-" if value < 0 else "") + text]


def fromtext(text, scale):
    scale = int(scale)
    if not NUMBER.fullmatch(text) or len(text.partition(".")[2]) > scale:
        return ["OUT_OF_DOMAIN"]
    return [in_range(int(Fraction(text) * 10**scale), I64)]


# Name of a step: how many operands, what must come out.
STEPS = {"pair": (2, pair), "divide": (3, divide), "wide": (3, wide), "muldiv": (6, muldiv),
         "reciprocal": (2, reciprocal), "totext": (2, totext), "fromtext": (2, fromtext)}


def found(field, expected):
    return number(field) if isinstance(expected, int) and ":" in field else field


def main():
    lines = differing = 0
    for line in sys.stdin:
        name, *fields = line.rstrip("\n").split(",")
        count, step = STEPS[name]
        expected = step(*fields[:count])
        given = [found(field, value) for field, value in zip(fields[count:], expected)]
        lines += 1
        if [str(value) for value in expected] != [str(value) for value in given] or \
                len(fields) != count + len(expected):
            differing += 1
            if differing <= 20:
                print("%s\n  must be %s" % (line.rstrip("\n"), expected))
    print("%d steps, %d differ" % (lines, differing))
    sys.exit(1 if differing or lines == 0 else 0)


if __name__ == "__main__":
    main()
