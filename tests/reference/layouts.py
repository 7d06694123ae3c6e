"""Byte layouts of the ledger, written from the specification (docs/reference/ledger-formats.md).

An independent encoder in plain Python: it shares nothing with the C code, so what is made with it tests the
C code instead of repeating it: golden vectors (layout_vectors.py), the second engine, whole ledgers. Standard
library only.
"""

import hashlib


# ---- bytes ------------------------------------------------------------------------------------------

def u8(v): return v.to_bytes(1, "big")
def u16(v): return v.to_bytes(2, "big")
def u32(v): return v.to_bytes(4, "big")
def u64(v): return v.to_bytes(8, "big")
def i64(v): return v.to_bytes(8, "big", signed=True)
def i128(v): return v.to_bytes(16, "big", signed=True)
def str8(b): return u8(len(b)) + b
def str16(b): return u16(len(b)) + b
def str32(b): return u32(len(b)) + b
def cat(parts): return b"".join(parts)


def h32(b):
    """A field of exactly 32 bytes."""
    assert len(b) == 32
    return b


def sha256(b): return hashlib.sha256(b).digest()


def H(domain, x):
    name = b"wattclause/" + domain.encode()
    return sha256(u8(len(name)) + name + x)


def merkle(items):
    """RFC 6962, section 2.1."""
    if not items:
        return sha256(b"")
    if len(items) == 1:
        return sha256(b"\x00" + items[0])
    split = 1
    while split * 2 < len(items):
        split *= 2
    return sha256(b"\x01" + merkle(items[:split]) + merkle(items[split:]))


ZERO = bytes(32)

# ---- names ------------------------------------------------------------------------------------------


def address_genesis(chain_id, index, pub): return H("acct0/1", str8(chain_id) + u32(index) + h32(pub))
def address_account(tx_id, call, ordinal): return H("acct/1", h32(tx_id) + u8(call) + u16(ordinal))
def address_instance(tx_id, call, ordinal): return H("inst/1", h32(tx_id) + u8(call) + u16(ordinal))
def address_offer(tx_id, call, ordinal): return H("offer/1", h32(tx_id) + u8(call) + u16(ordinal))
def code_id(module): return H("code/1", module)
def address_system(name): return H("sys/1", name.encode())


