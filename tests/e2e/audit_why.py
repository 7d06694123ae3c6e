#!/usr/bin/env python3
"""audit why: derivations of the demo's amounts, computed again.

    audit_why.py WATTCLAUSE ROOT

Every node of a derivation is checked with fractions: a sum is the sum of its parts, a product their
product, a rounding the rounding of theirs by its mode. Lines are held against the figures that
tests/reference/recompute.py derives from the data files alone, bank legs against the lines.
"""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

SOURCES = True  # the program has those of the standard contracts
PROGRAM, ROOT = (os.path.abspath(path) for path in sys.argv[1:3])


def run(code, *arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def why(*arguments):
    return json.loads(run(0, "audit", "why", "--json", "--ledger", "day", *arguments))


# ---- arithmetic -----------------------------------------------------------------------------------


def real(node):
    return Fraction(node["value"])


def decimals(node):
    return len(node["value"].partition(".")[2])


def rounded(exact, mode, places):
    scaled = exact * 10 ** places
    floor = scaled.numerator // scaled.denominator
    rest = scaled - floor
    up = {"floor": 0, "ceil": rest > 0, "down": scaled < 0 and rest > 0,
          "up": scaled > 0 and rest > 0, "exact": 0}
    if mode == "exact":
        assert rest == 0, exact
    if mode.startswith("half"):
        tie = {"half_even": floor % 2, "half_up": scaled > 0, "half_down": scaled < 0}[mode]
        take = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and tie)
    else:
        take = up[mode]
    return Fraction(floor + int(take), 10 ** places)


def product(values):
    result = Fraction(1)
    for value in values:
        result *= value
    return result


def check_rounding(node, parts):
    exact = parts[0] * parts[1]
    if len(parts) == 3:
        exact /= parts[2]
    assert node["mode"] in ("half_even", "half_up", "up", "floor"), node["mode"]
    assert rounded(exact, node["mode"], decimals(node)) == real(node), node
    if "exact" in node:
        assert Fraction(node["exact"]) == exact, node
        assert Fraction(node["rounded_by"]) == real(node) - exact, node
    else:
        denominator = exact.denominator
        for prime in (2, 5):
            while denominator % prime == 0:
                denominator //= prime
        assert denominator > 1, node  # a decimal with an end is always shown


def check(node, count):
    """The node and all below it; count: of nodes by kind."""
    count[node["how"]] = count.get(node["how"], 0) + 1
    for part in node.get("parts", []):
        check(part, count)
    if node["how"] in ("from", "constant") or node["shown_before"]:
        return
    assert node["has_scale"] and node["line"] > 0, node
    assert node["source"] or not SOURCES, node
    parts = [real(part) for part in node["parts"]]
    how = node["how"]
    if how == "rounding":
        check_rounding(node, parts)
        return
    expected = {"sum": sum, "add": sum, "addw": sum, "mul": product, "mulw": product,
                "mulwi": product, "min": min, "minw": min, "max": max, "maxw": max,
                "sub": lambda p: p[0] - p[1], "subw": lambda p: p[0] - p[1],
                "neg": lambda p: -p[0], "negw": lambda p: -p[0],
                "rest": lambda p: p[0] - sum(p[1:]), "minus_sum": lambda p: -sum(p)}[how]
    assert expected(parts) == real(node), node


def leaves(node):
    if node["how"] == "from":
        yield node
    for part in node.get("parts", []):
        yield from leaves(part)


def fact(table, **wanted):
    """RECORD, RECEIPT, EVENT of the only row of a table that has these fields."""
    rows = csv.DictReader(io.StringIO(run(0, "export", table, "day", "--quiet")))
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1, (table, wanted, found)
    return found[0]["record"], found[0]["receipt"], found[0]["event"]


# ---- the demo's day -------------------------------------------------------------------------------


def recomputed_lines():
    out = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tests/reference/recompute.py"),
                          "--json"], capture_output=True, text=True, check=True).stdout
    return json.loads(out)["days"][0]["lines"]


