#!/usr/bin/env python3
"""audit bisect: two ledgers of two builds, one of which has a planted fault.

    audit_bisect.py WATTCLAUSE WATTCLAUSE_FAULTY ROOT

The fault: `mulwi` loses the lowest 20 bits of its product. Which record is the first that differs is
found again here, from plain bundles, without a word of the program's own code.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

PROGRAM, FAULTY, ROOT = (os.path.abspath(path) for path in sys.argv[1:4])
LOST = 0xFFFFF


def run(code, *arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def bisect(code, *arguments, program=PROGRAM):
    return json.loads(run(code, program, "audit", "bisect", "--json", *arguments))


def demo(program, folder, *options):
    data = os.path.join(ROOT, "tests/data/citylearn2022")
    recompute = os.path.join(ROOT, "tests/reference/recompute.py")
    subprocess.run([program, "demo", "--quiet", "--data", data, "--recompute", recompute, *options,
                    folder], capture_output=True, check=False)


def records(path):
    """Bytes of the records of a plain bundle (node/audit/bundle.h), without their certificates."""
    with open(path, "rb") as source:
        data = source.read()
    assert data[:11] == b"WCBUNDLE\0\1\0", data[:11]
    at = 11
    last = struct.unpack_from(">Q", data, at)[0]
    at += 8 + 8 + 8 + 4 + 32
    at += 4 + struct.unpack_from(">I", data, at)[0]
    found = []
    for _ in range(last + 1):
        length = struct.unpack_from(">H", data, at)[0]
        inner = struct.unpack_from(">H", data, at + 2)[0]
        found.append(data[at + 4:at + 4 + inner])
        at += 2 + length
        at += 4 + struct.unpack_from(">I", data, at)[0]
        for _ in range(2):
            count = struct.unpack_from(">I", data, at)[0]
            at += 4
            for _ in range(count):
                at += 8 + struct.unpack_from(">I", data, at + 4)[0]
    assert at + 32 == len(data), (at, len(data))
    return found


def first_difference(a, b):
    return next(i for i, (x, y) in enumerate(zip(a, b)) if x != y)


def check_fault():
    """Record, receipt, state key and instruction, seen from both programs."""
    for name in ("good", "bad"):
        run(0, PROGRAM, "audit", "bundle", name, "--plain", "-o", name + ".wcbundle")
    expected = first_difference(records("good.wcbundle"), records("bad.wcbundle"))
    found = bisect(1, "good", "bad", "--other", FAULTY)
    assert found["verdict"] == "result" and found["record"] == expected, (expected, found)
    assert found["compared"] <= 9, found  # 133 records by halves
    assert found["this_program_computes"] == "a", found
    difference = found["difference"]
    exact = [re.search(r"quantity ([\d.]+) kWh, exact ([\d.]+) CNY", difference[side]).groups()
             for side in "ab"]
    assert exact[0][0] == exact[1][0] and exact[0][1] != exact[1][1], exact
    where = found["instruction"]
    assert re.search(r"^mulwi r\d+, r\d+=\d+, r\d+=\d+$", where["instruction"]), where
    x, y = (int(n) for n in re.findall(r"=(\d+)", where["instruction"]))
    ours, theirs = (int(where[key].split("\t")[3]) for key in ("this_program", "other_program"))
    assert ours == x * y and theirs == ours & ~LOST, (ours, theirs)
    assert int(exact[0][1].replace(".", "")) == ours, (exact, ours)
    assert int(exact[1][1].replace(".", "")) == theirs, (exact, theirs)
    check_source(where["source"])

    turned = bisect(1, "good", "bad", "--other", PROGRAM, program=FAULTY)
    assert turned["this_program_computes"] == "b", turned
    for key in ("place", "instruction", "source", "steps_before"):
        assert turned["instruction"][key] == where[key], (turned, where)
    assert turned["instruction"]["this_program"] == where["other_program"], turned
    return found


def check_source(source):
    """ppa.direct:117:21 is a line of contracts/ppa/direct.clause that multiplies."""
    module, line, _ = source.split(":")
    path = os.path.join(ROOT, "contracts", module.replace(".", "/") + ".clause")
    with open(path, encoding="utf-8") as text:
        place = text.read().splitlines()[int(line) - 1:int(line) + 1]
    assert "total * price" in " ".join(place), place


def check_against_this_program(found):
    """One ledger: what the program computes of its blocks is the other side."""
    alone = bisect(1, "bad", "--other", FAULTY)
    assert alone["record"] == found["record"], alone
    assert alone["instruction"]["place"] == found["instruction"]["place"], alone
    assert bisect(0, "good")["verdict"] == "same"
    assert bisect(0, "bad", program=FAULTY)["verdict"] == "same"


def check_bundles(found):
    """Bundles have no state; without the other program, the event's instruction is named."""
    plain = bisect(1, "good.wcbundle", "bad.wcbundle")
    assert plain["record"] == found["record"] and "state_key" not in plain, plain
    assert plain["instruction"]["made_event"] is True, plain
    assert plain["instruction"]["instruction"].startswith("emit Line"), plain
    key = found["state_key"]
    assert key["a"] != key["b"] and " of contract " in key["name"], key


