#!/usr/bin/env python3
"""What operators, meter aggregators, clerks and auditors get wrong, and what they are told.

    mistakes.py WATTCLAUSE ROOT

Wrong paths, keys, passphrases, options, times and nonces, files mixed up, a node that does not run, a port
and a folder that are taken. Each is refused with its exit code and a sentence that names what to do.
"""
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
GENESIS = """[chain]
id = test-slips
time = 2026-01-01T00:00:00Z
clock = scripted

[asset UNIT]
number = 1
issuer = admin

[account admin]
role = Admin
key = %s

[account clerk]
role = Consumer
key = %s

[admin]
threshold = 1
member = admin

[validator admin]
key = sequencer
"""
failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", text)


def run(*arguments, code=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=120)
    check(done.returncode == code, "%s: exit %d, expected %d\n%s%s" % (
        arguments, done.returncode, code, done.stdout[:300], done.stderr[:300]))
    return done


def refused(code, message, *arguments):
    done = run(*arguments, code=code)
    check(message in done.stderr, "%s: expected %r, found %r" % (arguments, message, done.stderr))


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text if isinstance(text, str) else json.dumps(text))
    os.chmod(path, mode)


def public(path):
    return re.search(r"public key +(\w+)", run("key", "show", path).stdout).group(1)


def options_and_verbs():
    refused(2, "`--pasphrase-file` is no option of it; did you mean `--passphrase-file`?",
            "key", "new", "x.key", "--pasphrase-file", "pass")
    refused(2, "`--passphrase-file` lacks its value", "key", "new", "x.key", "--passphrase-file")
    refused(2, "`--quiet` takes no value", "tx", "show", "x.tx", "--quiet=1")
    refused(2, "`--colour` is no option of it; did you mean `--color`?", "query", "find", "x", "--colour")
    refused(2, "`--zzzzzz` is no option of it\n", "query", "find", "x", "--zzzzzz")
    refused(2, "`-o` lacks its value", "tx", "build", "x.json", "-o")
    refused(2, "`-xyz` is no option of it", "check", "-xyz", "x.clause")
    for help_of in ("-h", "-help", "-?", "--help"):
        said = run("check", "x.clause", help_of).stdout
        check(said == run("help", "check").stdout, "%s: %r" % (help_of, said))
    refused(2, "not `nwe`; did you mean `new`?", "key", "nwe", "x.key")
    refused(2, "did you mean `show`?", "tx", "shwo", "x.tx")
    refused(2, "did you mean `start`?", "node", "strat", "x")


def questions_of_auditors():
    refused(2, "why takes TX|EVENT [AMOUNT]", "audit", "why")
    refused(2, "steps takes LEDGER RECORD.RECEIPT", "audit", "steps", "chain")
    refused(2, "not `whyy`; did you mean `why`?", "audit", "whyy", "3.1")
    refused(2, "the ledger behind --ledger: wattclause audit why TX|EVENT --ledger chain", "audit", "why", "chain")
    refused(2, "wattclause audit why 3.1 --ledger chain", "audit", "why", "chain", "3.1")
    refused(2, "takes a transaction by 8 or more digits of its hash", "audit", "why", "nothing")


def keys():
    refused(3, "a.key: is there already", "key", "new", "a.key", "--passphrase-file", "pass", "--words-file", "w")
    refused(3, "gone: No such file or directory", "key", "new", "x.key", "--passphrase-file", "gone",
            "--words-file", "w")
    refused(3, "gone.key: No such file or directory", "key", "show", "gone.key")
    refused(1, "pass: this is no key file", "key", "show", "pass")
    refused(1, "the passphrase is wrong, or the file was altered", "key", "check", "a.key",
            "--passphrase-file", "other")
    write("short", "short\n")
    refused(1, "a passphrase has at least 8 characters", "key", "new", "x.key", "--passphrase-file", "short",
            "--words-file", "w")
    refused(2, "offer takes --account, --genesis and --number", "key", "offer", "a.key")
    refused(2, "--account takes an address \"wc1...\", not `clerk`", "key", "offer", "a.key", "--account", "clerk")


