"""Replaying a bundle: everything again from its beginning, and the first difference by name."""
import collections

import layouts
from vm.tables import schedule_hash
from . import genesis, recorded
from .block import Head, apply
from .bundle import NotSupported
from .reader import Bad, decode
from .recorded import Destroyed
from .snapshot import Refused, Snapshot, certifies
from .state import key
from .values import parse, read_validators

EVENT_FIELDS = ("emitter", "type", "data")


class Difference(Exception):
    """The first thing that is not what follows from the transactions. place, field: where."""

    def __init__(self, place, field, stored, recomputed):
        super().__init__(place)
        self.place, self.field = place, field
        self.stored, self.recomputed = shown(stored), shown(recomputed)
        self.receipt = self.tx_id = None


def shown(value):
    return value.hex() if isinstance(value, bytes) else str(value)


def undecodable(place, bad):
    return Difference(place, "byte %d" % bad.at, "bytes that do not decode (%s)" % bad.what,
                      "a canonical encoding")


def compare(place, names, stored, computed):
    for name in names:
        if stored[name] != computed[name]:
            raise Difference(place, name, stored[name], computed[name])


def compare_bytes(place, field, stored, computed):
    if stored == computed:
        return
    at = next((i for i, (a, b) in enumerate(zip(stored, computed)) if a != b), None)
    if at is None:
        raise Difference(place, field, "%d bytes" % len(stored), "%d bytes" % len(computed))
    raise Difference(place, ", ".join(filter(None, [field, "byte %d" % at])),
                     stored[at:at + 1], computed[at:at + 1])


class Chain:
    """What has been recomputed so far. base: None, or what makes a snapshot with its state of a
    genesis that was read."""

    def __init__(self, data, signatures, base=None):
        try:
            self.genesis = genesis.read(data)
            self.state = genesis.load(self.genesis) if base is None else None
        except (Bad, genesis.BadGenesis) as error:
            raise Difference("genesis", "", error, "a genesis that can be applied") from None
        if self.genesis.params.schedule != schedule_hash():
            raise NotSupported("the chain has another gas schedule than this program")
        self.signatures, self.taken = signatures, collections.Counter()
        self.unbalanced = []
        if base is None:
            self.record = genesis.record(self.genesis, self.state)
        else:
            snapshot, self.state = base(self.genesis)
            self.record = snapshot.record_bytes
        r = decode(recorded.read_record, self.record)
        self.head = Head(r["seq"], r["height"], r["time_s"], r["time_ns"],
                         layouts.record_hash(self.record))

    def validators(self):
        """[LG-15] Those of the newest record that was applied."""
        return parse(read_validators, self.state.at_start(key("VALIDATORS")))


