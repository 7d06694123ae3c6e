#!/usr/bin/env python3
"""The node as a service: making it, its configuration, its log, starting, systemd, stopping."""
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import time

from running import (CHAIN, PATIENCE, PROGRAM, ROOT, Node, Signer, check, finish, genesis_text, run,
                     temporary)

signer, place = Signer(), temporary()


def refused(code, text, *arguments):
    done = run(*arguments)
    check(done.returncode == code, f"{arguments}: exit {code}", done.returncode, done.stderr)
    check(re.search(text, done.stderr), f"{arguments}: says `{text}`", done.stderr)
    return done


# ---- what init refuses, each with its line --------------------------------------------------------
good = genesis_text(signer)
passphrase = place / "passphrase"
passphrase.write_text("correct horse\n")
passphrase.chmod(0o600)


def init_refused(change, text, code=1):
    description = place / "bad.txt"
    description.write_text(change)
    done = refused(code, text, "node", "init", place / "never", "--genesis", description,
                   "--passphrase-file", passphrase)
    check(not (place / "never").exists(), "nothing is made of a description that fails")
    return done


key = signer.key("home-1")
init_refused(good.replace("[chain]", "[chian]", 1), r"bad\.txt:2: there is no section \[chian\]")
init_refused(good.replace("clock = system", "klock = system"), r"bad\.txt:4: \[chain\] has no key `klock`")
init_refused(good.replace("clock = system", "clock = scripted").replace(CHAIN, "grid"),
             r"bad\.txt:2: clock = scripted is for chains")
init_refused(good.replace(CHAIN, "Grid 7"), r"bad\.txt:2: `Grid 7` is no chain id")
init_refused(re.sub(r"time = .*", "time = yesterday", good), r"bad\.txt:3: `yesterday` is no time")
init_refused(good.replace("scale = 2", "scale = 99"), r"`scale` is a whole number from 0 to 18")
init_refused(good.replace("role = Consumer", "role = Consumr"), r"did you mean `Consumer`\?")
init_refused(good.replace(key, key[:-1]), r"is no public key: needed are 64")
init_refused(good.replace(key, "0" * 63 + "1"), r"no signature could ever verify under the key")
init_refused(good.replace("100.00 CNY", "100.001 CNY"), r"is no amount of CNY: above 0, at most 2")
init_refused(good.replace("100.00 CNY", "100.00 EUR"), r"there is no \[asset EUR\]")
init_refused(good.replace("issuer = bank", "issuer = bnak"), r"there is no \[account bnak\]")
init_refused(good.replace("member = admin-1", "member = nobody"), r"there is no \[account nobody\]")
init_refused(good.replace("threshold = 2", "threshold = 3"), r"do not reach its threshold of 3")
init_refused(good.replace("number = 1\n", "number = 3\n"), r"no asset has number = 1|needs `scale`")
init_refused(good + "[modules]\nfile = nowhere.wcb\n", r"bad\.txt:\d+: .*nowhere\.wcb")
init_refused(good + "[params]\ngas_prise = 3\n", r"did you mean `gas_price`\?")
init_refused(good + "[params]\nblock_txs_max = 0\n", r"outside of what a chain may have")
init_refused(good + "x = " + "y" * 300 + "\n", r"more than 198 characters")
init_refused(good + "x = \xe9\n".encode("latin-1").decode("latin-1") * 0 + "just words\n",
             r"neither a \[section\] nor `key = value`")
demo_key = hashlib.sha256(bytes([21]) + b"wattclause/demo-key/1" + b"home-1" + b"\0").digest()
demo_public = signer.ask("seed", demo_key.hex())
init_refused(good.replace(key, demo_public), r"bad\.txt:\d+: \[account home-1\] has a key of the demo")
refused(2, "init needs --genesis", "node", "init", place / "never")
refused(2, "did you mean `start`", "node", "strat", place)
refused(3, "chmod 600", "node", "init", place / "never", "--genesis", place / "bad.txt",
        "--passphrase-file", ROOT / "README.md")

