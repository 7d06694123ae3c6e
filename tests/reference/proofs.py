#!/usr/bin/env python3
"""Checks a proof file with nothing but a record's hash: the second opinion on `audit proof`.

    proofs.py FILE RECORD_HASH        prints what is proved as JSON; exit 1 when nothing is

Written from docs/reference/ledger-formats.md with the standard library alone; shares no code with the
program. It says which bytes are proved, not what they mean.
"""
import hashlib
import json
import sys

ZERO = bytes(32)


class Refused(Exception):
    """The file proves nothing; the argument is the reason's name."""


def sha256(data):
    return hashlib.sha256(data).digest()


def domain(name, data):
    """H(name, data) of the formats."""
    text = b"wattclause/" + name.encode()
    return sha256(bytes([len(text)]) + text + data)


def leaf(item):
    return sha256(b"\x00" + item)


def inner(left, right):
    return sha256(b"\x01" + left + right)


class Reader:
    """Takes fields from the front; every byte must be taken in the end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise Refused("MALFORMED")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size, most=None):
        value = int.from_bytes(self.take(size), "big")
        if most is not None and value > most:
            raise Refused("MALFORMED")
        return value

    def string(self, size):
        return self.take(self.number(size))

    def end(self):
        if self.at != len(self.data):
            raise Refused("MALFORMED")


# ---- the state tree --------------------------------------------------------------------------------

def bit(key, level):
    return key[level // 8] >> (7 - level % 8) & 1


def agree(a, b, levels):
    return all(bit(a, i) == bit(b, i) for i in range(levels))


def tree_key(key):
    return sha256(key[:1] + b"\x00" + key[1:])


def read_siblings(reader):
    depth = reader.number(2, 256)
    bitmap = reader.take((depth + 7) // 8)
    flags = [bit(bitmap, i) for i in range(8 * len(bitmap))]
    if any(flags[depth:]) or (depth and not flags[depth - 1]):
        raise Refused("MALFORMED")
    siblings = [reader.take(32) if flags[i] else ZERO for i in range(depth)]
    if any(flags[i] and siblings[i] == ZERO for i in range(depth)):
        raise Refused("MALFORMED")
    return siblings


def check_state_proof(proof, k, root):
    """The value of k under the root, or None: k is absent. Refused: neither is proved."""
    reader = Reader(proof)
    if reader.number(1) != 1:
        raise Refused("MALFORMED")
    named, kind, value = reader.take(32), reader.number(1), None
    if kind == 1:
        value = reader.string(4)
        if not value:
            raise Refused("MALFORMED")
        node = leaf(k + sha256(value))
    elif kind == 2:
        node = ZERO
    elif kind == 3:
        other, other_hash = reader.take(32), reader.take(32)
        node = leaf(other + other_hash)
    else:
        raise Refused("MALFORMED")
    siblings = read_siblings(reader)
    reader.end()
    if named != k:
        raise Refused("STATE_NOT_PROVED")
    if kind == 3 and (other == k or not agree(other, k, len(siblings))):
        raise Refused("MALFORMED")
    for level in reversed(range(len(siblings))):
        pair = (node, siblings[level]) if bit(k, level) == 0 else (siblings[level], node)
        node = inner(*pair)
    if node != root:
        raise Refused("STATE_NOT_PROVED")
    return value


# ---- ICS23 -----------------------------------------------------------------------------------------
#
# The public format for the same membership, with a protobuf reader for any field order: what the
# messages mean is checked, not how they are written.

def fields(data):
    """(number, value) of a protobuf message: varints as int, the others as bytes."""
    reader = Reader(data)
    while reader.at < len(data):
        tag = read_varint(reader)
        if tag & 7 == 0:
            yield tag >> 3, read_varint(reader)
        elif tag & 7 == 2:
            yield tag >> 3, reader.take(read_varint(reader))
        else:
            raise Refused("MALFORMED")


def read_varint(reader):
    value, shift = 0, 0
    while True:
        byte = reader.number(1)
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return value
        if shift > 63:
            raise Refused("MALFORMED")


def message(data, known):
    """Fields of a message by name; known: number -> (name, value when it is left out)."""
    out = {name: default for name, default in known.values()}
    for number, value in fields(data):
        if number not in known:
            raise Refused("MALFORMED")
        name, default = known[number]
        if isinstance(default, list):
            out[name] = out[name] + [value]
        elif isinstance(value, int) == isinstance(default, int):
            out[name] = value
        else:
            raise Refused("MALFORMED")
    return out


LEAF_SPEC = {"hash": 1, "prehash_key": 0, "prehash_value": 1, "length": 0, "prefix": b"\x00"}


def check_ics23(data, root, k, value):
    """Refused unless the CommitmentProof proves that k has the value, by the ProofSpec of the formats:
    leaf as LEAF_SPEC; inner nodes of SHA-256 with prefix 01 and two children of 32 bytes."""
    commitment = message(data, {1: ("exist", b"")})
    exist = message(commitment["exist"], {1: ("key", b""), 2: ("value", b""), 3: ("leaf", b""),
                                          4: ("path", [])})
    leaf_op = message(exist["leaf"], {1: ("hash", 0), 2: ("prehash_key", 0), 3: ("prehash_value", 0),
                                      4: ("length", 0), 5: ("prefix", b"")})
    if leaf_op != LEAF_SPEC or len(exist["path"]) > 256:
        raise Refused("MALFORMED")
    if exist["key"] != k or exist["value"] != value or not value or len(k) != 32:
        raise Refused("STATE_NOT_PROVED")
    node = leaf(k + sha256(value))
    for level, raw in enumerate(exist["path"]):
        step = message(raw, {1: ("hash", 0), 2: ("prefix", b""), 3: ("suffix", b"")})
        is_right = len(step["prefix"]) == 33 and not step["suffix"]
        is_left = len(step["prefix"]) == 1 and len(step["suffix"]) == 32
        if step["hash"] != 1 or step["prefix"][:1] != b"\x01" or is_left == is_right:
            raise Refused("MALFORMED")
        if bit(k, len(exist["path"]) - 1 - level) != int(is_right):
            raise Refused("STATE_NOT_PROVED")
        node = sha256(step["prefix"] + node + step["suffix"])
    if node != root:
        raise Refused("STATE_NOT_PROVED")


# ---- lists -----------------------------------------------------------------------------------------

def path_length(index, count):
    """Length of the path of an item, from the item up (RFC 6962, 2.1.1)."""
    if count == 1:
        return 0
    left = 1 << (count - 1).bit_length() - 1
    return 1 + (path_length(index, left) if index < left else path_length(index - left, count - left))


def path_root(index, count, item, path):
    """Root from an item's path: recursive, as the RFC defines it."""
    if count == 1:
        return leaf(item)
    left = 1 << (count - 1).bit_length() - 1
    if index < left:
        return inner(path_root(index, left, item, path[:-1]), path[-1])
    return inner(path[-1], path_root(index - left, count - left, item, path[:-1]))


