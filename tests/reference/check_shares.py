#!/usr/bin/env python3
"""The shares of contracts/incentive by exact fractions, written from its README alone: the numbers of
its tests and of its README, and the sum over many random pools.

    check_shares.py              compares
    check_shares.py --print      prints the table of the README"""
import fractions
import os
import random
import re
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "contracts", "incentive")
DAY = (12_345_678, (4_000, 3_500, 2_000),
       [(96, 0, 0), (48, 5_760, 0), (0, 2_880, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)])


def hamilton(amount, work):
    whole = sum(work)
    if whole == 0:
        return [0] * len(work)
    exact = [fractions.Fraction(amount * w, whole) for w in work]
    parts = [int(share) for share in exact]
    order = sorted(range(len(work)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:amount - sum(parts)]:
        parts[i] += 1
    return parts


def shares(pool, parts, credits):
    """What each kind gives to each account, and what is left for the treasury."""
    columns = [hamilton(pool * part // 10_000, [credit[kind] for credit in credits])
               for kind, part in enumerate(parts)]
    return columns, pool - sum(map(sum, columns))


def units(amount):
    return "%d.%06d" % divmod(amount, 10**6)


def rows():
    columns, rest = shares(*DAY)
    paid = [sum(each) for each in zip(*columns)]
    return [units(amount) for amount in paid + [rest]]


def main(arguments):
    with open(os.path.join(FOLDER, "README.md"), encoding="utf-8") as file:
        table = re.findall(r"^\| (?:grid|retailer|alice|bob|carol|dave|treasury) .*\| ([0-9.]+) \|$",
                           file.read(), flags=re.M)
    with open(os.path.join(FOLDER, "incentive_test.clause"), encoding="utf-8") as file:
        tested = re.findall(r"paid\[\d\]\.account == \w+ && paid\[\d\]\.amount == ([0-9_]+)",
                            file.read())
    expected = rows()
    if arguments == ["--print"]:
        print("\n".join(expected))
        return 0
    assert table == expected, "the README has %s, the rule gives %s" % (table, expected)
    assert [units(int(amount)) for amount in tested] == expected, "the test has other numbers"
    draw = random.Random(1)
    for _ in range(2_000):
        pool, cuts = draw.randrange(9 * 10**18), sorted(draw.randrange(10_001) for _ in range(3))
        parts = (cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1])
        credits = [tuple(draw.choice((0, draw.randrange(10**12))) for _ in range(3))
                   for _ in range(draw.randrange(1, 257))]
        columns, rest = shares(pool, parts, credits)
        assert rest >= 0 and sum(map(sum, columns)) + rest == pool
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
