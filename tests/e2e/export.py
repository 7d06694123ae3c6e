#!/usr/bin/env python3
"""export: the demo's books as CSV, held against the ledger's own bytes and against recompute.py.

    export.py WATTCLAUSE ROOT

Postings are read again from the receipts of a plain bundle, without the program's code; what parties
owe and were paid is compared with the figures that follow from the meter data alone.
"""
import csv
import hashlib
import io
import json
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile
from decimal import Decimal

PROGRAM, ROOT = (os.path.abspath(path) for path in sys.argv[1:3])
TABLES = ("journal", "payables", "receivables", "trades", "meters", "settlement")
RECEIPT_SIZE, LEDGER_POSTING = 193, 1
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def run(code, *arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr.decode()


def table(name, ledger="day", *options):
    data, _ = run(0, "export", name, ledger, *options)
    assert data.count(b"\n") == data.count(b"\r\n"), name  # RFC 4180: every line ends so
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows), name
    return rows


def total(rows, column):
    return sum(Decimal(row[column]) for row in rows if row[column])


# ---- the bundle -------------------------------------------------------------------------------------


def address_bytes(text):
    """Payload of a bech32m address of 32 bytes; its checksum is not the matter here."""
    bits = 0
    for letter in text[3:-6]:
        bits = bits << 5 | CHARSET.index(letter)
    return (bits >> 4).to_bytes(32, "big")


def system(name):
    domain = b"wattclause/sys/1"
    return hashlib.sha256(bytes([len(domain)]) + domain + name).digest()


def pages(path):
    """(record, receipt, page) of a plain bundle: node/audit/bundle.h."""
    with open(path, "rb") as source:
        data = source.read()
    last = struct.unpack_from(">Q", data, 11)[0]
    at = 11 + 60
    at += 4 + struct.unpack_from(">I", data, at)[0]
    for record in range(last + 1):
        at += 2 + struct.unpack_from(">H", data, at)[0]
        at += 4 + struct.unpack_from(">I", data, at)[0]
        for part in range(2):
            count = struct.unpack_from(">I", data, at)[0]
            at += 4
            for _ in range(count):
                index, size = struct.unpack_from(">II", data, at)
                if part == 1:
                    yield record, index, data[at + 8:at + 8 + size]
                at += 8 + size


def postings(path):
    """(record, receipt, event) -> asset, debited owner, credited owner, amount."""
    found = {}
    ledger = system(b"ledger")
    for record, receipt, page in pages(path):
        at = RECEIPT_SIZE
        at += 4 + struct.unpack_from(">I", page, at)[0]
        count = struct.unpack_from(">I", page, at)[0]
        at += 4
        for event in range(count):
            emitter, kind, size = page[at:at + 32], *struct.unpack_from(">HI", page, at + 32)
            data = page[at + 38:at + 38 + size]
            at += 38 + size
            if emitter != ledger or kind != LEDGER_POSTING:
                continue
            asset = struct.unpack_from(">I", data)[0]
            amount = struct.unpack_from(">q", data, 134)[0]
            found[record, receipt, event] = (asset, data[70:102], data[5:37], amount)
        assert at == len(page), (record, receipt)
    return found


def check_journal():
    run(0, "audit", "bundle", "day", "--plain", "-o", "day.wcbundle")
    stored = postings("day.wcbundle")
    rows = table("journal")
    assert len(rows) == 2 * len(stored), (len(rows), len(stored))
    held = {}
    for debit, credit in zip(rows[::2], rows[1::2]):
        place = tuple(int(debit[key]) for key in ("record", "receipt", "event"))
        asset, to, source, amount = stored.pop(place)
        assert asset == 2 and debit["asset"] == credit["asset"] == "CNY", place
        assert Decimal(debit["debit"]) * 100 == amount == Decimal(credit["credit"]) * 100, place
        assert debit["credit"] == credit["debit"] == "", place
        assert (debit["line"], credit["line"]) == ("1", "2"), place
        assert address_bytes(debit["account"]) == to, place
        assert address_bytes(credit["account"]) == source, place
        for row, sign in ((debit, 1), (credit, -1)):
            key = row["account"], row["party"]
            held[key] = held.get(key, 0) + sign * amount
    assert not stored, stored
    assert total(rows, "debit") == total(rows, "credit") == Decimal("1362.42")
    issuance = system(b"issuance")
    outside = sum(amount for (account, _), amount in held.items()
                  if address_bytes(account) == issuance)
    assert sum(held.values()) == 0 and outside <= 0, held
    assert all(amount >= 0 for (account, _), amount in held.items()
               if address_bytes(account) != issuance), held