def bech32m(hrp, data):
    """BIP 350."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    acc = bits = 0
    values = []
    for byte in data:
        acc, bits = (acc << 8) | byte, bits + 8
        while bits >= 5:
            bits -= 5
            values.append((acc >> bits) & 31)
    if bits:
        values.append((acc << (5 - bits)) & 31)
    check = 1
    expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    for value in expanded + values + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if (top >> i) & 1:
                check ^= generator
    check ^= 0x2BC830A3
    values += [(check >> 5 * (5 - i)) & 31 for i in range(6)]
    return hrp + "1" + "".join(alphabet[v] for v in values)


# ---- transactions -----------------------------------------------------------------------------------

def auth(address, role): return h32(address) + u16(role)
def debit(index, asset, limit): return u8(index) + u32(asset) + i64(limit)
def payload_hash(salt, data): return H("payload/1", h32(salt) + data)


def call(kind, mask, principal, target, method, debits, args, salt=None, pieces=0):
    """salt None: inline arguments; else detached, with pieces > 0 in pieces."""
    out = u8(kind) + u16(mask) + u8(principal) + h32(target) + u16(method)
    out += u8(len(debits)) + cat(debit(*d) for d in debits)
    if salt is None:
        return out + u8(0) + str32(args)
    if pieces > 0:
        return out + u8(2) + str32(pieces_root(salt, args, pieces) + u32(len(args)) + u16(pieces))
    return out + u8(1) + str32(payload_hash(salt, args) + u32(len(args)))


def body(chain_id, auths, payer, lane, nonce, from_h, to_h, expiry_s, gas, fee, memo, calls, access):
    return (str8(chain_id) + u16(0) + u8(len(auths)) + cat(auth(*a) for a in auths) + u8(payer)
            + u16(lane) + u64(nonce) + u64(from_h) + u64(to_h) + i64(expiry_s) + u64(gas) + u64(fee)
            + h32(memo) + u8(len(calls)) + cat(calls) + u16(len(access)) + cat(h32(a) for a in access))


def sig(index, key_id, signature):
    assert len(signature) == 64
    return u8(index) + u16(key_id) + u8(1) + signature


def stripped(the_body, sigs):
    return u8(1) + str32(the_body) + u8(len(sigs)) + cat(sig(*s) for s in sigs)


def payload_part(payloads):
    return u8(len(payloads)) + cat(h32(salt) + str32(data) for salt, data in payloads)


def tx(the_body, sigs, payloads): return stripped(the_body, sigs) + payload_part(payloads)
def tx_id(genesis_hash, the_body): return H("tx/1", h32(genesis_hash) + the_body)


def signed_message(the_tx_id, index, key_id):
    return b"wattclause/sig/1\0" + h32(the_tx_id) + u8(index) + u16(key_id) + u8(1)


def possession(genesis_hash, address, key_id, pub):
    return H("pop/1", h32(genesis_hash) + h32(address) + u16(key_id) + h32(pub))


# ---- records, blocks, certificates ------------------------------------------------------------------

def record(chain_id, genesis_hash, seq, height, time_s, time_ns, prev, n_tx, txs_root, n_receipt,
           receipts_root, state_root, gas, params_hash, validators_hash, proposer):
    assert len(proposer) == 20
    return (u16(1) + str8(chain_id) + h32(genesis_hash) + u64(seq) + u64(height) + i64(time_s)
            + u32(time_ns) + h32(prev) + u32(n_tx) + h32(txs_root) + u32(n_receipt)
            + h32(receipts_root) + h32(state_root) + u64(gas) + h32(params_hash)
            + h32(validators_hash) + proposer)


def record_hash(bytes_): return H("record/1", bytes_)


def block_input(form, height, time_s, time_ns, proposer, signers, faults, txs):
    """txs: raw transactions (form 0) or (raw hash, stripped) pairs (form 1)."""
    out = u8(1) + u8(form) + u64(height) + i64(time_s) + u32(time_ns) + proposer
    out += u16(len(signers)) + cat(validator + u8(flag) for validator, flag in signers)
    out += u16(len(faults))
    for kind, validator, power, fault_height, fault_time, total in faults:
        out += u8(kind) + validator + u64(power) + u64(fault_height) + i64(fault_time) + u64(total)
    out += u32(len(txs))
    if form == 0:
        return out + cat(str32(t) for t in txs)
    return out + cat(h32(raw) + str32(t) for raw, t in txs)


def txs_root(raw_txs): return merkle([sha256(t) for t in raw_txs])


def certificate(incarnation, sigs):
    return u32(incarnation) + u8(len(sigs)) + cat(u16(i) + s for i, s in sigs)


def certificate_message(genesis_hash, incarnation, seq, height, the_record_hash):
    return (b"wattclause/cert/1\0" + h32(genesis_hash) + u32(incarnation) + u64(seq) + u64(height)
            + h32(the_record_hash))


# ---- receipts ---------------------------------------------------------------------------------------

def receipt(kind, subject, index, status, failed_call, gas_limit, gas_used, fee, payer, write_set,
            events_root, result):
    return (u8(1) + u8(kind) + h32(subject) + u32(index) + u16(status) + u8(failed_call)
            + u64(gas_limit) + u64(gas_used) + u64(fee) + h32(payer) + h32(write_set)
            + h32(events_root) + h32(result))


def event(emitter, type_, data): return h32(emitter) + u16(type_) + str32(data)
def events_root(events): return merkle([sha256(e) for e in events])
def sub_account(kind, owner, party=ZERO): return u8(kind) + h32(owner) + h32(party)


def posting(asset, source, target, amount, call_index, cause, code, function, word):
    return (u32(asset) + source + target + i64(amount) + u8(call_index) + u8(cause) + h32(code)
            + u16(function) + u32(word))


def write_set(writes):
    """writes: {k: (old value hash or ZERO, new value hash or ZERO)}"""
    return H("ws/1", cat(k + old + new for k, (old, new) in sorted(writes.items()) if old != new))


def outcome_ok(results): return cat(str32(r) for r in results)
def outcome_error(code, error, args): return h32(code) + u16(error) + str32(args)


def outcome_trap(trap, code, function, word, values):
    return u16(trap) + h32(code) + u16(function) + u32(word) + u8(len(values)) + cat(map(i128, values))


def outcome_hash(outcome): return H("result/1", outcome)
def receipt_page(the_receipt, outcome, events):
    return the_receipt + str32(outcome) + u32(len(events)) + cat(events)


# ---- state ------------------------------------------------------------------------------------------

def tree_key(state_key): return sha256(state_key[:1] + b"\0" + state_key[1:])


def params(protocol, schedule, price, block_gas, action_gas, timer_gas, tx_bytes, txs, write_bytes,
           tx_ttl, offer_ttl, epoch, delay, quota):
    return (u8(1) + u16(protocol) + h32(schedule) + u64(price) + u64(block_gas) + u64(action_gas)
            + u64(timer_gas) + u32(tx_bytes) + u32(txs) + u32(write_bytes) + i64(tx_ttl)
            + i64(offer_ttl) + u32(epoch) + u32(delay) + u64(quota))


def admin_rule(threshold, members): return u8(1) + u8(threshold) + u8(len(members)) + cat(members)


def validators(entries):
    return u8(1) + u16(len(entries)) + cat(h32(pub) + u64(power) + h32(op) for pub, power, op in entries)


def varint(v):
    out = b""
    while v >= 0x80:
        out += u8(v & 0x7F | 0x80)
        v >>= 7
    return out + u8(v)


def validators_hash(entries):
    """The order engine's validator set hash (protobuf SimpleValidator, RFC 6962)."""
    voting = [(pub, power) for pub, power, _ in entries if power > 0]
    voting.sort(key=lambda v: (-v[1], sha256(v[0])[:20]))
    return merkle([b"\x0a\x22\x0a\x20" + pub + b"\x10" + varint(power) for pub, power in voting])


