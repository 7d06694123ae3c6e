"""Golden vectors of the ledger's layouts (tests/golden/ledger/*.hex), made with layouts.py.

    layout_vectors.py --write DIR     write the vectors
    layout_vectors.py --check DIR     exit 1 when a file there differs from what would be written

A vector file has one value per line: `name hex`. Lines that begin with # are comments.
"""

import os
import sys

from layouts import *  # noqa: F401, F403 - all of it is what is written here


def name32(name): return sha256(name.encode())
def name64(name): return name32(name) + name32(name + "/2")
def name20(name): return name32(name)[:20]

CHAIN = b"test-golden-1"
GENESIS = name32("genesis hash")
ALICE, BOB, CAROL = name32("alice"), name32("bob"), name32("carol")


def vectors_names():
    text = bech32m("wc", ALICE).encode()
    yield "chain_id", CHAIN
    yield "genesis_address", address_genesis(CHAIN, 7, name32("first pub"))
    yield "account_address", address_account(name32("tx"), 3, 258)
    yield "instance_address", address_instance(name32("tx"), 3, 258)
    yield "offer_id", address_offer(name32("tx"), 3, 258)
    yield "code_id", code_id(b"module bytes")
    for name in ("fees", "issuance", "rewards", "ledger"):
        yield "system_" + name, address_system(name)
    yield "proposer", sha256(name32("first pub"))[:20]
    yield "text_alice", text
    yield "text_zero", bech32m("wc", ZERO).encode()
    yield "text_ones", bech32m("wc", b"\xff" * 32).encode()


def example_tx():
    salt_a, salt_b = name32("salt a"), name32("salt b")
    calls = [
        call(0, 0b011, 1, name32("instance"), 513, [(0, 1, 5), (0, 2, 700), (1, 2, 2**63 - 1)], b"args 1"),
        call(1, 0b001, 0, ZERO, 0, [], b"module bytes"),
        call(2, 0b010, 1, name32("code"), 0, [], b""),
        call(3, 0b001, 0, name32("native target"), 9, [], b"secret name", salt_a),
        call(4, 0b001, 0, name32("meter"), 0, [], b"", salt_b),
    ]
    the_body = body(CHAIN, [(ALICE, 0), (BOB, 2), (CAROL, 0)], 2, 9, 0x0102030405060708, 11, 22,
                    1_662_000_000, 3_000_000, 44, name32("memo"), calls,
                    sorted([name32("access 1"), name32("access 2")]))
    sigs = [(0, 1, name64("sig 0/1")), (0, 258, name64("sig 0/258")), (1, 0, name64("sig 1/0")),
            (2, 3, name64("sig 2/3"))]
    return the_body, sigs, [(salt_a, b"secret name"), (salt_b, b"")]


def vectors_tx():
    the_body, sigs, payloads = example_tx()
    raw = tx(the_body, sigs, payloads)
    yield "tx", raw
    yield "body", the_body
    yield "stripped", stripped(the_body, sigs)
    yield "payloads", payload_part(payloads)
    yield "tx_id", tx_id(GENESIS, the_body)
    yield "raw_hash", sha256(raw)
    yield "signed_message", signed_message(tx_id(GENESIS, the_body), 2, 259)
    yield "payload_hash", payload_hash(name32("salt a"), b"secret name")
    yield "possession", possession(GENESIS, ALICE, 258, name32("new pub"))
    small = body(b"a", [(ALICE, 0)], 0, 0, 0, 0, 0, 1, 1, 0, ZERO, [call(3, 1, 0, ZERO, 0, [], b"")], [])
    yield "smallest", tx(small, [(0, 0, name64("sig"))], [])
    payload, salt, pieces, _ = example_batches()[1]
    cut = body(b"a", [(ALICE, 0)], 0, 0, 0, 0, 0, 1, 1, 0, ZERO,
               [call(4, 1, 0, name32("instance"), 2, [], payload, salt, pieces)], [])
    yield "pieces", tx(cut, [(0, 0, name64("sig"))], [(salt, payload)])


def example_record(chain_id=CHAIN):
    return record(chain_id, GENESIS, 17, 1800, 1_662_000_060, 123_456_789, name32("prev"), 3,
                  name32("txs"), 4, name32("receipts"), name32("state"), 987_654, name32("params"),
                  name32("validators"), name20("proposer"))