def folders():
    refused(3, "there is something already; a new node needs a folder of its own", "node", "init", "chain",
            "--genesis", "genesis.txt", "--passphrase-file", "pass")
    refused(3, "gone: No such file or directory", "node", "start", "gone", "--passphrase-file", "pass")
    refused(3, "empty: is no node's folder: it has no node.conf", "node", "start", "empty",
            "--passphrase-file", "pass")
    refused(3, "gone: No such file or directory", "node", "status", "gone")
    refused(3, "empty: is no backup: it has no list BACKUP", "node", "restore", "empty", "new")
    refused(1, "chain: no node runs on this folder", "node", "status", "chain")
    refused(3, "the passphrase is wrong, or the file was altered", "node", "start", "chain",
            "--passphrase-file", "other")


def describe(name, **changes):
    base = {"chain": "test-slips", "genesis_hash": GENESIS_HASH, "nonce": 0, "signers": ["clerk"],
            "expires": "2026-01-10T00:00:00Z", "gas_limit": 1000000,
            "calls": [{"native": "threshold_set", "arguments": {"account": "clerk", "threshold": 1}}]}
    write(name + ".json", {**base, **changes})
    run("tx", "build", name + ".json", "--names", "chain", "-o", name + ".tx")


def sign(name, key="a.key"):
    run("tx", "sign", name + ".tx", "--key", key, "--passphrase-file", "pass", "--quiet", "-o", name + ".tx")


def files_of_transactions():
    describe("good")
    refused(1, "and no names are known: --names says where they are", "tx", "build", "good.json")
    refused(1, "good.tx: is a transaction, built already; sign or submit it", "tx", "build", "good.tx")
    refused(1, "a description: `tx build` it first", "tx", "sign", "good.json", "--key", "a.key")
    refused(1, "good.json: is not the file of a page", "tx", "show", "good.tx", "good.json")
    refused(2, "sign takes --key FILE", "tx", "sign", "good.tx")
    refused(3, "gone.key: No such file or directory", "tx", "sign", "good.tx", "--key", "gone.key",
            "--passphrase-file", "pass", "--quiet")
    refused(3, "gone.json: No such file or directory", "tx", "build", "gone.json")
    refused(2, "submit takes --node URL", "tx", "submit", "good.tx")
    refused(1, "good.tx: nobody has signed it yet", "tx", "submit", "good.tx", "--node", "http://127.0.0.1:1")
    sign("good")
    refused(3, "nobody listens there: does the node run, and on this port?", "tx", "submit", "good.tx",
            "--node", "http://127.0.0.1:1")
    for url in ("http://", "https:///x", "127.0.0.1:26670", "http://:80"):
        refused(2, "is no URL like", "tx", "submit", "good.tx", "--node", url)


def answered_by_a_stranger():
    """What the other side says is shown, and moves no cursor and renames no window."""
    bad = "\x1b]0;owned\x07\x7f\r\x1b[2J"
    answers = [(400, {"error": {"message": bad + "message", "data": {"name": bad}}}),
               (422, {"error": {"message": bad + "message", "data": {"refusal": bad + "NAME"}}}),
               (200, {"answer": "SEALED", "id": bad + "id",
                      "receipt": {"result": "OK", "results": [bad + "result"], "seq": 1, "index": 0}}),
               (200, {"answer": "SEALED", "id": "id", "receipt": {"result": bad + "WHY", "text": bad + "because"}})]
    codes = [3, 1, 0, 1]

    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for code in codes:
        done = run("tx", "submit", "good.tx", "--node", f"http://127.0.0.1:{server.server_port}", code=code)
        said = done.stdout + done.stderr
        check("owned" in said and all(char >= " " and char != "\x7f" for char in said.replace("\n", "")), repr(said))
    server.shutdown()


