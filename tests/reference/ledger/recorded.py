"""What was recorded, taken apart: records, certificates, block inputs, receipts
(docs/reference/ledger-formats.md)."""
import layouts
from .job import FIELDS
from .reader import decode
from .tables import LIMITS, REFUSAL_NAMES
from .transaction import chain_id_is_valid, has_destroyed_payload
from .values import Value

RECORD_FIELDS = ("chain_id", "genesis_hash", "seq", "height", "time_s", "time_ns",
                 "prev_record_hash", "tx_count", "txs_root", "receipt_count", "receipts_root",
                 "state_root", "gas_used", "params_hash", "next_validators_hash", "proposer")


def read_record(r):
    r.u16(1, 1)
    start = r.at
    record = dict(chain_id=r.string(1, 0, LIMITS["CHAIN_ID_MAX"]))
    if not chain_id_is_valid(record["chain_id"]):
        r.refuse("out of domain", start)
    record.update(genesis_hash=r.hash(), seq=r.u64(), height=r.u64(), time_s=r.i64())
    record.update(time_ns=r.u32(0, 10**9 - 1), prev_record_hash=r.hash())
    record.update(tx_count=r.u32(0, LIMITS["BLOCK_TXS_MAX"]), txs_root=r.hash())
    record.update(receipt_count=r.u32(), receipts_root=r.hash(), state_root=r.hash())
    record.update(gas_used=r.u64(), params_hash=r.hash(), next_validators_hash=r.hash())
    record.update(proposer=r.take(20))
    return record


def read_certificate(r):
    """Incarnation, and (key index, signature) of each."""
    incarnation = r.u32()
    start = r.at
    sigs = [(r.u16(), r.take(64)) for _ in range(r.u8(1, LIMITS["CERTIFICATE_SIGS_MAX"]))]
    if any(a[0] >= b[0] for a, b in zip(sigs, sigs[1:])):
        r.refuse("not canonical", start)
    return incarnation, sigs


def read_input(r):
    """A block input as it is stored: each transaction is (raw hash, bytes without payloads)."""
    r.u8(1, 1)
    r.u8(1, 1)
    i = Value(height=r.u64(), time_s=r.i64(0, 253402300799), time_ns=r.u32(0, 10**9 - 1),
              proposer=r.take(20))
    i.signers = [(r.take(20), r.u8(1, 3)) for _ in range(r.u16(0, LIMITS["BLOCK_SIGNERS_MAX"]))]
    i.faults = [(r.u8(1, 2), r.take(20), r.u64(), r.u64(), r.i64(), r.u64())
                for _ in range(r.u16(0, LIMITS["BLOCK_FAULTS_MAX"]))]
    i.txs = [(r.hash(), r.string(4, 0, LIMITS["BLOCK_TX_BYTES_MAX"]))
             for _ in range(r.u32(0, LIMITS["BLOCK_TXS_MAX"]))]
    return i


class Destroyed(Exception):
    """A payload is not there."""


def join(raw_hash, stripped, payloads):
    """[LG-12] The transaction as it was signed and sent; None: its bytes have another hash."""
    candidates = [payloads] if payloads else [b"\0", b""]
    for candidate in candidates:
        if layouts.sha256(stripped + candidate) == raw_hash:
            return stripped + candidate
    if not payloads and has_destroyed_payload(stripped):
        raise Destroyed()
    return None


def read_receipt(r):
    r.u8(1, 1)
    receipt = dict(kind=r.u8(0, 2), subject=r.hash(), index=r.u32())
    start, receipt["status"] = r.at, r.u16()
    if receipt["status"] > 2 and receipt["status"] not in REFUSAL_NAMES:
        r.refuse("out of domain", start)
    start, receipt["call"] = r.at, r.u8()
    if LIMITS["TX_CALLS_MAX"] <= receipt["call"] < 0xFF:
        r.refuse("out of domain", start)
    receipt["gas_limit"] = r.u64()
    receipt["gas_used"] = r.u64(0, receipt["gas_limit"])
    receipt["fee"] = r.u64()
    for name in FIELDS[8:]:
        receipt[name] = r.hash()
    return receipt


def read_page(r):
    """Receipt, outcome, and (emitter, type, data) of each event."""
    receipt, outcome = read_receipt(r), r.string(4, 0, LIMITS["STATE_VALUE_MAX"])
    count = r.u32(0, LIMITS["TX_EVENTS_MAX"])
    events = [(r.hash(), r.u16(), r.string(4, 0, LIMITS["EVENT_DATA_MAX"])) for _ in range(count)]
    return receipt, outcome, events


def page_of(data):
    return decode(read_page, data)