def normal(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def check_lines(count):
    """Every line of home-1's statement, down to the last part."""
    figures = recomputed_lines()
    ids = re.findall(r"^(\d+\.\d+\.\d+) +\S+ .* ([\d.]+) kWh +([\d.]+) CNY$",
                     run(0, "query", "statement", "home-1", "--ledger", "day"), re.MULTILINE)
    assert len(ids) == 14, ids
    exacts = set()
    for event, energy, amount in ids:
        answer = why(event, amount)
        tree = answer["derivation"][0]
        check(tree, count)
        assert answer["amount"] == amount + " CNY" and tree["how"] == "rounding", answer
        exact = Fraction(re.search(r"exact ([\d.]+) CNY", answer["event"]).group(1))
        assert Fraction(tree["exact"]) == exact, answer
        same = [line for line in figures if Fraction(line["kwh"]) == Fraction(energy) and
                Fraction(line["exact"]) == exact and line["amount"] == amount]
        assert same, (event, energy, amount, exact)
        exacts.add(exact)
    assert len(exacts) >= 13, exacts


def check_bank_leg(count):
    """The retailer's leg to the grid company: what the contracts say is due, and nothing else."""
    leg = why(".".join(fact("settlement", what="Instruct", payer_name="retailer", to_name="grid")),
              "25.21")
    tree = leg["derivation"][0]
    check(tree, count)
    assert tree["how"] == "sum" and real(tree) == Fraction("25.21"), leg
    lines = [Fraction(line["amount"]) for line in recomputed_lines()
             if normal(line["payer"]) == "retailer" and normal(line["payee"]).startswith("grid")]
    assert sum(lines) == Fraction("25.21"), lines
    terms = {leaf["from"]: leaf for leaf in leaves(tree)}
    assert terms["term shortage_price"]["value"] == "0.41000", terms
    assert terms["term shortage_price"]["unit"] == "CNY/kWh", terms

    record, receipt, _ = fact("settlement", what="LegBooked", payer_name="retailer", to_name="grid")
    booked = why(f"{record}.{receipt}", "25.21")
    tree = booked["derivation"][0]
    assert tree["from"] == "argument amount" and tree["value"] == "25.21", booked
    assert [who.split(" ")[0] for who in booked["signed_by"]] == ["bank"], booked


def check_direct_ppa(count):
    """By hand: min(drawn, generated, cap) over the quarters, times the price of the terms."""
    line = fact("payables", party_name="home-3", counterparty_name="generator", component="Energy")
    answer = why(".".join(line), "2.26 CNY")
    check(answer["derivation"][0], count)
    drawn, generated, named = {}, {}, {}
    for leaf in leaves(answer["derivation"][0]):
        found = re.fullmatch(r"self\.(drawn|generated)\[(\d+)\]", leaf["from"])
        if found:
            {"drawn": drawn, "generated": generated}[found.group(1)][int(found.group(2))] = real(leaf)
        else:
            named[leaf["from"]] = real(leaf)
    assert len(drawn) == 96 and set(drawn) == set(generated), (len(drawn), len(generated))
    energy = sum(min(max(drawn[k], 0), generated[k], named["term cap"]) for k in drawn)
    assert energy == Fraction("5.646") and named["term price"] == Fraction("0.4"), energy
    assert rounded(energy * named["term price"], "half_even", 2) == Fraction("2.26")


def check_questions():
    line = ".".join(fact("payables", party_name="home-1", counterparty_name="retailer",
                         contract="SpotMarket", component="Energy"))
    text = run(0, "audit", "why", line, "--ledger", "day", "16.61")
    assert re.search(r"amount = 16\.61 CNY +rounded half_even from 16\.6129572, by -0\.0029572", text)
    assert "signed" in text, text
    deposit = fact("journal", cause="issue", account_name="home-1", line="1")
    native = run(0, "audit", "why", ".".join(deposit), "60.00", "--ledger", "day")
    assert "no contract computed it" in native and "bank" in native, native
    booked = ".".join(fact("settlement", what="LegBooked", payer_name="retailer", to_name="grid"))
    tx = re.search(r"transaction +([0-9a-f]{64})",
                   run(0, "query", "trace", booked, "--ledger", "day")).group(1)
    found = json.loads(run(0, "audit", "why", tx[:12], "25.21", "--json", "--ledger", "day"))["id"]
    assert found.split(".")[:2] == booked.split(".")[:2], (found, booked)
    run(0, "audit", "bundle", "day", "-o", "day.wcbundle")
    bundle = json.loads(run(0, "audit", "why", line, "16.61", "--json", "--ledger",
                            "day.wcbundle", "--names", "day"))
    assert bundle == why(line, "16.61"), bundle
    assert "no such amount" in run(1, "audit", "why", line, "16.62", "--ledger", "day")
    assert "29.14800 kWh" in run(1, "audit", "why", line, "16.62", "--ledger", "day")
    assert "no transaction" in run(1, "audit", "why", "0123456789ab", "1", "--ledger", "day")
    assert "there is no record" in run(1, "audit", "why", "133.0", "1", "--ledger", "day")
    assert "has no receipt 4000" in run(1, "audit", "why", "100.4000", "1", "--ledger", "day")
    assert "takes a transaction" in run(2, "audit", "why", "hello", "1", "--ledger", "day")
    assert "nowhere" in run(3, "audit", "why", "3.0", "1", "--ledger", "nowhere")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(0, "demo", "--quiet", "--data", os.path.join(ROOT, "tests/data/citylearn2022"),
            "--recompute", os.path.join(ROOT, "tests/reference/recompute.py"), "day")
        count = {}
        check_lines(count)
        check_bank_leg(count)
        check_direct_ppa(count)
        check_questions()
        os.chdir("/")
    assert count["rounding"] >= 15 and count["sum"] >= 14 and sum(count.values()) > 2500, count
    print("why:", " ".join(f"{key} {count[key]}" for key in sorted(count)))


main()
