#!/usr/bin/env python3
"""Contracts as machine code in a running node. With `native = compile` and `native = load`, sealing and
following, a node has the same receipts and roots as one that interprets: a follower replays every block
of another node and ends at the first difference. What cannot be compiled, or may not be loaded, changes
nothing but what is logged."""
import hashlib
import json
import re
import struct
import time

from running import PATIENCE, ROOT, Node, Signer, check, finish, run, temporary

signer, place = Signer(), temporary()
module = place / "swap.wcb"
built = run("build", ROOT / "tests/api/swap.clause", "-o", module)
check(built.returncode == 0, "the contract builds", built.stderr)
code_bytes = module.read_bytes()[:int(re.search(r"(\d+) bytes of module", built.stderr + built.stdout)[1])]
domain = b"wattclause/code/1"
CODE = hashlib.sha256(bytes([len(domain)]) + domain + code_bytes).hexdigest()


def until(what, holds, node=None):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return check(True, what)
        time.sleep(0.05)
    return check(False, what, node.log() if node else "")


def metric(node, name):
    return float(re.search(rf"^{re.escape(name)} (\S+)$", node.get("/metrics")[1].decode(), re.M)[1])


def head(node):
    status = node.get("/v1/status")[1]
    return status["seq"], status["record_hash"]


def objects(node):
    return sorted(path.name for path in (node.folder / "native").glob("*.so"))


def deliver(node, instance, count):
    """The next calls of the contract: most end well, some with its error. Their results and gas."""
    seen, first = [], getattr(node, "delivered", 0)
    node.delivered = first + count
    for i in range(first, first + count):
        amount = 2000000 if i % 4 == 3 else 1000 + i
        tx, _ = node.tx(["home-2"], f"0:{instance}:0:{struct.pack('>q', amount).hex()}")
        receipt = node.submit(tx)[1]["receipt"]
        seen.append((receipt["result"], receipt["gas_used"]))
    return seen


def as_expected(node, instance, count, what):
    first = getattr(node, "delivered", 0)
    seen = deliver(node, instance, count)
    return check(seen == expected[first:first + count], f"{what}: results and gas of the interpreter", seen)


def begin(name, native, **more):
    node = Node(place, signer, name=name, modules=[module], config=f"[node]\nnative = {native}\n",
                clock="system", **more)
    node.start()
    seller, buyer = node.addresses["home-2"], node.addresses["home-1"]
    args = bytes.fromhex(seller[0]) + bytes.fromhex(buyer[0]) + struct.pack(">q", 38000) + struct.pack(">I", 5) + b"day 1"
    tx, _ = node.tx(["home-2", "home-1"], f"2:{CODE}:0:{args.hex()}", gas=20000000)
    created = node.submit(tx)[1]
    check(created["receipt"]["result"] == "OK", f"{name}: a contract comes into being", created)
    return node, created["receipt"]["results"][0]


def follow(name, of, native, wait=True):
    copy = Node(place, signer, name=name, init=False)
    copy.genesis_hash = of.genesis_hash
    config = place / f"{name}.conf"
    config.write_text(f"[log]\nlevel = debug\n[node]\nnative = {native}\n[api]\nlisten = 127.0.0.1:0\nthreads = 2\n")
    options = [] if copy.folder.exists() else ["--genesis-hash", of.genesis_hash]
    return copy.start("--config", config, *options, verb=("follow", f"http://127.0.0.1:{of.port}"), wait=wait)


# ---- sealing: interpreted at first, compiled behind it, compiled from then on -----------------------
plain, instance = begin("plain", "off")
expected = deliver(plain, instance, 28)  # of which the others make as many
check({result for result, _ in expected} == {"OK", "TOO_MUCH"}, "both ends of a call", expected)
check(not (plain.folder / "native").exists(), "off: nothing is made")
maker, made_instance = begin("maker", "compile")
as_expected(maker, made_instance, 4, "the first calls")
until("the module is compiled", lambda: metric(maker, "wattclause_native_objects") == 1, maker)
check(metric(maker, 'wattclause_native_compiled_total{result="ok"}') == 1, "and counted once")
as_expected(maker, made_instance, 4, "compiled calls")
check(len(objects(maker)) == 1 and objects(maker)[0].startswith(CODE), "an object of the module's code", objects(maker))
check((maker.folder / "native").stat().st_mode & 0o777 == 0o700, "in a folder of the node's own")

