"""Snapshots: docs/reference/snapshot-format.md. Header, certificate, and chunks, each by itself. A chunk
is folded from the top down here, by splitting its entries bit by bit."""
import hashlib

from . import ed25519
from .reader import Bad, Reader, decode
from .recorded import read_certificate, read_record
from .state import State

FORMAT, CHUNK_BYTES, CHUNKS_MAX = 1, 8388608, 100000
CHUNK_MAX = CHUNK_BYTES + 18 + 2 * (2 + 256 * 33)
EMPTY = bytes(32)


class Refused(Exception):
    """What is wrong, with the part it is in."""


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
    """Its entries: stored keys and values."""
    r = Reader(data)
    if r.u16() != FORMAT:
        raise Bad("another format", 0)
    named = r.u64(), r.u32(0, CHUNKS_MAX - 1)
    if named != (seq, index):
        raise Bad("chunk %d of record %d" % (named[1], named[0]), 2)
    count = r.u32(1)
    left = read_siblings(r)
    start, leaves, entries = r.at, [], []
    for _ in range(count):
        name, value = r.string(1, 1, 112), r.string(4, 0, 262144)
        entries.append((name, value))
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
    return entries


# ---- the header ------------------------------------------------------------------------------------
def read_header(r):
    if r.u16() != FORMAT:
        raise Bad("another format", 0)
    seq, height = r.u64(), r.u64()
    record, certificate = r.string(2), r.string(2)
    leaves = r.u64(1)
    return seq, height, record, certificate, leaves, [r.hash() for _ in range(r.u32(1, CHUNKS_MAX))]


class Snapshot:
    """A header with its genesis, both checked. record: its fields; hashes: of the chunks."""

    def __init__(self, header, genesis):
        try:
            self.seq, height, self.record_bytes, self.certificate, self.leaves, self.hashes = decode(
                read_header, header)
            self.record = decode(read_record, self.record_bytes)
        except Bad as bad:
            raise Refused("header: %s" % bad) from None
        if (self.record["seq"], self.record["height"]) != (self.seq, height):
            raise Refused("header: names another record than it holds")
        if self.record["genesis_hash"] != genesis.hash:
            raise Refused("genesis: is not the one that the record names")
        self.genesis = genesis
        self.record_hash = domain(b"record/1", self.record_bytes)

    def maker(self):
        """The key that makes the record."""
        return self.genesis.validators[0][0]

    def check_certificate(self):
        """Refused: it is there and does not verify."""
        try:
            genuine = certifies(self.maker(), self.certificate, self.record, self.record_hash)
        except Bad as bad:
            raise Refused("header: the certificate: %s" % bad) from None
        if not genuine:
            raise Refused("header: the certificate does not verify under the sequencer's key")

    def check_chunk(self, index, data):
        """Its entries."""
        name = "chunk-%05d" % index
        if sha256(data) != self.hashes[index]:
            raise Refused("%s: is not the chunk that the header lists" % name)
        try:
            return check_chunk(data, self.seq, index, self.record["state_root"])
        except Bad as bad:
            raise Refused("%s: %s" % (name, bad)) from None

    def load(self, chunks):
        """The state of all chunks, in order."""
        state, count = State(), 0
        for index, data in enumerate(chunks):
            for name, value in self.check_chunk(index, data):
                state.set_stored(name, value)
                count += 1
        if count != self.leaves:
            raise Refused("header: says %d entries, the chunks hold %d" % (self.leaves, count))
        if state.root() != self.record["state_root"]:
            raise Refused("the chunks leave out a part of the state that the record names")
        return state


def certifies(key, certificate, record, record_hash):
    """Is this the certificate of this key alone over the record? Bad: it does not decode."""
    incarnation, sigs = decode(read_certificate, certificate)
    message = (b"wattclause/cert/1\0" + record["genesis_hash"] + incarnation.to_bytes(4, "big")
               + record["seq"].to_bytes(8, "big") + record["height"].to_bytes(8, "big") + record_hash)
    key_index, signature = sigs[0]
    return len(sigs) == 1 and key_index == 0 and ed25519.verify(key, signature, message)
