"""Vectors: the JSON of docs/reference/conformance.md, and running them on the second engine."""
import json
import os

from vm import calls, tables
from vm.host import Host
from vm.module import Module

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "conformance")


def hex_of(data):
    return None if data is None else bytes(data).hex()


def bytes_of(text):
    return None if text is None else bytes.fromhex(text)


def host_of(vector, own):
    given = vector.get("host", {})
    host = Host(own)
    for key, value in given.get("stored", []):
        key = bytes_of(key)
        host.stored[(key[0], int.from_bytes(key[1:3], "big"), key[3:])] = bytes_of(value)
    for party, currency, amount in given.get("free", []):
        host.free[(bytes_of(party), currency)] = amount
    for party, currency, amount in given.get("escrow", []):
        host.in_escrow[(bytes_of(party), currency)] = amount
    host.signers = {bytes_of(party) for party in given.get("signers", [])}
    host.roles = {(bytes_of(party), role) for party, role in given.get("roles", [])}
    host.limits.update(given.get("limits", {}))
    host.refuses_bank = given.get("refuses_bank", False)
    if "view" in given:
        answer, taken, result = given["view"]
        host.answer = (answer, taken, bytes_of(result))
    host.begin()
    return host


def run_with(module, vector, own, gas):
    """Runs a vector within so much gas: outcome and host afterwards. module.before: the version
    before, of upgrades."""
    host = host_of(vector, own)
    principal, now = bytes_of(vector.get("principal")), vector.get("now", 0)
    args, root = bytes_of(vector.get("args", "")), bytes_of(vector.get("root", ""))
    if vector["run"] == "deploy":
        parties = bytes_of(vector["parties"])
        return calls.run_deploy(module, host, own, parties, args, principal, now, gas), host
    if vector["run"] == "upgrade":
        return calls.run_upgrade(module, module.before, host, own, root, vector["entry"], now,
                                 gas), host
    if vector["run"] == "due":
        behind = vector.get("behind")
        behind = None if behind is None else tuple(behind)
        return calls.run_due(module, host, own, root, behind, gas), host
    return calls.run_call(module, host, own, root, vector["entry"], args, principal, now, gas), host


def results(outcome):
    return {
        "root": hex_of(outcome.root),
        "result": hex_of(outcome.result),
        "state": outcome.state,
        "entered": outcome.entered,
        "final": outcome.final,
        "retimed": outcome.retimed,
        "rebound": outcome.rebound,
        "due": None if outcome.due is None else list(outcome.due),
        "prepaid": outcome.prepaid,
    }


def effects(host):
    return {
        "writes": [[hex_of(bytes([part]) + field.to_bytes(2, "big") + key), hex_of(data)]
                   for (part, field, key), data in host.writes()],
        "balances": [[hex_of(party), currency, free, escrow]
                     for (party, currency), (free, escrow) in host.balances().items()],
        "postings": [[move, hex_of(source), hex_of(target), currency, amount, hex_of(reference),
                      *where] for move, source, target, currency, amount, reference, where
                     in host.postings],
        "events": [[event, hex_of(args)] for event, args in host.events],
        "views": [[hex_of(instance), method, hex_of(args)] for instance, method, args in host.views],
        "sends": [[hex_of(instance), method, hex_of(args)] for instance, method, args in host.sends],
        "unlocked": host.unlocked,
    }


EMPTY = {"root": None, "result": "", "entered": False, "final": False, "retimed": False,
         "rebound": False, "due": None, "prepaid": 0, "writes": [], "balances": [], "postings": [],
         "events": [], "views": [], "sends": [], "unlocked": 0}


def telling(members):
    """Members that say something."""
    return {key: value for key, value in members.items() if key not in EMPTY or value != EMPTY[key]}


