#!/usr/bin/env python3
"""A follower: it replays every block, serves a verified copy, and stops at the first thing that is not
what it should be. The node that lies is a small server here, which changes one thing in what a real node
answers."""
import base64
import http.server
import json
import threading
import time
import urllib.request

from running import PATIENCE, PROGRAM, Node, Signer, check, finish, run, temporary

signer, place = Signer(), temporary()
node = Node(place, signer).start()
URL = f"http://127.0.0.1:{node.port}"


def seal(count, what):
    for i in range(count):
        tx, _ = node.deposit("home-1", 100, f"{what}-{i}")
        check(node.submit(tx)[1].get("answer") == "SEALED", f"{what} {i}")
    return node.get("/v1/status")[1]


def copy_of(name, url=URL, genesis_hash=None, wait=True):
    copy = Node(place, signer, name=name, init=False)
    copy.genesis_hash = node.genesis_hash
    (copy.folder / "run").mkdir(parents=True, exist_ok=True) if (copy.folder / "data").exists() else None
    options = [] if (copy.folder / "data").exists() else ["--genesis-hash", genesis_hash or node.genesis_hash]
    config = place / f"{name}.conf"
    config.write_text("[api]\nlisten = 127.0.0.1:0\nthreads = 2\n")
    if copy.folder.exists():
        (copy.folder / "run" / "api").unlink(missing_ok=True)
    copy.start("--config", config, *options, verb=("follow", url), wait=wait)
    return copy


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return check(True, what)
        time.sleep(0.05)
    return check(False, what)


def reason(copy):
    code, answer = copy.get("/v1/ready")
    return "READY" if code == 200 else answer["error"]["data"]["reason"]


# ---- a copy keeps up ------------------------------------------------------------------------------
first = seal(6, "first")
copy = copy_of("copy")
until("the copy catches up", lambda: copy.get("/v1/status")[1]["seq"] == first["seq"])
until("and is ready", lambda: reason(copy) == "READY")
second = seal(6, "second")
until("it keeps up", lambda: copy.get("/v1/status")[1]["seq"] == second["seq"])
shown = copy.get("/v1/status")[1]
check(shown["mode"] == "follower" and shown["following"] == URL and not shown["sealing"], "a follower", shown)
def wordless(value):
    """Without sentences: they have names, which nobody signed and a copy does not have."""
    if isinstance(value, dict):
        return {key: wordless(inner) for key, inner in value.items() if key != "text"}
    return [wordless(inner) for inner in value] if isinstance(value, (list, tuple)) else value


for path in ("/v1/records?limit=50", f"/v1/accounts/{node.addresses['home-1'][1]}", "/v1/events", "/v1/blocks/3", "/v1/genesis",
             "/v1/records/4", "/v1/proofs/13" + node.addresses["home-1"][0] + "00000002"):
    check(wordless(copy.get(path)) == wordless(node.get(path)), f"{path}: the copy says the same, certificates among it")
tx, _ = node.deposit("home-1", 1, "to the copy", nonce=12)
code, answer = copy.submit(tx)
check(code == 503 and answer["error"]["data"]["reason"] == "FOLLOWER", "a copy seals nothing", answer)
check(copy.stop() == 0, "stops")
check(json.loads(run("audit", "replay", copy.folder / "data", "--json").stdout)["verdict"] == "identical", "replays")
third = seal(3, "third")
again = copy_of("copy")
until("started again it goes on", lambda: again.get("/v1/status")[1]["seq"] == third["seq"])

# A copy of a copy.
chained = copy_of("chained", url=f"http://127.0.0.1:{again.port}")
until("a copy of a copy", lambda: chained.get("/v1/status")[1]["record_hash"] == third["record_hash"])
check(chained.stop() == 0, "stops")

# ---- the other node is away, and comes back -------------------------------------------------------
check(node.stop() == 0, "the followed node stops")
until("the copy says so", lambda: reason(again) == "UNREACHED")
check(again.get("/v1/records/5")[0] == 200, "and serves what it has")
check(again.stop() == 0, "stops")
node.start()
URL = f"http://127.0.0.1:{node.port}"