class Replay:
    """counts: what was done. executed_until: records up to it were applied. trust: what the beginning
    rests on. record_hash: of the record that the bundle begins with, from elsewhere."""

    def __init__(self, bundle, signatures=False, allow_destroyed=False, on_record=None,
                 record_hash=None):
        self.bundle, self.signatures, self.allow_destroyed = bundle, signatures, allow_destroyed
        self.record_hash, self.trust, self.snapshot = record_hash, "genesis", None
        self.on_record = on_record
        self.counts = collections.Counter()
        self.chain = self.difference = None
        self.seq, self.executed_until, self.executing = None, bundle.first, True
        self.is_certified = self.named_validators = None

    def run(self):
        """Sets difference, or leaves it None. Reads the whole bundle in any case."""
        blocks = self.bundle.blocks()
        try:
            base = self.begin if self.bundle.header is not None else None
            if base is None and self.record_hash is not None:
                raise Refused("the bundle begins with its genesis; --record-hash is for one that "
                              "begins with a snapshot")
            self.chain = Chain(self.bundle.genesis, self.signatures, base)
            self.walk(blocks)
        except Difference as difference:
            self.difference = difference
        for _ in blocks:
            pass  # a bundle that was damaged on its way says so at its end

    def begin(self, genesis_read):
        """[LG-17] The snapshot in the bundle, and its state."""
        self.snapshot = found = Snapshot(self.bundle.header, genesis_read)
        if self.record_hash is not None:
            self.trust = "record_hash"
            if self.record_hash != found.record_hash:
                raise Refused("header: holds another record than the given one")
        elif found.certificate:
            self.trust = "certificate"
            if self.signatures:
                found.check_certificate()
        else:
            raise Refused("header: the record has no certificate; give its hash, from elsewhere, "
                          "with --record-hash")
        return found, found.load(self.bundle.chunks())

    def walk(self, blocks):
        before, first = bytes(32), self.bundle.first
        for seq, block in enumerate(blocks, first):
            self.seq = seq
            if first > 0 and seq == first:
                before = self.snapshot.record["prev_record_hash"]
            record, record_hash = self.check_record(block, seq, before)
            if seq == first:
                self.compare_record(record, self.chain.record)
            elif self.executing:
                self.replay(block, record)
            else:
                self.check_receipts(block, record)
            before, self.named_validators = record_hash, record["next_validators_hash"]
            self.counts["records"] += 1
            if self.on_record is not None:
                self.on_record(seq + 1 - first, self.bundle.seq + 1 - first)
        self.seq = None
        if self.bundle.record_hash != before:
            raise Difference("head", "record_hash", self.bundle.record_hash, before)

    # ---- records ---------------------------------------------------------------------------------

    def check_record(self, block, seq, before):
        """[LG-13], [LG-15] Its place in the chain, and its certificate."""
        if not block.stored:
            raise Difference("record", "", "nothing", "an entry")
        try:
            data, certificate = block.parts()
            record = decode(recorded.read_record, data)
        except Bad as bad:
            raise undecodable("record", bad) from None
        if record["seq"] != seq:
            raise Difference("record", "seq", record["seq"], seq)
        if record["prev_record_hash"] != before:
            raise Difference("record", "prev_record_hash", record["prev_record_hash"], before)
        record_hash = layouts.record_hash(data)
        self.check_certificate(seq, record, record_hash, certificate)
        return record, record_hash

    def check_certificate(self, seq, record, record_hash, data):
        if seq == 0 and data:
            raise Difference("certificate", "", "a certificate", "none: genesis is nobody's block")
        if seq == max(1, self.bundle.first):
            self.is_certified = bool(data)
        if seq > 0 and bool(data) != self.is_certified:
            raise Difference("certificate", "", "a certificate" if data else "none",
                             "as for the records before it")
        if not data:
            return
        try:
            decode(recorded.read_certificate, data)
        except Bad as bad:
            raise undecodable("certificate", bad) from None
        self.counts["certificates"] += 1
        if not self.signatures:
            return
        if not self.is_genuine(seq, record, record_hash, data):
            raise Difference("certificate", "", "a signature that does not verify",
                             "one of the sequencer over this record")

    def is_genuine(self, seq, record, record_hash, certificate):
        if self.snapshot is not None and seq == self.bundle.first:
            return certifies(self.snapshot.maker(), certificate, record, record_hash)
        validators = self.chain.validators()
        if self.named_validators not in (None, layouts.validators_hash(validators)):
            return True  # behind a destroyed payload nothing is executed: a later key is not known
        return certifies(validators[0][0], certificate, record, record_hash)

    def compare_record(self, stored, computed):
        compare("record", recorded.RECORD_FIELDS, stored, decode(recorded.read_record, computed))

    # ---- a block ---------------------------------------------------------------------------------

    def replay(self, block, record):
        input_ = self.read_input(block, record)
        try:
            txs = self.join(block, input_)
        except Destroyed:
            if not self.allow_destroyed:
                raise Difference("block input", "payload", "no payload: it was destroyed, or is "
                                 "missing", "nothing, without it") from None
            self.executing = False
            self.check_receipts(block, record)
            return
        self.require_order(input_)
        pages = self.pages(block)
        result = apply(self.chain, input_, txs, self.failures(pages))
        if result is None:
            raise Difference("record", "", "a record", "none: nothing happens in this block")
        computed, computed_record = result
        for index, page in enumerate(computed):
            self.compare_page(index, block.pages.get(index), page)
        extra = [index for index in block.pages if index >= len(computed)]
        if extra:
            raise Difference("receipt %d" % extra[0], "", "an entry", "nothing")
        self.compare_record(record, computed_record)
        if self.chain.unbalanced:
            raise Difference("record", "money of asset %d" % self.chain.unbalanced[0],
                             "a sum that changed", "none: what is issued is what is held")
        self.executed_until = record["seq"]
        self.counts["transactions"] += len(txs)
        self.counts["gas"] += record["gas_used"]

    def read_input(self, block, record):
        if not block.input:
            raise Difference("block input", "", "nothing", "an entry")
        try:
            input_ = decode(recorded.read_input, block.input)
        except Bad as bad:
            raise undecodable("block input", bad) from None
        input_.tx_count = len(input_.txs)
        input_.txs_root = layouts.merkle([raw_hash for raw_hash, _ in input_.txs])
        compare("block input", ("height", "time_s", "time_ns", "proposer", "tx_count", "txs_root"),
                vars(input_), record)
        return input_

    def join(self, block, input_):
        txs = []
        for index, (raw_hash, stripped) in enumerate(input_.txs):
            payloads = block.payloads.get(index, b"")
            raw = recorded.join(raw_hash, stripped, payloads)
            if raw is None:
                raise Difference("block input, transaction %d" % index, "bytes against their hash",
                                 raw_hash, layouts.sha256(stripped + payloads))
            txs.append(raw)
        return txs

    def require_order(self, input_):
        """[LG-10]"""
        head = self.chain.head
        if input_.height <= head.height:
            raise Difference("block input", "height", input_.height, "more than %d" % head.height)
        if (input_.time_s, input_.time_ns) < (head.time_s, head.time_ns):
            raise Difference("block input", "time_s", input_.time_s,
                             "not before %d" % head.time_s)

    # ---- receipts --------------------------------------------------------------------------------

    def pages(self, block):
        pages = {}
        for index, data in block.pages.items():
            try:
                pages[index] = recorded.page_of(data)
            except Bad as bad:
                difference = undecodable("receipt", bad)
                difference.receipt = index
                raise difference from None
        return pages

    @staticmethod
    def failures(pages):
        def of(index):
            page = pages.get(index)
            if page is None or page[0]["status"] == 0:
                return None
            return page[0]["status"], page[1]
        return of

    def compare_page(self, index, stored, page):
        """Contents first: a hash that differs only says that something below it does."""
        try:
            if stored is None:
                raise Difference("receipt", "", "nothing", "an entry")
            receipt, outcome, events = recorded.page_of(stored)
            names = list(page.receipt)
            compare("receipt", names[:9], receipt, page.receipt)
            compare_bytes("receipt", "outcome", outcome, page.outcome)
            self.compare_events(events, page.events)
            compare("receipt", ("result", "events_root", "write_set"), receipt, page.receipt)
            compare_bytes("receipt", "", stored, page.bytes())
        except Difference as difference:
            difference.receipt = index
            if page.receipt["kind"] == 0:
                difference.tx_id = page.receipt["subject"]
            raise
        self.counts["receipts"] += 1
        self.counts["events"] += len(page.events)

    def compare_events(self, stored, computed):
        read = [decode(lambda r: (r.hash(), r.u16(), r.string(4)), event) for event in computed]
        for index, (a, b) in enumerate(zip(stored, read)):
            place = "receipt, event %d" % index
            compare(place, EVENT_FIELDS[:2], dict(zip(EVENT_FIELDS, a)), dict(zip(EVENT_FIELDS, b)))
            compare_bytes(place, "data", a[2], b[2])
        if len(stored) != len(read):
            raise Difference("receipt", "number of events", len(stored), len(read))

    def check_receipts(self, block, record):
        """[LG-16] Of a record that is not executed: do receipts have the root and the hashes?"""
        leaves = []
        for index in range(record["receipt_count"]):
            if index not in block.pages:
                raise Difference("receipt %d" % index, "", "nothing", "an entry")
            stored = block.pages[index]
            receipt, outcome, events = self.pages(block)[index]
            found = dict(result=layouts.outcome_hash(outcome), events_root=layouts.events_root(
                [layouts.event(*event) for event in events]))
            compare("receipt %d" % index, ("result", "events_root"), receipt, found)
            leaves.append(layouts.sha256(stored[:193]))
            self.counts["receipts"] += 1
            self.counts["events"] += len(events)
        compare("record", ("receipts_root",), record, dict(receipts_root=layouts.merkle(leaves)))
        self.counts["transactions"] += record["tx_count"]
        self.counts["gas"] += record["gas_used"]