def vectors_record():
    the_body, sigs, payloads = example_tx()
    raw = tx(the_body, sigs, payloads)
    signers = [(name20("v1"), 2), (name20("v2"), 1), (name20("v3"), 3)]
    faults = [(1, name20("v2"), 10, 1799, 1_661_999_999, 40), (2, name20("v3"), 11, 1798, -5, 41)]
    yield "record", example_record()
    yield "record_hash", record_hash(example_record())
    yield "block_raw", block_input(0, 1800, 1_662_000_060, 123_456_789, name20("proposer"), signers,
                                   faults, [raw, b"not a transaction"])
    yield "block_stored", block_input(1, 1800, 1_662_000_060, 123_456_789, name20("proposer"), signers,
                                      faults, [(sha256(raw), stripped(the_body, sigs)),
                                               (sha256(b"not a transaction"), b"not a transaction")])
    yield "block_empty", block_input(0, 1, 0, 0, name20("proposer"), [], [], [])
    yield "txs_root", txs_root([raw, b"not a transaction"])
    yield "txs_root_empty", txs_root([])
    yield "certificate", certificate(7, [(0, name64("cert 0")), (258, name64("cert 258"))])
    yield "certificate_message", certificate_message(GENESIS, 7, 17, 1800, name32("record hash"))


def vectors_receipt():
    ledger = address_system("ledger")
    moved = posting(2, sub_account(2, name32("instance"), ALICE), sub_account(1, BOB), 12_345, 3, 7,
                    name32("code"), 258, 70_000)
    fee = posting(1, sub_account(3, ALICE), sub_account(1, address_system("fees")), 9, 255, 1, ZERO, 0, 0)
    events = [event(ledger, 1, moved), event(name32("instance"), 515, b"abi"), event(ledger, 1, fee)]
    writes = {name32("k1"): (ZERO, name32("new 1")), name32("k2"): (name32("old 2"), ZERO),
              name32("k3"): (name32("old 3"), name32("new 3")), name32("k4"): (name32("x"), name32("x"))}
    outcome = outcome_ok([b"", name32("created"), b"result"])
    the_receipt = receipt(0, name32("tx id"), 66_000, 0, 255, 3_000_000, 1_234_567, 9, CAROL,
                          write_set(writes), events_root(events), outcome_hash(outcome))
    yield "receipt", the_receipt
    yield "receipt_hash", sha256(the_receipt)
    yield "receipts_root", merkle([sha256(the_receipt)])
    yield "event", events[1]
    yield "event_hash", sha256(events[1])
    yield "posting", moved
    yield "posting_fee", fee
    yield "events_root", events_root(events)
    yield "events_root_empty", events_root([])
    yield "write_set", write_set(writes)
    yield "write_set_empty", write_set({})
    yield "outcome_error", outcome_error(name32("code"), 770, b"error args")
    yield "outcome_trap", outcome_trap(4, name32("code"), 258, 70_000, [-2, 2**100 + 1])
    yield "outcome_hash", outcome_hash(outcome)
    yield "page", receipt_page(the_receipt, outcome, events)


def vectors_keys():
    a, i = ALICE, name32("instance")
    keys = {
        "params": u8(0x10) + b"params", "account": u8(0x11) + a, "nonce": u8(0x12) + a + u16(258),
        "free": u8(0x13) + a + u32(66_051), "escrow": u8(0x14) + i + a + u32(66_051),
        "asset": u8(0x15) + u32(66_051), "module": u8(0x16) + name32("code"), "instance": u8(0x17) + i,
        "field": u8(0x18) + i + u16(258), "element": u8(0x18) + i + u16(258) + b"element key",
        "mandate": u8(0x19) + a + i + u32(66_051), "key_history": u8(0x1A) + a + u16(258),
        "validators": u8(0x1B), "proposal": u8(0x1C) + name32("proposal"),
        "quota": u8(0x1D) + a + u32(66_051), "key_spend": u8(0x1E) + a + u16(258) + u32(66_051),
        "epoch_credit": u8(0x1F) + u32(66_051) + a, "reading_page": u8(0x20) + a + u32(66_051),
        "offer": u8(0x21) + name32("offer"), "meter": u8(0x22) + a,
        "reading": u8(0x23) + a + u8(3) + u32(66_051) + u8(2) + u16(258),
        "bank_fact": u8(0x24) + a + name32("reference"), "reference": u8(0x25) + i,
        "meter_page": u8(0x27) + a + u8(3),
        "page_day": u8(0x28) + a + u32(66_051) + u32(258),
        "recovery": u8(0x26) + a + name32("request"), "epoch": u8(0x29),
        "top_up": u8(0x2A) + a + name32("reference"),
    }
    for name, state_key in keys.items():
        yield "key_" + name, state_key
        yield "tree_" + name, tree_key(state_key)


def example_params():
    return params(1, name32("schedule"), 1_000, 900_000_000, 100_000_000, 90_000_000, 4_000_000, 9_000,
                  30_000_000, 2_000_000, 20_000_000, 86_400, 259_200, 5_000_000)


