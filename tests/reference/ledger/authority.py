"""Who may do what, and whose money may leave a free balance ([LG-41] to [LG-48]). Accounts, roles and what was
granted are read as of the start of the block; what has been used up is running state."""
import layouts
from .job import refuse
from .state import key
from .tables import ROLES
from .values import (ACTIVE, CLOSED, LIVE, account_key, holds, mandate_bytes, parse, read_account,
                     read_amount, read_instance, read_mandate)

CAUSE_LOCK, CAUSE_MANDATE = 5, 12
DAY = 86400


def account_at_start(block, address):
    """[LG-41]"""
    value = block.state.at_start(key("ACCOUNT", address))
    return None if value is None else parse(read_account, value)


def role_is_held(block, address, role):
    """[LG-42]"""
    account = account_at_start(block, address)
    return account is not None and account.status == ACTIVE and holds(account, role, block.height)


def auth_index(tx, address):
    return next((i for i, (auth, _) in enumerate(tx.auths) if auth == address), None)


def signs_call(job, address):
    """[LG-43]"""
    if job.tx is None or job.call >= len(job.tx.calls):
        return False
    index = auth_index(job.tx, address)
    return index is not None and bool(job.tx.calls[job.call].mask >> index & 1)


def signers_of(job, call):
    return [auth for i, (auth, _) in enumerate(job.tx.auths) if call.mask >> i & 1]


def require_admin(job):
    """[LG-44]"""
    rule = job.block.admin
    if sum(signs_call(job, member) for member in rule.members) < rule.threshold:
        refuse("NOT_AUTHORISED")


def is_open(job, party):
    """[LG-45] May it be given money, be a party?"""
    value = job.state.get(key("ACCOUNT", party))
    if value is not None:
        return parse(read_account, value).status != CLOSED
    value = job.state.get(key("INSTANCE", party))
    return value is not None and parse(read_instance, value).status == LIVE


# ---- debits --------------------------------------------------------------------------------------


def use_key_caps(job, party, auth, asset, amount):
    """[LG-47] Why not, or None."""
    account = account_at_start(job.block, party)
    day = layouts.u32(job.block.time_s // DAY)
    for signer, key_id, _ in job.tx.sigs:
        limited = account_key(account, key_id) if signer == auth else None
        if limited is None or limited.cap_asset != asset:
            continue
        name = key("KEY_SPEND", party, layouts.u16(key_id), day)
        value = job.state.get(name)
        spent = amount + (0 if value is None else parse(read_amount, value))
        if spent > limited.cap:
            return "KEY_CAP_EXCEEDED"
        job.state.put(name, layouts.amount(spent))
    return None


def require_key_limits(job, party, asset, amount):
    """[LG-47] of a signer that issues."""
    why = use_key_caps(job, party, auth_index(job.tx, party), asset, amount)
    if why is not None:
        refuse(why)


def use_ceiling(job, party, asset, amount):
    """[LG-46]"""
    auth = auth_index(job.tx, party)
    for ceiling in job.ceilings:
        if ceiling[:2] == [auth, asset]:
            if ceiling[2] < amount:
                break
            ceiling[2] -= amount
            return use_key_caps(job, party, auth, asset, amount)
    return "CEILING_EXCEEDED"


def use_mandate(job, party, instance, asset, amount, why):
    """[LG-48] why: the answer when there is no mandate that counts."""
    name = key("MANDATE", party, instance, layouts.u32(asset))
    now, granted = job.state.get(name), job.state.at_start(name)
    if now is None or granted is None:
        return why
    mandate, granted = parse(read_mandate, now), parse(read_mandate, granted)
    if any(getattr(mandate, field) != getattr(granted, field)
           for field in ("limit", "per_period", "period_s", "expiry_s")):
        return why
    if job.block.time_s >= mandate.expiry_s:
        return "MANDATE_EXCEEDED"
    start = job.block.time_s - job.block.time_s % mandate.period_s
    if mandate.period_start_s != start:
        mandate.period_start_s, mandate.period_used = start, 0
    if mandate.used + amount > mandate.limit or mandate.period_used + amount > mandate.per_period:
        return "MANDATE_EXCEEDED"
    mandate.used += amount
    mandate.period_used += amount
    job.state.put(name, mandate_bytes(mandate))
    return None


def authorise_debit(job, party, instance, asset, amount, is_listed):
    """The cause of the posting, and why it may not be (None: it may)."""
    why = "CALL_NOT_SIGNED"
    if is_listed and signs_call(job, party):
        why = use_ceiling(job, party, asset, amount)
        if why != "CEILING_EXCEEDED":
            return CAUSE_LOCK, why
    return CAUSE_MANDATE, use_mandate(job, party, instance, asset, amount, why)


def is_bank(block, address):
    return role_is_held(block, address, ROLES["BANK"])


def was_bank(block, address):
    """[LG-126] Is there a grant that has begun, whatever became of it or of the account?"""
    account = account_at_start(block, address)
    return account is not None and any(
        grant.role == ROLES["BANK"] and grant.from_h <= block.height for grant in account.roles)
