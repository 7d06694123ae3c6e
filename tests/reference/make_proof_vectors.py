#!/usr/bin/env python3
"""Vectors of proofs: trees, keys and claims, true and false, each with its verdict.

    make_proof_vectors.py --write FOLDER    write membership.json and absence.json
    make_proof_vectors.py --check FOLDER    compare them with what is stored, and judge each by proofs.py

membership.json has 50 claims that a key has a value, each in the ledger's own form and in that of ICS23;
absence.json has 40 claims that a key is absent. Trees and proofs are built by layouts.py, protobuf by
hand below: no code of the program is involved.
"""
import json
import os
import sys

import layouts
import proofs
from layouts import sha256, u16, u32

ZERO = bytes(32)


# ---- protobuf --------------------------------------------------------------------------------------

def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([0x80 | number & 0x7f])
        number >>= 7
    return out + bytes([number])


def enum(number, value):
    return varint(number << 3) + varint(value) if value else b""


def data(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def leaf_op(hash_=1, prehash_key=0, prehash_value=1, length=0, prefix=b"\x00"):
    return (enum(1, hash_) + enum(2, prehash_key) + enum(3, prehash_value) + enum(4, length)
            + data(5, prefix))


def inner_op(prefix, suffix, hash_=1):
    return enum(1, hash_) + data(2, prefix) + (data(3, suffix) if suffix else b"")


def existence(k, value, steps, leaf=None):
    return data(1, data(1, k) + data(2, value) + data(3, leaf_op() if leaf is None else leaf)
                + b"".join(data(4, inner_op(*step)) for step in steps))


# ---- trees -----------------------------------------------------------------------------------------

class Tree:
    def __init__(self, name, values):
        """values: key of the tree -> value's bytes."""
        self.name, self.values = name, values
        self.entries = [(k, sha256(value)) for k, value in values.items()]
        self.root = layouts.tree_root(self.entries)

    def own(self, k):
        return layouts.proof(self.entries, k, self.values.get(k))

    def siblings(self, k):
        """From the root down."""
        entries, depth, out = self.entries, 0, []
        while len(entries) > 1:
            side = proofs.bit(k, depth)
            out.append(layouts.tree_root([e for e in entries if proofs.bit(e[0], depth) != side], depth + 1))
            entries = [e for e in entries if proofs.bit(e[0], depth) == side]
            depth += 1
        return out

    def steps(self, k):
        """ICS23's path, from the leaf up."""
        siblings = self.siblings(k)
        return [(b"\x01" + s, b"") if proofs.bit(k, i) else (b"\x01", s)
                for i, s in reversed(list(enumerate(siblings)))]


def state_tree(count):
    """Keys as the ledger makes them, values of every size class."""
    sizes = (1, 9, 127, 128, 300) if count > 1 else (16384,)
    return Tree("state_%d" % count, {
        proofs.tree_key(b"\x13" + sha256(b"owner" + u32(i)) + u32(2)):
            (b"\x01" + sha256(b"value" + u32(i)) * 600)[:sizes[i % len(sizes)]]
        for i in range(count)})


def deep_tree():
    """Keys that part only at chosen depths: paths of up to 256 levels, most siblings empty."""
    base = sha256(b"deep")
    keys = [base]
    for depth in (0, 3, 7, 8, 100, 200, 254, 255):
        k = bytearray(base)
        k[depth // 8] ^= 0x80 >> depth % 8
        keys.append(bytes(k))
    return Tree("deep", {k: b"deep" + u16(i) for i, k in enumerate(keys)})


# ---- membership ------------------------------------------------------------------------------------

def claim(name, root, k, value, own, ics23, holds):
    out = {"name": name, "root": root.hex(), "key": k.hex()}
    if value is not None:
        out["value"] = value.hex()
    if own is not None:
        out["proof"] = own.hex()
    if ics23 is not None:
        out["ics23"] = ics23.hex()
    out["holds"] = holds
    return out


def genuine(tree, k, name=""):
    value = tree.values[k]
    return claim("%s%s" % (tree.name, name), tree.root, k, value, tree.own(k),
                 existence(k, value, tree.steps(k)), True)


def own_proof(k, kind, payload, siblings):
    """A proof in the ledger's own form, true or not."""
    bitmap = bytearray((len(siblings) + 7) // 8)
    for i, sibling in enumerate(siblings):
        if sibling != ZERO:
            bitmap[i // 8] |= 0x80 >> i % 8
    return (b"\x01" + k + bytes([kind]) + payload + u16(len(siblings)) + bytes(bitmap)
            + b"".join(s for s in siblings if s != ZERO))


def flip(bytes_, at):
    return bytes_[:at] + bytes([bytes_[at] ^ 1]) + bytes_[at + 1:]


def present(k, value, siblings):
    return own_proof(k, 1, layouts.str32(value), siblings)


def membership():
    small, large, deep = state_tree(2), state_tree(500), deep_tree()
    single = state_tree(1)
    yield genuine(single, next(iter(single.values)))
    for tree, count in ((small, 2), (large, 18), (deep, 9)):
        for i, k in enumerate(list(tree.values)[:count]):
            yield genuine(tree, k, "_%d" % i)
    keys = list(large.values)
    k, other = keys[20], keys[21]
    value, siblings, steps = large.values[k], large.siblings(k), large.steps(k)
    root, own, ics = large.root, large.own(k), existence(k, value, steps)

    def false(name, root=root, k=k, value=value, own=own, ics23=ics):
        return claim("false_" + name, root, k, value, own, ics23, False)

    changed = flip(value, len(value) - 1)
    yield false("value", value=changed, own=present(k, changed, siblings),
                ics23=existence(k, changed, steps))
    yield false("value_in_claim_alone", value=changed)
    yield false("key", k=other, own=present(other, value, siblings),
                ics23=existence(other, value, steps))
    yield false("key_in_claim_alone", k=other)
    yield false("root", root=flip(root, 31))
    for name, at in (("first_sibling", 0), ("last_sibling", len(siblings) - 1)):
        bent = [flip(s, 5) if i == at else s for i, s in enumerate(siblings)]
        path = [(p, s) for p, s in steps]
        p, s = path[len(path) - 1 - at]
        path[len(path) - 1 - at] = (p, flip(s, 5)) if s else (flip(p, 6), s)
        yield false(name, own=present(k, value, bent), ics23=existence(k, value, path))
    yield false("sides_swapped", own=present(k, value, list(reversed(siblings))), ics23=existence(
        k, value, [(b"\x01", p[1:]) if not s else (b"\x01" + s, b"") for p, s in steps]))
    yield false("path_too_short", own=present(k, value, siblings[:-1]), ics23=existence(k, value, steps[1:]))
    yield false("path_too_long", own=present(k, value, siblings + [sha256(b"more")]),
                ics23=existence(k, value, [(b"\x01", sha256(b"more"))] + steps))
    too_deep = [(b"\x01", sha256(u16(i))) for i in range(257)]
    yield false("deeper_than_256", own=present(k, value, [s for _, s in too_deep]),
                ics23=existence(k, value, too_deep))
    # A node of the tree dressed as a leaf: its two children as key and value hash.
    yield false("inner_prefix_on_leaf", own=None, ics23=existence(k, value, steps, leaf_op(prefix=b"\x01")))
    yield false("leaf_prefix_on_inner", own=None,
                ics23=existence(k, value, [(b"\x00" + p[1:], s) for p, s in steps]))
    yield false("key_hashed_first", own=None, ics23=existence(k, value, steps, leaf_op(prehash_key=1)))
    yield false("value_not_hashed", own=None, ics23=existence(k, value, steps, leaf_op(prehash_value=0)))
    yield false("length_prefixed", own=None, ics23=existence(k, value, steps, leaf_op(length=1)))
    yield false("leaf_of_other_hash", own=None, ics23=existence(k, value, steps, leaf_op(hash_=2)))
    yield false("inner_of_other_hash", own=None, ics23=data(1, data(1, k) + data(2, value) + data(3, leaf_op())
                + b"".join(data(4, inner_op(p, s, 2)) for p, s in steps)))
    yield false("empty_value", value=b"", own=present(k, b"", siblings), ics23=existence(k, b"", steps))
    yield false("nothing", own=b"", ics23=b"")


# ---- absence ---------------------------------------------------------------------------------------

def absence():
    large, deep = state_tree(500), deep_tree()
    found, i = {2: [], 3: []}, 0
    while min(len(keys) for keys in found.values()) < 8:
        k = proofs.tree_key(b"\x13" + sha256(b"nobody" + u32(i)) + u32(2))
        found[large.own(k)[33]].append(k)
        i += 1
    for kind, name in ((2, "empty"), (3, "other")):
        for i, k in enumerate(found[kind][:8]):
            yield claim("%s_%d" % (name, i), large.root, k, None, large.own(k), None, True)
    yield claim("empty_tree", ZERO, found[2][0], None, layouts.proof([], found[2][0]), None, True)
    base = next(iter(deep.values))
    for level in (1, 50, 199, 253):
        k = bytearray(base)
        k[level // 8] ^= 0x80 >> level % 8
        yield claim("deep_%d" % level, deep.root, bytes(k), None, deep.own(bytes(k)), None, True)

    empty, other = found[2][0], found[3][0]
    there = list(large.values)[30]
    near = large.own(other)[34:98]

    def false(name, k, own, root=large.root):
        return claim("false_" + name, root, k, None, own, None, False)

    yield false("of_a_present_key_as_empty", there, own_proof(there, 2, b"", large.siblings(there)))
    yield false("of_a_present_key_cut_short", there, own_proof(there, 2, b"", large.siblings(there)[:-1]))
    yield false("of_a_present_key_by_another_leaf", there, own_proof(there, 3, near, large.siblings(there)))
    yield false("of_a_present_key_by_itself", there, own_proof(
        there, 3, there + sha256(large.values[there]), large.siblings(there)))
    # A leaf that is there, on a path that is not its own: the prefix must agree with the key's.
    far = next(k for k in large.values if proofs.bit(k, 0) != proofs.bit(there, 0))
    yield false("by_a_leaf_off_the_path", there, own_proof(
        there, 3, far + sha256(large.values[far]), large.siblings(far)))
    yield false("by_a_leaf_off_the_path_of_an_absent_key", empty, own_proof(
        empty, 3, far + sha256(large.values[far]), large.siblings(far)))
    yield false("empty_as_other", empty, own_proof(empty, 3, near, large.siblings(empty)))
    yield false("other_as_empty", other, own_proof(other, 2, b"", large.siblings(other)))
    yield false("under_another_root", empty, large.own(empty), flip(large.root, 0))
    yield false("for_another_key", found[2][1], large.own(empty))
    yield false("without_a_level", empty, own_proof(empty, 2, b"", large.siblings(empty)[1:]))
    yield false("with_a_level_more", empty, own_proof(empty, 2, b"", large.siblings(empty) + [sha256(b"x")]))
    bent = large.siblings(empty)
    bent[2] = flip(bent[2], 9)
    yield false("with_a_bent_sibling", empty, own_proof(empty, 2, b"", bent))
    yield false("of_a_present_key_in_an_empty_tree", there, layouts.proof([], there))
    yield false("other_of_another_value", other, own_proof(
        other, 3, near[:32] + flip(near[32:], 0), large.siblings(other)))
    yield false("other_with_a_bent_key", other, own_proof(
        other, 3, flip(near[:32], 31) + near[32:], large.siblings(other)))
    yield false("zero_sibling_written", empty, large.own(empty)[:-32] + ZERO)
    yield false("bytes_behind", empty, large.own(empty) + b"\x00")
    yield false("nothing", empty, b"")


# ---- files -----------------------------------------------------------------------------------------

def judge(vector):
    """Does proofs.py say what the vector says, of each form that it has?"""
    root, k = bytes.fromhex(vector["root"]), bytes.fromhex(vector["key"])
    value = bytes.fromhex(vector["value"]) if "value" in vector else None
    verdicts = []
    if "proof" in vector:
        try:
            verdicts.append(proofs.check_state_proof(bytes.fromhex(vector["proof"]), k, root) == value)
        except proofs.Refused:
            verdicts.append(False)
    if "ics23" in vector:
        try:
            proofs.check_ics23(bytes.fromhex(vector["ics23"]), root, k, value)
            verdicts.append(True)
        except proofs.Refused:
            verdicts.append(False)
    return bool(verdicts) and all(verdict == vector["holds"] for verdict in verdicts)


FILES = {"membership.json": (membership, 50), "absence.json": (absence, 40)}


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("--write", "--check"):
        sys.stderr.write(__doc__)
        return 2
    wrong = 0
    for name, (make, count) in FILES.items():
        vectors = list(make())
        assert len(vectors) == count, (name, len(vectors))
        assert len({vector["name"] for vector in vectors}) == count, name
        text = "[\n" + ",\n".join(json.dumps(vector) for vector in vectors) + "\n]\n"
        path = os.path.join(arguments[1], name)
        if arguments[0] == "--write":
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
            continue
        with open(path, encoding="ascii") as stored:
            if stored.read() != text:
                sys.stderr.write("%s differs from what the specification gives\n" % path)
                wrong += 1
        for vector in vectors:
            if not judge(vector):
                sys.stderr.write("%s: %s is judged otherwise\n" % (name, vector["name"]))
                wrong += 1
        print("%s: %d claims judged" % (name, len(vectors)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