def check_other_answers():
    run(0, PROGRAM, "audit", "bundle", "good", "--to", "60", "-o", "part.wcbundle")
    prefix = bisect(0, "good", "part.wcbundle")
    assert prefix["verdict"] == "prefix" and prefix["record"] == 60, prefix
    same = bisect(0, "good", "good.wcbundle")
    assert same["verdict"] == "same" and same["record"] == 132, same
    seed = bisect(1, "good", "seed")
    assert seed["verdict"] == "input", seed
    run(0, PROGRAM, "audit", "bundle", "seed", "--plain", "-o", "seed.wcbundle")
    assert seed["record"] == first_difference(records("good.wcbundle"), records("seed.wcbundle"))
    assert bisect(1, "good", "day")["verdict"] == "other_chain"
    text = run(0, PROGRAM, "audit", "bisect", "part.wcbundle", "good")
    assert "A is the beginning of B: the same up to record 60" in text, text


def check_refusals():
    assert "--to does not go with" in run(2, PROGRAM, "audit", "bisect", "good", "--to", "3")
    assert "nowhere" in run(3, PROGRAM, "audit", "bisect", "good", "nowhere")
    assert "cannot be started" in run(3, PROGRAM, "audit", "bisect", "good", "bad", "--other",
                                      "/nowhere/wattclause")
    assert "shows no steps" in run(3, PROGRAM, "audit", "bisect", "good", "bad", "--other", "true")
    with open("good.wcbundle", "rb") as source:
        data = bytearray(source.read())
    data[len(data) // 2] ^= 1
    with open("damaged.wcbundle", "wb") as target:
        target.write(data)
    assert "damaged" in run(1, PROGRAM, "audit", "bisect", "good", "damaged.wcbundle")


def check_steps(found):
    record, receipt = found["record"], found["difference"]["receipt"]
    place = f"{record}.{receipt}"
    lines = run(0, PROGRAM, "audit", "steps", "good", place).splitlines()
    called = found["instruction"]["place"].split(":")[0]
    assert lines[0].split("\t")[:3] == ["0", "call", called], lines[0]
    kinds = {line.split("\t")[1] for line in lines}
    assert kinds == {"call", "step", "set", "store", "event", "end"}, kinds
    assert lines == run(0, PROGRAM, "audit", "steps", "good.wcbundle", place, "--names",
                        "good").splitlines()
    assert "has no receipt" in run(1, PROGRAM, "audit", "steps", "good", f"{record}.4000")
    assert "there is no record 133" in run(1, PROGRAM, "audit", "steps", "good", "133.0")
    assert f"record {record} is stored otherwise" in run(1, PROGRAM, "audit", "steps", "bad", place)
    assert "audit replay" in run(1, PROGRAM, "audit", "steps", "bad", f"{record + 1}.0")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        demo(PROGRAM, "good")
        demo(FAULTY, "bad")
        demo(PROGRAM, "seed", "--seed", "2")
        demo(PROGRAM, "day", "--day", "33")
        found = check_fault()
        check_against_this_program(found)
        check_bundles(found)
        check_other_answers()
        check_refusals()
        check_steps(found)
        os.chdir("/")
    print("bisect: ok")


main()