def read_path(reader, count):
    index = reader.number(4)
    if index >= count:
        raise Refused("MALFORMED")
    return index, [reader.take(32) for _ in range(reader.number(1, 32))]


def leads_to(index, count, item, path, root):
    return len(path) == path_length(index, count) and path_root(index, count, item, path) == root


def follow_position(reader, item):
    """Root and number of an item from its position."""
    node, index = leaf(item), 0
    for _ in range(reader.number(1, 32)):
        if reader.number(1, 1) == 0:
            node = inner(node, reader.take(32))
            continue
        left = leaf(reader.take(32))
        height = reader.number(1, 31)
        for _ in range(height):
            left = inner(left, reader.take(32))
        node, index = inner(left, node), index + (1 << height)
    return node, index


# ---- records and receipts --------------------------------------------------------------------------

def read_record(data):
    reader, record = Reader(data), {}
    if reader.number(2) != 1:
        raise Refused("NEWER_VERSION")
    record["chain"] = reader.string(1)
    for name, size in (("genesis_hash", 32), ("seq", 8), ("height", 8), ("time_s", 8), ("time_ns", 4),
                       ("previous", 32), ("n_tx", 4), ("txs_root", 32), ("n_receipt", 4),
                       ("receipts_root", 32), ("state_root", 32), ("gas_used", 8), ("params_hash", 32),
                       ("next_validators_hash", 32), ("proposer", 20)):
        bytes_ = reader.take(size)
        is_number = size <= 8
        record[name] = int.from_bytes(bytes_, "big") if is_number else bytes_
    reader.end()
    record["hash"] = domain("record/1", data)
    return record