# ---- against the meter data -------------------------------------------------------------------------


def check_claims():
    out = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tests/reference/recompute.py"),
                          "--json"], capture_output=True, text=True, check=True).stdout
    figures = json.loads(out)["days"][0]
    payables, receivables = table("payables"), table("receivables")
    for column in ("charged", "paid"):
        assert total(payables, column) == total(receivables, column) == Decimal("186.52"), column
    for party, figure in figures["parties"].items():
        for column in ("charged", "paid"):
            owed = total([row for row in payables if row["party_name"] == party], column)
            due = total([row for row in receivables if row["party_name"] == party], column)
            assert owed == Decimal(figure["paid"]) and due == Decimal(figure["received"]), (
                party, column, owed, due, figure)
    lines = sorted((row["party_name"], row["counterparty_name"], Decimal(row["exact"]),
                    row["charged"]) for row in payables if row["kind"] == "line")
    assert lines == sorted((line["payer"], line["payee"], Decimal(line["exact"]), line["amount"])
                           for line in figures["lines"])
    mirrored = [{**row, "party": row["counterparty"], "counterparty": row["party"],
                 "party_name": row["counterparty_name"], "counterparty_name": row["party_name"]}
                for row in receivables]
    assert payables == mirrored


def check_market():
    trades = table("trades")
    _, summary = run(0, "export", "trades", "day")
    assert total(trades, "quantity") == Decimal("102.558") and "102.558" in summary
    assert min(Decimal(row["price"]) for row in trades) == Decimal("0.38550")
    assert max(Decimal(row["price"]) for row in trades) == Decimal("0.91390")
    settlement = table("settlement")
    booked = total([row for row in settlement if row["what"] == "LegBooked"], "amount")
    refunded = total([row for row in settlement if row["what"] == "Refunded"], "amount")
    assert (booked, refunded) == (Decimal("186.52"), Decimal("173.48"))
    deposits = total([row for row in table("journal") if row["cause"] == "issue"], "debit")
    assert booked + refunded == deposits == Decimal("360.00")


def check_meters():
    """What home 1 drew less what it fed in is what it bought less what it sold."""
    rows = [row for row in table("meters") if row["meter_name"] == "meter-1" and
            row["contract"] == "Supply"]
    assert len(rows) == 96 and len({row["at"] for row in rows}) == 96, len(rows)
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["payload"]) for row in rows)
    assert all(row["measure"] == "net" and row["unit"] == "kWh" for row in rows)
    out = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tests/reference/recompute.py"),
                          "--json"], capture_output=True, text=True, check=True).stdout
    home = json.loads(out)["days"][0]["parties"]["home-1"]
    assert total(rows, "quantity") == Decimal(home["bought"]) - Decimal(home["sold"]), home


def check_page():
    """docs/reference/audit.md names every column of every table, in order."""
    with open(os.path.join(ROOT, "docs/reference/audit.md"), encoding="utf-8") as source:
        page = source.read()
    place = re.findall(r"^\| `(\w+)` \|", page.split("### Every table")[1].split("###")[0], re.M)
    for name in TABLES:
        part = page.split(f"### {name}\n")[1].split("###")[0]
        columns = place + re.findall(r"^\| `(\w+)` \|", part, re.M)
        if name == "receivables":
            columns = place + re.findall(
                r"^\| `(\w+)` \|", page.split("### payables\n")[1].split("###")[0], re.M)
        data, _ = run(0, "export", name, "day")
        assert data.split(b"\r\n")[0].decode().split(",") == columns, (name, columns)


def check_forms():
    for name in TABLES:
        plain, _ = run(0, "export", name, "day")
        again, said = run(0, "export", name, "day.wcbundle", "--names", "day")
        assert plain == again and "rows" in said, name
        out, _ = run(0, "export", name, "day", "--json", "-o", name + ".csv")
        with open(name + ".csv", "rb") as source:
            assert source.read() == plain, name
        assert json.loads(out)["rows"] == plain.count(b"\r\n") - 1, out
    _, said = run(2, "export", "ledger", "day")
    assert "takes journal" in said
    _, said = run(3, "export", "journal", "nowhere")
    assert "nowhere" in said
    run(3, "export", "journal", "day", "-o", "no/such/folder.csv")


