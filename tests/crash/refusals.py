#!/usr/bin/env python3
"""Holds docs/how-to/when-a-node-refuses-to-start.md against the program: every row of its tables with an
exit code is provoked, and message and code must be those of the page; a row that nothing here provokes, or
something provoked that has no row, fails.

Some need the library in front, which fails a call, finds the disk full or shows another time; a sanitized
build does without them, and says so."""
import os
import re
import shutil
import socket
import subprocess

from standing import JUDGE, PATIENCE, PROGRAM, ROOT, SHIM, Signer, Standing, check, finish, run, temporary, under_shim

page = (ROOT / "docs" / "how-to" / "when-a-node-refuses-to-start.md").read_text()
rows = {message: int(code) for message, code in re.findall(r"^\| `([^|]+?)` \| (\d+) \|", page, re.M)}
signer, place = Signer(), temporary()
provoked = set()

# ---- a node of eight records, one of four, another chain ---------------------------------------------------
node = Standing(place, signer)
folder, data, keys = node.folder, node.folder / "data", node.folder / "keys"
node.start()
for i in range(8):
    if i == 4:
        node.stop()
        shutil.copytree(folder, place / "early")
        node.start()
    node.seal_small()
check(node.stop() == 0, "stops")
shutil.copytree(folder, place / "rest")
other = Standing(place, signer, name="other")


def spoil(path, at=None):
    """One bit; at None: in the middle."""
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    path.write_bytes(content)


def rewrite(path, at, letter=None):
    """Another letter of the file's text; without one: one that base64 has."""
    content = bytearray(path.read_bytes())
    content[at:at + 1] = letter or (b"B" if content[at:at + 1] == b"A" else b"A")
    path.write_bytes(content)


def start(environment=None, seconds=PATIENCE):
    """Exit code and what it printed. It has to end by itself."""
    try:
        done = subprocess.run([PROGRAM, "node", "start", folder, "--passphrase-file", node.passphrase], text=True,
                              capture_output=True, timeout=seconds, check=False, env={**os.environ, **(environment or {})})
        return done.returncode, done.stderr
    except subprocess.TimeoutExpired as late:
        return None, f"runs on: {late.stderr}"


def pattern_of(message):
    return ".*".join(re.escape(part) for part in message.split("..."))


def provokes(message, change=lambda: None, environment=None):
    """The change is made in a fresh folder; then the start must say what the page says."""
    shutil.rmtree(folder)
    shutil.copytree(place / "rest", folder)
    change()
    compare(message, *start(environment))


def compare(message, code, said):
    provoked.add(message)
    if check(message in rows, "the page has a row", message):
        check(code == rows[message], f"`{message}`: exit {rows[message]}", code, said)
        check(re.search(pattern_of(message), said) is not None, f"`{message}` is what it says", said)


def replace(path, source):
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(source, path) if source.is_dir() else shutil.copy(source, path)


def cut_table(path):
    path.write_bytes(path.read_bytes()[:-20])


# ---- it runs already ----------------------------------------------------------------------------------------
node.start()
compare(".../data/node.lock: held by process ... on ...", *start())
twin = place / "twin"
shutil.copytree(place / "rest", twin)
replace(twin / "keys", keys)
shutil.rmtree(twin / "keys")
(twin / "keys").symlink_to(keys)
folder = twin
compare(".../keys/SEAL: another process seals with this key; one key, one node", *start())
folder = node.folder
check(node.stop() == 0, "the first of the two is not disturbed")
with socket.create_server(("127.0.0.1", 0)) as taken:
    provokes("api: ... cannot be listened on: ...", lambda: node.configure_port(taken.getsockname()[1]))

