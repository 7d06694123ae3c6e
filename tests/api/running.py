"""A node under test: its folder, its process, a client and a signer. Standard library only.

Every program is started on loopback with port 0 and ended by its process id; nothing here waits for a
length of time to be over, only for something to happen, with a long limit against hanging."""
import atexit
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

PROGRAM, SIGNER, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
PATIENCE = 120  # seconds that something may take that takes a moment: sanitizers on a busy machine
CHAIN = "test-grid"
failures = 0
checks = 0


def check(holds, what, *seen):
    """Counts a check; says what failed and goes on."""
    global failures, checks
    checks += 1
    if not holds:
        failures += 1
        print("FAILED:", what, *seen, flush=True)
    return holds


def finish():
    print(f"{checks} checks, {failures} failed")
    sys.exit(1 if failures else 0)


class Signer:
    """The signing program, one line each way."""

    def __init__(self):
        self.process = subprocess.Popen([SIGNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        atexit.register(self.close)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the signer ended")
        return answer.strip()

    def key(self, name):
        return self.ask("key", name)

    def address(self, index, first_key):
        hex_form, text = self.ask("address", CHAIN, index, self.key(first_key)).split()
        return hex_form, text

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(PATIENCE)


SYSTEM = b"wattclause/sys/1"
NATIVE = hashlib.sha256(bytes([len(SYSTEM)]) + SYSTEM + b"native").hexdigest()
ACCOUNTS = ["admin-1", "bank", "home-1", "home-2"]
KEYS = {"admin-1": ["admin-1"], "bank": ["bank-a", "bank-b"], "home-1": ["home-1"],
        "home-2": ["home-2"]}
ROLES = {"admin-1": "Admin", "bank": "SettlementBank", "home-1": "Consumer", "home-2": "Generator"}


def genesis_text(signer, clock="system", when=None, modules=(), extra=""):
    """A chain of an administration, a bank with two people, two homes."""
    when = when or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    lines = ["[chain]", f"id = {CHAIN}", f"time = {when}", f"clock = {clock}", "",
             "[asset UNIT]", "number = 1", "issuer = admin-1", "",
             "[asset CNY]", "number = 2", "scale = 2", "issuer = bank", ""]
    for name in ACCOUNTS:
        lines += [f"[account {name}]", f"role = {ROLES[name]}"]
        lines += [f"key = {signer.key(key)}" for key in KEYS[name]]
        lines += [f"threshold = {len(KEYS[name])}"]
        if name == "home-1":
            lines += ["balance = 100.00 CNY", "balance = 5 UNIT"]
        lines += [""]
    lines += ["[admin]", "threshold = 1", "member = admin-1", "",
              "[validator admin-1]", "key = sequencer", ""]
    if modules:
        lines += ["[modules]"] + [f"file = {module}" for module in modules]
    return "\n".join(lines) + "\n" + extra


def temporary():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wattclause-api-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False, **more)


class Node:
    """One folder with a node; started and stopped any number of times."""

    def __init__(self, place, signer, name="node", config="", init=True, description=None,
                 **genesis):
        self.place, self.signer, self.folder = place, signer, place / name
        self.config = config
        self.process = None
        self.passphrase = place / "passphrase"
        if not self.passphrase.exists():
            self.passphrase.write_text("correct horse\n")
            self.passphrase.chmod(0o600)
        self.addresses = {account: signer.address(i, KEYS[account][0])
                          for i, account in enumerate(ACCOUNTS)}
        if init:
            description = place / (description or f"{name}-genesis.txt")
            description.write_text(genesis_text(signer, **genesis))
            done = run("node", "init", self.folder, "--genesis", description,
                       "--passphrase-file", self.passphrase, "--json")
            if done.returncode != 0:
                raise RuntimeError(f"init: {done.returncode}: {done.stderr}")
            self.genesis_hash = json.loads(done.stdout)["genesis_hash"]
            if "WC_QUICK_KEY" in os.environ:  # the key opens at once, at each of many starts
                subprocess.run([os.environ["WC_QUICK_KEY"], self.passphrase, self.folder / "keys" / "sequencer.key"],
                               check=True)
            self.configure()
        self.nonces = {}

    def configure(self, config=None):
        if config is not None:
            self.config = config
        (self.folder / "node.conf").write_text(
            "[log]\nlevel = debug\n\n[api]\nlisten = 127.0.0.1:0\nthreads = 2\n" + self.config)

    def start(self, *options, verb=("start",), environment=None, wait=True):
        self.log_path = self.place / f"{self.folder.name}.log"
        log = open(self.log_path, "ab")
        arguments = [PROGRAM, "node", *verb, str(self.folder), *map(str, options)]
        if verb[0] == "start":
            arguments += ["--passphrase-file", str(self.passphrase)]
        (self.folder / "run" / "api").unlink(missing_ok=True)
        self.process = subprocess.Popen(arguments, stderr=log, stdout=subprocess.DEVNULL,
                                        env={**os.environ, **(environment or {})})
        log.close()
        atexit.register(self.kill)
        if wait:
            self.wait_for_address()
        return self

    def wait_for_address(self):
        end = time.monotonic() + PATIENCE
        place = self.folder / "run" / "api"
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the node ended with {self.process.returncode}: " + self.log())
            if place.exists():
                host, port = place.read_text().strip().rsplit(":", 1)
                self.host, self.port = host, int(port)
                return
            time.sleep(0.02)
        raise RuntimeError("the node does not serve: " + self.log())

    def log(self):
        return self.log_path.read_text(errors="replace")[-4000:]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    # ---- asking ----

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def ask(self, verb, path, body=None, headers=None, connection=None):
        """Status and answer: JSON when it is JSON."""
        own = connection or self.connect()
        headers = dict(headers or {})
        if body is not None and "Content-Type" not in headers:
            headers["Content-Type"] = "application/json"
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        own.request(verb, path, data, headers)
        response = own.getresponse()
        text = response.read()
        if connection is None:
            own.close()
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        self.headers = response.headers
        return response.status, json.loads(text) if is_json and text else text

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def rpc(self, method, params=None, **more):
        body = {"jsonrpc": "2.0", "id": 7, "method": method}
        if params is not None:
            body["params"] = params
        status, answer = self.ask("POST", "/rpc", body, **more)
        check(status == 200, f"{method}: HTTP {status}", answer)
        return answer

    # ---- transactions ----

    def tx(self, senders, *calls, nonce=None, lane=0, expiry=None, gas=1000000):
        """Base64 and id of a transaction of these accounts; the nonce counts by itself."""
        key = (senders[0], lane)
        if nonce is None:
            nonce = self.nonces.get(key, 0)
            self.nonces[key] = nonce + 1
        signers = ",".join(f"{self.addresses[name][0]}={'+'.join(KEYS[name])}" for name in senders)
        expiry = expiry or int(time.time()) + 3600
        return self.signer.ask("tx", CHAIN, self.genesis_hash, nonce, lane, expiry, gas, signers,
                               *calls).split()

    def deposit_call(self, to, fen, entry):
        """Native method 4: the bank records a deposit."""
        statement, reference = b"S1", entry.encode()
        args = struct.pack(">I", 2) + bytes.fromhex(self.addresses[to][0]) + struct.pack(">q", fen)
        args += bytes([len(statement)]) + statement + bytes([len(reference)]) + reference
        args += struct.pack(">I", 20000)
        return f"3:{NATIVE}:4:{args.hex()}"

    def deposit(self, to, fen, entry, **more):
        return self.tx(["bank"], self.deposit_call(to, fen, entry), **more)

    def submit(self, tx, **more):
        return self.ask("POST", "/v1/transactions", {"tx": tx}, **more)
