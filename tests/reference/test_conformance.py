#!/usr/bin/env python3
"""Runs every conformance vector on the second engine (tests/reference/vm), and asks: is each
instruction covered, with success and with each failure? Is what was committed unchanged?"""
import hashlib
import os
import re
import unittest

from conformance import vector
from vm import tables

MODES = ("half_even", "half_up", "half_down", "up", "down", "floor", "ceil", "exact")

# How an instruction can fail beside OUT_OF_GAS and HOST: what must be met, and nothing else may.
# Traps SEND_LIMIT of writes and errors of arithmetic inside `split` that need a state of the node
# are in CAN: they may be met.
FAILS = {
    "lenter": "RANGE", "narrow": "RANGE", "range": "RANGE", "add": "RANGE", "sub": "RANGE",
    "mul": "RANGE", "neg": "RANGE", "addi": "RANGE", "idiv": "DIVZERO RANGE", "mod": "DIVZERO",
    "addw": "RANGE", "subw": "RANGE", "mulwi": "RANGE", "negw": "RANGE",
    "check": "RANGE DIVZERO INDEX NO_KEY MISSING CALENDAR ENSURES INVARIANT",
    "fail": "error RANGE",
    "ldx": "INDEX MISSING", "stx": "INDEX", "xref": "INDEX", "mkey": "INDEX", "mval": "INDEX",
    "vref": "INDEX", "push": "Full", "pushn": "Full", "mneed": "NO_KEY", "mput": "Full",
    "qual": "INDEX",
    "kvget": "", "kvneed": "NO_KEY", "kvhas": "", "kvput": "RANGE Full", "kvdel": "",
    "kvadd": "RANGE Full", "nneed": "RANGE NO_KEY", "nput": "RANGE Full", "nadd": "RANGE Full",
    "setadd": "Full", "sins": "Full", "sdel": "INDEX", "lget": "INDEX",
    "lput": "INDEX", "lpush": "Full", "clen": "", "cload": "", "cclear": "", "unlockall": "",
    "lock": "NEG_AMOUNT InsufficientEscrow NotAuthorised Full",
    "unlock": "NEG_AMOUNT InsufficientEscrow", "pay": "NEG_AMOUNT InsufficientEscrow",
    "split": "NEG_AMOUNT INEXACT BadShares InsufficientEscrow",
    "clearnet": "RANGE ResidualTooLarge InsufficientEscrow",
    "redeem": "NEG_AMOUNT InsufficientEscrow NotAuthorised",
    "snew": "RANGE", "sset": "INDEX RANGE", "sidx": "INDEX RANGE", "slice": "INDEX RANGE",
    "sfill": "RANGE", "sagg": "MISSING RANGE INEXACT", "qrange": "INDEX", "rebind": "NotAuthorised",
    "clocal": "CALENDAR", "ctime": "CALENDAR", "cdate": "CALENDAR", "dfirst": "CALENDAR",
    "dpart": "CALENDAR",
    "emit": "RANGE SEND_LIMIT", "view": "NO_KEY RANGE SEND_LIMIT callee", "send": "SEND_LIMIT",
}
for mode_ in MODES:
    inexact = " INEXACT" if mode_ == "exact" else ""
    FAILS["mdr_" + mode_] = FAILS["mdrw_" + mode_] = "DIVZERO RANGE" + inexact
    FAILS["mr_" + mode_] = FAILS["mrw_" + mode_] = "RANGE" + inexact

FILES = [vector.File(path) for path in vector.files()]


def found_at(file, case):
    """The instruction at which a vector fails, by the word that it names."""
    at = case["expect"].get("at")
    if at is None:
        return None
    word = file.module.functions[at[0]].code[at[1]]
    return tables.OPS[word[0]].name


class Vectors(unittest.TestCase):
    def test_the_engine_gives_what_they_say(self):
        for file in FILES:
            for case in file.vectors:
                with self.subTest(file=file.name, vector=case["name"]):
                    found = vector.run(file.module, case, file.own)
                    self.assertEqual(case["expect"], found["expect"])
                    self.assertEqual(case["short"], found["short"])
                    self.assertEqual(case.get("cuts"), found.get("cuts"))

    def test_names_are_unique(self):
        for file in FILES:
            names = [case["name"] for case in file.vectors]
            self.assertEqual(len(names), len(set(names)), file.name)


class Coverage(unittest.TestCase):
    """From the instruction table, so that a new instruction without vectors is noticed."""

    def setUp(self):
        self.succeeds, self.fails = set(), set()
        for file in FILES:
            for case in file.vectors:
                kind = case["expect"]["kind"]
                if kind == "ok":
                    self.succeeds.add(case["op"])
                    continue
                code = case["expect"].get("code", kind)
                self.fails.add((found_at(file, case), "error" if kind == "error" else code))

    def test_every_instruction_succeeds_in_some_vector(self):
        missing = [op.name for op in vector.INSTRUCTIONS
                   if op.name not in self.succeeds and op.name != "fail"]
        self.assertEqual([], missing)

    def test_every_instruction_that_traps_says_how(self):
        missing = [op.name for op in vector.INSTRUCTIONS if "T" in op.flags and
                   op.name not in FAILS]
        self.assertEqual([], missing)

    def test_every_failure_is_met(self):
        missing = [(name, code) for name, codes in FAILS.items() for code in codes.split()
                   if (name, code) not in self.fails]
        self.assertEqual([], missing)

    def test_no_other_failure_is_met(self):
        other = [(name, code) for name, code in self.fails
                 if name is not None and code not in ("OUT_OF_GAS", "INVARIANT")
                 and code not in FAILS.get(name, "").split()]
        self.assertEqual([], other)

    def test_a_call_runs_out_of_gas_at_every_instruction_that_charges(self):
        cut = set()
        for file in FILES:
            for case in file.vectors:
                for place in [case["short"]] + [place for _, place in case.get("cuts", [])]:
                    if isinstance(place, list):
                        function, word = place
                        cut.add(tables.OPS[file.module.functions[function].code[word][0]].name)
        charging = {row[0] for row in tables.RULE_ROWS} | {"block"}
        missing = [op.name for op in vector.INSTRUCTIONS if op.name in charging - cut]
        self.assertEqual([], missing)


class Rules(unittest.TestCase):
    def test_the_engine_names_the_rules_of_the_page_and_no_others(self):
        here = os.path.dirname(os.path.abspath(__file__))
        page = os.path.join(here, "..", "..", "docs", "reference", "vm.md")
        with open(page, encoding="utf-8") as file:
            stated = re.findall(r"^- \*\*\[(VM-[0-9]+)\]\*\*", file.read(), flags=re.M)
        named = set()
        folder = os.path.join(here, "vm")
        for name in os.listdir(folder):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    named.update(re.findall(r"VM-[0-9]+", file.read()))
        self.assertEqual(len(stated), len(set(stated)))
        self.assertEqual(set(stated), named)


class Frozen(unittest.TestCase):
    def test_committed_files_are_unchanged(self):
        """A file that changes changes what engines have promised: add a file instead."""
        with open(os.path.join(vector.DATA, "FROZEN"), encoding="utf-8") as file:
            frozen = dict(reversed(line.split()) for line in file)
        self.assertEqual(sorted(frozen), [file.name for file in FILES])
        for name, expected in frozen.items():
            with open(os.path.join(vector.DATA, name), "rb") as file:
                self.assertEqual(expected, hashlib.sha256(file.read()).hexdigest(), name)


if __name__ == "__main__":
    unittest.main()