def describe_outcome(outcome):
    """How a call ended, without what it did to its host."""
    found = {"kind": outcome.kind, "gas": outcome.gas}
    if outcome.kind == "ok":
        found.update(telling(results(outcome)))
        return found
    found["at"] = None if outcome.where is None else list(outcome.where)
    if outcome.kind in ("trap", "builtin", "error"):
        found["code"] = outcome.code
    if outcome.kind == "trap":
        found["operands"] = outcome.operands
    elif outcome.kind != "callee":
        found["args"] = hex_of(outcome.args)
    return found


def describe(outcome, host):
    """What a vector expects: everything for a call that succeeds, else how it failed."""
    found = describe_outcome(outcome)
    if outcome.kind == "ok":
        found.update(telling(effects(host)))
    return found


def place_of(outcome):
    return "outside" if outcome.where is None else list(outcome.where)


def run(module, vector, own):
    """What the engine makes of a vector: with its gas limit, with exactly what was used, with one
    less. `short` is where the last one ran out; None where it cannot. `cuts`, if the vector has
    them: where it runs out within that much gas."""
    outcome, host = run_with(module, vector, own, vector["gas"])
    found = describe(outcome, host)
    exact, host = run_with(module, vector, own, outcome.gas)
    assert describe(exact, host) == found, "with exactly the gas used: %s" % vector["name"]
    short = None
    if outcome.gas > 0 and found.get("code") != "OUT_OF_GAS":
        less, _ = run_with(module, vector, own, outcome.gas - 1)
        if less.code == "OUT_OF_GAS":
            short = place_of(less)
        else:  # the other instance takes what there is
            assert vector["op"] == "view", vector["name"]
    result = {"expect": found, "short": short}
    if "cuts" in vector:
        result["cuts"] = [[gas, place_of(cut(module, vector, own, gas))]
                          for gas, _ in vector["cuts"]]
    return result


def cut(module, vector, own, gas):
    outcome, _ = run_with(module, vector, own, gas)
    assert (outcome.kind, outcome.code, outcome.gas) == ("trap", "OUT_OF_GAS", gas), vector["name"]
    return outcome


CUTS_MAX = 40


def add_cuts(module, vector, own):
    """One gas too little for each charge that the vector's call makes."""
    outcome, _ = run_with(module, vector, own, vector["gas"])
    vector["cuts"] = [[used - 1, None] for used, _ in outcome.charges[:CUTS_MAX]]


class File:
    """A file of vectors: one module, and what runs on it."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        assert content["format"] == 1
        self.name = os.path.basename(path)
        self.text, self.own = content["text"], bytes_of(content["own"])
        self.module = Module(bytes_of(content["module"]))
        if "before" in content:
            self.module.before = Module(bytes_of(content["before"]))
        self.vectors = [{**content["usual"], **vector} for vector in content["vectors"]]


def files():
    return sorted(os.path.join(DATA, name) for name in os.listdir(DATA) if name.endswith(".json"))


USUAL = ("run", "root", "principal", "now", "gas", "host")


def usual_of(vectors):
    """The most frequent value of members that most vectors share."""
    found = {}
    for member in USUAL:
        texts = [json.dumps(vector[member]) for vector in vectors if member in vector]
        if texts:
            found[member] = json.loads(max(sorted(set(texts)), key=texts.count))
    return found


def write(path, contract, module, own, vectors):
    """One vector a line, so that a difference shows which."""
    before = {} if module.before is None else {"before": hex_of(module.before.data)}
    usual = usual_of(vectors)
    with open(path, "w", encoding="utf-8") as file:
        head = {"format": 1, "own": hex_of(own), "module": hex_of(module.data), **before,
                "usual": usual}
        file.write(json.dumps(head)[:-1] + ',\n"text": [\n')
        file.write(",\n".join(map(json.dumps, contract.text())) + '\n],\n"vectors": [\n')
        rows = [{key: value for key, value in vector.items()
                 if key not in usual or usual[key] != value} for vector in vectors]
        file.write(",\n".join(map(json.dumps, rows)) + "\n]}\n")


INSTRUCTIONS = [op for op in tables.OPS.values() if "X" not in op.flags and op.name != "ext"]
