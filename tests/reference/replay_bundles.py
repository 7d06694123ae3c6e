#!/usr/bin/env python3
"""Replays every bundle of a folder with the second engine, and says what the chains hold.

    replay_bundles.py [--signatures] [--expect-every-refusal] FOLDER

The chains are those of the ledger's tests: with WC_TEST_BUNDLES=FOLDER in its environment a test
program leaves them there. --expect-every-refusal: each code of refusals.def must occur that they can
bring about."""
import collections
import os
import sys

from ledger import recorded, tables
from ledger.bundle import Bundle
from ledger.replay import Replay
from replay_ledger import sentence

# Refusals that no test of the ledger brings about: what the ledger does not do yet, or says by
# another name (tests/unit/ledger_exec/test_refusals.c).
NOT_PRODUCED = {"BALANCE_SHORT", "ESCROW_SHORT", "FACT_DIFFERS", "GATE_CLOSED", "KEY_EXISTS",
                "POLICY_UNREACHABLE"}


class Counting(Bundle):
    """A bundle that counts the statuses of its receipts."""

    statuses = collections.Counter()

    def blocks(self):
        for block in super().blocks():
            for page in block.pages.values():
                self.statuses[recorded.page_of(page)[0]["status"]] += 1
            yield block


def name_of(status):
    return {0: "OK", 1: "ERROR", 2: "TRAP"}.get(status) or tables.REFUSAL_NAMES[status]


def replay(path, signatures):
    """What was done, and the difference in one line or None."""
    with open(path, "rb") as file:
        run = Replay(Counting(file), signatures)
        run.run()
    return run.counts, None if run.difference is None else sentence(run)


def main(arguments):
    options = {word for word in arguments if word.startswith("--")}
    folders = [word for word in arguments if not word.startswith("--")]
    if len(folders) != 1 or options - {"--signatures", "--expect-every-refusal"}:
        sys.exit(__doc__)
    total, differing, chains = collections.Counter(), 0, 0
    for name in sorted(os.listdir(folders[0])):
        counts, difference = replay(os.path.join(folders[0], name), "--signatures" in options)
        chains += 1
        total += counts
        if difference is not None:
            differing += 1
            print("%s: %s" % (name, difference))
    print("%d chains, %d records, %d receipts, %d events, %d chains differ" % (
        chains, total["records"], total["receipts"], total["events"], differing))
    print(", ".join("%d %s" % (count, name_of(status))
                    for status, count in sorted(Counting.statuses.items())))
    missing = set()
    if "--expect-every-refusal" in options:
        missing = set(tables.REFUSALS) - NOT_PRODUCED - set(map(name_of, Counting.statuses))
        print("not met: %s" % ", ".join(sorted(missing)) if missing else "every refusal is met")
    sys.exit(1 if differing or missing or chains == 0 else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
