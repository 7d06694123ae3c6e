"""Keys, thresholds, guardians, recovery and orders: native calls on accounts that exist ([LG-131] to
[LG-140]). What they change counts from the next block."""
import layouts
from .authority import account_at_start, auth_index, require_admin, role_is_held, signs_call
from .ed25519 import is_public_key, verify
from .job import refuse
from .reader import Bad, decode
from .state import key
from .tables import DUTIES, LIMITS, PRICES, ROLES
from .values import (ACTIVE, FROZEN, NO_HEIGHT, Value, account_bytes, account_key, key_bytes, parse,
                     read_account, read_key, read_recovery, recovery_bytes)

KEY_ADDED, KEY_REVOKED, THRESHOLD_SET, GUARDIANS_SET = 3, 4, 5, 6
SUPPORTED, WAITS, CANCELLED, DONE = 1, 2, 3, 4
ALL_KINDS = 0x1F


def arguments(read, data):
    """All of the arguments by one reading function, or None."""
    try:
        return decode(read, data)
    except Bad:
        return None


def principal(job, call):
    return job.tx.auths[call.principal][0]


def breaks_duties(account, from_h):
    """[LG-131]"""
    for i, a in enumerate(account.roles):
        for b in account.roles[:i]:
            overlap = max(a.from_h, b.from_h, from_h) < min(a.to_h, b.to_h)
            if overlap and frozenset((a.role, b.role)) in DUTIES:
                return True
    return False


# ---- accounts in the state -----------------------------------------------------------------------


def stored_account(job, address):
    value = job.get(key("ACCOUNT", address))
    if value is None:
        refuse("TARGET_UNKNOWN")
    return parse(read_account, value)


def announce(job, address, what, detail):
    job.announce("ACCOUNT_CHANGED", address + layouts.u8(what) + layouts.u16(detail))


def signed_freely(job, address):
    """[LG-132] No key that signed for it has limits."""
    account, auth = account_at_start(job.block, address), auth_index(job.tx, address)
    keys = [account_key(account, key_id) for signer, key_id, _ in job.tx.sigs if signer == auth]
    return all(k.scope == ALL_KINDS and k.cap_asset == 0 for k in keys)


def require_account(job, address, account, or_owner):
    """[LG-132]"""
    signer = address
    if not signs_call(job, address):
        if not (or_owner and account.kind == 2 and signs_call(job, account.owner)):
            refuse("NOT_AUTHORISED")
        signer = account.owner
    if not signed_freely(job, signer):
        refuse("KEY_LIMITED")


# ---- keys ----------------------------------------------------------------------------------------


def check_number(job, address, account, key_id):
    used = job.get(key("KEY_HISTORY", address, layouts.u16(key_id))) is not None
    if used or account_key(account, key_id) is not None:
        refuse("KEY_EXISTS")


def check_key(job, address, account, new, proof):
    """[LG-133]"""
    new.from_h = max(new.from_h, job.block.height + 1)
    if new.revoked_h != NO_HEIGHT or new.to_h <= new.from_h:
        refuse("BAD_ARGUMENTS")
    check_number(job, address, account, new.id)
    job.charge(PRICES["PRICE_SIGNATURE"])
    message = layouts.possession(job.block.genesis_hash, address, new.id, new.pub)
    if not is_public_key(new.pub) or not verify(new.pub, proof, message):
        refuse("KEY_UNFIT")


def insert_key(account, new):
    weight = new.weight + sum(k.weight for k in account.keys)
    if len(account.keys) == LIMITS["ACCOUNT_KEYS_MAX"] or weight > LIMITS["ACCOUNT_WEIGHT_MAX"]:
        refuse("TOO_MANY")
    account.keys = sorted(account.keys + [new], key=lambda k: k.id)


def retire_key(job, address, account, old):
    """[LG-134]"""
    following = job.block.height + 1
    account.keys = [k for k in account.keys if k is not old]
    old.revoked_h = min(old.revoked_h, following)
    value = layouts.key_record(key_bytes(old), following)
    job.put(key("KEY_HISTORY", address, layouts.u16(old.id)), value)


def check_policy(job, account):
    following = job.block.height + 1
    valid = [k for k in account.keys if k.from_h <= following < min(k.to_h, k.revoked_h)]
    if sum(k.weight for k in valid) < account.threshold:
        refuse("POLICY_UNREACHABLE")


def open_account(job, args):
    if args is None:
        refuse("BAD_ARGUMENTS")
    account = stored_account(job, args[0])
    require_account(job, args[0], account, True)
    return account


def close_account(job, address, account):
    check_policy(job, account)
    job.put(key("ACCOUNT", address), account_bytes(account))


def old_key(account, key_id):
    found = account_key(account, key_id)
    if found is None:
        refuse("TARGET_UNKNOWN")
    return found


def key_add(job, call):
    """[LG-134]"""
    args = arguments(lambda r: (r.hash(), read_key(r), r.take(64)), call.args)
    account = open_account(job, args)
    address, new, proof = args
    check_key(job, address, account, new, proof)
    insert_key(account, new)
    close_account(job, address, account)
    announce(job, address, KEY_ADDED, new.id)


def key_replace(job, call):
    """[LG-134]"""
    args = arguments(lambda r: (r.hash(), r.u16(), read_key(r), r.take(64)), call.args)
    account = open_account(job, args)
    address, number, new, proof = args
    check_key(job, address, account, new, proof)
    retire_key(job, address, account, old_key(account, number))
    insert_key(account, new)
    close_account(job, address, account)
    announce(job, address, KEY_REVOKED, number)
    announce(job, address, KEY_ADDED, new.id)


