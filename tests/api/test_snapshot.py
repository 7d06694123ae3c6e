#!/usr/bin/env python3
"""Snapshots of a running node and at rest: the same bytes, checked by the program and by Python; a copy
that begins with one goes on following; an audit goes on from it; what is wrong is named."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import time

from running import PATIENCE, ROOT, Node, Signer, check, finish, run, temporary

signer, place = Signer(), temporary()
node = Node(place, signer, config="\n[node]\nsnapshot_interval = 5\n").start()


def seal(count, what):
    for i in range(count):
        tx, _ = node.deposit("home-1", 100, f"{what}-{i}")
        check(node.submit(tx)[1].get("answer") == "SEALED", f"{what} {i}")
    return node.get("/v1/status")[1]


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return check(True, what)
        time.sleep(0.02)
    return check(False, what)


def files(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in pathlib.Path(folder).iterdir()}


def refused(code, text, *arguments):
    done = run(*arguments)
    check(done.returncode == code and text in done.stderr, f"{' '.join(map(str, arguments[:2]))}: exit {code}, `{text}`", done.returncode, done.stderr)


def by_python(folder, *options):
    return subprocess.run([sys.executable, "-B", ROOT / "tests/reference/check_snapshot.py", *options, folder],
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


def kept():
    folder = node.folder / "snapshots"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# ---- by itself, every five records; the last two stay ---------------------------------------------
for last in (5, 10, 15):
    seal(5, f"to-{last}")
    until(f"the snapshot of record {last}", lambda last=last: f"{last:018d}" in kept())
until("the last two are kept", lambda: kept() == [f"{10:018d}", f"{15:018d}"])
own = node.folder / "snapshots" / f"{15:018d}"

# ---- by request: the same bytes, running and at rest ----------------------------------------------
live = place / "live"
done = run("node", "snapshot", node.folder, "--output", live, "--json")
made = json.loads(done.stdout)
check(done.returncode == 0 and made["seq"] == 15 and made["chunks"] == 1, "of a running node", done)
check(files(live) == files(own), "the same bytes as the node's own")
refused(3, "something already", "node", "snapshot", node.folder, "--output", live)
check(node.stop() == 0, "stops")
rest = place / "rest"
done = run("node", "snapshot", node.folder, "-o", rest)
check(done.returncode == 0 and f"hash           {made['hash']}" in done.stdout, "at rest", done)
check(files(rest) == files(own), "the same bytes")

# ---- checked, by the program and by another --------------------------------------------------------
done = run("node", "snapshot", rest, "--check", "--genesis-hash", node.genesis_hash)
check(done.returncode == 0 and "certified under the given genesis" in done.stdout, "checks", done)
refused(1, "genesis", "node", "snapshot", rest, "--check", "--genesis-hash", "00" * 32)
done = by_python(rest, "--genesis-hash", node.genesis_hash)
check(done.returncode == 0 and "certificate: verified" in done.stdout, "Python checks it, too", done)
spoilt = place / "spoilt"
for name in ("chunk-00000", "header", "genesis"):
    shutil.rmtree(spoilt, ignore_errors=True)
    shutil.copytree(rest, spoilt)
    data = bytearray((spoilt / name).read_bytes())
    data[len(data) // 2] ^= 4
    (spoilt / name).write_bytes(data)
    what = "chunk-00000" if name == "chunk-00000" else ""
    refused(1, what, "node", "snapshot", spoilt, "--check")
    done = by_python(spoilt)
    check(done.returncode == 1 and what in done.stderr, f"Python refuses {name}", done)
    refused(1, what, "node", "restore", place / "never", "--snapshot", spoilt, "--genesis-hash", node.genesis_hash)
check(not (place / "never" / "data").exists(), "nothing was put in place")

# ---- a copy that begins with it, and follows -------------------------------------------------------
node.start()
seal(3, "behind")
URL = f"http://127.0.0.1:{node.port}"
refused(1, "give its hash", "node", "restore", place / "untrusted", "--snapshot", rest)
copy = Node(place, signer, name="copy", init=False)
copy.genesis_hash = node.genesis_hash
done = run("node", "restore", copy.folder, "--snapshot", rest, "--genesis-hash", node.genesis_hash)
check(done.returncode == 0 and "begins with record 15" in done.stdout, "restored", done)
copy.configure("\n[node]\nsnapshot_interval = 5\n")
copy.start(verb=("follow", URL))
until("the copy catches up", lambda: copy.get("/v1/status")[1]["seq"] == 18)
check(copy.get("/v1/status")[1]["record_hash"] == node.get("/v1/status")[1]["record_hash"], "to the same record")
code, answer = copy.get("/v1/records/14")
check(code == 410 and answer["error"]["data"]["oldest"] == "16", "an older record is PRUNED", code, answer)
code, answer = copy.get("/v1/blocks/15")
check(code == 410 and answer["error"]["data"]["oldest"] == "16", "and the block of its first one", code, answer)
check(copy.get("/v1/records/15")[0] == 200 and copy.get("/v1/blocks/16")[0] == 200, "what it has, it gives")
code, answer = copy.get("/v1/records")
check(code == 200 and [r["seq"] for r in answer["records"]] == [18, 17, 16, 15] and "next" not in answer, "the list ends there", answer)
code, answer = copy.get("/v1/events")
check(code == 410, "events from the beginning are PRUNED", code, answer)
check(copy.get(f"/v1/accounts/{node.addresses['home-1'][1]}/balances")[1]
      == node.get(f"/v1/accounts/{node.addresses['home-1'][1]}/balances")[1], "the same balances")
seal(2, "on")
name = f"{20:018d}"
until("both make that of record 20", lambda: (node.folder / "snapshots" / name).exists() and (copy.folder / "snapshots" / name).exists())
check(files(node.folder / "snapshots" / name) == files(copy.folder / "snapshots" / name), "of the same bytes")
check(copy.stop() == 0, "the copy stops")

# In one step.
quick = Node(place, signer, name="quick", init=False)
(place / "quick.conf").write_text("[api]\nlisten = 127.0.0.1:0\nthreads = 2\n")
quick.folder.mkdir()
quick.start("--config", place / "quick.conf", "--snapshot", node.folder / "snapshots" / name, "--genesis-hash", node.genesis_hash, verb=("follow", URL))
until("follow begins with a snapshot", lambda: quick.get("/v1/status")[1]["seq"] == 20)
check(quick.stop() == 0, "it stops")

# ---- audit, bundle, query ---------------------------------------------------------------------------
refused(1, "begins with a snapshot of record 15", "audit", "replay", copy.folder)
done = run("audit", "replay", copy.folder, "--snapshot", rest, "--json")
report = json.loads(done.stdout or "{}")
check(report.get("verdict") == "identical" and report["first_record"] == 15 and report["executed_until"] == 20, "replayed from the snapshot", done)
check(report["records"] == 6 and report["certificates"] == 6, "its records and certificates", report)
refused(3, "is of record 20", "audit", "replay", copy.folder, "--snapshot", node.folder / "snapshots" / name)
refused(1, "begins with a snapshot of record 15: give that one", "audit", "bundle", copy.folder, "-o", place / "no.bundle")
refused(1, "begins with a snapshot of record 15: give that one", "audit", "steps", copy.folder, "16.0")
done = run("audit", "steps", copy.folder, "16.0", "--snapshot", rest)
check(done.returncode == 0, "steps from the snapshot", done)
done = run("audit", "bundle", copy.folder, "--snapshot", rest, "-o", place / "copy.bundle")
check("begins with the state after record 15" in done.stdout, "a bundle from the snapshot on", done)
for engine in ("fast", "reference"):
    done = run("audit", "replay", place / "copy.bundle", "--engine", engine, "--json")
    report = json.loads(done.stdout or "{}")
    check(report.get("verdict") == "identical" and report["records"] == 6 and report["trust"] == "certificate", "its replay", done)
done = run("audit", "replay", copy.folder, "--engine", "reference", "--signatures", "--snapshot", rest)
check("verdict       identical" in done.stdout, "the second engine from the snapshot", done)
done = run("query", "find", "16", "--ledger", copy.folder)
check("begins with a snapshot of record 15" in done.stderr, "query says so", done)

# ---- the sequencer's own folder: nothing sealed is lost by accident ---------------------------------
check(node.stop() == 0, "stops")
refused(1, "the sealed records 16 to 20 would be lost", "node", "restore", node.folder, "--snapshot", rest)
done = run("node", "restore", node.folder, "--snapshot", node.folder / "snapshots" / name)
check(done.returncode == 0 and "incarnation    0" in done.stdout, "of the newest record: without loss", done)
node.start()
check(seal(1, "anew")["seq"] == 21, "and goes on sealing")
check(node.stop() == 0, "stops")
done = run("node", "restore", node.folder, "--snapshot", rest, "--accept-loss-after", 15)
check(done.returncode == 0 and "incarnation    1" in done.stdout and "given up" in done.stderr, "with loss, when it is named", done)
node.start()
check(node.get("/v1/status")[1]["seq"] == 15, "back at the snapshot")
check(node.stop() == 0, "stops")
refused(2, "usage: wattclause node snapshot", "node", "snapshot")
refused(3, "No such file", "node", "snapshot", place / "nowhere", "--check")
finish()
