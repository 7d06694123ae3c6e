"""Transactions: the one encoding that is accepted, and which rule another one breaks, where
(docs/reference/ledger-formats.md, "Transaction"; rule numbers: node/ledger/tx_rules.def)."""
import re

import layouts
from .reader import Bad, Reader
from .tables import LIMITS, ROLE_NUMBERS

SIZE_MAX = LIMITS["TX_SIZE_MAX"]
ACTION, DEPLOY, INSTANTIATE, NATIVE, READINGS = range(5)
INLINE, DETACHED, PIECES = range(3)
CHAIN_ID = re.compile(rb"[a-z][a-z0-9-]*\Z")


def chain_id_is_valid(chain_id):
    return len(chain_id) <= LIMITS["CHAIN_ID_MAX"] and CHAIN_ID.match(chain_id) is not None


class Fault(Exception):
    """[LG-21] The rule that is broken, and the offset of the field in the whole transaction."""

    def __init__(self, rule, offset):
        super().__init__("%s at byte %d" % (rule, offset))
        self.rule, self.offset = rule, offset


class Call:
    """args: bytes, for detached ones from the payload part. debits: (auth, asset, most)."""


class Transaction:
    """auths: (address, role); sigs: (auth, key id, signature)."""


class Decoder:
    def __init__(self, data):
        self.data = data
        self.reader, self.base = Reader(data), 0

    def fail(self, rule, at):
        raise Fault(rule, self.base + at)

    def field(self, rule, read, *arguments):
        """What `read` reads; what it refuses breaks `rule`, unless the bytes have ended."""
        try:
            return read(*arguments)
        except Bad as bad:
            self.fail("TRUNCATED" if bad.what == "truncated" else rule, bad.at)

    def whole(self):
        tx = Transaction()
        if len(self.data) > SIZE_MAX:
            self.fail("SIZE", SIZE_MAX)
        r = self.reader
        if self.field("VERSION", r.u8) != 1:
            self.fail("VERSION", 0)
        tx.body = self.field("SIZE", r.string, 4, 0, SIZE_MAX)
        self.reader, self.base = Reader(tx.body), r.at - len(tx.body)
        self.body(tx)
        self.reader, self.base = r, 0
        self.signatures(tx)
        tx.stripped = self.data[:r.at]
        self.payloads(tx)
        tx.size = len(self.data)
        return tx

    # ---- body ------------------------------------------------------------------------------------

    def body(self, tx):
        r = self.reader
        tx.chain_id = self.field("CHAIN_ID", r.string, 1, 0, LIMITS["CHAIN_ID_MAX"])
        if not chain_id_is_valid(tx.chain_id):
            self.fail("CHAIN_ID", 0)
        self.field("FLAGS", r.u16, 0, 0)
        auths_at = r.at + 1
        self.auths(tx)
        self.terms(tx)
        count = self.field("CALL_COUNT", r.u8, 1, LIMITS["TX_CALLS_MAX"])
        tx.calls = [self.call(tx) for _ in range(count)]
        self.access(tx)
        needed = 1 | 1 << tx.payer
        for call in tx.calls:
            needed |= call.mask
        for index in range(len(tx.auths)):
            if not needed >> index & 1:
                self.fail("AUTH_UNNEEDED", auths_at + 34 * index)
        self.field("BODY_LENGTH", r.end)

    def auths(self, tx):
        r = self.reader
        tx.auths = []
        for _ in range(self.field("AUTH_COUNT", r.u8, 1, LIMITS["TX_AUTHS_MAX"])):
            start = r.at
            address = self.field("TRUNCATED", r.hash)
            if any(address == other for other, _ in tx.auths):
                self.fail("AUTH_TWICE", start)
            role_at = r.at
            role = self.field("TRUNCATED", r.u16)
            if role != 0 and role not in ROLE_NUMBERS:
                self.fail("AUTH_ROLE", role_at)
            tx.auths.append((address, role))

    def terms(self, tx):
        r = self.reader
        tx.payer = self.field("PAYER", r.u8, 0, len(tx.auths) - 1)
        tx.lane = self.field("LANE", r.u16, 0, LIMITS["LANES_MAX"] - 1)
        tx.nonce = self.field("TRUNCATED", r.u64)
        tx.valid_from_height = self.field("TRUNCATED", r.u64)
        expiry_at = r.at
        tx.expiry_height = self.field("TRUNCATED", r.u64)
        if tx.expiry_height != 0 and tx.expiry_height < tx.valid_from_height:
            self.fail("HEIGHTS", expiry_at)
        tx.expiry_time_s = self.field("EXPIRY", r.i64, 1)
        tx.gas_limit = self.field("GAS_LIMIT", r.u64, 1, 2**63 - 1)
        tx.max_fee = self.field("MAX_FEE", r.u64, 0, 2**63 - 1)
        tx.memo = self.field("TRUNCATED", r.hash)

    def call(self, tx):
        r, call = self.reader, Call()
        call.kind = self.field("CALL_KIND", r.u8, 0, READINGS)
        call.mask = self.field("CALL_SIGNERS", r.u16, 1, (1 << len(tx.auths)) - 1)
        at = r.at
        call.principal = self.field("TRUNCATED", r.u8)
        if call.principal >= LIMITS["TX_AUTHS_MAX"] or not call.mask >> call.principal & 1:
            self.fail("CALL_PRINCIPAL", at)
        at = r.at
        call.target = self.field("TRUNCATED", r.hash)
        if call.kind == DEPLOY and call.target != bytes(32):
            self.fail("CALL_TARGET", at)
        at = r.at
        call.method = self.field("TRUNCATED", r.u16)
        if call.kind in (DEPLOY, INSTANTIATE) and call.method != 0:
            self.fail("CALL_METHOD", at)
        self.debits(call)
        self.args(call)
        return call

    def debits(self, call):
        r = self.reader
        call.debits = []
        for _ in range(self.field("DEBIT_COUNT", r.u8, 0, LIMITS["TX_DEBITS_MAX"])):
            start = r.at
            auth = self.field("TRUNCATED", r.u8)
            if auth >= LIMITS["TX_AUTHS_MAX"] or not call.mask >> auth & 1:
                self.fail("DEBIT_SIGNER", start)
            asset = self.field("DEBIT_ASSET", r.u32, 1)
            most = self.field("DEBIT_AMOUNT", r.i64, 1)
            if call.debits and (auth, asset) <= call.debits[-1][:2]:
                self.fail("DEBIT_ORDER", start)
            call.debits.append((auth, asset, most))

    def args(self, call):
        r = self.reader
        call.carried = self.field("CARRIED", r.u8, 0, PIECES)
        call.is_detached = call.carried != INLINE
        start = r.at
        call.args = self.field("SIZE", r.string, 4, 0, SIZE_MAX)
        call.payload_hash, call.payload_len, call.pieces = bytes(32), 0, 0
        if call.is_detached:
            if len(call.args) != (38 if call.carried == PIECES else 36):
                self.fail("DETACHED_ARGS", start)
            call.payload_hash = call.args[:32]
            call.payload_len = int.from_bytes(call.args[32:36], "big")
            call.pieces = int.from_bytes(call.args[36:], "big")
            if call.payload_len > SIZE_MAX:
                self.fail("DETACHED_ARGS", start)
            if call.carried == PIECES and not 0 < 16 * call.pieces <= call.payload_len:
                self.fail("DETACHED_ARGS", start)

    def access(self, tx):
        r = self.reader
        count = self.field("ACCESS_COUNT", r.u16, 0, LIMITS["TX_ACCESS_MAX"])
        start = r.at
        keys = self.field("TRUNCATED", r.take, 32 * count)
        for index in range(1, count):
            if keys[32 * index - 32:32 * index] >= keys[32 * index:32 * index + 32]:
                self.fail("ACCESS_ORDER", start + 32 * index)

    # ---- beside the body -------------------------------------------------------------------------

    def signatures(self, tx):
        r, start = self.reader, self.reader.at
        tx.sigs, signed = [], set()
        for _ in range(self.field("SIG_COUNT", r.u8, 1, LIMITS["TX_SIGS_MAX"])):
            at = r.at
            auth = self.field("SIG_SIGNER", r.u8, 0, len(tx.auths) - 1)
            key_id = self.field("TRUNCATED", r.u16)
            self.field("SIG_SCHEME", r.u8, 1, 1)
            signature = self.field("TRUNCATED", r.take, 64)
            if tx.sigs and (auth, key_id) <= tx.sigs[-1][:2]:
                self.fail("SIG_ORDER", at)
            signed.add(auth)
            tx.sigs.append((auth, key_id, signature))
        if len(signed) != len(tx.auths):
            self.fail("SIG_MISSING", start)

    def payloads(self, tx):
        r = self.reader
        detached = [call for call in tx.calls if call.is_detached]
        self.field("PAYLOAD_COUNT", r.u8, len(detached), len(detached))
        for call in detached:
            start = r.at
            salt = self.field("TRUNCATED", r.take, 32)
            length_at = r.at
            call.args = self.field("SIZE", r.string, 4, 0, SIZE_MAX)
            if len(call.args) != call.payload_len:
                self.fail("PAYLOAD_LENGTH", length_at)
            if payload_hash(call, salt) != call.payload_hash:
                self.fail("PAYLOAD_HASH", start)
            call.salt = salt
        self.field("TRAILING", r.end)


def payload_hash(call, salt):
    """What the body must name for the arguments of a detached call."""
    if call.carried == PIECES:
        return layouts.pieces_root(salt, call.args, call.pieces)
    return layouts.payload_hash(salt, call.args)


def decode(data):
    return Decoder(data).whole()


def has_destroyed_payload(stripped):
    """A transaction without its payload part, of which some arguments are therefore missing."""
    decoder = Decoder(stripped + b"\0")
    try:
        decoder.whole()
    except Fault as fault:
        return fault.rule == "PAYLOAD_COUNT" and fault.offset == len(stripped)
    return False