def example_account(pub="pub 1"):
    keys = [key(1, name32(pub), 2, 0x1F, 0, NO_END, NO_END, 0, 0),
            key(258, name32("pub 258"), 1, 0x10, 10, 2_000, 1_500, 2, 5_000)]
    roles = [(4, 0, NO_END, ZERO), (6, 7, 70, BOB), (6, 80, 90, CAROL)]
    return account(1, 1, 3, keys, roles, name32("enc"), sorted([BOB, CAROL]), 2, 604_800, ZERO)


def example_device(pub="meter pub"):
    return account(2, 1, 1, [key(0, name32(pub), 1, 0x10, 0, NO_END, NO_END, 0, 0)],
                   [(10, 0, NO_END, ZERO)], ZERO, [], 0, 0, BOB)


def example_validators():
    return [(name32("v1"), 10, ALICE), (name32("v2"), 300, BOB), (name32("v3"), 0, CAROL),
            (name32("v4"), 10, CAROL)]


def vectors_values():
    parties = [(ALICE, 4, 3), (BOB, 0, 1), (CAROL, 6, 7), (ZERO, 10, 5), (name32("dave"), 0, 0)]
    yield "params", example_params()
    yield "admin", admin_rule(2, sorted([ALICE, BOB, CAROL]))
    yield "validators", validators(example_validators())
    yield "validators_hash", validators_hash(example_validators())
    yield "proposal", proposal(1, 770, ALICE, 1_000, 2_000, b"body", sorted([ALICE, CAROL]))
    yield "account", example_account()
    yield "device", example_device()
    yield "key_record", key_record(key(9, name32("old"), 1, 1, 5, 50, 40, 0, 0), 41)
    new_key = key(9, name32("new"), 3, 0x1F, 5, NO_END, NO_END, 0, 0)
    yield "recovery", recovery(1_000, 87_400, new_key, sorted([BOB, CAROL]))
    yield "recovery_id", recovery_id(ALICE, new_key)
    yield "proposal_id", proposal_id(2, b"body")
    yield "nonce_strict", nonce(258)
    yield "nonce_window", nonce(258, [1, 7, 8, 255])
    yield "asset", asset(2, 2, b"CNY", BOB, 30_000, 4_000)
    yield "amount", amount(66_051)
    yield "quota", quota(2**63 + 5)
    yield "incentive", incentive(name32("instance"))
    yield "epoch", epoch(7, 1_700_003_600, 256, 2**40 + 3, name32("record"))
    yield "credit", credit(5, 10**12, 1)
    yield "top_up", top_up(BOB, 70_000_000, 1_700_000_000)
    yield "mandate", mandate(10_000, 900, 86_400, 1_700_000_000, 950, 50, 1_662_000_000)
    yield "bank_fact", bank_fact(2, 1, 2, ALICE, 6_000, 19_236, name32("details"), BOB, CAROL)
    yield "module", module_entry(ALICE, 1_662_000_000, b"module bytes")
    yield "instance", instance(name32("code"), 3, 1, 258, 1_000, 900, 5_000, 770, 2, 4, 1_023,
                               name32("offer"), [ALICE, BOB, CAROL], b"root bytes")
    yield "instance_plain", instance(name32("code"), 1, 2, 0, 1_000, 900, 2**63 - 1, 0, 0, 1, 0, ZERO,
                                     [], b"")
    yield "field_header", field_header(66_051, 2**33)
    yield "offer", offer(1, ALICE, name32("code"), name32("earlier"), ZERO, 1_000, 9_000, parties,
                         b"terms")
    yield "offer_terms", offer_terms_hash(name32("code"), 9_000, parties, b"terms")
    yield "meter", meter(1, BOB, ALICE, name32("feeder"), b"SN-1", b"CP-77", 0b0101, 5, 900,
                         name32("certificate"), 1_000, 2_000)
    yield "reading", reading(900, [(0, 4, 0, name32("payload 1"), 0), (4, 1, 2, name32("payload 2"), 9),
                                   (90, 6, 1, name32("payload 3"), 66_051)], 513)
    yield "reading_later", reading(300, [], 65_535)
    yield "reading_page", page(name32("instance"), BOB, 2, 770, 1, 900, 50_000, 1_800, 9_000, 1_000, 9_500,
                               [(ALICE, 1_000, 9_500), (CAROL, -5, 2**62)])
    yield "meter_page", meter_page(ALICE, 66_051)
    yield "page_day", page_day(900, [(0, 0, name32("root 1")), (4, 258, name32("root 2")),
                                     (95, 1, name32("root 3"))])
    yield "page_address", page_address(ALICE, 66_051)