def check_formulas():
    """A name is no formula in anybody's spreadsheet, and numbers stay numbers."""
    with open("day/names.json", encoding="utf-8") as source:
        names = json.load(source)
    bad = {"home-1": "=HYPERLINK(0)", "home-2": "@SUM(A1)", "home-3": "+1, 2", "grid": "-2+3",
           "retailer": "\uff1dA1", "aggregator": "-5.25"}
    with open("bad.json", "w", encoding="utf-8") as target:
        json.dump({bad.get(name, name): address for name, address in names.items()}, target,
                  ensure_ascii=False)
    rows, plain = table("journal", "day", "--names", "bad.json"), table("journal")
    seen = set()
    for row, before in zip(rows, plain):
        for column, value in before.items():
            text = bad.get(value, value) if column.endswith("_name") else value
            meant = text if text in (value, "-5.25") else "'" + text
            assert row[column] == meant, (column, value, row[column])
            seen.add(text)
    assert not set(bad.values()) - seen, set(bad.values()) - seen
    assert any(row["quantity"].startswith("-") for row in table("meters")), "feeding in is negative"


def check_outputs():
    """A link under the name that a file has while it is written leads nobody to what is ours; a device
    or pipe stays one; a link is followed when it is our own, and is still one afterwards."""
    with open("ours", "w", encoding="utf-8") as target:
        target.write("ours")
    for name, *arguments in (("linked.csv", "export", "journal", "day"), ("linked.bundle", "audit", "bundle", "day"),
                             ("linked.proof", "audit", "proof", "day", "receipt", "1.0")):
        def lay(name=name):
            os.symlink("ours", f"{name}.part")

        subprocess.run([PROGRAM, *arguments, "-o", name], check=True, stdout=subprocess.DEVNULL, preexec_fn=lay)
        assert os.path.isfile(name) and not os.path.islink(name), name
        with open(name, "rb") as source:
            content = source.read()

        os.mkfifo("pipe")
        with open("piped", "w+b") as piped:
            reader = subprocess.Popen(["cat", "pipe"], stdout=piped)
            run(0, *arguments, "-o", "pipe")
            assert reader.wait(timeout=60) == 0
            piped.seek(0)
            assert piped.read() == content, name
        assert stat.S_ISFIFO(os.stat("pipe").st_mode), "a pipe stays a pipe"
        os.unlink("pipe")
        os.symlink("/dev/null", "away")
        run(0, *arguments, "-o", "away")
        assert os.path.islink("away") and stat.S_ISCHR(os.stat("/dev/null").st_mode)
        os.unlink("away")

        os.symlink("behind", "own")
        with open("behind", "w", encoding="utf-8"):
            pass
        run(0, *arguments, "-o", "own")
        with open("behind", "rb") as source:
            assert source.read() == content and os.path.islink("own"), name
        os.unlink("own")
        os.unlink("behind")
        if os.geteuid() == 0:
            os.symlink("ours", "alien")
            os.lchown("alien", 4242, 4242)
            said = run(3, *arguments, "-o", "alien")[1]
            assert "alien: is a link that somebody else made" in said, said
            os.unlink("alien")
        said = run(3, *arguments, "-o", ".")[1]
        assert ".: Is a directory" in said, said
    with open("ours", encoding="utf-8") as source:
        assert source.read() == "ours"
    assert not [name for name in os.listdir(".") if ".part" in name], os.listdir(".")


def check_genesis():
    """Balances that genesis gives have no receipt, and are in the journal."""
    with open("genesis.txt", "w", encoding="utf-8") as target:
        target.write(f"""[chain]
id = test-books
time = 2026-01-01T00:00:00Z
clock = scripted
[asset UNIT]
number = 1
issuer = admin
[asset CNY]
number = 2
scale = 2
issuer = admin
[account admin]
role = Admin
key = {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}
balance = 1500.000000 UNIT
balance = 12.34 CNY
[admin]
threshold = 1
member = admin
[validator admin]
key = sequencer
""")
    with open("passphrase", "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as key:
        key.write("a long passphrase\n")
    run(0, "node", "init", "books", "--genesis", "genesis.txt", "--passphrase-file", "passphrase")
    rows = table("journal", "books")
    found = [(row["asset"], row["debit"], row["credit"], row["account_name"]) for row in rows]
    assert found == [("UNIT", "1500.000000", "", "admin"), ("UNIT", "", "1500.000000", ""),
                     ("CNY", "12.34", "", "admin"), ("CNY", "", "12.34", "")], found
    assert {(row["record"], row["cause"], row["tx_id"]) for row in rows} == {("0", "genesis", "")}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(0, "demo", "--quiet", "--data", os.path.join(ROOT, "tests/data/citylearn2022"),
            "--recompute", os.path.join(ROOT, "tests/reference/recompute.py"), "day")
        check_journal()
        check_claims()
        check_market()
        check_meters()
        check_page()
        check_forms()
        check_formulas()
        check_outputs()
        check_genesis()
        os.chdir("/")
    print("export: ok")


main()