# ---- a node ---------------------------------------------------------------------------------------
node = Node(place, signer)
again = place / "node-genesis.txt"
refused(3, "there is something already", "node", "init", node.folder, "--genesis", again,
        "--passphrase-file", passphrase)
check(oct((node.folder / "keys" / "sequencer.key").stat().st_mode & 0o777) == "0o600", "mode of the key")
check("correct horse" not in (node.folder / "keys" / "sequencer.key").read_text(), "key is encrypted")
names = json.loads((node.folder / "names.json").read_text())
check(names == {name: text for name, (_, text) in node.addresses.items()}, "names and addresses", names)

# ---- configuration: every mistake by file and line ------------------------------------------------
own = node.folder / "node.conf"


def config_refused(text, expected):
    own.write_text(text)
    done = refused(1, expected, "node", "start", node.folder, "--passphrase-file", passphrase)
    check("node.conf" in done.stderr, "names the file", done.stderr)


config_refused("[api]\nlistne = 127.0.0.1:0\n", r"node\.conf:2: \[api\] has no key `listne`; did you mean `listen`")
config_refused("[apj]\nlisten = 127.0.0.1:0\n", r"node\.conf:1|node\.conf:2: there is no section \[apj\]; did you mean \[api\]")
config_refused("[log]\nlisten = 127.0.0.1:0\n", r"node\.conf:2: `listen` belongs into \[api\]")
config_refused("threads = 1\n", r"node\.conf:1: `threads` stands before the first")
config_refused("[api]\nthreads = 1\nthreads = 2\n", r"node\.conf:3: `threads` stands in line 2 already")
config_refused("[api]\nthreads = 0\n", r"node\.conf:2: `threads` is a whole number from 1 to 64, not `0`")
config_refused("[api]\nthreads = two\n", r"node\.conf:2: `threads` is a whole number")
config_refused("[api]\nbehind_proxy = maybe\n", r"node\.conf:2: `behind_proxy` is yes or no")
config_refused("[log]\nlevel = loud\n", r"node\.conf:2: `level` is one of debug\|info\|warn\|error")
config_refused("[api]\nlisten = 127.0.0.1\n", r"needed is ADDRESS:PORT")
config_refused("[api]\nlisten = 0.0.0.0:0\n", r"reached from other machines; that needs token_file")
config_refused("[api]\nlisten = 0.0.0.0:0\ntoken_file = /x\n", r"needs tls_certificate and tls_key, or behind_proxy")
config_refused("[api]\ntls_key = /x\n", r"belong together")

own.write_text("[api]\nlisten = 127.0.0.1:0\nthreads = 3\n")
printed = run("node", "start", node.folder, "--print-config")
check(printed.returncode == 0 and "threads = 3\n" in printed.stdout, "effective configuration", printed)
own.write_text(printed.stdout)
check(run("node", "start", node.folder, "--print-config").stdout == printed.stdout,
      "what is printed reads back as the same")
for secret in ("correct horse", signer.key("home-1")):
    check(secret not in printed.stdout, "no secret in the configuration")

# ---- start, second start, status ------------------------------------------------------------------
node.configure("")
node.start()
second = refused(3, r"node\.lock: held by process \d+ on \S+", "node", "start", node.folder,
                 "--passphrase-file", passphrase)
check(f"process {node.process.pid} on {socket.gethostname()}" in second.stderr, "pid and host", second.stderr)
status = run("node", "status", node.folder, "--json")
shown = json.loads(status.stdout)
check(shown["chain"] == CHAIN and shown["pid"] == node.process.pid and shown["port"] == node.port,
      "status", shown)
check("sealing        true\n" in run("node", "status", node.folder).stdout, "status for people")
tx, tx_id = node.deposit("home-1", 1234, "e1")
code, answer = node.submit(tx)
check(code == 200 and answer["answer"] == "SEALED" and answer["id"] == tx_id, "a deposit is sealed", answer)

# ---- the socket of the administration -------------------------------------------------------------
door = node.folder / "run" / "admin.sock"
check(oct(door.stat().st_mode & 0o777) == "0o600", "mode of the socket")


