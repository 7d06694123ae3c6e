"""State values: decoding those that the ledger reads again (docs/reference/ledger-formats.md,
"State"). They are encoded by layouts.py. Every value begins with its version, 1; a value has one
encoding, and what has another raises Bad."""
import layouts
from .reader import Bad, decode
from .tables import LIMITS, ROLE_NUMBERS
from vm.abi import Undecodable, check_text

NO_HEIGHT = 2**64 - 1
DUE_NONE = 2**63 - 1
ACTIVE, FROZEN, CLOSED = 1, 2, 3
LIVE, FINAL, STUCK = 1, 2, 3
NETWORK = 1


class Value:
    """Fields by name."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


def version(r):
    r.u8(1, 1)


def ascending(r, start, items, key):
    if any(key(a) >= key(b) for a, b in zip(items, items[1:])):
        r.refuse("not canonical", start)


# ---- the chain's own -----------------------------------------------------------------------------


def read_params(r):
    version(r)
    p = Value(protocol=r.u16(1, 1), schedule=r.hash(), gas_price=r.u64(0, 2**40))
    p.block_gas_max = r.u64(1, LIMITS["BLOCK_GAS_MAX"])
    p.action_gas_max = r.u64(1, p.block_gas_max)
    p.timer_gas_max = r.u64(1, LIMITS["TIMER_GAS_MAX"])
    p.block_tx_bytes_max = r.u32(1, LIMITS["BLOCK_TX_BYTES_MAX"])
    p.block_txs_max = r.u32(1, LIMITS["BLOCK_TXS_MAX"])
    p.block_write_bytes_max = r.u32(1, LIMITS["BLOCK_WRITE_BYTES_MAX"])
    p.tx_ttl_s_max = r.i64(1, LIMITS["TX_TTL_S_MAX"])
    p.offer_ttl_s_max = r.i64(1, 31622400)
    p.epoch_s, p.governance_delay_s = r.u32(1, 2**31 - 1), r.u32(0, 2**31 - 1)
    p.reading_quota_gas = r.u64()
    return p


def read_admin(r):
    version(r)
    threshold = r.u8(1, LIMITS["ADMINS_MAX"])
    start = r.at
    members = [r.hash() for _ in range(r.u8(threshold, LIMITS["ADMINS_MAX"]))]
    ascending(r, start, members, lambda member: member)
    return Value(threshold=threshold, members=members)


def read_validators(r):
    """A list of (public key, power, operator)."""
    version(r)
    start = r.at
    found = [(r.hash(), r.u64(0, 2**60 - 1), r.hash())
             for _ in range(r.u16(1, LIMITS["VALIDATORS_MAX"]))]
    if len({pub for pub, _, _ in found}) != len(found) or not any(power for _, power, _ in found):
        r.refuse("not canonical", start)
    return found


# ---- accounts ------------------------------------------------------------------------------------


def read_key(r):
    key = Value(id=r.u16(), scheme=r.u8(1, 1), pub=r.hash(), weight=r.u16(1), scope=r.u32(1, 0x1F))
    key.from_h = r.u64(0, 2**64 - 2)
    key.to_h = r.u64(key.from_h + 1)
    key.revoked_h, key.cap_asset = r.u64(), r.u32()
    key.cap = r.i64(0, 0 if key.cap_asset == 0 else 2**63 - 1)
    return key


def read_role(r):
    start = r.at
    role = Value(role=r.u16(), from_h=r.u64(0, 2**64 - 2))
    role.to_h, role.by = r.u64(role.from_h + 1), r.hash()
    if role.role not in ROLE_NUMBERS:
        r.refuse("out of domain", start)
    return role


def read_account(r):
    version(r)
    a = Value(kind=r.u8(1, 2), status=r.u8(1, 3), threshold=r.u16(1))
    start = r.at
    a.keys = [read_key(r) for _ in range(r.u8(1, LIMITS["ACCOUNT_KEYS_MAX"]))]
    ascending(r, start, a.keys, lambda key: key.id)
    weight = sum(key.weight for key in a.keys)
    if weight > LIMITS["ACCOUNT_WEIGHT_MAX"] or a.threshold > weight:
        r.refuse("out of domain", start)
    start = r.at
    a.roles = [read_role(r) for _ in range(r.u8(0, LIMITS["ACCOUNT_ROLES_MAX"]))]
    ascending(r, start, a.roles, lambda role: (role.role, role.from_h))
    a.enc_pub, start = r.take(32), r.at
    a.guardians = [r.hash() for _ in range(r.u8(0, LIMITS["ACCOUNT_GUARDIANS_MAX"]))]
    ascending(r, start, a.guardians, lambda guardian: guardian)
    a.guardian_threshold = r.u8(1 if a.guardians else 0, len(a.guardians))
    a.recovery_delay_s, start, a.owner = r.u32(), r.at, r.hash()
    if (a.kind == 2) == (a.owner == bytes(32)):
        r.refuse("out of domain", start)
    return a


def key_bytes(k):
    return layouts.key(k.id, k.pub, k.weight, k.scope, k.from_h, k.to_h, k.revoked_h, k.cap_asset,
                       k.cap)


def account_bytes(a):
    keys = [key_bytes(k) for k in a.keys]
    roles = [(role.role, role.from_h, role.to_h, role.by) for role in a.roles]
    return layouts.account(a.kind, a.status, a.threshold, keys, roles, a.enc_pub, a.guardians,
                           a.guardian_threshold, a.recovery_delay_s, a.owner)


def read_recovery(r):
    version(r)
    v = Value(started_s=r.i64(), effective_s=r.i64(), key=read_key(r))
    start = r.at
    v.guardians = [r.hash() for _ in range(r.u8(1, LIMITS["ACCOUNT_GUARDIANS_MAX"]))]
    ascending(r, start, v.guardians, lambda guardian: guardian)
    return v


def recovery_bytes(v):
    return layouts.recovery(v.started_s, v.effective_s, key_bytes(v.key), v.guardians)


def read_proposal(r):
    version(r)
    p = Value(status=r.u8(0, 3), kind=r.u16(), proposer=r.hash(), created_s=r.i64())
    p.effective_s, p.body = r.i64(), r.string(4, 0, LIMITS["PROPOSAL_BODY_MAX"])
    start = r.at
    p.approvers = [r.hash() for _ in range(r.u8(0, LIMITS["ADMINS_MAX"]))]
    ascending(r, start, p.approvers, lambda member: member)
    return p


def proposal_bytes(p):
    return layouts.proposal(p.status, p.kind, p.proposer, p.created_s, p.effective_s, p.body,
                            p.approvers)


def account_key(account, key_id):
    return next((key for key in account.keys if key.id == key_id), None)


def holds(account, role, height):
    return any(entry.role == role and entry.from_h <= height < entry.to_h for entry in account.roles)


class Nonce:
    """[LG-26] base and the numbers from base on that are used."""

    def __init__(self, value=None):
        self.base, self.used = 0, set()
        if value is not None:
            self.base = int.from_bytes(value[1:9], "big")
            bitmap = value[9:]
            self.used = {self.base + i for i in range(256) if bitmap[i // 8] & 0x80 >> i % 8}

    def bytes(self):
        return layouts.nonce(self.base, [number - self.base for number in sorted(self.used)])

    def verdict(self, lane, number):
        if number == 2**64 - 1:
            return "NONCE_OUT_OF_WINDOW"
        if number < self.base or number in self.used:
            return "NONCE_USED"
        if lane < LIMITS["LANE_WINDOW_FIRST"]:
            return None if number == self.base else "NONCE_GAP"
        return None if number < self.base + LIMITS["LANE_WINDOW"] else "NONCE_OUT_OF_WINDOW"

    def use(self, number):
        self.used.add(number)
        while self.base in self.used:
            self.used.remove(self.base)
            self.base += 1


# ---- money ---------------------------------------------------------------------------------------


def read_asset_head(r):
    asset = Value(kind=r.u8(1, 2), scale=r.u8(0, LIMITS["ASSET_SCALE_MAX"]))
    start = r.at
    asset.code = r.string(1, 1, LIMITS["ASSET_CODE_MAX"])
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if asset.code[0] not in letters or any(c not in letters + b"0123456789" for c in asset.code):
        r.refuse("out of domain", start)
    asset.issuer = r.hash()
    return asset


def read_asset(r):
    version(r)
    asset = read_asset_head(r)
    asset.issued = r.i64(0)
    asset.redeemed = r.i64(0, asset.issued)
    return asset


def asset_bytes(a):
    return layouts.asset(a.kind, a.scale, a.code, a.issuer, a.issued, a.redeemed)


def read_amount(r):
    version(r)
    return r.i64(1)


def read_quota(r):
    version(r)
    return r.u64(1)


def read_incentive(r):
    version(r)
    start, instance = r.at, r.hash()
    if instance == bytes(32):
        r.refuse("out of domain", start)
    return instance


def read_epoch(r):
    version(r)
    return Value(number=r.u32(1), until_s=r.i64(0), credits=r.u16(0, LIMITS["EPOCH_CREDITS_MAX"]),
                 seq=r.u64(), record=r.hash())


def read_credit(r):
    """[produced, metered, audited]"""
    version(r)
    start, counts = r.at, [r.u64(0, LIMITS["EPOCH_COUNT_MAX"]) for _ in range(3)]
    if not any(counts):
        r.refuse("out of domain", start)
    return counts


def read_mandate(r):
    version(r)
    m = Value(limit=r.i64(1))
    m.per_period, m.period_s, m.expiry_s = r.i64(1, m.limit), r.u32(1), r.i64()
    m.used, m.period_used, m.period_start_s = r.i64(0, m.limit), r.i64(0, m.per_period), r.i64()
    return m


def mandate_bytes(m):
    return layouts.mandate(m.limit, m.per_period, m.period_s, m.expiry_s, m.used, m.period_used,
                           m.period_start_s)


# ---- contracts -----------------------------------------------------------------------------------


def read_module(r):
    version(r)
    return Value(deployer=r.hash(), deployed_s=r.i64(), module=r.string(4, 1, 196608))


def read_instance(r):
    version(r)
    i = Value(code=r.hash(), version=r.u16(1), status=r.u8(1, 3), state=r.u16())
    i.entered_s, i.deployed_s, i.due_s = r.i64(), r.i64(), r.i64()
    i.due_clause = r.u16(0, 0xFFFF if i.due_s != DUE_NONE else 0)
    i.fails, i.depth = r.u8(0, 3), r.u8(1, LIMITS["INSTANCE_DEPTH_MAX"])
    i.holders, i.offer = r.u16(0, LIMITS["ESCROW_MAX"]), r.hash()
    i.parties = [r.hash() for _ in range(r.u8(0, LIMITS["OFFER_PARTIES_MAX"]))]
    i.root = r.string(4, 0, LIMITS["STATE_VALUE_MAX"])
    return i


def instance_bytes(i):
    return layouts.instance(i.code, i.version, i.status, i.state, i.entered_s, i.deployed_s, i.due_s,
                            i.due_clause, i.fails, i.depth, i.holders, i.offer, i.parties, i.root)


def read_offer(r):
    """parties: lists of [address, role, flags]."""
    version(r)
    o = Value(status=r.u8(1, 5), proposer=r.hash(), code=r.hash(), counter_of=r.hash())
    o.outcome, o.created_s, o.valid_until_s = r.hash(), r.i64(), r.i64()
    o.terms_hash = r.hash()
    o.parties = [[r.hash(), r.u16(), r.u8(0, 7)] for _ in range(r.u8(1, 32))]
    o.terms = r.string(4, 0, LIMITS["OFFER_TERMS_MAX"])
    return o


def offer_bytes(o):
    return layouts.offer(o.status, o.proposer, o.code, o.counter_of, o.outcome, o.created_s,
                         o.valid_until_s, o.parties, o.terms)


# ---- meters --------------------------------------------------------------------------------------


def read_name(r, most):
    start, name = r.at, r.string(1, 1, most)
    try:
        check_text(name, 0)
    except Undecodable:
        r.refuse("not text", start)
    return name


def read_step(r):
    start, step = r.at, r.u32(300, 86400)
    if 86400 % step:
        r.refuse("out of domain", start)
    return step


def read_meter(r):
    version(r)
    m = Value(status=r.u8(1, 2), operator=r.hash(), customer=r.hash(), feeder=r.hash())
    m.serial, m.point = read_name(r, LIMITS["METER_SERIAL_MAX"]), read_name(r, LIMITS["METER_POINT_MAX"])
    m.channels, m.accuracy, m.step_s, m.certificate = r.u8(1, 15), r.u8(1, 100), read_step(r), r.hash()
    m.valid_from_s = r.i64(-2**63, 2**63 - 2)
    m.valid_to_s = r.i64(m.valid_from_s + 1)
    return m


def read_reading(r):
    """runs: (first, count, quality, payload hash, at), ascending. later: the latest other version."""
    version(r)
    step, later = read_step(r), r.u16()
    runs = [(r.u16(), r.u16(1), r.u8(0, 3), r.hash(), r.u32())
            for _ in range(r.u16(0 if later else 1, 86400 // step))]
    return Value(step_s=step, later=later, runs=runs)


def parse(read, value):
    """A stored value; what does not decode is the node's damage, not a transaction's failure."""
    return decode(read, value)
