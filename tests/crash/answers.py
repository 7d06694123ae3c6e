#!/usr/bin/env python3
"""Defined answers to a machine that is not as it was: clocks that jump, a disk with little room, other time zones and locales, old
copies of one folder and of the other, one key in two places, and flipped bits in the files of a signer.

The clock jumps through the library in front, which adds seconds to what the kernel says; a sanitized build
does without that part, and says so.

WATTCLAUSE_FLIPS: bits of each of three files (20)."""
import hashlib
import os
import re
import shutil
import time

from standing import REFUSED, SHIM, SHORT, SOUND, Signer, Standing, check, finish, number, run, temporary, under_shim

ZONES = ["UTC", "Asia/Shanghai", "Pacific/Kiritimati", "America/St_Johns"]
LOCALES = ["C", "tr_TR.UTF-8", "de_DE.UTF-8", "zh_CN.GB18030"]
flips = number("WATTCLAUSE_FLIPS", 20)
signer, place = Signer(), temporary()
node = Standing(place, signer)
folder, keys = node.folder, node.folder / "keys"
counts = {"clock": 0, "zone and locale": 0, "copies": 0, "bits": 0}


def abroad(i):
    return {"TZ": ZONES[i], "LC_ALL": LOCALES[i], "LANG": LOCALES[i]}


# ---- time zones and locales: the same bytes -----------------------------------------------------------------
for i in range(len(ZONES)):
    node.start(environment=abroad(i))
    check(node.seal_small() and node.seal_small(), f"seals in {ZONES[i]}, {LOCALES[i]}")
    times = [node.get(f"/v1/records/{seq}")[1]["time"] for seq in range(1, 2 * i + 3)]
    check(times == sorted(times) and all(text.endswith("Z") for text in times), "times are UTC and never go back", times)
    check(node.stop() == 0, "stops")
found = set()
for i in range(len(ZONES)):
    bundle = place / f"bundle-{i}"
    environment = {**os.environ, **abroad(i)}
    replayed = run("audit", "replay", folder / "data", "--json", env=environment)
    run("audit", "bundle", folder / "data", "-o", bundle, env=environment)
    shown = re.sub(r'"milliseconds":\d+', "", replayed.stdout)
    found.add((replayed.returncode, shown, hashlib.sha256(bundle.read_bytes()).hexdigest()))
    counts["zone and locale"] += 1
check(len(found) == 1, "replay and bundle are the same everywhere", found)
check(node.judge()[0] == SOUND, "and so is the ledger")

# ---- the clock ----------------------------------------------------------------------------------------------
clock = place / "clock"


def told(what, offset, sealing, *options, during=None, expiry=3600):
    """Starts with a clock that is wrong by offset; during: moves it on while the node runs."""
    clock.write_text(str(offset))
    node.start(*options, environment=under_shim(folder, clock=clock))
    node.read_nonces()
    if during is not None:
        check(node.seal_small(), f"{what}: before")
        clock.write_text(str(during))
    sealed = node.seal(node.deposit("home-1", 1, what[:20], expiry=int(time.time()) + expiry)[0])
    status = node.get("/v1/status")[1]
    check(sealed == sealing, f"{what}: {'seals' if sealing else 'seals nothing'}", sealed, status)
    check(status["reason"] == ("NONE" if sealing else "CLOCK"), f"{what}: the status says why", status)
    check(node.stop() == 0, "stops")
    counts["clock"] += 1


if SHIM is None:
    print("SKIPPED: clock jumps need the library in front, which a sanitizer does not allow")
