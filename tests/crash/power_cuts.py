#!/usr/bin/env python3
"""Power cuts without privileges. A node runs with a library in front that records every write, sync,
rename, cut and removal below its folder; from the record disks are rebuilt as a cut at any point could have
left them. Each is opened as a node opens it.

An honest disk keeps what was synced, and the order of names: every acknowledged record is there under its
certificate, and the chain goes on from it. A lying disk forgets syncs of a file, or scatters names that were not
synced, as a file system without a journal does: then the node may refuse by name, and never goes on without a
record that it acknowledged. A restore that was cut short refuses or is there, and can be done again.

WATTCLAUSE_CUTS: images in all (200), one in five of a lying disk. WATTCLAUSE_SEED repeats a run."""
import os
import random
import re
import shutil
import subprocess

from standing import (FATAL, JUDGE, PATIENCE, PROGRAM, REFUSED, SOUND, Signer, Standing, check, finish, number, run,
                      temporary, under_shim)
from disk import Disk, look, read_record

HOWS = ("drop", "keep", "prefix", "subset", "torn", "torn")
ANYHOW = (*HOWS, "scattered", "scattered")
cuts = number("WATTCLAUSE_CUTS", 200)
seed = number("WATTCLAUSE_SEED", random.SystemRandom().randrange(10 ** 6))
chance = random.Random(seed)
print(f"seed {seed} (WATTCLAUSE_SEED repeats it)")
signer, place = Signer(), temporary()
node = Standing(place, signer)
log = place / "record"
image = place / "image"


class Run:
    """What was recorded: the operations, and how many stood before each acknowledgement."""

    def __init__(self):
        self.marks = []  # (bytes of the record, acknowledgements)

    def mark(self):
        self.marks.append((log.stat().st_size, node.count))


def record():
    """Blocks small and large, a stop, a start, a backup, which makes tables, and a kill."""
    recorded = Run()
    environment = under_shim(node.folder, log=log)
    node.start(environment=environment)
    for _ in range(8):
        node.seal_small()
        recorded.mark()
    node.seal_big()
    recorded.mark()
    check(node.stop() == 0, "the recorded node stops")
    node.start(environment=environment)
    for i in range(24):
        node.seal_small()
        recorded.mark()
        if i == 12:
            done = run("node", "backup", node.folder, place / "backup")
            check(done.returncode == 0, "a backup in between", done.stderr)
    node.kill()
    return recorded


def sizes_of(operations):
    """Bytes of the record behind each operation."""
    at, found = 0, []
    for operation in operations:
        if operation[0] == "W":
            head = f"W {operation[1]} {operation[2]} {len(operation[3])}\n"
            at += len(head) + len(operation[3])
        else:
            separator = "\t" if operation[0] in "RL" else " "
            at += len(f"{operation[0]} " + separator.join(map(str, operation[1:])) + "\n")
        found.append(at)
    return found


def points_of(operations, count):
    """Half of them anywhere, half beside a sync or a change of names, where order matters."""
    edges = [i for i, operation in enumerate(operations) if operation[0] in "SDRCU"]
    found = []
    for _ in range(count):
        if chance.random() < 0.5:
            found.append(chance.randrange(len(operations) + 1))
        else:
            found.append(min(len(operations), chance.choice(edges) + chance.randrange(2)))
    return sorted(found)


def acks_until(recorded, size):
    """File of the acknowledgements that a client had at this point."""
    count = max([acks for at, acks in recorded.marks if at <= size], default=0)
    path = place / "acks"
    path.write_text("".join(node.acks.read_text().splitlines(keepends=True)[:count]))
    return path


def open_image(disk, how, acks, what):
    shutil.rmtree(image, ignore_errors=True)
    disk.image(image, how, chance)
    code, line = node.judge(image, acks)
    if code not in (SOUND, REFUSED, FATAL) or (code != SOUND and "refused" not in line and "storage" not in line):
        kept = place.parent / f"wattclause-crash-image-{seed}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(image, kept)
        print(f"kept: {kept}: {what}")
    return code, line


before = look(node.folder)
recorded = record()
operations = read_record(log)
sizes = sizes_of(operations)
check(sizes[-1] == log.stat().st_size, "the record reads to its end")

