"""The city of `bench city`, small: its sums against a computation of their own, in Python.

    city.py PROGRAM ROOT [METERS INTERVALS]

What the meters report is computed here from the source's table and the description of the bench; the
rest (price, rounding, corrections) from the rules of SurplusPurchase. What the bench says it has paid,
by how many postings, must be the same. It also says no to more than the machine has.
"""
import json
import re
import subprocess
import sys
from fractions import Fraction

QUARTERS, PAGE = 96, 500


def profile(root):
    with open(root + "/node/cli/bench_city_data.c", encoding="utf-8") as file:
        table = re.search(r"profile\[WC_CITY_QUARTERS\] = \{([^}]*)\}", file.read()).group(1)
    values = [int(number) for number in table.split(",")]
    assert len(values) == QUARTERS
    return values


def mix(meter, quarter):
    x = (meter << 32 | quarter) * 0x9e3779b97f4a7c15 % 2**64
    x ^= x >> 29
    x = x * 0xbf58476d1ce4e5b9 % 2**64
    return x >> 33


def reading(values, meter, quarter):
    """Wh; the last version."""
    is_corrected = meter // PAGE % 40 == 7
    if not is_corrected and mix(meter, quarter) % 101 == 0:
        return 0
    size = 400 + mix(meter, 2**32 - 1) % 1200
    return values[quarter] * size // 1000 + (meter % 5 if is_corrected else 0)


def payable(values, meter, first, count):
    """Fen: round() of a fraction is half even."""
    return round(sum(Fraction(reading(values, meter, quarter) * (20000 + quarter * 733 % 30000),
                              10**6) for quarter in range(first, first + count)))


def main(program, root, meters="20000", intervals="4"):
    meters, intervals = int(meters), int(intervals)
    arguments = [program, "bench", "city", "--meters", str(meters), "--intervals", str(intervals)]
    text = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    values, first = profile(root), (QUARTERS - intervals) // 2
    paid = [payable(values, meter, first, intervals) for meter in range(meters)]
    pages = -(-meters // PAGE)
    corrected = sum(page % 40 == 7 for page in range(pages))
    batches, postings = (pages + corrected) * intervals, sum(amount > 0 for amount in paid)
    said = re.search(r"exact: every slot, (\d+) postings and (\d+) balances .*; ([\d.]+) CNY", text)
    assert said, text
    assert int(said.group(2)) == meters
    assert said.group(3) == "%d.%02d" % divmod(sum(paid), 100), (said.group(3), sum(paid))
    assert int(said.group(1)) == batches + postings, (said.group(1), batches, postings)

    rows = subprocess.run(arguments[:3] + ["--meters", "700", "--intervals", "1", "--json"], check=True,
                          capture_output=True, text=True).stdout
    names = [json.loads(line)["name"] for line in rows.splitlines()]
    assert "the day and its close" in names and "peak memory" in names, names
    for wrong in (["--meters", "0"], ["--meters", "1000001"], ["--intervals", "97"], ["extra"]):
        assert subprocess.run(arguments[:3] + wrong, capture_output=True).returncode == 2, wrong


main(*sys.argv[1:])
