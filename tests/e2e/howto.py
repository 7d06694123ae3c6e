#!/usr/bin/env python3
"""The how-to pages of a node, command by command: snapshots, following, backup and restore, tokens, and a
change of the keys that make records.

    howto.py WATTCLAUSE ROOT

Every `wattclause` line of the pages' blocks is run as it stands there, in order; what a reader replaces (the
genesis hash, the address of the other node, folders outside of the working one) is replaced here. A command
that goes on (`start`, `follow`) runs until it serves.
"""
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
running = []


def run(*arguments, code=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=120,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, "%s: exit %d, expected %d\n%s%s" % (
        arguments, done.returncode, code, done.stdout, done.stderr)
    return done.stdout + done.stderr


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text if isinstance(text, str) else json.dumps(text))
    os.chmod(path, 0o600)


def goes_on(*arguments):
    """A node in the background, once it serves; with what it logs."""
    folder = next(word for word in arguments if os.path.isdir(word) or word.startswith("./"))
    log = open(folder.strip("./") + ".log", "w+", encoding="utf-8")
    node = subprocess.Popen([program, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    running.append(node)
    for _ in range(600):
        log.seek(0)
        said = log.read()
        if "event=serving" in said:
            return node, said
        assert node.poll() is None, "%s ended: %s" % (arguments, said)
        time.sleep(0.05)
    raise AssertionError("%s does not serve" % (arguments,))


def stop(node):
    node.send_signal(signal.SIGTERM)
    assert node.wait(30) == 0, "a node that was stopped"
    running.remove(node)


def commands(page, heading):
    """The `wattclause` lines in the blocks under a heading."""
    with open(os.path.join(root, "docs/how-to", page), encoding="utf-8") as text:
        part = re.split(r"^## ", text.read(), flags=re.M)
    section = next(text for text in part if text.startswith(heading + "\n"))
    blocks = re.findall(r"^```\n(.*?)^```$", section, flags=re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("wattclause ")]
    assert lines, "no commands under %s of %s" % (heading, page)
    return lines


def words(line, replaced):
    for old, new in replaced.items():
        line = line.replace(old, new)
    return shlex.split(line.split("     ")[0])[1:]


def url():
    with open("grid/run/api", encoding="ascii") as text:
        return "http://" + text.read().strip()


def any_port(folder):
    with open(folder + "/node.conf", encoding="utf-8") as text:
        config = re.sub(r"(?m)^listen = .*", "listen = 127.0.0.1:0", text.read())
    write(folder + "/node.conf", config)


# ---- the pages --------------------------------------------------------------------------------------


def make_it():
    for name in ("admin", "new"):
        run("key", "new", name + ".key", "--passphrase-file", "pass", "--words-file", name + ".words")
    write("genesis.txt", "[chain]\nid = test-howto\ntime = 2026-01-01T00:00:00Z\nclock = scripted\n\n"
          "[asset UNIT]\nnumber = 1\nissuer = admin\n\n[account admin]\nrole = Admin\nrole = Validator\nkey = %s\n\n"
          "[admin]\nthreshold = 1\nmember = admin\n\n[validator admin]\nkey = sequencer\n" % public("admin"))
    line = next(line for line in commands("run-a-node.md", "Make it"))
    made = run(*words(line, {}))
    any_port("grid")
    return re.search(r"genesis hash +(\w+)", made).group(1)


def public(name):
    return re.search(r"public key +(\w+)", run("key", "show", name + ".key")).group(1)


def start_it():
    start, status = (words(line, {}) for line in commands("run-a-node.md", "Start it"))
    node, _ = goes_on(*start)
    assert "sealing        true" in run(*status)
    return node


def send(genesis, nonce, at, call, code=0):
    write("call.json", {"chain": "test-howto", "genesis_hash": genesis, "nonce": nonce, "signers": ["admin"],
                        "expires": "2026-01-03T00:00:00Z", "gas_limit": 5000000, "calls": [call]})
    run("tx", "build", "call.json", "--names", "grid", "-o", "call.tx")
    shown = run("tx", "show", "call.tx", "--names", "grid")
    run("tx", "sign", "call.tx", "--names", "grid", "--as", "admin", "--key", "admin.key", "--passphrase-file",
        "pass", "--quiet", "-o", "call.tx")
    said = run("tx", "submit", "call.tx", "--node", url(), "--time", at, code=code)
    result = re.search(r"result +(\S+)", said)
    return shown, result.group(1) if result else None


def snapshots(genesis):
    replaced = {"/srv/grid-120000": os.path.abspath("grid-1"), "4718eec4ae41e29a...": genesis,
                "http://10.0.0.5:26670": url()}
    made = [run(*words(line, replaced)) for line in commands("use-snapshots.md", "Make them")]
    hashes = [re.search(r"hash +(\w+)", said).group(1) for said in made]
    assert hashes[0] == hashes[1], made
    for line in commands("use-snapshots.md", "Check one"):
        assert "certified under the given genesis" in run(*words(line, replaced))
    restore, follow = (words(line, replaced) for line in commands("use-snapshots.md", "Begin a copy with one"))
    assert "./copy begins with record 1; older ones are not in it" in run(*restore)
    any_port("copy")
    node, said = goes_on(*follow)
    assert "follow_keeps_up" in said, said
    stop(node)
    for line in commands("use-snapshots.md", "Audit a ledger that begins with one"):
        assert "verdict       identical" in run(*words(line, replaced))
    said = run("audit", "replay", "copy", code=1)
    assert "begins with a snapshot of record 1: give that one with --snapshot DIR" in said, said


def backups():
    """Running, then stopped; into a folder that has lost nothing, and one that has lost a record."""
    replaced = {"/backups/grid-2026-12-01": "backup", "118": "1"}
    backup, restore = (words(line, replaced) for line in commands("run-a-node.md", "Back it up, go back")[:2])
    lossy = words(commands("run-a-node.md", "Back it up, go back")[2], replaced)
    said = run("node", "backup", "./grid", "no/such/folder", code=3)
    assert said == "wattclause node: %s: No such file or directory\n" % os.path.abspath("no/such/folder"), said
    run(*backup)
    return restore, lossy


def tokens():
    """Nobody without a token once there is a token file; a follower with one."""
    write("tokens", "a-token-of-many-letters-1 any\n")
    write("token", "a-token-of-many-letters-1\n")
    with open("grid/node.conf", encoding="utf-8") as text:
        config = text.read()
    write("grid/node.conf", config.replace("[api]", "[api]\ntoken_file = %s" % os.path.abspath("tokens")))
    node = start_it()
    line = next(iter(commands("run-a-node.md", "Follow it")))
    with open("genesis.hash", encoding="ascii") as text:
        genesis = text.read()
    follow = words(line, {"https://node.grid.example:26670": url(), "5f1c...": genesis, "./copy": "./second"})
    without = follow[:follow.index("--token-file")]
    said = run(*without, code=3)
    assert "401" in said or "token" in said, said
    os.makedirs("second", exist_ok=True)
    if os.path.exists("second/node.conf"):
        any_port("second")
    follower, said = goes_on(*follow)
    stop(follower)
    assert "mode=follower" in said, said
    stop(node)
    write("grid/node.conf", config)


def change_the_keys(genesis):
    """The node with the old key makes the record of the change and no other; a copy with the new key goes on."""
    new_key = public("new")
    body = [{"public": new_key, "power": 1, "operator": "admin"}]
    node = start_it()
    shown, number = send(genesis, 1, "2026-01-01T00:20:00Z", {"native": "proposal_make", "arguments": {"kind": "VALIDATORS", "body": body}})
    assert public("new") in shown and '"power": 1' in shown, shown
    trace = run("query", "--ledger", "grid", "trace", number, code=3)
    assert "run" in trace or "node" in trace, trace
    run_it = {"native": "proposal_run", "arguments": {"proposal": number}}
    send(genesis, 2, "2026-01-02T00:19:59Z", run_it, code=1)  # the delay of a day has not passed
    send(genesis, 3, "2026-01-02T00:20:00Z", run_it)
    said = run("node", "status", "./grid")
    assert "sealing        false" in said and "reason         KEY" in said, said
    stop(node)
    os.rename("new.key", "sequencer.key")
    with open(os.path.join(root, "docs/how-to/change-the-chains-rules.md"), encoding="utf-8") as text:
        copy = re.search(r"^cp -a .*$", text.read(), flags=re.M).group(0)
    subprocess.run(["bash", "-ec", copy], check=True)
    start = words(commands("change-the-chains-rules.md", "Change the keys that make records")[0], {})
    node, said = goes_on(*start)
    said = run("node", "status", "./next")
    assert "sealing        true" in said, said
    stop(node)
    assert "verdict       identical" in run("audit", "replay", "./next")
    return new_key


def rules_are_bodies(key):
    """What `query rules` prints is what a proposal takes."""
    rules = json.loads(run("query", "rules", "--ledger", "./next", "--json"))
    said = run("query", "rules", "--ledger", "./next")
    assert "administration: 1 of 1 sign" in said and said.count("admin (wc1") == 2, said
    assert key + "  power 1  admin" in said, said
    assert [validator["public"] for validator in rules["validators"]] == [key], rules
    assert rules["parameters"]["governance_delay_s"] == 86400, rules
    for kind in ("parameters", "administration", "validators"):
        call = {"native": "proposal_make", "arguments": {"kind": kind.upper(), "body": rules[kind]}}
        write("call.json", {"chain": "test-howto", "genesis_hash": "00" * 32, "nonce": 0, "signers": ["admin"],
                            "expires": "2026-01-03T00:00:00Z", "gas_limit": 5000000, "calls": [call]})
        run("tx", "build", "call.json", "--names", "./next", "-o", "call.tx")
        shown = json.loads(run("tx", "show", "call.tx", "--names", "./next", "--json"))
        body = shown["calls"][0]["arguments"]["body"]
        if kind == "parameters":
            assert body == rules[kind], (body, rules[kind])


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    os.umask(0o077)
    try:
        write("pass", "correct horse\n")
        chain = make_it()
        write("genesis.hash", chain)
        first = start_it()
        send(chain, 0, "2026-01-01T00:01:00Z", {"native": "threshold_set", "arguments": {"account": "admin", "threshold": 1}})
        snapshots(chain)
        back, behind = backups()
        stop(first)
        run(*back)
        run(*behind)
        tokens()
        rules_are_bodies(change_the_keys(chain))
    finally:
        for left in list(running):
            left.kill()
    os.chdir("/")
print("howto.py: passed")
