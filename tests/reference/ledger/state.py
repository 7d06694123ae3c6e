"""The state: stored keys and values, what a block and a transaction have written on top, and the
root of it all."""
import bisect
import hashlib
import itertools

import layouts
from .tables import LIMITS, SPACES


def sha256(data):
    return hashlib.sha256(data).digest()


def key(space, *parts):
    """A stored key: the space's number, then the fields of the logical key."""
    return bytes([SPACES[space]]) + b"".join(parts)


class WriteLimit(Exception):
    """[LG-37] The transaction, or the block with it, would write too much."""


class State:
    """stored: what the records so far have left; names: its keys in order; hashes: their (tree key,
    hash of the value). block, tx: values written on top, None: removed."""

    def __init__(self):
        self.stored, self.hashes, self.names = {}, {}, []
        self.block, self.tx = {}, {}
        self.begin_block(LIMITS["BLOCK_WRITE_BYTES_MAX"])

    # ---- reading ---------------------------------------------------------------------------------

    def at_start(self, name):
        """As of the start of the block."""
        return self.stored.get(name)

    def below(self, name):
        """As the transactions before this one have left it."""
        return self.block[name] if name in self.block else self.stored.get(name)

    def get(self, name):
        return self.tx[name] if name in self.tx else self.below(name)

    def scan(self, prefix):
        """Names with the prefix and their values, in order."""
        first = bisect.bisect_left(self.names, prefix)
        names = set(itertools.takewhile(lambda name: name.startswith(prefix), itertools.islice(self.names, first, None)))
        for level in (self.block, self.tx):
            names.update(name for name in level if name.startswith(prefix))
        for name in sorted(names):
            value = self.get(name)
            if value is not None:
                yield name, value

    # ---- writing ---------------------------------------------------------------------------------

    def begin_block(self, bytes_max):
        self.block, self.block_bytes, self.block_bytes_max = {}, 0, bytes_max
        self.drop()

    def drop(self):
        """Forgets what the transaction has written."""
        self.tx, self.tx_bytes, self.room = {}, 0, {}

    def take(self, count):
        if self.tx_bytes + count > LIMITS["TX_WRITE_BYTES_MAX"]:
            raise WriteLimit()
        self.tx_bytes += count

    def admit(self, name, extra):
        """[LG-37] A key that this transaction writes for the first time counts once."""
        if name in self.tx:
            return
        if len(self.tx) == LIMITS["TX_WRITE_KEYS_MAX"]:
            raise WriteLimit()
        if self.tx_bytes + len(name) + extra > LIMITS["TX_WRITE_BYTES_MAX"]:
            raise WriteLimit()
        self.take(len(name))
        self.room[name] = 0

    def put(self, name, value):
        if len(value) > LIMITS["STATE_VALUE_MAX"]:
            raise WriteLimit()
        self.admit(name, len(value))
        if len(value) > self.room[name]:
            self.take(len(value))
            self.room[name] = len(value)
        self.tx[name] = bytes(value)

    def delete(self, name):
        self.admit(name, 0)
        self.tx[name] = None

    def commit(self):
        """[LG-38] Moves what the transaction has written into the block; returns its write set."""
        changed = {name: (self.below(name), value) for name, value in self.tx.items()
                   if self.below(name) != value}
        size = sum(len(name) + len(old or b"") + len(new or b"")
                   for name, (old, new) in changed.items())
        fresh = sum(name not in self.block for name in changed)
        if self.block_bytes + size > self.block_bytes_max:
            raise WriteLimit()
        if len(self.block) + fresh > LIMITS["BLOCK_WRITE_KEYS_MAX"]:
            raise WriteLimit()
        self.block_bytes += size
        for name, (_, new) in changed.items():
            self.block[name] = new
        self.drop()
        return layouts.write_set({layouts.tree_key(name): (hash_or_zero(old), hash_or_zero(new))
                                  for name, (old, new) in changed.items()})

    def finish_block(self):
        """Stores what the block has written. Returns (name, old, new) of what differs."""
        changes = [(name, self.stored.get(name), value) for name, value in sorted(self.block.items())
                   if self.stored.get(name) != value]
        for name, _, value in changes:
            self.set_stored(name, value)
        self.begin_block(self.block_bytes_max)
        return changes

    def set_stored(self, name, value):
        if value is None:
            del self.stored[name], self.hashes[name]
            del self.names[bisect.bisect_left(self.names, name)]
        else:
            if name not in self.stored:
                bisect.insort(self.names, name)
            self.stored[name] = value
            self.hashes[name] = (layouts.tree_key(name), sha256(value))

    def root(self):
        return tree_root(sorted(self.hashes.values()))


def hash_or_zero(value):
    return layouts.ZERO if value is None else sha256(value)


def tree_root(entries, depth=0):
    """Root over (tree key, value hash) in ascending order: as layouts.tree_root, which does not need
    the order, but in one pass over it."""
    if not entries:
        return layouts.ZERO
    if len(entries) == 1:
        return layouts.leaf_hash(*entries[0])
    split = len(entries)
    for index, (k, _) in enumerate(entries):
        if layouts.bit(k, depth):
            split = index
            break
    left = tree_root(entries[:split], depth + 1)
    right = tree_root(entries[split:], depth + 1)
    return sha256(b"\1" + left + right)