def administer(text):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(PATIENCE)
        s.connect(str(door))
        s.sendall(text.encode())
        s.shutdown(socket.SHUT_WR)
        data = b""
        try:
            while piece := s.recv(65536):
                data += piece
        except ConnectionResetError:  # closed before all was read
            pass
    return json.loads(data) if data else {"error": "cut"}


check("error" in administer("{}\n"), "a request without method")
check("error" in administer("no json\n"), "a line that is no JSON")
check("error" in administer("x" * 9000 + "\n"), "a line that is too long")
check("error" in administer('{"method":"admin.unknown"}\n'), "an unknown method")
check(administer('{"method":"admin.log","level":"warn"}\n') == {"result": {"level": "warn"}}, "log level")
for method in ("admin.status", "admin.stop", "admin.backup"):
    check(node.rpc(method)["error"]["code"] == -32601, f"{method} is not on the network")

# ---- the log --------------------------------------------------------------------------------------
check(node.stop() == 0, "a stop is exit 0")
check(not door.exists() and not (node.folder / "run" / "api").exists(), "nothing is left in run/")
for line in node.log().splitlines():
    check(re.fullmatch(r'ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(debug|info|warn|error) '
                       r'event=[a-z_]+( [a-z_]+=("([^"\\]|\\.)*"|[^ "]*))*', line), "a logfmt line", line)
for secret in ("correct horse", tx[:64]):
    check(secret not in node.log(), "no secret in the log")
(node.folder / "node.conf").write_text("[log]\nform = json\n[api]\nlisten = 127.0.0.1:0\n")
os.truncate(node.log_path, 0)
node.start()
check(node.stop(signal.SIGINT) == 0, "an interrupt is a stop, too")
events = [json.loads(line)["event"] for line in node.log().splitlines()]
check(events[0] == "opened" and "serving" in events and events[-1] == "stopped", "JSON lines", events)

# ---- wrong key, wrong passphrase, missing files ---------------------------------------------------
wrong = place / "wrong"
wrong.write_text("another horse\n")
wrong.chmod(0o600)
refused(3, "the passphrase is wrong", "node", "start", node.folder, "--passphrase-file", wrong)
refused(3, "No such file", "node", "start", place / "nowhere")
refused(1, "no node runs on this folder", "node", "status", node.folder)
incarnation = node.folder / "keys" / "INCARNATION"
incarnation.rename(place / "kept")
refused(3, "INCARNATION: No such file", "node", "start", node.folder, "--passphrase-file", passphrase)
(place / "kept").rename(incarnation)

# ---- systemd --------------------------------------------------------------------------------------
inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
inbox.settimeout(PATIENCE)
inbox.bind(str(place / "notify"))
node.configure("")
node.start(environment={"NOTIFY_SOCKET": str(place / "notify"), "WATCHDOG_USEC": "400000"})
first = inbox.recv(4096).decode()
check(first.startswith("READY=1\n") and "STATUS=" in first, "READY when it serves", first)
check(node.get("/v1/health")[0] == 200, "it serves when it says READY")
check([inbox.recv(4096).decode() for _ in range(3)] == ["WATCHDOG=1\n"] * 3, "the watchdog is fed")
node.process.send_signal(signal.SIGTERM)
last = inbox.recv(4096).decode()
while last == "WATCHDOG=1\n":
    last = inbox.recv(4096).decode()
check(last.startswith("STOPPING=1\n"), "STOPPING when it stops", last)
check(node.process.wait(PATIENCE) == 0, "and ends")
inbox.close()

abstract = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
abstract.settimeout(PATIENCE)
abstract.bind(b"\0wattclause-test-" + str(os.getpid()).encode())
node.start(environment={"NOTIFY_SOCKET": f"@wattclause-test-{os.getpid()}", "WATCHDOG_USEC": "400000",
                        "WATCHDOG_PID": "1"})
check(abstract.recv(4096).decode().startswith("READY=1\n"), "an abstract socket")
check(node.stop() == 0, "stops")
check(abstract.recv(4096).decode().startswith("STOPPING=1\n"), "no watchdog for another process")

