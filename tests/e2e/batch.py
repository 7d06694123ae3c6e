#!/usr/bin/env python3
"""A batch of readings from a CSV file to a proof of one of them.

    batch.py WATTCLAUSE ROOT

Runs the commands of docs/tutorials/aggregator.md as they stand there, in one shell. Then holds what came
of them against tests/reference/layouts.py (the signed bytes), against the CSV files (`export meters`), and
against exact fractions (what the owners were paid); proves every reading by two verifiers; and spoils
the CSV in every way that has a name.
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

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
sys.path.insert(0, os.path.join(root, "tests/reference"))
import layouts as la  # noqa: E402

AT, NOON, STEP = "2026-01-01T12:00:00Z", 1767268800, 900
QUALITY = ["measured", "estimated", "substituted", "missing"]
failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", text)


def run(*arguments, code=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    check(done.returncode == code, "%s: exit %d, expected %d\n%s%s" % (
        arguments, done.returncode, code, done.stdout[:500], done.stderr[:500]))
    return done


def load(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(text if isinstance(text, str) else json.dumps(text))


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def walk_the_tutorial(folder):
    with open(os.path.join(root, "docs/tutorials/aggregator.md"), encoding="utf-8") as text:
        blocks = re.findall(r"^```sh\n(.*?)^```$", text.read(), flags=re.M | re.S)
    script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)
    environment = dict(os.environ, PATH=os.path.dirname(program) + ":" + os.environ["PATH"],
                       LC_ALL="C.UTF-8", TZ="UTC", CONTRACTS=os.path.join(root, "contracts"))
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, timeout=1000,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    check(done.returncode == 0, "the tutorial: exit %d\n%s" % (done.returncode, done.stdout[-3000:]))
    for wanted in ("READING_IMPLAUSIBLE: 12.07 kWh; the page allows 0 to 5.000 kWh", '"number": 3',
                   "version 0  missing, replaced", "version 1  0.744 kWh, measured",
                   "amount 0.27 CNY", "trusted  *the record's hash"):
        check(re.search(wanted, done.stdout), "not seen: " + wanted)
    return done.stdout


# ---- the signed bytes -------------------------------------------------------------------------------


def payload(rows, version=0, prior=bytes(32), before=b""):
    by_meter = {row["meter"]: row for row in rows}
    readings = []
    for slot, meter in enumerate(load("page-7.json")["meter"]):
        row = by_meter[meter]
        wh = Fraction(row["kwh"] or 0) * 1000
        readings.append((slot, QUALITY.index(row["quality"]), NOON // STEP, int(wh)))
    return la.batch(3, version, 7, prior, readings, before)


def the_bytes_are_those_of_the_specification():
    first, second = load("1200.tx"), load("1200-corrected.tx")
    one = payload(rows_of("1200.csv"))
    salt = bytes.fromhex(first["payloads"][0]["salt"])
    check(first["payloads"][0]["bytes"] == one.hex(), "the payload of the batch")
    top = la.pieces_root(salt, one, 8)
    check((top + la.u32(len(one)) + la.u16(8)).hex() in first["body"], "the root that is signed")
    two = payload(rows_of("1200-corrected.csv"), 1, top, la.batch_before(salt, one))
    check(second["payloads"][0]["bytes"] == two.hex(), "the payload of the correction")
    shown = json.loads(run("tx", "show", "1200-corrected.tx", "page-7.json", "--names", "roofs").stdout)
    batch = shown["calls"][0]["batch"]
    check(batch["at"] == AT and batch["version"] == 1 and batch["changed"] == 2, "shown: %s" % batch)
    check(batch["corrects"] == top.hex() and batch["kwh"] == "2.936", "shown: %s" % batch)
    check(batch["readings"][2]["was"] == "missing" and batch["readings"][3]["was_kwh"] == "0.500",
          "what changes: %s" % batch["readings"])
    names = {entry["name"]: entry["is"] for entry in shown["names"]}
    check([reading["meter"] for reading in batch["readings"]] ==
          [names["roof-%d" % i] for i in range(1, 6)], "meters by slot")
    bare = json.loads(run("tx", "show", "1200.tx").stdout)["calls"][0]["batch"]
    check(bare["interval"] == NOON // STEP and "meter" not in bare["readings"][0], "without the page")


# ---- the table, the money, the proofs ---------------------------------------------------------------


def the_table_has_every_reading():
    table = rows_of("meters.csv")
    expected = []
    for version, name in enumerate(("1200.csv", "1200-corrected.csv")):
        for slot, row in enumerate(sorted(rows_of(name), key=lambda row: row["meter"])):
            kwh = "%.3f" % Fraction(row["kwh"]) if row["kwh"] else ""
            expected.append((row["meter"], str(version), row["at"], kwh, row["quality"],
                             "stands" if version else "replaced", str(slot), "exported"))
    columns = ("meter_name", "version", "at", "quantity", "quality", "status", "slot", "measure")
    check([tuple(row[c] for c in columns) for row in table] == expected, "rows %s" % table)
    stands = sum(Fraction(row["quantity"] or 0) for row in table if row["status"] == "stands")
    said = run("export", "meters", "roofs").stderr
    check("quantity %.3f" % float(stands) in said and stands == Fraction("2.936"), said)
    roots = [load(name)["payloads"][0] for name in ("1200.tx", "1200-corrected.tx")]
    for version, part in enumerate(roots):
        top = la.pieces_root(bytes.fromhex(part["salt"]), bytes.fromhex(part["bytes"]), 8)
        check({row["payload"] for row in table if row["version"] == str(version)} == {top.hex()},
              "root of version %d" % version)
    return table


def every_row_says_how_it_is_proved(table):
    for row in table:
        done = run("audit", "proof", "roofs", *row["proof"].split(" "), "-o", "row.proof").stdout
        said = row["quantity"] + " kWh, " + row["quality"] if row["quantity"] else "missing"
        check(said in done and "slot %s of page 7" % row["slot"] in done, done)
        trusted = re.search(r"record hash +(\w+)", done).group(1)
        judged = subprocess.run([sys.executable, "-B", os.path.join(root, "tests/reference/proofs.py"),
                                 "row.proof", trusted], capture_output=True, text=True, check=False)
        check(judged.returncode == 0, judged.stdout + judged.stderr)
        wh = int(Fraction(row["quantity"] or 0) * 1000)
        value = la.batch_reading(int(row["slot"]), QUALITY.index(row["quality"]), NOON // STEP, wh)
        check(value.hex() in judged.stdout, judged.stdout)


def owners_are_paid_what_follows():
    journal = list(csv.DictReader(io.StringIO(run("export", "journal", "roofs").stdout, newline="")))
    paid = {row["account_name"]: row["debit"] for row in journal
            if row["line"] == "1" and row["account_name"].startswith("owner-")}
    expected = {}
    for row in rows_of("1200-corrected.csv"):
        fen = round(Fraction(row["kwh"] or 0) * Fraction("36.55"))  # half even
        if fen:
            expected["owner-" + row["meter"][-1]] = "%d.%02d" % divmod(fen, 100)
    check(paid == expected, "paid %s, expected %s" % (paid, expected))


def owners_find_what_they_were_paid():
    """The same in a statement and in the books: the posting of the close is the line."""
    paid = {}
    for row in rows_of("1200-corrected.csv"):
        fen = round(Fraction(row["kwh"] or 0) * Fraction("36.55"))
        if fen:
            paid["owner-" + row["meter"][-1]] = "%d.%02d" % divmod(fen, 100)
    for table, side in (("receivables", "party"), ("payables", "counterparty")):
        done = run("export", table, "roofs")
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        check({row[side + "_name"]: row["charged"] for row in rows} == paid, "%s: %s" % (table, rows))
        check(all((row["kind"], row["component"], row["day"], row["asset"], row["contract"], row["quantity"]) ==
                  ("line", "page 7", "2026-01-02T00:00:00Z", "CNY", "SurplusPurchase", "") for row in rows), rows)
    for owner, amount in paid.items():
        said = json.loads(run("query", "--json", "--ledger", "roofs", "statement", owner).stdout)
        line = said["lines"][0]
        check(len(said["lines"]) == 1 and line["amount"] == amount + " CNY", "%s: %s" % (owner, said))
        check((line["component"], line["side"], line["day"], line["contract"]) ==
              ("page 7", "receives", "2026-01-02", "SurplusPurchase"), "%s: %s" % (owner, line))
        check(said["sums"] == [{"paid": "0.00 CNY", "received": amount + " CNY", "net": "+%s CNY" % amount}],
              "sums %s" % said["sums"])
        run("audit", "why", "--ledger", "roofs", line["id"], amount)
    run("query", "--ledger", "roofs", "statement", "owner-1", "--day", "2026-01-02")
    check(json.loads(run("query", "--json", "--ledger", "roofs", "statement", "retailer").stdout)["lines"] == [],
          "the buyer's money left with the readings")


# ---- what is wrong ----------------------------------------------------------------------------------

HEAD = "meter,at,kwh,quality\n"
GOOD = ["roof-%d,%s,0.100,measured\n" % (i, AT) for i in range(1, 6)]


def csv_with(line, new):
    """The good rows, one replaced (2 to 6), or one more in front (0)."""
    return HEAD + "".join(new if line == i + 2 else row for i, row in enumerate(GOOD))


def row(meter="roof-2", at=AT, kwh="0.1", quality="measured"):
    return "%s,%s,%s,%s\n" % (meter, at, kwh, quality)


WRONG = [
    # text, place, name and sentence
    (csv_with(3, row("roof-1")), "3:1: SLOT_TWICE: `roof-1` has a row already, in line 2"),
    (csv_with(3, row("roof-22")), "3:1: SLOT_UNKNOWN: `roof-22` is no address (wc1...) and no name of "
                                  "names.json; near it: roof-2, roof-1, roof-3, roof-4, roof-5"),
    (csv_with(3, row("owner-2")), "3:1: SLOT_UNKNOWN: `owner-2` is no meter of page 7"),
    (csv_with(3, row("")), "3:1: SLOT_UNKNOWN"),
    (csv_with(3, row(kwh="0.1234")), "3:29: READING_SCALE: 0.1234 kWh is no whole number of Wh"),
    (csv_with(3, row(kwh="100")), "3:29: READING_IMPLAUSIBLE: 100 kWh; the page allows 0 to 5.000 kWh"),
    (csv_with(3, row(kwh="-0.001")), "3:29: READING_IMPLAUSIBLE"),
    (csv_with(3, row(kwh="9" * 30)), "3:29: READING_IMPLAUSIBLE"),
    (csv_with(3, row(kwh="0.1 kWh")), "3:29: BAD_ARGUMENTS: `0.1 kWh` is no number"),
    (csv_with(3, row(kwh='"0,1"')), "3:29: BAD_ARGUMENTS: `0,1` is no number, with a point"),
    (csv_with(3, row(kwh="0,1")), "3:33: BAD_ARGUMENTS: the row has more fields than the head"),
    (csv_with(3, row(kwh="")), "3:29: BAD_ARGUMENTS: has no value; a reading that you do not have is missing"),
    (csv_with(3, row(quality="missing")), "3:29: BAD_ARGUMENTS: a reading that is missing has no value"),
    (csv_with(3, row(quality="good")), "3:33: BAD_ARGUMENTS: `good` is no quality"),
    (csv_with(3, row(at="2026-01-01T12:15:00Z")), "3:8: BATCH_MIXED: is another interval than " + AT + " of line 2"),
    (csv_with(2, row("roof-1", "2026-01-01T12:01:00Z")), "2:8: READING_OUT_OF_PLACE: is no start"),
    (csv_with(2, row("roof-1", "2026-01-01T12:00:00")), "2:8: BAD_ARGUMENTS: `2026-01-01T12:00:00` is no time in UTC"),
    (csv_with(2, row("roof-1", "2026-02-30T12:00:00Z")), "2:8: BAD_ARGUMENTS"),
    (csv_with(2, row("roof-1", "2025-12-31T12:00:00Z")), "2:8: READING_BACK_DATED: lies before the page begins"),
    (csv_with(2, row("roof-1", "2027-01-01T12:00:00Z")), "2:8: METER_NOT_VALID: the page reports until 2027-01-01T00:00:00Z"),
    (csv_with(6, ""), "6:1: BATCH_INCOMPLETE: 1 of 5 meters have no row"),
    (csv_with(6, "roof-5," + AT + "\n"), "6:8: BAD_ARGUMENTS: the row has 2 fields; the head has 4"),
    (csv_with(6, GOOD[4] + row("roof-3")), "7:1: SLOT_TWICE"),
    (csv_with(3, 'roof-2,"' + AT + ',0.1,measured\n'), "3:8: BAD_ARGUMENTS: a quote"),
    ("", "1:1: BAD_ARGUMENTS: is empty"),
    (HEAD, "2:1: BATCH_INCOMPLETE: 5 of 5 meters"),
    (HEAD.replace(",", ";"), "1:1: BAD_ARGUMENTS: `meter;at;kwh;quality` is no column: fields are separated by commas"),
    (HEAD.replace("kwh", "mwh"), "1:10: BAD_ARGUMENTS: `mwh` is no column"),
    (HEAD.replace("kwh", "at"), "1:10: BAD_ARGUMENTS: `at`: there is a column for that already"),
    ("meter,at,kwh\n", "1:10: BAD_ARGUMENTS: the column quality is missing"),
    (HEAD.replace("\n", ",note\n"), "1:22: BAD_ARGUMENTS: `note` is one column more"),
    (csv_with(3, row()).replace("kwh", "wh"), "2:29: READING_SCALE: 0.100 Wh is no whole number of Wh"),
    (csv_with(3, "ro\x1b[31mof,x,1,y\n"), "3:1: SLOT_UNKNOWN"),
]


def describe(**call):
    base = load("1200.json")
    base["calls"] = [{"batch": "x.csv", "page": "page-7.json", **call}]
    write("x.json", base)


def build(*more, code=0):
    done = run("tx", "build", "x.json", "--names", "roofs", "--time", "2026-01-01T12:16:00Z", *more, code=code)
    check(code == 0 or done.stdout == "", "output beside an error")
    return done


def wrong_rows_are_refused_with_their_place():
    describe()
    for text, message in WRONG:
        write("x.csv", text)
        done = build(code=1)
        check("x.json: calls[0].batch: x.csv:" + message in done.stderr,
              "expected %r, found %r" % (message, done.stderr))
        check("\x1b" not in done.stderr, "a control character in a message")
        code = re.search(r": ([A-Z_]{6,}): ", done.stderr)
        if code:
            run("explain", code.group(1))


def time_decides():
    describe()
    write("x.csv", HEAD + "".join(GOOD))
    for time, message in (("2026-01-01T12:14:59Z", "READING_OUT_OF_PLACE: the interval is not over at"),
                          ("2026-02-15T12:00:01Z", "READING_BACK_DATED: is more than 45 days back")):
        done = build("--time", time, code=1)
        check("x.csv:2:8: " + message in done.stderr, done.stderr)
    check("flags the batch as late" in build("--time", "2026-01-02T12:15:01Z", "-o", "x.tx").stderr, "late")
    check(build("--time", "2026-01-02T12:15:00Z", "-o", "x.tx").stderr == "", "not late")
    run("tx", "build", "x.json", "--names", "roofs", "--time", "noon", code=2)


def any_form_of_the_same_rows_is_the_same_batch():
    describe()
    plain = HEAD + "".join(GOOD)
    shuffled = "quality,wh,meter,at\r\n" + "".join(
        'measured, 100 ,"roof-%d",%s\r\n' % (i, AT) for i in (5, 1, 4, 2, 3))
    seen = []
    for text in (plain, shuffled, "\ufeff" + plain.rstrip("\n"), plain.replace("\n", "\r\n\r\n")):
        write("x.csv", text)
        build("-o", "x.tx")
        seen.append(load("x.tx")["payloads"][0]["bytes"])
    check(len(set(seen)) == 1, "one batch in %d forms" % len(set(seen)))
    salts = {load("x.tx")["payloads"][0]["salt"], load("1200.tx")["payloads"][0]["salt"]}
    check(len(salts) == 2, "a salt was used twice")


def corrections_need_what_they_correct():
    write("x.csv", open("1200.csv", encoding="utf-8").read())
    describe(corrects="1200.tx")
    check("every reading is as in the batch that it corrects" in build("-o", "x.tx").stderr, "a note")
    other = open("1200.csv", encoding="utf-8").read().replace("T12:00", "T11:45")
    write("x.csv", other)
    check("CORRECTION_DIFFERS: corrects: holds the interval of " + AT in build(code=1).stderr, "interval")
    write("x.csv", open("1200.csv", encoding="utf-8").read())
    for name, message in (("enrol.tx", "corrects: the file holds no batch of this page"),
                          ("1200.json", "corrects: 1200.json: no transaction file")):
        describe(corrects=name)
        check(message in build(code=1).stderr, name)
    describe(corrects="gone.tx")
    check("gone.tx" in build(code=3).stderr, "a file that is not there")
    without = load("1200.tx")
    without["payloads"] = [None]
    write("without.tx", without)
    describe(corrects="without.tx")
    check("no batch of this page with its payload" in build(code=1).stderr, "a payload that is gone")


def pages_are_checked():
    page = load("page-7.json")
    write("x.csv", HEAD + "".join(GOOD))
    for change, message in (({"meter": page["meter"] * 101}, "meter lists more meters than a page has: 500"),
                            ({"meter": []}, "meter lists 0 meters; a page has 1 to 500"),
                            ({"step_s": 700}, "step_s divides a day"),
                            ({"energy_max": 0}, "energy_max is above 0"),
                            ({"channel": 4}, "channel is 0 import"),
                            ({"from_s": "2026-01-01T00:01:00Z"}, "from_s and until_s are starts of intervals"),
                            ({"meter": ["roof-x"]}, "meter: `roof-x` is no address (wc1...) and no name"),
                            ({"metre": 1}, "metre is no argument here")):
        describe(page={**page, **change})
        done = build(code=1)
        check("calls[0].page: " + message in done.stderr, "expected %r, found %r" % (message, done.stderr))
    describe(page="1200.csv")
    check("calls[0].page: 1200.csv: line 1" in build(code=1).stderr, "a page that is no JSON")
    describe(corects="1200.tx")
    check("calls[0].corects: is not known here; did you mean `corrects`?" in build(code=1).stderr, "a slip")
    full = {**page, "meter": [la.bech32m("wc", bytes([1 + i // 250, i % 250]) + bytes(30)) for i in range(500)]}
    write("full.json", full)
    write("x.csv", HEAD + "".join("%s,%s,%d.%03d,measured\n" % (meter, AT, i % 5, i)
                                  for i, meter in enumerate(full["meter"])))
    describe(page="full.json")
    build("-o", "full.tx")
    describe(page="full.json", corrects="full.tx")
    build("-o", "full-corrected.tx")
    batch = json.loads(run("tx", "show", "full-corrected.tx", "full.json").stdout)["calls"][0]["batch"]
    check(batch["count"] == 500 and batch["changed"] == 0, "a full page")
    base = load("1200.json")
    base["calls"] = [{"native": "page_register", "arguments": "full.json"}]
    write("x.json", base)
    build("-o", "register.tx")
    shown = json.loads(run("tx", "show", "register.tx").stdout)["calls"][0]["arguments"]
    check(shown["meter"] == full["meter"] and shown["step_s"] == 900, "a page's registration")


with tempfile.TemporaryDirectory() as place:
    walk_the_tutorial(place)
    if failures == 0:
        os.chdir(place)
        the_bytes_are_those_of_the_specification()
        every_row_says_how_it_is_proved(the_table_has_every_reading())
        owners_are_paid_what_follows()
        owners_find_what_they_were_paid()
        wrong_rows_are_refused_with_their_place()
        time_decides()
        any_form_of_the_same_rows_is_the_same_batch()
        corrections_need_what_they_correct()
        pages_are_checked()
        os.chdir("/")
print("batch.py:", "passed" if failures == 0 else "%d failed" % failures)
sys.exit(failures != 0)
