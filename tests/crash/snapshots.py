#!/usr/bin/env python3
"""Making a snapshot, beginning a ledger with one and bundling a range of records: killed in front of each call
that changes something on the disk, with each call failing once, and with the disk full from some call on.

What is found afterwards: a snapshot or a bundle has its name only when it is whole, the same bytes as without
a fault; what is left beside it is refused as a snapshot; a folder that was not restored whole does not open
as a ledger; the same command done again succeeds. And a damaged chunk is refused by its name.

WATTCLAUSE_FAULTS: how many cases, taken evenly from all (default 30; 0: every one, k up to 2,000).
WATTCLAUSE_SEED repeats a run."""
import contextlib
import fcntl
import json
import os
import shutil
import subprocess

from faulting import begin, chance, try_all
from standing import PATIENCE, PROGRAM, Signer, Standing, check, finish, temporary, under_shim

KILLED = -9
HOWS = {"open": ("kill", "EIO", "EMFILE"), "write": ("kill", "ENOSPC", "short", "EIO"), "sync": ("kill", "EIO"),
        "rename": ("kill", "EIO"), "truncate": ("kill", "ENOSPC"), "read": ("EIO", "short"), "mmap": ("ENOMEM",),
        "unlink": ("kill", "EIO"), "mkdir": ("kill", "ENOSPC"), "close": ("kill", "EIO"), "disk": ("ENOSPC",),
        "alloc": ("ENOMEM",)}
FIRST = 3  # record with which the bundles begin
wanted = begin(30)
signer, place = Signer(), temporary()
work = place / "work"


def program(*arguments, environment=None):
    """Exit code, standard output, standard error; a program that hangs is a fault."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout, done.stderr


def clean():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()


def is_named(code, text):
    """A failure has the code of the environment and says something; a kill says nothing."""
    if code == KILLED or (code == 3 and "wattclause" in text and "Success" not in text):
        return ""
    return f"ended with {code}: {text.strip()[-300:]!r}"


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def is_taken(folder):
    """Does the program take it for a snapshot?"""
    return program("node", "snapshot", folder, "--check")[0] == 0


@contextlib.contextmanager
def held(folder):
    """As by the process that fills the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


# ---- what is done, and what is found afterwards; each returns "" or what was wrong -------------------------

def make(environment):
    target, part = work / "shot", work / "shot.part"
    command = ("node", "snapshot", place / "rest", "--output", target)
    code, _, err = program(*command, environment=environment)
    if code == 0 or target.exists():
        if not target.exists() or files(target) != whole_shot:
            return "what has the name of the snapshot is not whole"
        return "" if code == 0 else is_named(code, err)
    wrong = is_named(code, err)
    if wrong:
        return wrong
    if part.exists():
        if is_taken(part) and files(part) != whole_shot:
            return "half a snapshot is taken for a whole one"
        with held(part):
            code, _, err = program(*command)
        if code != 3 or "shot.part: is being made by another process" not in err or not part.exists():
            return f"what is being made is not left alone: {code} {err}"
    code, _, err = program(*command)
    if code != 0 or files(target) != whole_shot:
        return f"a second one is refused: {err.strip()}"
    return f"is left behind: {part}" if part.exists() else ""


def state_of(folder):
    """The snapshot of what opens as a ledger there; None: nothing does."""
    shutil.rmtree(work / "seen", ignore_errors=True)
    code = program("node", "snapshot", folder, "--output", work / "seen")[0]
    shutil.rmtree(work / "seen.part", ignore_errors=True)
    return files(work / "seen") if code == 0 else None


def restore_into(folder, environment, is_new):
    command = ("node", "restore", folder, "--snapshot", place / "shot", "--genesis-hash", node.genesis_hash)
    code, _, err = program(*command, environment=environment)
    found = state_of(folder)
    if found is None and (code == 0 or not is_new):
        return f"nothing opens afterwards ({code})" if code == 0 else again(command, folder, code, err)
    if found is not None and found != whole_shot:
        return "what opens is not the state of the snapshot"
    if code == 0:
        return ""
    return again(command, folder, code, err)


