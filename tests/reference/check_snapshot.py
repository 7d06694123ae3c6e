#!/usr/bin/env python3
"""Checks a snapshot without the program: header, genesis, certificate, and every chunk by itself.

    check_snapshot.py [--genesis-hash HEX] [--chunk N] SNAPSHOT

Written from docs/reference/snapshot-format.md (ledger/snapshot.py); standard library only. Exit
codes: 0 it holds, 1 it does not, 2 usage, 3 a file cannot be read."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ledger import genesis
from ledger.reader import Bad
from ledger.snapshot import Refused, Snapshot


def read_file(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def check(folder, genesis_hash, only):
    try:
        data = genesis.read(read_file(folder, "genesis"))
    except Bad as bad:
        raise Refused("genesis: %s" % bad) from None
    if genesis_hash not in (None, data.hash):
        raise Refused("genesis: another one than the caller names")
    snapshot = Snapshot(read_file(folder, "header"), data)
    if snapshot.certificate:
        snapshot.check_certificate()
    chosen = range(len(snapshot.hashes)) if only is None else [only]
    entries = sum(len(snapshot.check_chunk(index, read_file(folder, "chunk-%05d" % index))) for index in chosen)
    if only is None and entries != snapshot.leaves:
        raise Refused("header: says %d entries, the chunks hold %d" % (snapshot.leaves, entries))
    return snapshot.seq, entries, len(chosen), "verified" if snapshot.certificate else "none"


def main(arguments):
    genesis_hash, only, folder = None, None, None
    while arguments:
        word = arguments.pop(0)
        if word == "--genesis-hash" and arguments:
            genesis_hash = bytes.fromhex(arguments.pop(0))
        elif word == "--chunk" and arguments:
            only = int(arguments.pop(0))
        elif folder is None and not word.startswith("-"):
            folder = word
        else:
            folder = None
            break
    if folder is None:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        seq, entries, chunks, witness = check(folder, genesis_hash, only)
    except Refused as refused:
        print("%s/%s" % (folder, refused), file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 3
    print("record %d, %d entries in %d chunks, each checked by itself; certificate: %s" % (seq, entries, chunks, witness))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
