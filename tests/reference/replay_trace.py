#!/usr/bin/env python3
"""Runs a trace of calls (tests/conformance/trace.c) on the second engine: each must end as it did,
with the same gas, after asking the host for the same things in the same order.

    replay_trace.py FILE"""
import collections
import json
import sys

from conformance.vector import bytes_of, describe_outcome
from vm import calls
from vm.module import Module


class Differs(Exception):
    pass


class TracedHost:
    """Gives the answers of the trace. Signers and roles do not change in a call; they may be asked
    for in any order."""

    def __init__(self, rows):
        self.facts = {tuple(row[:-1]): row[-1] for row in rows if row[0] in ("is_signer", "holds_role")}
        self.rows = collections.deque(row for row in rows if row[0] not in ("is_signer", "holds_role"))

    def next(self, *asked):
        if not self.rows:
            raise Differs("asks for more: %s" % (asked,))
        row = self.rows.popleft()
        if list(asked) != row[:len(asked)]:
            raise Differs("asks %s, not %s" % (list(asked), row))
        return row[len(asked):]

    @staticmethod
    def key(key):
        part, field, data = key
        return (bytes([part]) + field.to_bytes(2, "big") + data).hex()

    def load(self, key):
        return bytes_of(self.next("load", self.key(key))[0])

    def store(self, key, data):
        return self.next("store", self.key(key), data.hex())[0] == "ok"

    def remove(self, key):
        return self.next("remove", self.key(key))[0] == "ok"

    def elements(self, field):
        return [(bytes_of(key), bytes_of(data)) for key, data in self.next("elements", field)[0]]

    def post(self, move, source, target, currency, amount, reference, where):
        return tuple(self.next("post", move, source.hex(), target.hex(), currency, amount,
                               reference.hex(), *where))

    def escrow(self, party, currency):
        return self.next("escrow", party.hex(), currency)[0]

    def own_balance(self, currency):
        return self.next("own_balance", currency)[0]

    def posted(self, party, currency):
        return self.next("posted", party.hex(), currency)[0]

    def unlock_all(self):
        self.next("unlock_all")

    def holder_count(self):
        return self.next("holder_count")[0]

    def emit(self, event, args):
        return self.next("emit", event, args.hex())[0] == "ok"

    def view(self, instance, method, args, gas):
        answer, taken, result = self.next("view", instance.hex(), method, args.hex(), gas)
        return answer, taken, bytes_of(result)

    def send(self, instance, method, args):
        return self.next("send", instance.hex(), method, args.hex())[0]

    def is_signer(self, party):
        return self.facts.get(("is_signer", party.hex()), False)

    def holds_role(self, party, role):
        return self.facts.get(("holds_role", party.hex(), role), False)


def run(module, line):
    host = TracedHost(line["host"])
    own, args, principal = (bytes_of(line[name]) for name in ("own", "args", "principal"))
    if line["run"] == "deploy":
        parties = bytes_of(line["parties"])
        outcome = calls.run_deploy(module, host, own, parties, args, principal, line["now"],
                                   line["gas"])
    else:
        outcome = calls.run_call(module, host, own, bytes_of(line["root"]), line["entry"], args,
                                 principal, line["now"], line["gas"])
    if host.rows:
        raise Differs("does not ask %s" % (host.rows[0],))
    found = describe_outcome(outcome)
    if found != line["expect"]:
        raise Differs("ends with %s, not %s" % (found, line["expect"]))
    return outcome


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    modules, ends, differing = [], collections.Counter(), 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            line = json.loads(text)
            if "run" not in line:
                modules.append(Module(bytes_of(line["module"])))
                continue
            try:
                ends[run(modules[line["module"]], line).kind] += 1
            except Differs as error:
                differing += 1
                print("line %d, entry %d: %s" % (number, line["entry"], error))
    total = sum(ends.values()) + differing
    print("%d modules, %d calls (%s), %d differ" % (
        len(modules), total, ", ".join("%d %s" % (count, kind) for kind, count in sorted(ends.items())),
        differing))
    sys.exit(1 if differing or total == 0 else 0)


if __name__ == "__main__":
    main()