# ---- following: each block is replayed, and the first other root would end it ------------------------
until("an interpreting copy of the compiling node", lambda f=follow("copy-1", maker, "off"): head(f) == head(maker))
copy = follow("copy-2", plain, "compile")
until("a compiling copy of the interpreting node", lambda: head(copy) == head(plain), copy)
until("which compiles what it has replayed", lambda: metric(copy, "wattclause_native_objects") == 1, copy)
deliver(plain, instance, 4)
until("and replays on with the object", lambda: head(copy) == head(plain), copy)
check(copy.stop() == 0, "it stops")
verdict = json.loads(run("audit", "replay", copy.folder / "data", "--json").stdout)["verdict"]
check(verdict == "identical", "the copy replays, interpreted", verdict)
deliver(plain, instance, 4)
copy = follow("copy-2", plain, "load")
check(metric(copy, "wattclause_native_objects") == 1, "started again it loads its object")
until("and replays by it from the first block on", lambda: head(copy) == head(plain), copy)
check(copy.stop() == 0, "it stops")

# ---- load: what is there is used, nothing is made ---------------------------------------------------
check(maker.stop() == 0, "stops")
maker.configure("[node]\nnative = load\n")
maker.start()
check(metric(maker, "wattclause_native_objects") == 1, "loaded at the start")
as_expected(maker, made_instance, 4, "compiled from the first call on")
until("and the copy agrees", lambda f=follow("copy-4", maker, "load"): head(f) == head(maker))

# ---- what is damaged or unsafe -----------------------------------------------------------------------
check(maker.stop() == 0, "stops")
path = maker.folder / "native" / objects(maker)[0]
path.write_bytes(path.read_bytes()[:100])
maker.start()
check(metric(maker, "wattclause_native_objects") == 0, "a damaged object is not loaded")
check(re.search(r"event=native .*refused=1", maker.log()) is not None, "and the log says so", maker.log())
as_expected(maker, made_instance, 4, "interpreted again")
check(maker.stop() == 0, "stops")
(maker.folder / "native").chmod(0o777)
maker.start(wait=False)
check(maker.process.wait(PATIENCE) != 0 and "others may write to it" in maker.log(), "a folder that others may write to is refused", maker.log())
(maker.folder / "native").chmod(0o700)

# ---- compilers: none, one that refuses, one that never ends -----------------------------------------
maker.configure("[node]\nnative = compile\n")
maker.start(wait=False, environment={"PATH": "/nonexistent"})
check(maker.process.wait(PATIENCE) != 0 and "needs a C compiler" in maker.log(), "without a compiler it says what to do", maker.log())
path.unlink()
tools = place / "tools"
tools.mkdir()
compiler = tools / "cc"
compiler.write_text("#!/bin/sh\nexit 1\n")
compiler.chmod(0o755)
maker.start(environment={"PATH": f"{tools}:/usr/bin:/bin"})
as_expected(maker, made_instance, 4, "interpreted again")
until("a compiler that refuses", lambda: metric(maker, 'wattclause_native_compiled_total{result="declined"}') == 1, maker)
as_expected(maker, made_instance, 4, "after it refused")
check(metric(maker, 'wattclause_native_compiled_total{result="declined"}') == 1, "it is asked once for each module")
check(maker.stop() == 0 and objects(maker) == [], "and leaves nothing")
marker = place / "began"
compiler.write_text(f"#!/bin/sh\ntouch {marker}\nsleep 1000\n")
maker.start(environment={"PATH": f"{tools}:/usr/bin:/bin"})
as_expected(maker, made_instance, 4, "interpreted again")
until("a compiler that never ends", marker.exists, maker)
began = time.monotonic()
check(maker.stop() == 0, "does not keep the node from stopping", maker.log())
check(time.monotonic() - began < 20, "in time")
check(list((maker.folder / "native").glob("*")) == [], "and leaves nothing", list((maker.folder / "native").glob("*")))
finish()