# ---- a node that lies -----------------------------------------------------------------------------
class Liar(http.server.BaseHTTPRequestHandler):
    lie = staticmethod(lambda path, answer: answer)

    def do_GET(self):
        with urllib.request.urlopen(urllib.request.Request(URL + self.path, headers={"Host": "localhost"})) as real:
            answer = json.loads(real.read())
        text = json.dumps(self.lie(self.path, answer)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
threading.Thread(target=server.serve_forever, daemon=True).start()
AT = 7


def flip(field, where, kind):
    def lie(path, answer):
        if path == f"/v1/blocks/{AT}":
            data = bytearray(base64.b64decode(answer[field]) if kind == "base64" else bytes.fromhex(answer[field]))
            data[where] ^= 1
            answer[field] = base64.b64encode(data).decode() if kind == "base64" else data.hex()
        return answer
    return lie


def change(field, value):
    def lie(path, answer):
        if path == f"/v1/blocks/{AT}":
            answer[field] = value
            if value is None:
                del answer[field]
        return answer
    return lie


def countersigned(path, answer):
    """A second signature behind the genuine one: of a witness that the chain does not have."""
    if path == f"/v1/blocks/{AT}":
        certificate = bytearray.fromhex(answer["certificate"])
        certificate[4] = 2  # incarnation u32, number of signatures
        answer["certificate"] = (certificate + (1).to_bytes(2, "big") + bytes(64)).hex()
    return answer


LIES = [
    ("a spoilt transaction", flip("input", -20, "base64"), "replaying its block gives|does not decode"),
    ("another time", flip("input", 17, "base64"), "replaying its block gives|does not verify|cannot follow"),
    ("another record", change("record_hash", "ab" * 32), "does not verify"),
    ("a forged certificate", flip("certificate", -1, "hex"), "does not verify"),
    ("another incarnation in it", flip("certificate", 3, "hex"), "does not verify"),
    ("a second signature, of nobody", countersigned, "does not verify"),
    ("no certificate", change("certificate", None), "without a certificate"),
    ("another block's number", change("seq", AT + 1), "answered with record"),
    ("no block", change("input", "AAAA"), "does not decode"),
    ("junk", change("input", "?"), "does not read"),
]
for number, (what, lie, expected) in enumerate(LIES):
    Liar.lie = staticmethod(lie)
    victim = copy_of(f"victim-{number}", url=f"http://127.0.0.1:{server.server_port}")
    until(f"{what}: it stops there", lambda: reason(victim) == "DIVERGED")
    code, answer = victim.get("/v1/ready")
    check(code == 503 and any(part in answer["error"]["message"] for part in expected.split("|")) and
          f"record {AT}" in answer["error"]["message"], f"{what}: it says why", answer)
    check(victim.get("/v1/status")[1]["seq"] == AT - 1, f"{what}: nothing of it is kept")
    check("wattclause_replay_divergence_total 1\n" in victim.get("/metrics")[1].decode(), f"{what}: it is counted")
    check(victim.stop() == 0, "stops")
    check(json.loads(run("audit", "replay", victim.folder / "data", "--json").stdout)["last_record"] == AT - 1, f"{what}: replays")

# What was stopped by a lie goes on when it is told the truth.
Liar.lie = staticmethod(lambda path, answer: answer)
healed = copy_of("victim-2", url=f"http://127.0.0.1:{server.server_port}")
until("with the truth it goes on", lambda: healed.get("/v1/status")[1]["seq"] == third["seq"])
check(healed.stop() == 0, "stops")

# ---- beginning ------------------------------------------------------------------------------------
def refused(code, text, *arguments):
    done = run("node", "follow", *arguments)
    check(done.returncode == code and text in done.stderr, f"{arguments}: {text}", done.returncode, done.stderr)


refused(2, "needs --genesis-hash", URL, place / "new")
refused(1, "does not have the hash that was given", URL, place / "new", "--genesis-hash", "00" * 32)
refused(2, "is no URL", "ftp://localhost", place / "new", "--genesis-hash", node.genesis_hash)
refused(3, "nobody listens there", "http://127.0.0.1:1", place / "new", "--genesis-hash", node.genesis_hash)
refused(2, "is the folder of a sequencer", URL, node.folder)
check(not (place / "new").exists(), "nothing was made")
check(node.stop() == 0, "stops")
server.shutdown()
check(PROGRAM != "", "program")
finish()
