#!/usr/bin/env python3
"""Makes files of conformance vectors: tests/data/conformance/NAME.json.

    make_conformance.py ASSEMBLER [NAME...]

ASSEMBLER is the program wc_conformance_assemble of a build. What the vectors expect comes from the
second engine; the interpreter must agree (ctest conformance). A file that is committed is frozen:
new vectors go into a new file, and tests/data/conformance/FROZEN gets its hash."""
import os
import subprocess
import sys
import tempfile

from conformance import (cases_calls, cases_changes, cases_clocks, cases_control, cases_money,
                         cases_numbers, cases_outside, cases_places, cases_registers, cases_rounding, cases_series,
                         cases_storage, cases_time, cases_values, vector)
from conformance.bench import OWN
from vm.module import Module

MAKERS = {"calls": cases_calls.make, "changes": cases_changes.make, "clocks": cases_clocks.make,
          "control": cases_control.make, "money": cases_money.make, "numbers": cases_numbers.make,
          "outside": cases_outside.make, "places": cases_places.make,
          "registers": cases_registers.make, "repeating": cases_time.make_repeating,
          "rounding": cases_rounding.make, "series": cases_series.make,
          "storage": cases_storage.make, "time": cases_time.make, "upgrade": cases_changes.upgrade,
          "values": cases_values.make}


def assemble(program, contract):
    with tempfile.NamedTemporaryFile("w", suffix=".asm", delete=False) as file:
        file.write("\n".join(contract.text()) + "\n")
    try:
        done = subprocess.run([program, file.name], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            number = done.stderr.split("line ")[-1].strip()
            line = contract.text()[int(number) - 1] if number.isdigit() else ""
            sys.exit("%s: %s%s" % (contract.name, done.stderr, line))
    finally:
        os.unlink(file.name)
    return bytes.fromhex(done.stdout)


def to_cut(vectors):
    """Of each instruction the two successful vectors that use most gas."""
    chosen = []
    for op in sorted({case["op"] for case in vectors}):
        good = [case for case in vectors if case["op"] == op and case["expect"]["kind"] == "ok"]
        chosen += sorted(good, key=lambda case: -case["expect"]["gas"])[:2]
    return chosen


def refuse_frozen(name):
    with open(os.path.join(vector.DATA, "FROZEN"), encoding="utf-8") as file:
        if any(line.split()[1] == name + ".json" for line in file):
            sys.exit("%s.json is frozen: put new vectors into a new file" % name)


def make(program, name):
    refuse_frozen(name)
    cases = MAKERS[name]()
    module = Module(assemble(program, cases.contract))
    if cases.before is not None:
        module.before = Module(assemble(program, cases.before))
    assert module.names_our_schedule()
    for case in cases.vectors:
        case.update(vector.run(module, case, OWN))
    for case in to_cut(cases.vectors):
        vector.add_cuts(module, case, OWN)
        case.update(vector.run(module, case, OWN))
    path = os.path.join(vector.DATA, name + ".json")
    vector.write(path, cases.contract, module, OWN, cases.vectors)
    kinds = [case["expect"].get("code", "ok") for case in cases.vectors]
    print("%s: %d vectors, %d of them fail" % (name, len(kinds), len(kinds) - kinds.count("ok")))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    os.makedirs(vector.DATA, exist_ok=True)
    for name in sys.argv[2:] or MAKERS:
        make(sys.argv[1], name)


if __name__ == "__main__":
    main()