def refused_by_the_node(url):
    for name, message, changes in (
            ("expired", "EXPIRED: the transaction's expiry", {"expires": "2026-01-01T00:00:00Z"}),
            ("far", "EXPIRY_TOO_FAR: ", {"expires": "2027-01-01T00:00:00Z"}),
            ("gas", "GAS_LIMIT_TOO_HIGH: ", {"gas_limit": 10 ** 12}),
            ("other", "SIGNATURE_BAD: a signature does not verify; sign the body again, with a key of this "
                      "account and the genesis hash of this chain", {"genesis_hash": "00" * 32})):
        describe(name, **changes)
        sign(name)
        refused(1, "wattclause tx: " + message, "tx", "submit", name + ".tx", "--node", url, "--time",
                "2026-01-01T01:00:00Z")
    describe("stranger")
    sign("stranger", "b.key")
    refused(1, "wattclause tx: SIGNATURE_BAD: ", "tx", "submit", "stranger.tx", "--node", url,
            "--time", "2026-01-01T01:00:00Z")
    describe("early", nonce=1)
    sign("early")
    refused(6, "it waits for its block, perhaps for an earlier nonce", "tx", "submit", "early.tx", "--node", url,
            "--time", "2026-01-01T01:00:00Z")
    refused(2, "--time takes a time in UTC", "tx", "submit", "good.tx", "--node", url, "--time", "tomorrow")
    check("OK" in run("tx", "submit", "good.tx", "--node", url, "--time", "2026-01-01T01:00:00Z").stdout, "good")
    describe("used")
    write("used.json", {**json.load(open("used.json", encoding="utf-8")), "gas_limit": 1000001})
    run("tx", "build", "used.json", "--names", "chain", "-o", "used.tx")
    sign("used")
    refused(1, "wattclause tx: NONCE_USED: ", "tx", "submit", "used.tx", "--node", url, "--time",
            "2026-01-01T02:00:00Z")


def taken(port):
    """A second node, of another folder, on the same port; and readers of a folder that a node holds."""
    run("node", "init", "second", "--genesis", "genesis.txt", "--passphrase-file", "pass")
    listen("second", port)
    refused(3, "cannot be listened on", "node", "start", "second", "--passphrase-file", "pass")
    refused(3, "held by process", "node", "start", "chain", "--passphrase-file", "pass")
    for question in (("query", "find", "clerk", "--ledger", "chain"), ("export", "journal", "chain"),
                     ("audit", "replay", "chain")):
        refused(3, "a node runs on it: ask its API, or read a copy that `wattclause node backup` makes",
                *question)


def listen(folder, port):
    with open(folder + "/node.conf", encoding="utf-8") as text:
        config = re.sub(r"(?m)^listen = .*", "listen = 127.0.0.1:%d" % port, text.read())
    write(folder + "/node.conf", config)


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    write("pass", "a long passphrase\n")
    write("other", "another passphrase\n")
    os.mkdir("empty")
    for one in "ab":
        run("key", "new", one + ".key", "--passphrase-file", "pass", "--words-file", one + ".words")
    write("genesis.txt", GENESIS % (public("b.key"), public("a.key")))
    made = run("node", "init", "chain", "--genesis", "genesis.txt", "--passphrase-file", "pass").stdout
    GENESIS_HASH = re.search(r"genesis hash +(\w+)", made).group(1)
    listen("chain", 0)
    options_and_verbs()
    questions_of_auditors()
    keys()
    folders()
    files_of_transactions()
    answered_by_a_stranger()
    node = subprocess.Popen([program, "node", "start", "chain", "--passphrase-file", "pass"],
                            stderr=subprocess.DEVNULL)
    try:
        while not os.path.exists("chain/run/api") or os.path.getsize("chain/run/api") == 0:
            assert node.poll() is None, "the node ended"
            time.sleep(0.1)
        with open("chain/run/api", encoding="ascii") as text:
            address = text.read().strip()
        refused_by_the_node("http://" + address)
        taken(int(address.rpartition(":")[2]))
    finally:
        node.terminate()
        node.wait(30)
        os.chdir("/")
print("mistakes.py:", "passed" if failures == 0 else "%d failed" % failures)
sys.exit(failures != 0)