def key_revoke(job, call):
    """[LG-134]"""
    args = arguments(lambda r: (r.hash(), r.u16()), call.args)
    account = open_account(job, args)
    address, number = args
    retire_key(job, address, account, old_key(account, number))
    close_account(job, address, account)
    announce(job, address, KEY_REVOKED, number)


def threshold_set(job, call):
    """[LG-135]"""
    args = arguments(lambda r: (r.hash(), r.u16(1)), call.args)
    account = open_account(job, args)
    account.threshold = args[1]
    close_account(job, args[0], account)
    announce(job, args[0], THRESHOLD_SET, 0)


# ---- guardians -----------------------------------------------------------------------------------


def read_guardians(r):
    threshold, delay = r.u8(), r.u32()
    found = [r.hash() for _ in range(r.u8(0, LIMITS["ACCOUNT_GUARDIANS_MAX"]))]
    in_order = all(a < b for a, b in zip(found, found[1:]))
    if not in_order or not (1 if found else 0) <= threshold <= len(found):
        r.refuse("out of domain", r.at)
    return threshold, delay, found


def guardians_set(job, call):
    """[LG-136]"""
    if len(call.args) < 32:
        refuse("BAD_ARGUMENTS")
    address = call.args[:32]
    account = stored_account(job, address)
    require_account(job, address, account, False)
    args = arguments(read_guardians, call.args[32:])
    if args is None:
        refuse("BAD_ARGUMENTS")
    account.guardian_threshold, account.recovery_delay_s, account.guardians = args
    for guardian in account.guardians:
        if guardian == address:
            refuse("BAD_ARGUMENTS")
        stored_account(job, guardian)
    if account.guardians and account.recovery_delay_s < LIMITS["RECOVERY_DELAY_S_MIN"]:
        refuse("DELAY_TOO_SHORT")
    job.put(key("ACCOUNT", address), account_bytes(account))
    announce(job, address, GUARDIANS_SET, 0)


def announce_recovery(job, call, address, request, status, effective_s):
    job.announce("RECOVERY_CHANGED", address + request + layouts.u8(status) + principal(job, call)
                 + layouts.i64(effective_s))


def guarded_account(job, call, address):
    account = stored_account(job, address)
    if principal(job, call) not in account.guardians:
        refuse("NOT_AUTHORISED")
    return account


def supporters(recovery, account):
    return sum(guardian in account.guardians for guardian in recovery.guardians)


def recovery_support(job, call):
    """[LG-137]"""
    args = arguments(lambda r: (r.hash(), read_key(r), r.take(64)), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    address, new, proof = args
    account = guarded_account(job, call, address)
    request = layouts.recovery_id(address, key_bytes(new))
    check_key(job, address, account, new, proof)
    name = key("RECOVERY", address, request)
    value = job.get(name)
    recovery = Value(started_s=job.block.time_s, effective_s=0, key=new, guardians=[])
    if value is not None:
        recovery = parse(read_recovery, value)
    guardian = principal(job, call)
    if guardian in recovery.guardians:
        refuse("ALREADY_SIGNED")
    if len(recovery.guardians) == LIMITS["ACCOUNT_GUARDIANS_MAX"]:
        refuse("TOO_MANY")
    recovery.guardians = sorted(recovery.guardians + [guardian])
    if recovery.effective_s == 0 and supporters(recovery, account) >= account.guardian_threshold:
        recovery.effective_s = job.block.time_s + account.recovery_delay_s
    job.put(name, recovery_bytes(recovery))
    announce_recovery(job, call, address, request, WAITS if recovery.effective_s else SUPPORTED,
                      recovery.effective_s)
    job.result = request


def open_request(job, call):
    args = arguments(lambda r: (r.hash(), r.hash()), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    value = job.get(key("RECOVERY", *args))
    if value is None:
        refuse("TARGET_UNKNOWN")
    return args[0], args[1], parse(read_recovery, value)


def recovery_cancel(job, call):
    """[LG-138]"""
    address, request, _ = open_request(job, call)
    require_account(job, address, stored_account(job, address), False)
    job.delete(key("RECOVERY", address, request))
    announce_recovery(job, call, address, request, CANCELLED, 0)


def recovery_complete(job, call):
    """[LG-139]"""
    address, request, recovery = open_request(job, call)
    account = guarded_account(job, call, address)
    is_due = recovery.effective_s != 0 and job.block.time_s >= recovery.effective_s
    if supporters(recovery, account) < account.guardian_threshold or not is_due:
        refuse("NOT_APPROVED")
    check_number(job, address, account, recovery.key.id)
    for old in list(account.keys):
        retire_key(job, address, account, old)
    new = recovery.key
    new.from_h = max(new.from_h, job.block.height + 1)
    insert_key(account, new)
    account.threshold = new.weight
    close_account(job, address, account)
    announce(job, address, KEY_ADDED, new.id)
    job.delete(key("RECOVERY", address, request))
    announce_recovery(job, call, address, request, DONE, 0)


# ---- orders --------------------------------------------------------------------------------------


def order(job, call, before, after):
    """[LG-140]"""
    args = arguments(lambda r: (r.hash(), r.hash()), call.args)
    if args is None or args[1] == bytes(32):
        refuse("BAD_ARGUMENTS")
    if not role_is_held(job.block, principal(job, call), ROLES["REGULATOR"]):
        require_admin(job)
    account = stored_account(job, args[0])
    if account.status != before:
        refuse("ACCOUNT_STATUS")
    account.status = after
    job.put(key("ACCOUNT", args[0]), account_bytes(account))
    job.announce("ACCOUNT_ORDERED", args[0] + layouts.u8(after) + principal(job, call) + args[1])


def account_freeze(job, call):
    order(job, call, ACTIVE, FROZEN)


def account_release(job, call):
    order(job, call, FROZEN, ACTIVE)