else:
    told("right", 0, True)
    told("a step of 3 s while it runs", 0, True, during=3)
    told("a jump of 60 s while it runs", 5, False, during=65)
    told("a jump back of 60 s while it runs", 8, False, during=-52)
    told("set right, started again", 12, True)
    told("an hour behind the last block", -3600, False)
    told("eight days ahead", 8 * 86400, False)
    told("an hour behind, and the operator says so", -3600, True, "--accept-time")
    told("six days ahead is no doubt", 6 * 86400, True, expiry=7 * 86400)
    told("then back to the right time", 15, False)
    told("then back to the right time, accepted", 15, True, "--accept-time", expiry=7 * 86400)
    node.start(environment=under_shim(folder, clock=clock))
    last = node.get("/v1/status")[1]["seq"]
    times = [node.get(f"/v1/records/{seq}")[1]["time"] for seq in range(1, last + 1)]
    check(times == sorted(times), "block times never went back", times)
    check(node.stop() == 0, "stops")

# ---- little room on the disk --------------------------------------------------------------------------------
if SHIM is not None:
    free = place / "free"
    free.write_text(str(700 << 20))
    clock.write_text("15")
    node.configure("submit_seconds = 1\n")
    node.start("--accept-time", environment=under_shim(folder, clock=clock, free=free))
    node.read_nonces()
    before = node.get("/v1/status")[1]["seq"]
    check(node.seal(node.deposit("home-1", 1, "little room", expiry=int(time.time()) + 7 * 86400)[0]) is False, "700 MiB: nothing is sealed")
    check(node.get("/v1/status")[1]["reason"] == "DISK", "and the status says why", node.get("/v1/status"))
    free.write_text(str(2 << 30))
    until = time.monotonic() + 30
    status = node.get("/v1/status")[1]
    while (status["seq"] == before or status["reason"] != "NONE") and time.monotonic() < until:
        time.sleep(0.05)
        status = node.get("/v1/status")[1]
    check(status["seq"] == before + 1 and status["reason"] == "NONE", "with room again what waited is sealed by itself", status)
    check(node.stop() == 0, "stops")

# ---- old copies ---------------------------------------------------------------------------------------------
early, late = place / "early", place / "late"
node = Standing(place, signer, name="second")
folder, keys = node.folder, node.folder / "keys"
node.start()
for i in range(6):
    node.seal_small()
    if i == 2:
        check(node.stop() == 0, "stops")
        shutil.copytree(folder, early)
        early_acks = node.acks.read_text()
        node.start()
check(node.stop() == 0, "stops")
shutil.copytree(folder, late)


def mixed(data, keys_of):
    shutil.rmtree(folder)
    folder.mkdir()
    shutil.copytree(data / "data", folder / "data")
    shutil.copytree(keys_of / "keys", keys)
    counts["copies"] += 1
    return node.judge()


for data, keys_of, code, text in ((late, late, SOUND, "sound"), (early, late, REFUSED, "BEHIND_SEAL"),
                                  (late, early, REFUSED, "AHEAD_OF_SEAL")):
    found, line = mixed(data, keys_of)
    check(found == code and text in line, f"data of {data.name}, keys of {keys_of.name}: {text}", found, line)

# Both folders old: nothing on this machine knows better. Who holds a later certificate does.
(place / "early.acks").write_text(early_acks)
shutil.rmtree(folder)
shutil.copytree(early, folder)
check(node.judge(acks=place / "early.acks")[0] == SOUND, "an old copy of both folders starts: the limit that is documented")
counts["copies"] += 1
check(node.judge()[0] == SHORT, "and the certificates that were handed out prove it")

# ---- bits of what a signer remembers ------------------------------------------------------------------------
for name in ("INCARNATION", "SEAL", "sequencer.key"):
    size = 8 * (late / "keys" / name).stat().st_size
    most = min(size, flips)
    for i in range(most):
        bit, path = (size * i + size // 2) // most, keys / name
        shutil.rmtree(keys)
        shutil.copytree(late / "keys", keys)
        content = bytearray(path.read_bytes())
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        if name == "SEAL":
            shutil.rmtree(folder / "data")
            shutil.copytree(late / "data", folder / "data")
        code, line = node.judge()
        counts["bits"] += 1
        fine = code == REFUSED or (name == "SEAL" and code == SOUND)
        check(fine, f"bit {bit} of {name}: refused by name, or without effect", code, line)
print(", ".join(f"{name} {count}" for name, count in counts.items()))
finish()
