#!/usr/bin/env python3
"""Backup and restore: of a running node and at rest, damage named by file, nothing sealed lost by
accident, and an incarnation that shows when it was lost on purpose."""
import hashlib
import json
import os
import shutil

from running import PROGRAM, Node, Signer, check, finish, run, temporary

signer, place = Signer(), temporary()
node = Node(place, signer).start()


def seal(count, what):
    for i in range(count):
        tx, _ = node.deposit("home-1", 100, f"{what}-{i}")
        code, answer = node.submit(tx)
        check(code == 200 and answer["answer"] == "SEALED", f"{what} {i}", answer)
    return node.get("/v1/status")[1]


def balance():
    return node.get(f"/v1/accounts/{node.addresses['home-1'][1]}/balances")[1]["balances"][-1]["amount"]


def refused(code, text, *arguments):
    done = run("node", *arguments)
    check(done.returncode == code and text in done.stderr, f"{arguments[0]}: exit {code}, `{text}`", done.returncode, done.stderr)


def incarnation_text(number):
    """As the file holds it (docs/reference/node.md)."""
    return f"{number} {hashlib.sha256(f'wattclause/incarnation {number}'.encode()).hexdigest()[:16]}\n"


# ---- of a running node ----------------------------------------------------------------------------
first = seal(5, "first")
live = place / "backup-live"
done = run("node", "backup", node.folder, live, "--json")
check(done.returncode == 0 and json.loads(done.stdout)["seq"] == first["seq"], "a backup of a running node", done)
check(json.loads(done.stdout)["record_hash"] == first["record_hash"], "of its newest record")
check({path.name for path in live.iterdir()} == {"WATTCLAUSE", "db", "db.guard", "BACKUP"}, "no key, no SEAL in it")
refused(3, "there is something already", "backup", node.folder, live)
second = seal(5, "second")
check(node.stop() == 0, "stops")
check(json.loads(run("audit", "replay", live, "--json").stdout)["verdict"] == "identical", "an auditor replays a backup")

# ---- at rest: nothing is lost, nothing is asked ---------------------------------------------------
rest = place / "backup-rest"
done = run("node", "backup", node.folder, rest, "--json")
check(done.returncode == 0 and json.loads(done.stdout)["record_hash"] == second["record_hash"], "a backup at rest", done)
# On another machine: the kept keys and the backup are enough for a start.
home, fresh = node.folder, place / "fresh"
shutil.copytree(home / "keys", fresh / "keys")
done = run("node", "restore", rest, fresh)
check(done.returncode == 0 and "node.conf and names.json" in done.stdout, "restored beside kept keys", done)
(fresh / "node.conf").write_text((fresh / "node.conf").read_text().replace(":26670", ":0"))
(fresh / "run").rmdir()  # a copy by hand may lack it
node.folder = fresh
node.start()
check(node.get("/v1/status")[1]["record_hash"] == second["record_hash"], "and starts")
check(node.stop() == 0, "stops")
node.folder = home
shutil.rmtree(node.folder / "data")
done = run("node", "restore", rest, node.folder)
check(done.returncode == 0 and "incarnation    0" in done.stdout, "restored without loss", done)
node.start()
check(node.get("/v1/status")[1]["record_hash"] == second["record_hash"] and balance() == "110.00",
      "all is there", balance())
third = seal(2, "third")
refused(3, "node.lock", "restore", live, node.folder)
check(node.stop() == 0, "stops")