def proposal(status, kind, proposer, created, effective, data, approvers):
    return (u8(1) + u8(status) + u16(kind) + h32(proposer) + i64(created) + i64(effective)
            + str32(data) + u8(len(approvers)) + cat(approvers))


def proposal_id(kind, data): return H("prop/1", u16(kind) + data)


NO_END = 2**64 - 1


def key(key_id, pub, weight, scope, from_h, to_h, revoked_h, cap_asset, cap):
    return (u16(key_id) + u8(1) + h32(pub) + u16(weight) + u32(scope) + u64(from_h) + u64(to_h)
            + u64(revoked_h) + u32(cap_asset) + i64(cap))


def account(kind, status, threshold, keys, roles, enc_pub, guardians, guardian_threshold, delay, owner):
    return (u8(1) + u8(kind) + u8(status) + u16(threshold) + u8(len(keys)) + cat(keys)
            + u8(len(roles)) + cat(u16(r) + u64(f) + u64(t) + h32(by) for r, f, t, by in roles)
            + h32(enc_pub) + u8(len(guardians)) + cat(guardians) + u8(guardian_threshold)
            + u32(delay) + h32(owner))


def recovery(started, effective, the_key, guardians):
    return u8(1) + i64(started) + i64(effective) + the_key + u8(len(guardians)) + cat(guardians)


def recovery_id(the_account, the_key): return H("rec/1", h32(the_account) + the_key)


def key_record(the_key, replaced_h): return u8(1) + the_key + u64(replaced_h)


