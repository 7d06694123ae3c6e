#!/usr/bin/env python3
"""Writes test vectors for `split`, computed with exact fractions from the definition (language D20).

    python3 tests/reference/make_split_vectors.py

writes tests/data/vectors/split.csv. The file is committed, so that the C tests need no Python. The
seed is fixed: the same file comes out. One line per case, decimal:

    gross,whole,mode,count,(share,weight) * count,(part) * count

mode 0..6 rounds (the order of the rounding modes), 8 is the largest remainder; share -1 takes part in
the rest, by weight.
"""
import random
from fractions import Fraction
from math import floor
from pathlib import Path

from make_arith_vectors import MODES, rounded

DATA = Path(__file__).resolve().parent.parent / "data" / "vectors"
MAX = 2**63 - 1
LARGEST = 8
REST = -1


def by_rounding(gross, whole, mode, entries):
    left = gross
    parts = []
    for share, _ in entries:
        part = 0
        if share != REST:
            part = min(rounded(Fraction(gross * share, whole), MODES[mode]), left)
            left -= part
        parts.append(part)
    return [left if share == REST else part for (share, _), part in zip(entries, parts)]


def by_largest_remainder(gross, whole, entries):
    given = sum(share for share, _ in entries if share != REST)
    weights = sum(weight for share, weight in entries if share == REST)
    exact = [
        Fraction(gross * (whole - given) * weight, whole * weights)
        if share == REST
        else Fraction(gross * share, whole)
        for share, weight in entries
    ]
    parts = [floor(value) for value in exact]
    order = sorted(range(len(entries)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: gross - sum(parts)]:
        parts[i] += 1
    return parts


def number(rng, top):
    """Up to top, of a random length in bits, often at an end."""
    kind = rng.randrange(4)
    if kind == 0:
        return top
    if kind == 1:
        return min(top, rng.getrandbits(rng.randrange(1, 64)))
    return rng.randrange(top + 1)


def case(rng):
    mode = rng.choice([0, 1, 2, 3, 4, 5, 6, LARGEST, LARGEST, LARGEST])
    gross = number(rng, MAX)
    whole = max(1, number(rng, MAX))
    count = rng.randrange(1, 9)
    rests = {rng.randrange(count)}
    if mode == LARGEST:
        rests |= {i for i in range(count) if rng.randrange(2)}
    left, weight_left = whole, MAX
    entries = []
    for i in range(count):
        if i in rests:
            weight = 1 if mode != LARGEST else max(1, number(rng, weight_left // 8))
            weight_left -= weight
            entries.append((REST, weight))
        else:
            share = number(rng, left)
            left -= share
            entries.append((share, 0))
    if mode == LARGEST:
        parts = by_largest_remainder(gross, whole, entries)
    else:
        parts = by_rounding(gross, whole, mode, entries)
    assert sum(parts) == gross and min(parts) >= 0
    numbers = [gross, whole, mode, count]
    numbers += [n for entry in entries for n in entry]
    return ",".join(str(n) for n in numbers + parts)


def main():
    rng = random.Random(20261122)
    lines = ["# made by tests/reference/make_split_vectors.py"]
    lines += [case(rng) for _ in range(400)]
    (DATA / "split.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
