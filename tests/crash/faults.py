#!/usr/bin/env python3
"""The k-th system call of a class fails, the k-th allocation of the program fails, the disk is full from the
k-th call on: in a node that starts, seals and stops, in the ledger alone, in a backup, a restore, a replay,
a bundle and a new key.

Whatever fails, one of two things is found: what was asked for is done and whole, or the program ended with
code 3 and a sentence on standard error; and what was acknowledged is there either way. A restore that
failed is done again; nothing half made is taken for whole.

WATTCLAUSE_FAULTS: how many cases, taken evenly from all (default 120; 0: every one, k up to 2,000).
WATTCLAUSE_SEED repeats a run."""
import hashlib
import json
import os
import resource
import shutil
import subprocess

from faulting import begin, try_all
from standing import (JUDGE, PATIENCE, PROGRAM, SOUND, Signer, Standing, check, finish, temporary,
                      under_shim)

HOWS = {"open": ("EIO", "EMFILE"), "write": ("EIO", "ENOSPC", "short"), "sync": ("EIO",), "rename": ("EIO", "ENOSPC"),
        "truncate": ("ENOSPC", "EIO"), "mmap": ("ENOMEM",), "read": ("EIO", "short"), "unlink": ("EIO",),
        "mkdir": ("ENOSPC", "EIO"), "close": ("EIO",), "disk": ("ENOSPC",), "alloc": ("ENOMEM",)}
wanted = begin(120)
signer, place = Signer(), temporary()
work = place / "work"


def program(*arguments, environment=None, **more):
    """Exit code, standard output, standard error; a program that hangs is a fault."""
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env={**os.environ, **(environment or {})}, **more)
    return done.returncode, done.stdout, done.stderr


def clean():
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()


def copy_node():
    shutil.copytree(place / "rest", work / "node")
    shutil.copy(place / "rest.acks", node.acks)
    return work / "node"


def is_sound(folder, acks=None):
    code, line = node.judge(folder, acks)
    return "" if code == SOUND else f"found afterwards: {code} {line}"


def is_named(code, text):
    """A failure has the code of the environment and says something."""
    if code == 3 and ("wattclause" in text or "refused" in text or "level=error" in text) and "Success" not in text:
        return ""
    return f"ended with {code}: {text.strip()[-300:]!r}"


# ---- what is done, and what is found afterwards; each returns "" or what was wrong -----------------------

def ledger(environment):
    """The ledger alone: opened, one record, closed."""
    folder = copy_node()
    code, out, err = program(JUDGE, "judge", folder, node.passphrase, node.acks, environment=environment)
    if code == 20 and len(out.strip()) > len("refused: X: "):
        return is_sound(folder)
    return (is_named(code, err) if code != SOUND else "") or is_sound(folder)


def serve(environment):
    """The node: started, two records acknowledged, stopped."""
    shutil.rmtree(node.folder)
    shutil.copytree(place / "rest", node.folder)
    shutil.copy(place / "rest.acks", node.acks)
    node.nonces = dict(nonces)
    try:
        node.start(environment=environment)
        node.seal_small()
        node.seal_small()
        code = node.stop()
    except RuntimeError:
        code = node.process.wait(PATIENCE)
    return ("" if code == 0 else is_named(code, node.log())) or is_sound(node.folder)


def is_whole_backup(folder):
    """The list and every file against it, without the program."""
    lines = (folder / "BACKUP").read_text().splitlines()
    for line in lines[7:]:
        _, size, digest, name = line.split(" ", 3)
        data = (folder / name).read_bytes()
        if len(data) != int(size) or hashlib.sha256(data).hexdigest() != digest:
            return f"{name} is not as listed"
    return "" if len(lines) > 10 else "the list is short"


def backup(environment):
    folder, target = copy_node(), work / "backup"
    code, _, err = program(PROGRAM, "node", "backup", folder, target, environment=environment)
    if code == 0:
        return is_whole_backup(target) or is_sound(folder)
    if (target / "BACKUP").exists() and is_whole_backup(target):
        return "a backup that failed has a list and is not whole"
    return is_named(code, err) or is_sound(folder)