def example_batches():
    """(payload, salt, pieces, root): five meters, a correction of it, and one of that."""
    first = [(0, 0, 1_841_000, 250), (1, 1, 1_841_000, 40), (2, 2, 1_841_000, 2**40),
             (3, 3, 1_841_000, 0), (4, 0, 1_841_000, 0)]
    made, before, root = [], b"", ZERO
    for version in range(3):
        readings = [(slot, quality, interval, value + version * (slot == 1))
                    for slot, quality, interval, value in first]
        payload = batch(3, version, 66_051, root, readings, before)
        salt = name32("salt %d" % version)
        root = pieces_root(salt, payload, 8)
        made.append((payload, salt, 8, root))
        before = batch_before(salt, payload)
    return made


def vectors_batch():
    for version, (payload, salt, pieces, root) in enumerate(example_batches()):
        yield "batch_%d" % version, payload
        yield "salt_%d" % version, salt
        yield "root_%d" % version, root
        for index in range(pieces):
            items = pieces_leaves(salt, payload, pieces)
            yield "path_%d_%d" % (version, index), cat(merkle_path(items, index))
    for pieces in (1, 2, 3, 503):
        payload = (b"0123456789abcdef" * pieces) + b"rest"
        yield "pieces_%d" % pieces, pieces_root(name32("salt"), payload, pieces)
        yield "pieces_%d_alone" % pieces, pieces_root(name32("salt"), payload[:-4], pieces)


def example_genesis():
    accounts = [example_account("g pub 0"), example_device("g pub 1")]
    first = address_genesis(CHAIN, 0, name32("g pub 0"))
    second = address_genesis(CHAIN, 1, name32("g pub 1"))
    return genesis(CHAIN, 1_661_976_000, 2, 1, 1, example_params(),
                   [(1, 1, 6, b"UNIT", first), (2, 2, 2, b"CNY", second)], accounts,
                   [(first, 1, 5_000_000), (second, 1, 7), (second, 2, 600)],
                   [b"module one", b"module two"], validators(example_validators()),
                   admin_rule(1, [first]))


def vectors_genesis():
    yield "genesis", example_genesis()
    yield "genesis_hash", genesis_hash(example_genesis())
    yield "first_address", address_genesis(CHAIN, 0, name32("g pub 0"))
    yield "second_address", address_genesis(CHAIN, 1, name32("g pub 1"))


def tree_entries(count):
    """Keys and values of the tree vectors: k = SHA256("k" i), value = "value" i; i as u32."""
    return [(sha256(b"k" + u32(i)), sha256(b"value" + u32(i))) for i in range(count)]


def near_entries():
    """Keys that part only at chosen depths: deep paths, empty siblings."""
    base = name32("near")
    keys = [base]
    for depth in (0, 1, 5, 100, 254, 255):
        k = bytearray(base)
        k[depth // 8] ^= 0x80 >> depth % 8
        keys.append(bytes(k))
    return [(k, sha256(b"near" + u32(i))) for i, k in enumerate(keys)]


def vectors_tree():
    for count in (0, 1, 2, 3, 16, 17, 100, 1000, 5000):
        yield "root_%d" % count, tree_root(tree_entries(count))
    entries = tree_entries(1000)
    odd = [e for i, e in enumerate(entries) if i % 3]
    yield "root_1000_without_thirds", tree_root(odd)
    yield "root_near", tree_root(near_entries())
    yield "proof_present", proof(entries, entries[3][0], b"value" + u32(3))
    absent = [sha256(b"absent" + u32(i)) for i in range(64)]
    kinds = {proof(entries, k)[33]: k for k in absent}
    yield "proof_empty", proof(entries, kinds[2])
    yield "proof_other", proof(entries, kinds[3])
    yield "proof_single", proof(entries[:1], entries[0][0], b"value" + u32(0))
    yield "proof_nothing", proof([], entries[0][0])
    near = near_entries()
    yield "proof_deep", proof(near, near[0][0], b"near" + u32(0))
    for made in (proof(entries, kinds[2]), proof(entries, kinds[3])):
        assert proof_root(made) == tree_root(entries)


FILES = {
    "names.hex": vectors_names, "tx.hex": vectors_tx, "record.hex": vectors_record,
    "receipt.hex": vectors_receipt, "keys.hex": vectors_keys, "values.hex": vectors_values,
    "genesis.hex": vectors_genesis, "tree.hex": vectors_tree, "batch.hex": vectors_batch,
}


def text_of(vectors):
    lines = ["# Made by tests/reference/layouts.py from the specification; not from the C code."]
    lines += ["%s %s" % (name, value.hex()) for name, value in vectors()]
    return "\n".join(lines) + "\n"


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("--write", "--check"):
        sys.stderr.write(__doc__)
        return 2
    differs = False
    for name, vectors in FILES.items():
        path = os.path.join(arguments[1], name)
        text = text_of(vectors)
        if arguments[0] == "--write":
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
            continue
        with open(path, encoding="ascii") as stored:
            if stored.read() != text:
                sys.stderr.write("%s differs from what the specification gives\n" % path)
                differs = True
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