def nonce(base, used=()):
    bitmap = bytearray(32)
    for i in used:
        bitmap[i // 8] |= 0x80 >> i % 8
    return u8(1) + u64(base) + bytes(bitmap)


def asset(kind, scale, code, issuer, issued, redeemed):
    return u8(1) + u8(kind) + u8(scale) + str8(code) + h32(issuer) + i64(issued) + i64(redeemed)


def amount(v): return u8(1) + i64(v)
def quota(v): return u8(1) + u64(v)
def incentive(instance_): return u8(1) + h32(instance_)


def epoch(number, until_s, credits, seq, record_):
    return u8(1) + u32(number) + i64(until_s) + u16(credits) + u64(seq) + h32(record_)


def credit(produced, metered, audited): return u8(1) + u64(produced) + u64(metered) + u64(audited)
def top_up(party, amount_, at_s): return u8(1) + h32(party) + i64(amount_) + i64(at_s)


def mandate(limit, per_period, period_s, expiry_s, used, period_used, period_start_s):
    return (u8(1) + i64(limit) + i64(per_period) + u32(period_s) + i64(expiry_s) + i64(used)
            + i64(period_used) + i64(period_start_s))


def bank_fact(status, kind, asset_, party, amount_, value_day, details, maker, checker):
    return (u8(1) + u8(status) + u8(kind) + u32(asset_) + h32(party) + i64(amount_) + u32(value_day)
            + h32(details) + h32(maker) + h32(checker))


def module_entry(deployer, deployed_s, module):
    return u8(1) + h32(deployer) + i64(deployed_s) + str32(module)


def instance(code, version, status, state, entered, deployed, due, clause, fails, depth, holders,
             offer_, parties, root):
    return (u8(1) + h32(code) + u16(version) + u8(status) + u16(state) + i64(entered) + i64(deployed)
            + i64(due) + u16(clause) + u8(fails) + u8(depth) + u16(holders) + h32(offer_)
            + u8(len(parties)) + cat(parties) + str32(root))


def field_header(count, next_seq): return u8(1) + u32(count) + u64(next_seq)

SIGNED, WAS_OPEN = 2, 4


def offer_terms_hash(code, valid_until, parties, terms):
    """parties: (address, role, flags); a party that was open counts as zero."""
    named = cat((ZERO if flags & WAS_OPEN else h32(address)) + u16(role) + u8(flags & ~SIGNED)
                for address, role, flags in parties)
    return H("terms/1", h32(code) + i64(valid_until) + u8(len(parties)) + named + terms)


def offer(status, proposer, code, counter_of, outcome, created, valid_until, parties, terms):
    return (u8(1) + u8(status) + h32(proposer) + h32(code) + h32(counter_of) + h32(outcome)
            + i64(created) + i64(valid_until) + offer_terms_hash(code, valid_until, parties, terms)
            + u8(len(parties)) + cat(h32(a) + u16(r) + u8(f) for a, r, f in parties) + str32(terms))


def meter(status, operator, customer, feeder, serial, point, channels, class_, step, certificate_,
          valid_from, valid_to):
    return (u8(1) + u8(status) + h32(operator) + h32(customer) + h32(feeder) + str8(serial)
            + str8(point) + u8(channels) + u8(class_) + u32(step) + h32(certificate_)
            + i64(valid_from) + i64(valid_to))


def reading(step, runs, later=0):
    return u8(1) + u32(step) + u16(later) + u16(len(runs)) + cat(
        u16(first) + u16(count) + u8(quality) + h32(payload) + u32(at)
        for first, count, quality, payload, at in runs)


def page(instance_, operator, report, settle, channel, step, energy_max, from_s, until_s, valid_from,
         valid_to, meters):
    return (u8(1) + h32(instance_) + h32(operator) + u16(report) + u16(settle) + u8(channel) + u32(step)
            + i64(energy_max) + i64(from_s) + i64(until_s) + i64(valid_from) + i64(valid_to)
            + u16(len(meters)) + cat(h32(a) + i64(f) + i64(t) for a, f, t in meters))


def meter_page(aggregator, number): return u8(1) + h32(aggregator) + u32(number)


def page_day(step, intervals):
    return u8(1) + u32(step) + u16(len(intervals)) + cat(
        u16(slot) + u16(version) + h32(root) for slot, version, root in intervals)


def page_address(aggregator, number): return H("page/1", h32(aggregator) + u32(number))


# ---- payloads in pieces, and batches of readings ------------------------------------------------------

def piece_salt(salt, index): return H("leaf/1", h32(salt) + u32(index))


def pieces_leaves(salt, payload, pieces):
    """What goes into the tree: the salt of each leaf and its bytes."""
    cut = [payload[16 * i:16 * i + 16] for i in range(pieces)] + [payload[16 * pieces:]]
    return [piece_salt(salt, i) + piece for i, piece in enumerate(cut) if piece]


def pieces_root(salt, payload, pieces):
    assert pieces > 0 and 16 * pieces <= len(payload)
    return merkle(pieces_leaves(salt, payload, pieces))


def merkle_of_hashes(leaves):
    """merkle, of leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + merkle_of_hashes(leaves[:split]) + merkle_of_hashes(leaves[split:]))


def merkle_path(items, index):
    """RFC 6962, section 2.1.1."""
    if len(items) == 1:
        return []
    split = 1
    while split * 2 < len(items):
        split *= 2
    if index < split:
        return merkle_path(items[:split], index) + [merkle(items[split:])]
    return merkle_path(items[split:], index - split) + [merkle(items[:split])]


def batch_reading(slot, quality, interval, value):
    return u16(slot) + u8(quality) + u8(0) + u32(interval) + i64(value)


def batch(scale, version, page_number, prior_root, readings, before=b""):
    return (u8(1) + u8(scale) + u16(version) + u32(page_number) + u16(len(readings)) + bytes(6)
            + h32(prior_root) + cat(batch_reading(*one) for one in readings) + before)


def batch_before(salt, payload):
    """The part of a correction that holds what it corrects."""
    pieces = 3 + int.from_bytes(payload[8:10], "big")
    rest = payload[16 * pieces:]
    leaf = sha256(b"\0" + piece_salt(salt, pieces) + rest) if rest else ZERO
    return h32(salt) + leaf + payload[:16 * pieces]


# ---- genesis ----------------------------------------------------------------------------------------

def genesis(chain_id, time_s, clock, suite, initial_height, params_, assets, accounts, balances,
            modules, validators_, admin):
    return (u16(1) + str8(chain_id) + i64(time_s) + u8(clock) + u8(suite) + u64(initial_height)
            + str16(params_)
            + u16(len(assets)) + cat(u32(n) + u8(kind) + u8(scale) + str8(code) + h32(issuer)
                                     for n, kind, scale, code, issuer in assets)
            + u32(len(accounts)) + cat(str16(a) for a in accounts)
            + u32(len(balances)) + cat(h32(a) + u32(n) + i64(v) for a, n, v in sorted(balances))
            + u16(len(modules)) + cat(str32(m) for m in sorted(modules, key=code_id))
            + str16(validators_) + str16(admin))


def genesis_hash(bytes_): return H("genesis/1", bytes_)


# ---- state tree -------------------------------------------------------------------------------------

def leaf_hash(k, value_hash): return sha256(b"\x00" + h32(k) + h32(value_hash))
def bit(k, i): return k[i // 8] >> (7 - i % 8) & 1


def tree_root(entries, depth=0):
    """entries: list of (k, value hash), in any order."""
    if not entries:
        return ZERO
    if len(entries) == 1:
        return leaf_hash(*entries[0])
    left = [e for e in entries if bit(e[0], depth) == 0]
    right = [e for e in entries if bit(e[0], depth) == 1]
    return sha256(b"\x01" + tree_root(left, depth + 1) + tree_root(right, depth + 1))


def proof(entries, k, value=None):
    """Canonical proof of k; value: its bytes when it is present."""
    siblings, depth = [], 0
    while len(entries) > 1:
        side = bit(k, depth)
        siblings.append(tree_root([e for e in entries if bit(e[0], depth) != side], depth + 1))
        entries = [e for e in entries if bit(e[0], depth) == side]
        depth += 1
    if not entries:
        kind, payload = 2, b""
    elif entries[0][0] == k:
        kind, payload = 1, str32(value)
    else:
        kind, payload = 3, entries[0][0] + entries[0][1]
    bitmap = bytearray((depth + 7) // 8)
    for i, sibling in enumerate(siblings):
        if sibling != ZERO:
            bitmap[i // 8] |= 0x80 >> i % 8
    return (u8(1) + h32(k) + u8(kind) + payload + u16(depth) + bytes(bitmap)
            + cat(s for s in siblings if s != ZERO))


def proof_root(bytes_):
    """Root that a proof leads to; raises on any other bytes than a proof's."""
    assert bytes_[0] == 1
    k, kind, at = bytes_[1:33], bytes_[33], 34
    if kind == 1:
        length = int.from_bytes(bytes_[at:at + 4], "big")
        node = leaf_hash(k, sha256(bytes_[at + 4:at + 4 + length]))
        at += 4 + length
    elif kind == 2:
        node = ZERO
    else:
        node = leaf_hash(bytes_[at:at + 32], bytes_[at + 32:at + 64])
        at += 64
    depth = int.from_bytes(bytes_[at:at + 2], "big")
    bitmap = bytes_[at + 2:at + 2 + (depth + 7) // 8]
    at += 2 + len(bitmap)
    siblings = []
    for i in range(depth):
        if bitmap[i // 8] >> (7 - i % 8) & 1:
            siblings.append(bytes_[at:at + 32])
            at += 32
        else:
            siblings.append(ZERO)
    assert at == len(bytes_)
    for i in reversed(range(depth)):
        pair = (node, siblings[i]) if bit(k, i) == 0 else (siblings[i], node)
        node = sha256(b"\x01" + pair[0] + pair[1])
    return node