def read_receipt(data):
    reader, receipt = Reader(data), {}
    for name, size in (("version", 1), ("kind", 1), ("subject", 32), ("index", 4), ("status", 2),
                       ("call", 1), ("gas_limit", 8), ("gas_used", 8), ("fee", 8), ("payer", 32),
                       ("write_set", 32), ("events_root", 32), ("result", 32)):
        bytes_ = reader.take(size)
        receipt[name] = int.from_bytes(bytes_, "big") if size <= 8 else bytes_
    reader.end()
    return receipt


def read_included(reader, record):
    """A receipt that stands in the record."""
    data = reader.take(193)
    result = reader.string(4)
    index, path = read_path(reader, record["n_receipt"])
    receipt = read_receipt(data)
    if receipt["version"] != 1 or receipt["kind"] > 2:
        raise Refused("MALFORMED")
    is_there = leads_to(index, record["n_receipt"], sha256(data), path, record["receipts_root"])
    if not is_there or receipt["index"] != index:
        raise Refused("RECEIPT_NOT_IN_RECORD")
    if domain("result/1", result) != receipt["result"]:
        raise Refused("RESULT_DIFFERS")
    return data, receipt


# ---- readings --------------------------------------------------------------------------------------

def body_calls(body):
    """Kind, principal's address and detached arguments (hash, length; or None) of a body's calls."""
    reader = Reader(body)
    reader.string(1)
    reader.take(2)
    auths = []
    for _ in range(reader.number(1)):
        auths.append(reader.take(32))
        reader.take(2)
    reader.take(1 + 2 + 8 + 8 + 8 + 8 + 8 + 8 + 32)
    calls = []
    for _ in range(reader.number(1)):
        kind = reader.number(1)
        reader.take(2)
        principal = reader.number(1)
        target = reader.take(32)
        reader.take(2)
        reader.take(13 * reader.number(1))
        carried = reader.number(1, 2)
        arguments = reader.string(4)
        calls.append((kind, auths[principal], target, arguments if carried else None, carried))
    reader.take(32 * reader.number(2))
    reader.end()
    return calls


def read_readings(reader, record, receipt):
    body, call = reader.string(4), reader.number(1, 63)
    salt, payload = reader.take(32), reader.string(4)
    if receipt["kind"] != 0 or receipt["status"] != 0:
        raise Refused("READING_NOT_ACCEPTED")
    if domain("tx/1", record["genesis_hash"] + body) != receipt["subject"]:
        raise Refused("READING_OF_OTHER_TX")
    calls = body_calls(body)
    if call >= len(calls) or calls[call][0] != 4 or calls[call][4] != 1:
        raise Refused("READING_NO_CALL")
    signed = domain("payload/1", salt + payload) + len(payload).to_bytes(4, "big")
    if calls[call][3] != signed:
        raise Refused("PAYLOAD_DIFFERS")
    return {"meter": calls[call][1].hex(), "contract": calls[call][2].hex(), "payload": payload.hex()}


def read_piece(reader):
    index, salt, data = reader.number(4), reader.take(32), reader.take(16)
    return index, salt, data, [reader.take(32) for _ in range(reader.number(1, 15))]


