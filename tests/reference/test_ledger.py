#!/usr/bin/env python3
"""The second engine's ledger by itself: signatures, trees, rules; and, on a bundle of a real ledger,
that it finds what was altered and names it.

    test_ledger.py [BUNDLE]"""
import contextlib
import hashlib
import io
import os
import random
import re
import sys
import unittest

import layout_vectors
import layouts
from ledger import block, bundle, ed25519, recorded, state, tables, transaction
from ledger.reader import decode
from ledger.replay import Replay

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
BUNDLE = None


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


# ---- signatures ----------------------------------------------------------------------------------


class Signatures(unittest.TestCase):
    def test_the_edge_vectors_of_the_rule(self):
        """The 13 that the program runs at each start: "Taming the many EdDSAs", and one of CCTV."""
        text = text_of(ROOT, "node", "crypto", "selftest.c")
        rows = re.findall(r"\{((?:\"[0-9a-f]+\"[,\s]*)+)(true|false)\}", text)
        self.assertEqual(len(rows), 13)
        for number, (strings, verdict) in enumerate(rows):
            message, key, *signature = re.findall(r"\"([0-9a-f]+)\"", strings)
            found = ed25519.verify(bytes.fromhex(key), bytes.fromhex("".join(signature)),
                                   bytes.fromhex(message))
            self.assertEqual(found, verdict == "true", "vector %d" % number)

    def test_published_signatures(self):
        """RFC 8032, 7.1: TEST 1 and TEST 2."""
        for seed, key, message, signature in (
                ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                 "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
                ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                 "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")):
            seed, key, message, signature = map(bytes.fromhex, (seed, key, message, signature))
            self.assertEqual(ed25519.public_key_of(seed), key)
            self.assertTrue(ed25519.verify(key, signature, message))
            for at in (0, 31, 32, 63):
                altered = bytearray(signature)
                altered[at] ^= 1
                self.assertFalse(ed25519.verify(key, bytes(altered), message))
            self.assertFalse(ed25519.verify(key, signature, message + b"x"))


# ---- trees ---------------------------------------------------------------------------------------


class Trees(unittest.TestCase):
    def test_the_sorted_walk_is_the_definition(self):
        draw = random.Random(1)
        for count in list(range(20)) + [300]:
            entries = [(draw.randbytes(32), draw.randbytes(32)) for _ in range(count)]
            self.assertEqual(state.tree_root(sorted(entries)), layouts.tree_root(entries))
        near = sorted(layout_vectors.near_entries())
        self.assertEqual(state.tree_root(near), layouts.tree_root(near))


# ---- rules ---------------------------------------------------------------------------------------


class Rules(unittest.TestCase):
    def cited(self):
        found = set()
        for name in os.listdir(os.path.join(HERE, "ledger")):
            if name.endswith(".py"):
                found.update(re.findall(r"LG-\d+", text_of(HERE, "ledger", name)))
        return found

    def test_every_rule_is_cited_and_every_citation_is_a_rule(self):
        page = text_of(ROOT, "docs", "reference", "ledger-rules.md")
        defined = re.findall(r"^- \*\*\[(LG-\d+)\]\*\*", page, flags=re.M)
        self.assertEqual(len(defined), len(set(defined)), "a number is used twice")
        self.assertEqual(set(defined), self.cited())

    def test_rules_refer_to_rules(self):
        page = text_of(ROOT, "docs", "reference", "ledger-rules.md")
        defined = set(re.findall(r"^- \*\*\[(LG-\d+)\]\*\*", page, flags=re.M))
        self.assertEqual(set(re.findall(r"\[(LG-\d+)\]", page)) - defined, set())
        machine = text_of(ROOT, "docs", "reference", "vm.md")
        self.assertEqual(set(re.findall(r"\[(VM-\d+)\]", page))
                         - set(re.findall(r"\*\*\[(VM-\d+)\]\*\*", machine)), set())

    def test_every_refusal_is_named(self):
        source = "".join(text_of(HERE, "ledger", name)
                         for name in os.listdir(os.path.join(HERE, "ledger"))
                         if name.endswith(".py"))
        unused = {name for name in tables.REFUSALS if '"%s"' % name not in source}
        self.assertEqual(unused, {"BALANCE_SHORT", "ESCROW_SHORT", "FACT_DIFFERS", "GATE_CLOSED"})


# ---- planted faults ------------------------------------------------------------------------------


class Altered(bundle.Bundle):
    """A bundle whose blocks are changed after they were read."""

    def __init__(self, file, change):
        super().__init__(file)
        self.change = change

    def blocks(self):
        for seq, stored in enumerate(super().blocks()):
            self.change(seq, stored)
            yield stored


def flip(data, at, bits=1):
    changed = bytearray(data)
    changed[at] ^= bits
    return bytes(changed)