def again(command, folder, code, err):
    wrong = is_named(code, err)
    if wrong:
        return wrong
    code, _, err = program(*command)
    if code != 0:
        return f"a second restore is refused: {err.strip()}"
    return "" if state_of(folder) == whole_shot else "after a second restore the state is another one"


def restore(environment):
    return restore_into(work / "copy", environment, True)


def restore_over(environment):
    """In the place of the sequencer's own ledger, of which nothing is lost."""
    shutil.copytree(place / "rest", work / "node")
    return restore_into(work / "node", environment, False)


def bundle(environment):
    target = work / "bundle"
    command = ("audit", "bundle", place / "rest" / "data", "--from", FIRST, "-o", target)
    code, _, err = program(*command, environment=environment)
    if code == 0 or target.exists():
        if not target.exists() or target.read_bytes() != whole_bundle:
            return "what has the name of the bundle is not whole"
    if code == 0:
        return ""
    wrong = is_named(code, err)
    if wrong:
        return wrong
    is_stopped = code == KILLED or "storage failure" in err  # at once, wherever it was
    left = [path.name for path in work.iterdir() if not is_stopped and path != target]
    if left and "unlink" not in environment["WC_SHIM_FAIL"] and "left behind" not in err:
        return f"left behind without a word: {left}: {err.strip()}"
    used = work / "bundle.state-in-use"
    used.mkdir()
    elsewhere = place / "elsewhere"  # where a link of that name leads, nothing is removed
    (elsewhere / "state").mkdir(parents=True, exist_ok=True)
    link = work / "bundle.state-a-link"
    link.symlink_to(elsewhere)
    with held(used):
        code, _, err = program(*command)
    if code != 0 or target.read_bytes() != whole_bundle:
        return f"a second bundle is refused: {err.strip()}"
    left = {path.name for path in work.iterdir()}
    if not (elsewhere / "state").is_dir():
        return "a second bundle followed a link"
    return "" if left == {target.name, used.name, link.name} else f"a second bundle leaves {left}"


OPERATIONS = [make, restore, restore_over, bundle]

# ---- what there is to fail on ------------------------------------------------------------------------------

node = Standing(place, signer, name="node")
node.start()
for _ in range(6):
    node.seal_small()
check(node.stop() == 0, "stops")
shutil.copytree(node.folder, place / "rest")
check(program("node", "snapshot", place / "rest", "--output", place / "shot")[0] == 0, "a snapshot")
check(program("audit", "bundle", place / "rest" / "data", "--from", FIRST, "-o", place / "bundle")[0] == 0, "a bundle")
whole_shot, whole_bundle = files(place / "shot"), (place / "bundle").read_bytes()


def try_one(operation, fault=None):
    clean()
    settings = {"counts": place / "counts", "fail": fault or "close:1000000:EIO"}
    (place / "counts").unlink(missing_ok=True)
    return operation(under_shim(place, **settings))


told = try_all(OPERATIONS, try_one, place, HOWS, wanted)

# ---- a damaged chunk ---------------------------------------------------------------------------------------

clean()
shutil.copytree(place / "shot", work / "bad")
for path in sorted((work / "bad").glob("chunk-*")):
    data = path.read_bytes()
    at = chance.randrange(len(data))
    path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:])
    code, _, err = program("node", "restore", work / "copy", "--snapshot", work / "bad", "--genesis-hash", node.genesis_hash)
    check(code == 1 and f"{path.name}: is not the chunk that the header lists" in err, f"{path.name} is named", (code, err))
    check(state_of(work / "copy") is None, "and nothing opens as a ledger")
    path.write_bytes(data)
code, _, err = program("node", "restore", work / "copy", "--snapshot", work / "bad", "--genesis-hash", node.genesis_hash)
check(code == 0 and state_of(work / "copy") == whole_shot, "the whole one is taken", err)
print(told)
finish()