def restore(environment):
    folder = copy_node()
    code, _, err = program(PROGRAM, "node", "restore", place / "backup", folder, environment=environment)
    if code != 0:
        wrong = is_named(code, err)
        again, _, why = program(PROGRAM, "node", "restore", place / "backup", folder)
        if wrong or again != 0:
            return wrong or f"a second restore is refused: {why.strip()}"
    return is_sound(folder)


def restore_lossy(environment):
    """To a record before the sealed ones: data, incarnation and SEAL change."""
    folder = copy_node()
    seq = json.loads((place / "older.json").read_text())["seq"]
    command = (PROGRAM, "node", "restore", place / "older", folder, "--accept-loss-after", seq)
    code, _, err = program(*command, environment=environment)
    if code != 0:
        wrong = is_named(code, err)
        again, _, why = program(*command)
        if wrong or again != 0:
            return wrong or f"a second restore is refused: {why.strip()}"
    raised = int((folder / "keys" / "INCARNATION").read_text().split()[0]) >= 1
    return is_sound(folder, place / "older.acks") if raised else "the incarnation is not raised"


def replay(environment):
    code, out, err = program(PROGRAM, "audit", "replay", place / "rest" / "data", "--json", environment=environment)
    if code != 0:
        return is_named(code, err)
    found = json.loads(out)
    return "" if found["verdict"] == "identical" and found["last_record"] == last_record else f"replayed: {out}"


def bundle(environment, **more):
    target = work / "bundle"
    code, _, err = program(PROGRAM, "audit", "bundle", place / "rest" / "data", "-o", target, environment=environment, **more)
    if code != 0:
        wrong = is_named(code, err)
        if wrong or not target.exists():
            return wrong
    code, out, _ = program(PROGRAM, "audit", "replay", target, "--json")
    return "" if code == 0 and json.loads(out)["last_record"] == last_record else "the bundle is not whole"


def key(environment):
    """A key file under a passphrase that costs nothing."""
    folder = work / "node"
    (folder / "keys").mkdir(parents=True)
    shutil.copy(node.folder / "keys" / "sequencer.key", folder / "keys")
    code, out, err = program(JUDGE, "cheapen", folder, node.passphrase, environment=environment)
    if code == 20 and out.strip().startswith("refused"):
        code = 3
    path = folder / "keys" / "sequencer.key"
    is_there = path.exists() and program(PROGRAM, "key", "check", path, "--passphrase-file", node.passphrase)[0] == 0
    if code == 0:
        return "" if is_there else "the key is not there"
    if path.exists() and not is_there:
        return "half a key is left behind"
    return is_named(code, err or "wattclause " + out)


OPERATIONS = [ledger, serve, backup, restore, restore_lossy, replay, bundle, key]
WITHOUT_SPACE = {"replay"}

# ---- what there is to fail on ----------------------------------------------------------------------------

node = Standing(place, signer, name="node")
node.start()
for _ in range(4):
    node.seal_small()
older = program(PROGRAM, "node", "backup", node.folder, place / "older", "--json")
(place / "older.json").write_text(older[1])
shutil.copy(node.acks, place / "older.acks")
for _ in range(4):
    node.seal_small()
last_record = node.get("/v1/status")[1]["seq"]
check(node.stop() == 0, "stops")
check(program(PROGRAM, "node", "backup", node.folder, place / "backup")[0] == 0, "a backup")
shutil.copytree(node.folder, place / "rest")
shutil.copy(node.acks, place / "rest.acks")
nonces = dict(node.nonces)


def try_one(operation, fault=None):
    clean()
    settings = {"counts": place / "counts"}
    if fault is not None:
        settings["fail"] = fault
    (place / "counts").unlink(missing_ok=True)
    return operation(under_shim(place, **settings))


told = try_all(OPERATIONS, try_one, place, HOWS, wanted)

# A bundle is written through a stream, where the library in front does not see it.
limits = [1, 100, 1000] if wanted else range(0, 4096, 64)
for limit in limits:
    clean()
    wrong = bundle({}, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    check(wrong == "", f"bundle in a file of at most {limit} bytes", wrong)
print(told)
finish()