@unittest.skipUnless(len(sys.argv) > 1, "no bundle is given")
class Faults(unittest.TestCase):
    """Damage that an auditor meets: each is found at its record and called by its name."""

    @classmethod
    def setUpClass(cls):
        with open(BUNDLE, "rb") as file:
            cls.data = file.read()
        cls.blocks = list(bundle.Bundle(io.BytesIO(cls.data)).blocks())
        cls.last = len(cls.blocks) - 1
        cls.seq = next(seq for seq, stored in enumerate(cls.blocks)
                       if stored.payloads and len(stored.pages) > 1 and seq > 3)

    def replay(self, change=lambda seq, stored: None, **options):
        run = Replay(Altered(io.BytesIO(self.data), change), **options)
        run.run()
        return run

    def difference(self, change, place, field, seq=None):
        run = self.replay(change)
        self.assertIsNotNone(run.difference)
        self.assertEqual(run.seq, self.seq if seq is None else seq)
        self.assertEqual(run.difference.place, place)
        self.assertRegex(run.difference.field, field)
        return run.difference

    def at(self, change):
        """The change at the record of these tests alone."""
        return lambda seq, stored: change(stored) if seq == self.seq else None

    def test_nothing_is_found_in_what_is_whole(self):
        run = self.replay()
        self.assertIsNone(run.difference)
        self.assertEqual(run.executed_until, self.last)

    def test_every_field_of_a_receipt(self):
        fields = {"kind": 1, "subject": 2, "index": 37, "status": 39, "call": 40, "gas_limit": 48,
                  "gas_used": 56, "fee": 64, "payer": 65, "write_set": 97, "events_root": 129,
                  "result": 161}
        for field, at in fields.items():
            def change(stored, at=at):
                bits = 0xFF if at == 40 else 1  # another value of the field's domain
                stored.pages[1] = flip(stored.pages[1], at, bits)
            found = self.difference(self.at(change), "receipt", "^%s$" % field)
            self.assertEqual(found.receipt, 1)

    def test_an_event_and_an_outcome(self):
        def last_byte(stored):
            stored.pages[1] = flip(stored.pages[1], len(stored.pages[1]) - 1)
        found = self.difference(self.at(last_byte), "receipt, event %d" % (
            len(recorded_events(self.blocks[self.seq].pages[1])) - 1), "^data, byte")
        self.assertEqual(found.receipt, 1)

        def outcome(stored):
            stored.pages[1] = flip(stored.pages[1], 193 + 4 + 3)
        self.difference(self.at(outcome), "receipt", "^outcome, byte 3$")

    def test_receipts_missing_and_too_many(self):
        self.difference(self.at(lambda stored: stored.pages.pop(0)), "receipt", "^$")
        extra = len(self.blocks[self.seq].pages)

        def add(stored):
            stored.pages[extra] = stored.pages[0]
        self.difference(self.at(add), "receipt %d" % extra, "^$")

    def test_a_transaction_and_its_payload(self):
        index = min(self.blocks[self.seq].payloads)

        def payload(stored):
            stored.payloads[index] = flip(stored.payloads[index], 40)
        self.difference(self.at(payload), "block input, transaction %d" % index, "bytes against")

        def last(stored):
            stored.input = flip(stored.input, len(stored.input) - 1)
        count = len(self.blocks[self.seq].pages)
        run = self.replay(self.at(last))
        self.assertRegex(run.difference.place, r"^block input, transaction \d+$")
        self.assertLess(int(run.difference.place.split()[-1]), count)

        def destroy(stored):
            stored.payloads.pop(index)
        self.difference(self.at(destroy), "block input", "^payload$")
        run = self.replay(self.at(destroy), allow_destroyed=True)
        self.assertIsNone(run.difference)
        self.assertEqual(run.executed_until, self.seq - 1)
        self.assertFalse(run.executing)

    def test_every_field_of_a_record(self):
        """What is not the input's is recomputed; the rest contradicts it."""
        chain = len(self.replay().chain.genesis.chain_id)
        base = 2 + 2 + 1 + chain  # in the stored form
        offsets = {"genesis_hash": 0, "height": 47, "time_s": 55, "time_ns": 59, "txs_root": 96,
                   "receipt_count": 131, "receipts_root": 132, "state_root": 164, "gas_used": 203,
                   "params_hash": 204, "next_validators_hash": 236, "proposer": 268}
        for field, at in offsets.items():
            def change(stored, at=at):
                stored.stored = flip(stored.stored, base + at)
            run = self.replay(self.at(change))
            self.assertEqual((run.seq, run.difference.field), (self.seq, field))
            self.assertIn(run.difference.place, ("record", "block input"))

    def test_the_chain_of_records(self):
        def change(stored):
            stored.stored = flip(stored.stored, 2 + 2 + 1 + 8 + 32 + 8 + 8 + 8 + 4 + 5)
        self.difference(self.at(change), "record", "prev_record_hash")

    def test_a_state_that_goes_its_own_way(self):
        """Of an account that changes between two blocks, the next root tells."""
        original = block.Block.__init__

        def meddle(self_, chain, *arguments):
            if chain.head.seq == self.seq - 1:
                name = next(n for n in chain.state.names if n[0] == tables.SPACES["ACCOUNT"])
                value = chain.state.stored[name]
                chain.state.set_stored(name, flip(value, len(value) - 33))  # recovery_delay_s
            original(self_, chain, *arguments)
        block.Block.__init__ = meddle
        try:
            run = self.replay()
        finally:
            block.Block.__init__ = original
        self.assertEqual((run.seq, run.difference.place, run.difference.field),
                         (self.seq, "record", "state_root"))

    def forge(self, stored):
        """Changes a signature, and makes hashes and root good again: only its verification tells."""
        input_ = decode(recorded.read_input, stored.input)
        index = min(stored.payloads)
        raw_hash, stripped = input_.txs[index]
        forged = flip(stripped, len(stripped) - 40)
        forged_hash = hashlib.sha256(forged + stored.payloads[index]).digest()
        hashes = [raw_hash for raw_hash, _ in input_.txs]
        root = layouts.merkle(hashes)
        hashes[index] = forged_hash
        stored.input = stored.input.replace(raw_hash + layouts.str32(stripped),
                                            forged_hash + layouts.str32(forged))
        stored.stored = stored.stored.replace(root, layouts.merkle(hashes))

    def test_signatures_are_verified_when_that_is_asked_for(self):
        self.difference(self.at(self.forge), "record", "prev_record_hash", self.seq + 1)
        forge = self.at(self.forge)

        def change(seq, stored):
            stored.stored = layouts.str16(stored.parts()[0]) + layouts.str16(b"")
            forge(seq, stored)
        run = self.replay(change, signatures=True)
        self.assertEqual((run.seq, run.difference.place, run.difference.field),
                         (self.seq, "receipt", "status"))
        self.assertEqual(run.difference.recomputed, str(tables.REFUSALS["SIGNATURE_BAD"]))

    def test_certificates_are_verified_when_that_is_asked_for(self):
        def change(seq, stored):
            if seq == 2:
                stored.stored = flip(stored.stored, len(stored.stored) - 40)
        self.assertIsNone(self.replay(change).difference)
        run = self.replay(change, signatures=True)
        self.assertEqual((run.seq, run.difference.place), (2, "certificate"))

    def test_rules_of_another_program_are_refused(self):
        genesis = bundle.Bundle(io.BytesIO(self.data)).genesis
        suite = 2 + 1 + genesis[2] + 8 + 1
        schedule = suite + 1 + 8 + 2 + 1 + 2
        for at in (suite, schedule):
            run = self.replay()
            run.bundle = Altered(io.BytesIO(self.data), lambda seq, stored: None)
            run.bundle.genesis = flip(genesis, at, 3)
            with self.assertRaises(bundle.NotSupported):
                run.run()

    def test_a_damaged_file_is_no_verdict(self):
        for data in (self.data[:-1], self.data + b"\0", flip(self.data, len(self.data) // 2)):
            with self.assertRaises(bundle.NoBundle), contextlib.suppress(AssertionError):
                Replay(bundle.Bundle(io.BytesIO(data))).run()
        with self.assertRaises(bundle.NoBundle):
            bundle.Bundle(io.BytesIO(b"letter"))


def recorded_events(page):
    return recorded.page_of(page)[2]


class Transactions(unittest.TestCase):
    def test_the_golden_transactions(self):
        """tests/golden/ledger/tx.hex: each decodes; with any bit flipped it is another one or none."""
        rows = dict(line.split() for line in text_of(ROOT, "tests", "golden", "ledger", "tx.hex")
                    .splitlines() if not line.startswith("#"))
        found = [bytes.fromhex(value) for name, value in rows.items() if name.startswith("tx")
                 and bytes.fromhex(value)[:1] == b"\1" and len(value) > 400]
        self.assertTrue(found)
        for raw in found:
            tx = transaction.decode(raw)
            self.assertEqual(tx.size, len(raw))
            for at in range(len(raw)):
                with contextlib.suppress(transaction.Fault):
                    other = transaction.decode(flip(raw, at))
                    self.assertNotEqual(vars(other), vars(tx))
            for cut in range(len(raw)):
                with self.assertRaises(transaction.Fault):
                    transaction.decode(raw[:cut])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        BUNDLE = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