def read_metered(reader, record, receipt):
    """One reading of a batch: pieces of a payload whose root and length the body has."""
    body, call = reader.string(4), reader.number(1, 63)
    head, reading = read_piece(reader), read_piece(reader)
    if receipt["kind"] != 0 or receipt["status"] != 0:
        raise Refused("READING_NOT_ACCEPTED")
    if domain("tx/1", record["genesis_hash"] + body) != receipt["subject"]:
        raise Refused("READING_OF_OTHER_TX")
    calls = body_calls(body)
    if call >= len(calls) or calls[call][0] != 4 or calls[call][4] != 2:
        raise Refused("READING_NO_CALL")
    signed = calls[call][3]
    root, length, pieces = signed[:32], int.from_bytes(signed[32:36], "big"), int.from_bytes(signed[36:], "big")
    leaves = pieces + (length > 16 * pieces)
    for index, salt, data, path in (head, reading):
        if index >= leaves or not leads_to(index, leaves, salt + data, path, root):
            raise Refused("PAYLOAD_DIFFERS")
    if head[0] != 0 or not 3 <= reading[0] < pieces:
        raise Refused("PAYLOAD_DIFFERS")
    return {"aggregator": calls[call][1].hex(), "head": head[2].hex(), "reading": reading[2].hex()}


# ---- the file --------------------------------------------------------------------------------------

def read_state(reader, root):
    key = reader.string(1)
    if not key:
        raise Refused("MALFORMED")
    return key, check_state_proof(reader.string(4), tree_key(key), root)


def read_fact(reader, kind, record):
    if kind == 1:
        key, value = read_state(reader, record["state_root"])
        focus = reader.string(1)
        return {"kind": "state", "key": key.hex(), "present": value is not None,
                "value": value.hex() if value is not None else None, "focus": focus.decode()}
    if kind == 4:
        tx = reader.string(4)
        index, path = read_path(reader, record["n_tx"])
        if not leads_to(index, record["n_tx"], sha256(tx), path, record["txs_root"]):
            raise Refused("TX_NOT_IN_RECORD")
        return {"kind": "transaction", "transaction_index": index, "transaction": tx.hex()}
    if kind not in (2, 3, 5, 6):
        raise Refused("MALFORMED")
    data, receipt = read_included(reader, record)
    if kind == 2:
        return {"kind": "receipt", "receipt_index": receipt["index"], "receipt": data.hex()}
    if kind == 5:
        return dict(read_readings(reader, record, receipt), kind="readings",
                    receipt_index=receipt["index"])
    if kind == 6:
        return dict(read_metered(reader, record, receipt), kind="metered",
                    receipt_index=receipt["index"])
    event = reader.string(4)
    root, index = follow_position(reader, sha256(event))
    if root != receipt["events_root"]:
        raise Refused("EVENT_NOT_IN_RECEIPT")
    return {"kind": "event", "receipt_index": receipt["index"], "event_index": index,
            "event": event.hex()}


def check_file(data, record_hash):
    """What the file proves for somebody who trusts the record's hash."""
    reader = Reader(data)
    if data[:7] != b"WCPROOF":
        raise Refused("NO_PROOF_FILE")
    reader.take(7)
    if reader.number(1) != 1:
        raise Refused("NEWER_VERSION")
    record = read_record(reader.string(2))
    if record["hash"] != record_hash:
        raise Refused("OTHER_RECORD")
    reader.string(2)  # the certificate: nothing is needed of it when the hash is known
    fact = read_fact(reader, reader.number(1), record)
    before = b""
    supports = []
    for _ in range(reader.number(1, 8)):
        key, value = read_state(reader, record["state_root"])
        if key <= before:
            raise Refused("MALFORMED")
        before = key
        supports.append((key, value))
    reader.end()
    fact.update(record=record["seq"], chain=record["chain"].decode(), time_s=record["time_s"],
                supports=[key.hex() for key, _ in supports])
    return fact


def main(arguments):
    if len(arguments) != 2 or len(arguments[1]) != 64:
        sys.stderr.write(__doc__)
        return 2
    with open(arguments[0], "rb") as source:
        data = source.read()
    try:
        print(json.dumps(check_file(data, bytes.fromhex(arguments[1]))))
    except Refused as refused:
        print("REFUSED: %s" % refused)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