unit = (ROOT / "node/service/systemd/wattclause.service").read_text()
for line in ("Type=notify", "WatchdogSec=", "NoNewPrivileges=yes", "ProtectSystem=strict",
             "TimeoutStopSec=", "LoadCredential=sequencer-passphrase:"):
    check(line in unit, f"the unit says {line}")
command = re.search(r"ExecStart=\S+ (.*)", unit).group(1).split()
check(command[:2] == ["node", "start"], "the unit starts a node", command)

# ---- a stop in the middle of work -----------------------------------------------------------------
node.start()
first_gap, _ = node.deposit("home-1", 100, "gap", nonce=99, lane=0)
waiting = subprocess.Popen(
    ["/usr/bin/python3", "-c",
     "import http.client,json,sys\n"
     f"c=http.client.HTTPConnection('{node.host}',{node.port},timeout={PATIENCE})\n"
     f"c.request('POST','/v1/transactions',json.dumps({{'tx':sys.argv[1]}}),{{'Content-Type':'application/json'}})\n"
     "print(c.getresponse().read().decode())", first_gap], stdout=subprocess.PIPE, text=True)
end = time.monotonic() + PATIENCE
while node.get("/v1/status")[1]["pending"] == 0 and time.monotonic() < end:
    time.sleep(0.02)
check(node.stop() == 0, "stops while somebody waits")
check(json.loads(waiting.communicate(timeout=PATIENCE)[0])["error"]["data"]["name"] == "STOPPING",
      "who waits is told")

# ---- a clock that is not believed -----------------------------------------------------------------
old = Node(place, signer, name="old", when="2020-01-01T00:00:00Z")
old.start()
code, answer = old.get("/v1/ready")
check(code == 503 and answer["error"]["data"]["reason"] == "CLOCK", "not ready: the clock", answer)
tx, _ = old.deposit("home-1", 1, "x")
code, answer = old.submit(tx)
check(code == 503 and answer["error"]["data"] == {"name": "NOT_SEALING", "reason": "CLOCK"}, "seals nothing", answer)
check(old.stop() == 0, "stops")
old.start("--accept-time")
code, answer = old.submit(tx)
check(code == 200 and answer["answer"] == "SEALED", "the operator says that the clock is right", answer)
check(old.stop() == 0, "stops")

# ---- a chain of the demo: its keys are everybody's, so it stays on this machine -------------------
demo = place / "demo.txt"
demo.write_text(good.replace(key, demo_public).replace(CHAIN, "demo-grid"))
made = run("node", "init", place / "demo", "--genesis", demo, "--passphrase-file", passphrase)
check(made.returncode == 0, "a chain of the demo may have its keys", made.stderr)
tokens = place / "tokens"
tokens.write_text("x" * 20 + " any\n")
tokens.chmod(0o600)
(place / "demo" / "node.conf").write_text(f"[api]\nlisten = 0.0.0.0:0\ntoken_file = {tokens}\nbehind_proxy = yes\n")
refused(1, "loopback only", "node", "start", place / "demo", "--passphrase-file", passphrase)

# ---- a disk that is nearly full (root may mount one) ----------------------------------------------
small = place / "small"
small.mkdir()
if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=900m", "none", small], check=False,
                                        capture_output=True).returncode == 0:
    try:
        full = Node(place, signer, name="small/node", description="small.txt").start()
        tx, _ = full.deposit("home-1", 1, "x")
        full.submit(tx)
        code, answer = full.get("/v1/ready")
        check(code == 503 and answer["error"]["data"]["reason"] == "DISK", "a disk below 1 GiB: nothing is sealed", answer)
        check(full.get("/v1/accounts/" + full.addresses["home-1"][1])[0] == 200, "and everything is read")
        check(full.get("/v1/status")[1]["seq"] == 0, "nothing was")
        check(full.stop() == 0, "stops")
    finally:
        subprocess.run(["umount", small], check=False)
else:
    print("SKIPPED: mounting a small disk needs root")
check(PROGRAM != "", "program")
finish()