honest, sound, done = points_of(operations, cuts - cuts // 5), 0, 0
disk = Disk(before)
for point in honest:
    while done < point:
        disk.apply(operations[done])
        done += 1
    how = chance.choice(HOWS)
    code, line = open_image(disk, how, acks_until(recorded, sizes[point - 1] if point else 0), f"{how} at {point}")
    sound += check(code == SOUND, f"an honest disk, {how}, cut at operation {point}", code, line)

lying, answers = points_of(operations, cuts // 5), {SOUND: 0, REFUSED: 0, FATAL: 0}
synced = sorted({operation[1] for operation in operations if operation[0] == "S"})
for point in lying:
    disk, liar, since = Disk(before), chance.choice(synced), chance.randrange(point + 1)
    for i, operation in enumerate(operations[:point]):
        disk.apply(operation, is_honest=i < since or operation[:2] != ("S", liar))
    how = chance.choice(ANYHOW)
    code, line = open_image(disk, how, acks_until(recorded, sizes[point - 1] if point else 0), f"lying, {how} at {point}")
    if check(code in answers, f"a disk that forgets the syncs of a file from {since} on, {how}, cut at {point}", code, line):
        answers[code] += 1

# ---- a restore that gives records up, and a key that is written again ------------------------------------
def record_one(*command):
    """Disk before, operations, of one command on the node's folder."""
    log.unlink(missing_ok=True)
    before = look(node.folder)
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=PATIENCE, check=False,
                           env={**os.environ, **under_shim(node.folder, log=log)})
    check(ended.returncode == 0, f"recorded: {command[1]} {command[2]}", ended.stderr)
    return before, read_record(log)


def pictures(before, operations, count):
    """Cuts anywhere, and one in four when all was said to be done, which loses whatever was not synced."""
    for i in range(count):
        point = len(operations) if i % 4 == 0 else chance.randrange(len(operations) + 1)
        disk = Disk(before)
        for operation in operations[:point]:
            disk.apply(operation)
        shutil.rmtree(image, ignore_errors=True)
        disk.image(image, "drop" if i % 4 == 0 else chance.choice(ANYHOW), chance)
        yield point == len(operations)


node.start()
node.seal_small()
check(node.stop() == 0, "stops")
shutil.copytree(place / "backup", place / "older")
older = place / "older.acks"
newest = int(re.search(r"^seq (\d+)$", (place / "older" / "BACKUP").read_text(), re.M).group(1))
older.write_text("".join(line for line in node.acks.read_text().splitlines(keepends=True) if int(line.split()[0]) <= newest))
command = (PROGRAM, "node", "restore", place / "older")
accepted = ("--accept-loss-after", newest)
restores, again = 0, 0
before, operations_of_restore = record_one(*command, node.folder, *accepted)
for is_done in pictures(before, operations_of_restore, max(8, cuts // 8)):
    code, line = node.judge(image, older)
    restores += 1
    if code != SOUND and check(not is_done and code == REFUSED, "a restore that was done is there, one that was cut refuses", code, line):
        ended = run(*command[1:], image, *accepted)
        code, line = node.judge(image, older)
        again += check(ended.returncode == 0 and code == SOUND, "and can be done again", ended.stderr, line)
    if is_done:
        text = (image / "keys" / "INCARNATION").read_text() if (image / "keys" / "INCARNATION").exists() else ""
        check(text.startswith("1 "), "with the incarnation raised", text)

before, operations_of_key = record_one(JUDGE, "cheapen", node.folder, node.passphrase)
for is_done in pictures(before, operations_of_key, 8):
    code, line = node.judge(image, older)
    check(code in (SOUND, REFUSED), "a key that is being written: sound, or refused", code, line)
    written = image / "keys" / "sequencer.key"
    is_there = written.exists() and written.read_bytes() == (node.folder / "keys" / "sequencer.key").read_bytes()
    check(is_there or not is_done, "a key that was written is there")

print(f"{len(honest)} cuts of an honest disk, {sound} sound; {len(lying)} of a lying one: {answers[SOUND]} sound, "
      f"{answers[REFUSED] + answers[FATAL]} refused by name; {restores} cuts of a restore, {again} done again; "
      f"{len(operations)} operations, {node.count} acknowledged")
check(cuts < 100 or answers[REFUSED] > 0, "a lying disk is noticed at all")
finish()