# ---- configuration, passphrase, keys ------------------------------------------------------------------------
provokes("...: is no node's folder: it has no node.conf; ...", lambda: (folder / "node.conf").unlink())
provokes(".../node.conf:...: ...", lambda: (folder / "node.conf").write_text("[node]\nthread = 2\n"))
node.passphrase.chmod(0o644)
provokes(".../passphrase: others than its owner have rights on it; chmod 600 it")
node.passphrase.chmod(0o600)
provokes(".../keys/sequencer.key: no sequencer key; ...", lambda: (keys / "sequencer.key").unlink())
provokes(".../keys/sequencer.key: others may read or write it; ...", lambda: (keys / "sequencer.key").chmod(0o640))
provokes(".../keys/sequencer.key: the passphrase is wrong, or the file was altered", lambda: rewrite(keys / "sequencer.key", 180))
provokes(".../keys/sequencer.key: this is no key file, or it was altered", lambda: rewrite(keys / "sequencer.key", 180, b"*"))
provokes("the sequencer key is not that of the chain's first validator",
         lambda: replace(keys / "sequencer.key", other.folder / "keys" / "sequencer.key"))
provokes(".../keys/INCARNATION: No such file or directory", lambda: (keys / "INCARNATION").unlink())
provokes(".../keys/INCARNATION: does not hold one number with its check; ...", lambda: spoil(keys / "INCARNATION", 0))

def older_keys():
    """Given up and gone on; then the INCARNATION of before."""
    backup = place / "early-backup"
    run("node", "backup", place / "early", backup)
    done = run("node", "restore", backup, folder, "--accept-loss-after", 4)
    check(done.returncode == 0, "restored with loss", done)
    node.nonces = {("bank", 0): 4}
    node.start()
    node.seal_small()
    check(node.stop() == 0, "stops")
    replace(keys / "INCARNATION", place / "rest" / "keys" / "INCARNATION")


provokes(".../keys/INCARNATION says ..., the newest certificate ...; ...", older_keys)


def served_demo():
    """A chain of the demo, beyond loopback."""
    shutil.rmtree(folder)
    description = place / "demo-genesis.txt"
    description.write_text((place / "node-genesis.txt").read_text().replace("id = test-grid", "id = demo-grid"))
    done = run("node", "init", folder, "--genesis", description, "--passphrase-file", node.passphrase)
    check(done.returncode == 0, "a chain of the demo", done)
    (place / "tokens").write_text("0123456789abcdef0123456789abcdef any\n")
    (place / "tokens").chmod(0o600)
    (folder / "node.conf").write_text(f"[api]\nlisten = 0.0.0.0:0\ntoken_file = {place / 'tokens'}\nbehind_proxy = yes\n")


provokes("... a chain of the demo has keys that everybody knows; it is served on loopback only", served_demo)

# ---- the SEAL -----------------------------------------------------------------------------------------------
provokes("the database is older than the SEAL file that witnesses it: SEAL record ..., database record ...",
         lambda: replace(data, place / "early" / "data"))
provokes("the database is more than one record ahead of the SEAL file that witnesses it: ...",
         lambda: replace(keys, place / "early" / "keys"))
provokes(".../keys/SEAL: there is no such entry", lambda: (keys / "SEAL").unlink())
provokes(".../keys/SEAL: stored bytes differ from their checksum",
         lambda: (spoil(keys / "SEAL", 20), spoil(keys / "SEAL", 4116)))


def two_histories():
    """From record 4 on another one: the same number of records, other ones."""
    shutil.rmtree(folder)
    shutil.copytree(place / "early", folder)
    node.nonces = {("bank", 0): 4}
    node.start()
    for _ in range(4):
        node.seal(node.deposit("home-2", 2, f"again-{node.nonces[('bank', 0)]}")[0])
    check(node.stop() == 0, "the second history is sealed")
    replace(keys, place / "rest" / "keys")


provokes("the database and the SEAL file name different records at one sequence number: ...", two_histories)

# ---- the ledger's folder ------------------------------------------------------------------------------------
provokes(".../data: holds no database", lambda: shutil.rmtree(data / "db"))


def stranger():
    shutil.rmtree(data)
    data.mkdir()
    (data / "letters").write_text("dear\n")


provokes(".../data: holds something else: ...", stranger)
provokes(".../data/WATTCLAUSE: another version of the folder's format", lambda: (data / "WATTCLAUSE").write_text("wattclause folder 2\n"))


