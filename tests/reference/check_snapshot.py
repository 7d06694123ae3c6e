#!/usr/bin/env python3
"""Checks a snapshot without the program: header, genesis, certificate, and every chunk by itself.

    check_snapshot.py [--genesis-hash HEX] [--chunk N] SNAPSHOT

Written from docs/reference/snapshot-format.md; standard library only. A chunk is folded from the top
down here, by splitting its entries bit by bit. Exit codes: 0 it holds, 1 it does not, 2 usage, 3 a file
cannot be read."""
import hashlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ledger import ed25519, genesis
from ledger.reader import Bad, Reader, decode
from ledger.recorded import read_certificate, read_record

FORMAT, CHUNK_BYTES, CHUNKS_MAX = 1, 8388608, 100000
EMPTY = bytes(32)


class Refused(Exception):
    """What is wrong, with the file it is in."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def domain(name, data):
    text = b"wattclause/" + name
    return sha256(bytes([len(text)]), text, data)


def bit(k, level):
    return k[level // 8] >> (7 - level % 8) & 1


def inner(left, right):
    return sha256(b"\x01", left, right)


# ---- a chunk ----------------------------------------------------------------------------------------
def read_siblings(r):
    """Level -> hash of the subtree there."""
    siblings, last = {}, -1
    for _ in range(r.u16(0, 256)):
        level = r.u8()
        if level <= last:
            raise Bad("levels that do not ascend", r.at)
        siblings[level], last = r.hash(), level
        if siblings[level] == EMPTY:
            raise Bad("an empty subtree that is listed", r.at)
    return siblings


class Edge:
    """A side of the range: the key it runs along, and the subtrees beyond it."""

    def __init__(self, k, siblings, side):
        self.k, self.siblings, self.side = k, siblings, side  # side: the bit that k has beside them
        self.deepest = max(siblings, default=-1)
        for level in siblings:
            if bit(k, level) != side:
                raise Bad("a subtree on the wrong side", 0)


def subtree(leaves, level, left, right):
    """(hash, kind) of the subtree at this level over leaves [(k, hash)], in order; left, right: an
    edge that passes through it, or None. kind: 0 empty, 1 one leaf, 2 more."""
    is_open = any(edge is not None and edge.deepest >= level for edge in (left, right))
    if not is_open and len(leaves) <= 1:
        return (leaves[0][1], 1) if leaves else (EMPTY, 0)
    at = next((i for i, (k, _) in enumerate(leaves) if bit(k, level) == 1), len(leaves))
    lower, upper = leaves[:at], leaves[at:]
    if left is not None and bit(left.k, level) == 1:  # the range begins in the upper half
        below = (left.siblings[level], 2) if level in left.siblings else (EMPTY, 0)
        above = subtree(upper, level + 1, left, right)
    elif right is not None and bit(right.k, level) == 0:  # it ends in the lower half
        below = subtree(lower, level + 1, left, right)
        above = (right.siblings[level], 2) if level in right.siblings else (EMPTY, 0)
    else:
        below = subtree(lower, level + 1, left, None)
        above = subtree(upper, level + 1, None, right)
    if below[1] == 0 and above[1] == 1:
        return above
    if above[1] == 0 and below[1] == 1:
        return below
    if below[1] == 0 and above[1] == 0:
        return EMPTY, 0
    return inner(below[0], above[0]), 2


def check_chunk(data, seq, index, state_root):
    """Number of its entries."""
    r = Reader(data)
    if r.u16() != FORMAT:
        raise Bad("another format", 0)
    named = r.u64(), r.u32(0, CHUNKS_MAX - 1)
    if named != (seq, index):
        raise Bad("chunk %d of record %d" % (named[1], named[0]), 2)
    count = r.u32(1)
    left = read_siblings(r)
    start, leaves = r.at, []
    for _ in range(count):
        name, value = r.string(1, 1, 112), r.string(4, 0, 262144)
        k = sha256(name[:1], b"\x00", name[1:])
        if leaves and leaves[-1][0] >= k:
            raise Bad("entries out of order", r.at)
        leaves.append((k, sha256(b"\x00", k, sha256(value))))
    if r.at - start > CHUNK_BYTES:
        raise Bad("more entries than a chunk holds", start)
    right = read_siblings(r)
    r.end()
    root, _ = subtree(leaves, 0, Edge(leaves[0][0], left, 1), Edge(leaves[-1][0], right, 0))
    if root != state_root:
        raise Bad("no part of the state that the record names", start)
    return count


# ---- the whole --------------------------------------------------------------------------------------
def read_header(r):
    if r.u16() != FORMAT:
        raise Bad("another format", 0)
    seq, height = r.u64(), r.u64()
    record, certificate = r.string(2), r.string(2)
    leaves = r.u64(1)
    return seq, height, record, certificate, leaves, [r.hash() for _ in range(r.u32(1, CHUNKS_MAX))]


def check_certificate(record_bytes, record, certificate, first):
    if not certificate:
        return "none"
    incarnation, sigs = decode(read_certificate, certificate)
    message = (b"wattclause/cert/1\0" + record["genesis_hash"] + incarnation.to_bytes(4, "big")
               + record["seq"].to_bytes(8, "big") + record["height"].to_bytes(8, "big")
               + domain(b"record/1", record_bytes))
    key_index, signature = sigs[0]
    if len(sigs) != 1 or key_index != 0 or not ed25519.verify(first.validators[0][0], signature, message):
        raise Refused("header: the certificate does not verify under the sequencer's key")
    return "verified"


def read_file(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def check(folder, genesis_hash, only):
    try:
        seq, height, record_bytes, certificate, leaf_count, hashes = decode(read_header, read_file(folder, "header"))
        record = decode(read_record, record_bytes)
    except Bad as bad:
        raise Refused("header: %s" % bad) from None
    if (record["seq"], record["height"]) != (seq, height):
        raise Refused("header: names another record than it holds")
    genesis_bytes = read_file(folder, "genesis")
    found = domain(b"genesis/1", genesis_bytes)
    if found != record["genesis_hash"] or genesis_hash not in (None, found):
        raise Refused("genesis: another one than the record or the caller names")
    try:
        witness = check_certificate(record_bytes, record, certificate, genesis.read(genesis_bytes))
    except Bad as bad:
        raise Refused("header: the certificate: %s" % bad) from None
    entries = 0
    for index in range(len(hashes)) if only is None else [only]:
        name = "chunk-%05d" % index
        data = read_file(folder, name)
        if sha256(data) != hashes[index]:
            raise Refused("%s: is not the chunk that the header lists" % name)
        try:
            entries += check_chunk(data, seq, index, record["state_root"])
        except Bad as bad:
            raise Refused("%s: %s" % (name, bad)) from None
    if only is None and entries != leaf_count:
        raise Refused("header: says %d entries, the chunks hold %d" % (leaf_count, entries))
    return seq, entries, len(hashes) if only is None else 1, witness


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