# ---- an older one: refused, until the operator says which record ----------------------------------
refused(1, f"the sealed records {first['seq'] + 1} to {third['seq']} would be lost", "restore", live, node.folder)
refused(1, f"--accept-loss-after {first['seq']}", "restore", live, node.folder, "--accept-loss-after", "3")
check(json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)["last_record"] == third["seq"], "nothing was touched")
done = run("node", "restore", live, node.folder, "--accept-loss-after", first["seq"])
check(done.returncode == 0 and "incarnation    1" in done.stdout and "given up" in done.stderr, "restored with loss", done)
check((node.folder / "keys" / "SEAL.0").exists() and (node.folder / "data.before-1").exists(), "what was there is kept beside")
node.start()
now = node.get("/v1/status")[1]
check(now["seq"] == first["seq"] and now["incarnation"] == 1 and balance() == "105.00", "back at the backup", now, balance())
node.nonces[("bank", 0)] = 5
seal(1, "anew")
check(node.get("/v1/records/5")[1]["certificate"]["incarnation"] == 0, "before: incarnation 0")
check(node.get("/v1/records/6")[1]["certificate"]["incarnation"] == 1, "from now on: 1, for everybody to see")
check("wattclause_incarnation 1\n" in node.get("/metrics")[1].decode(), "in the metrics, too")
check(node.stop() == 0, "stops")
check(json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)["verdict"] == "identical", "replays")

# The keys folder of before does not fit any more: its incarnation is below that of a certificate.
(node.folder / "keys" / "INCARNATION").write_text(incarnation_text(0))
refused(3, "the newest certificate 1", "start", node.folder, "--passphrase-file", node.passphrase)
for text in ("0\n", incarnation_text(1).replace("1 ", "3 "), incarnation_text(1)[:-1], "", "x" * 100):
    (node.folder / "keys" / "INCARNATION").write_text(text)
    refused(3, "one number with its check", "start", node.folder, "--passphrase-file", node.passphrase)
(node.folder / "keys" / "INCARNATION").write_text(incarnation_text(1))

# ---- without a SEAL nobody knows what was sealed --------------------------------------------------
moved = place / "moved"
refused(1, "is not known", "restore", rest, moved)
check(not moved.exists(), "a refused restore leaves no folder")
done = run("node", "restore", rest, moved, "--accept-loss-after", second["seq"])
check(done.returncode == 0 and "incarnation    1" in done.stdout, "accepted: the incarnation is raised", done)

# ---- damage is named by file ----------------------------------------------------------------------
for name in ("db/CURRENT", "db.guard", "WATTCLAUSE", "BACKUP"):
    spoilt = place / "spoilt"
    shutil.rmtree(spoilt, ignore_errors=True)
    shutil.copytree(rest, spoilt)
    data = bytearray((spoilt / name).read_bytes())
    data[len(data) // 2] ^= 1
    (spoilt / name).write_bytes(data)
    # A spoilt list names what it then cannot find.
    refused(3, "" if name == "BACKUP" else name.split("/")[-1], "restore", spoilt, place / f"never-{name.replace('/', '-')}", "--accept-loss-after", second["seq"])
table = next((rest / "db").glob("*.sst")).name
(spoilt / "BACKUP").write_bytes((rest / "BACKUP").read_bytes())
(spoilt / "db" / table).unlink()
refused(3, table, "restore", spoilt, place / "never-2", "--accept-loss-after", second["seq"])
(spoilt / "BACKUP").write_text((rest / "BACKUP").read_text().replace(f"db/{table}", "db/../../x"))
refused(3, "does not read", "restore", spoilt, place / "never-3", "--accept-loss-after", second["seq"])
# A stranger's backup: what is no file would be waited for, or read for good.
(spoilt / "BACKUP").write_bytes((rest / "BACKUP").read_bytes())
for make in (os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
    make(spoilt / "db" / table)
    refused(3, f"{table}: not a file", "restore", spoilt, place / "never-3", "--accept-loss-after", second["seq"])
    check(not (place / "never-3").exists(), "a refused restore leaves no folder")
    (spoilt / "db" / table).unlink()
refused(3, "is no backup: it has no list BACKUP", "restore", place / "nowhere", node.folder)
refused(3, "nowhere: No such file", "backup", place / "nowhere", place / "never-4")
refused(3, "rest: is no node's folder: it has no data", "backup", rest, place / "never-4")

# ---- another chain; rollback ----------------------------------------------------------------------
other = Node(place, signer, name="other", when="2026-01-01T00:00:00Z")
refused(1, "another genesis", "restore", rest, other.folder, "--accept-loss-after", second["seq"])
refused(1, "a solo chain has no rollback", "rollback", node.folder)
check(PROGRAM != "", "program")
finish()