def layout(number):
    """As a program of another layout would have left it."""
    subprocess.run([JUDGE, "layout", folder, number], check=True, timeout=PATIENCE)


provokes("the ledger was written by an older program: its layout has no number, this program reads number ...; ...", lambda: layout("-"))
provokes("the ledger was written by ... program: its layout has number ..., this program reads number ...; ...", lambda: layout("00000002"))
provokes("the number of the ledger's layout does not decode", lambda: layout("0001"))
provokes(".../data/db/...: not a file of the database", lambda: (data / "db" / "notes.txt").write_text("x"))
provokes(".../data/db.guard: is missing", lambda: (data / "db.guard").unlink())
provokes("...: differs from what db.guard witnessed", lambda: spoil(next((data / "db").glob("MANIFEST-*"))))
provokes(".../data/db/CURRENT: does not name a MANIFEST", lambda: (data / "db" / "CURRENT").write_text("nothing\n"))
provokes(".../data/db: Corruption: ...", lambda: cut_table(next((data / "db").glob("*.sst"))))


# ---- it starts and then ends --------------------------------------------------------------------------------
def in_service(message, environment):
    """Started, asked to seal, and ended by itself."""
    shutil.rmtree(folder)
    shutil.copytree(place / "rest", folder)
    node.nonces = {("bank", 0): 8}
    node.start(environment=environment)
    node.seal_small()
    compare(message, node.process.wait(PATIENCE), node.log())


if SHIM is not None:
    (place / "free").write_text("1000000")
    in_service("wattclause: storage failure: folder: the disk has too little free space to go on; ...",
               under_shim(folder, free=place / "free"))
    in_service("wattclause: storage failure: ...; stopped, nothing is half applied", under_shim(keys, fail="sync:1:EIO"))


def unopened(message):
    """CURRENT is opened by several; one of these openings fails: the one that RocksDB has for a test."""
    said = []
    for k in range(2, 9):
        shutil.rmtree(folder)
        shutil.copytree(place / "rest", folder)
        said.append(start(under_shim(data / "db" / "CURRENT", fail=f"open:{k}:EIO"), 10))
        if said[-1][0] is None or re.search(pattern_of(message), said[-1][1]):
            break
    compare(message, *said[-1])
    check(all(code == 3 for code, _ in said), "each refused opening is the environment's", said)


if SHIM is not None:
    unopened(".../data/db/CURRENT cannot be opened: ...")
# ---- made with the library in front: an init that ends before its first record ---------------------------
def killed_init():
    shutil.rmtree(folder)
    log = data / "db" / "000004.log"
    command = [PROGRAM, "node", "init", folder, "--genesis", place / "node-genesis.txt", "--passphrase-file", node.passphrase]
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=PATIENCE, check=False,
                          env={**os.environ, **under_shim(log, fail="write:1:EIO")})
    check(done.returncode == 3, "the init is cut short", done)
    node.configure()


INTERRUPTED = "the folder holds no chain: making one was interrupted"
if SHIM is not None:
    provokes(INTERRUPTED, killed_init)

# ---- what only the source says ------------------------------------------------------------------------------
IN_SOURCE = {"the state in the folder is not the one that record ... names": "node/chain/chain.c",
             "the chain's gas schedule is not the one of this program": "node/chain/chain.c",
             "event=block_failed ...": "node/service/writer.c"}
for message, source in IN_SOURCE.items():
    parts = [part.strip() for part in message.replace("event=", "").split("...") if part.strip()]
    text = (ROOT / source).read_text()
    check(all(part in text for part in parts), f"{source} says `{message}`")
    provoked.add(message)

left = set(rows) - provoked
if SHIM is None:
    print(f"SKIPPED: {len(left)} rows need the library in front, which a sanitizer does not allow")
else:
    check(not left, "rows that nothing provokes", left)
print(f"{len(provoked)} of {len(rows)} refusals compared")
finish()
