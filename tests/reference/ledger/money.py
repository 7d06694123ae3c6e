"""Postings: the one place where balances change ([LG-51] to [LG-57])."""
import layouts
from .job import NO_CALL, NOWHERE, refuse
from .state import key
from .tables import LIMITS
from .values import NETWORK, asset_bytes, parse, read_amount, read_asset

FREE, ESCROW = 1, 2
FEE, ISSUE, REDEEM, LOCK, UNLOCK, PAY, SPLIT, NETTING, CLOSE, STUCK = 1, 2, 3, 5, 6, 7, 8, 9, 10, 11
FEES, ISSUANCE = layouts.address_system("fees"), layouts.address_system("issuance")
GAS_PER_PRICE = 10**6


def free(owner):
    return FREE, owner, bytes(32)


def escrow(instance, party):
    return ESCROW, instance, party


def name_of(account, asset):
    kind, owner, party = account
    if kind == FREE:
        return key("FREE", owner, layouts.u32(asset))
    return key("ESCROW", owner, party, layouts.u32(asset))


def balance(state, account, asset):
    value = state.get(name_of(account, asset))
    return 0 if value is None else parse(read_amount, value)


def set_balance(state, account, asset, amount):
    if amount == 0:
        state.delete(name_of(account, asset))
    else:
        state.put(name_of(account, asset), layouts.amount(amount))


def change_supply(state, asset, issued, redeemed):
    name = key("ASSET", layouts.u32(asset))
    entry = parse(read_asset, state.get(name))
    entry.issued += issued
    entry.redeemed += redeemed
    assert 0 <= entry.redeemed <= entry.issued < 2**63
    state.put(name, asset_bytes(entry))


class Posting:
    """[LG-52] A move from one sub-account to another, with its cause and place."""

    def __init__(self, asset, source, target, amount, call, cause, code=bytes(32), where=None):
        self.asset, self.source, self.target, self.amount = asset, source, target, amount
        self.call, self.cause, self.code = call, cause, code
        self.where = (NOWHERE, 0) if where is None else where

    def bytes(self):
        return layouts.posting(self.asset, layouts.sub_account(*self.source),
                               layouts.sub_account(*self.target), self.amount, self.call, self.cause,
                               self.code, *self.where)


def post(job, posting, instance=None):
    """[LG-51] Answers ("ok", 0), ("short", what is there), ("holders", 0) or ("events", 0).
    instance: the contract whose escrow is touched; its number of holders is kept."""
    state, asset, amount = job.state, posting.asset, posting.amount
    source, target = posting.source, posting.target
    held = None if source == free(ISSUANCE) else balance(state, source, asset)
    if held is not None and held < amount:
        return "short", held
    change = (target[0] == ESCROW and balance(state, target, asset) == 0) - (
        source[0] == ESCROW and held == amount)
    if change and instance.holders + change > LIMITS["ESCROW_MAX"]:
        return "holders", 0
    if change:
        instance.holders += change
    if not job.emit(layouts.address_system("ledger"), 1, posting.bytes()):
        return "events", 0
    if held is None:
        change_supply(state, asset, amount, 0)
    else:
        set_balance(state, source, asset, held - amount)
    if target == free(ISSUANCE):
        change_supply(state, asset, 0, amount)
    else:
        set_balance(state, target, asset, balance(state, target, asset) + amount)
    return "ok", 0


def release(job, instance, id_, heir, cause):
    """[LG-53] Returns all escrow; with an heir, what the contract itself holds goes there. False:
    there is no room for the events."""
    prefix = key("ESCROW", id_)
    for name, value in job.state.scan(prefix):
        party, asset = name[len(prefix):-4], int.from_bytes(name[-4:], "big")
        posting = Posting(asset, escrow(id_, party), free(party), parse(read_amount, value), job.call,
                          cause)
        if post(job, posting, instance)[0] != "ok":
            return False
    if heir is None:
        return True
    for name, value in job.state.scan(key("FREE", id_)):
        asset = int.from_bytes(name[-4:], "big")
        posting = Posting(asset, free(id_), free(heir), parse(read_amount, value), job.call, cause)
        if post(job, posting)[0] != "ok":
            return False
    return True


def fee_of(gas, price):
    """[LG-35]"""
    return -(-gas * price // GAS_PER_PRICE)


def post_fee(job, payer, fee):
    if fee == 0:
        return
    posting = Posting(NETWORK, free(payer), free(FEES), fee, NO_CALL, FEE)
    if post(job, posting)[0] != "ok":
        refuse("EVENT_LIMIT")


def check_conservation(changes):
    """[LG-14] changes: (name, old, new) of a block."""
    sums = {}
    for name, old, new in changes:
        space, asset = name[0], int.from_bytes(name[-4:], "big")
        for value, sign in ((new, 1), (old, -1)):
            if value is None:
                continue
            if space in (key("FREE")[0], key("ESCROW")[0]):
                sums[asset] = sums.get(asset, 0) + sign * parse(read_amount, value)
            elif space == key("ASSET")[0]:
                entry = parse(read_asset, value)
                sums[asset] = sums.get(asset, 0) - sign * (entry.issued - entry.redeemed)
    return [asset for asset, total in sums.items() if total != 0]
