"""Native calls on offers ([LG-91] to [LG-97])."""
import layouts
from . import modules
from .authority import is_open, role_is_held, signs_call
from .creation import Creation, create
from .job import refuse
from .reader import Bad, decode
from .state import key
from .tables import LIMITS, ROLE_NUMBERS
from .values import Value, offer_bytes, parse, read_offer

OPEN, ACCEPTED, DECLINED, COUNTERED, WITHDRAWN = 1, 2, 3, 4, 5
MUST_SIGN, SIGNED, WAS_OPEN = 1, 2, 4
ZERO = bytes(32)


def principal(job, call):
    return job.tx.auths[call.principal][0]


def arguments(read, data):
    try:
        return decode(read, data)
    except Bad:
        refuse("BAD_ARGUMENTS")


# ---- state ---------------------------------------------------------------------------------------


def stored_offer(job, id_):
    value = job.get(key("OFFER", id_))
    if value is None:
        refuse("OFFER_UNKNOWN")
    return parse(read_offer, value)


def change(job, id_, offer, by):
    job.put(key("OFFER", id_), offer_bytes(offer))
    parties = b"".join(address for address, _, _ in offer.parties)
    job.announce("OFFER_CHANGED", id_ + layouts.u8(offer.status) + by
                 + layouts.u8(len(offer.parties)) + parties)


def require_open(job, offer):
    """[LG-91]"""
    if offer.status != OPEN:
        refuse("OFFER_NOT_OPEN")
    if job.block.time_s >= offer.valid_until_s:
        refuse("OFFER_EXPIRED")


def position(job, offer, party):
    """[LG-92] The place that a party may answer for, or None."""
    for index, (address, _, _) in enumerate(offer.parties):
        if address == party:
            return index
    for index, (address, role, _) in enumerate(offer.parties):
        if address == ZERO and role_is_held(job.block, party, role):
            return index
    return None


def is_named(offer, party):
    return any(address == party for address, _, _ in offer.parties)


# ---- propose -------------------------------------------------------------------------------------


def read_proposal(r):
    o = Value(status=OPEN, code=r.hash())
    o.parties = [[r.hash(), r.u16(), 0] for _ in range(r.u8(1, LIMITS["OFFER_PARTIES_MAX"]))]
    o.valid_until_s, o.counter_of = r.i64(), r.hash()
    o.terms, o.outcome = r.string(4, 0, LIMITS["OFFER_TERMS_MAX"]), ZERO
    return o


def fill_place(job, declared, place):
    """[LG-94]"""
    address, role, _ = place
    wanted = 0 if declared.role is None else modules.role_number(declared.role)
    was_open = address == ZERO
    place[2] = (MUST_SIGN if declared.signatory or was_open else 0) | (WAS_OPEN if was_open else 0)
    if was_open:
        if role not in ROLE_NUMBERS:
            refuse("ROLE_UNKNOWN")
        if wanted not in (0, role):
            refuse("BAD_ARGUMENTS")
        return
    if role != wanted:
        refuse("BAD_ARGUMENTS")
    if not is_open(job, address) or (wanted and not role_is_held(job.block, address, wanted)):
        refuse("PARTY_UNFIT")


def sign_first(job, offer):
    """[LG-95]"""
    is_one_sided = True
    for place in offer.parties:
        if not place[2] & MUST_SIGN:
            continue
        if place[0] != ZERO and signs_call(job, place[0]):
            place[2] |= SIGNED
        else:
            is_one_sided = False
    if is_one_sided:
        refuse("OFFER_ONE_SIDED")


def counter(job, old_id, new_id, by):
    old = stored_offer(job, old_id)
    require_open(job, old)
    if position(job, old, by) is None:
        refuse("OFFER_NOT_FOR_YOU")
    if not is_named(old, by):
        return
    old.status, old.outcome = COUNTERED, new_id
    change(job, old_id, old, by)


def propose(job, call):
    """[LG-93]"""
    offer = arguments(read_proposal, call.args)
    offer.proposer, offer.created_s = principal(job, call), job.block.time_s
    if not is_named(offer, offer.proposer):
        refuse("NOT_AUTHORISED")
    if offer.valid_until_s <= job.block.time_s:
        refuse("OFFER_EXPIRED")
    if offer.valid_until_s - job.block.time_s > job.block.params.offer_ttl_s_max:
        refuse("OFFER_TERM_TOO_LONG")
    if job.get(key("MODULE", offer.code)) is None:
        refuse("MODULE_UNKNOWN")
    declared = modules.load(job.state, offer.code).parties
    if len(declared) != len(offer.parties):
        refuse("BAD_ARGUMENTS")
    for row, place in zip(declared, offer.parties):
        fill_place(job, row, place)
    sign_first(job, offer)
    id_ = layouts.address_offer(job.tx_id, job.call, 0)
    if offer.counter_of != ZERO:
        counter(job, offer.counter_of, id_, offer.proposer)
    change(job, id_, offer, offer.proposer)
    job.result = id_


# ---- accept, decline -----------------------------------------------------------------------------


def sign_place(job, offer, by):
    """[LG-96]"""
    index = position(job, offer, by)
    if index is None or not offer.parties[index][2] & MUST_SIGN:
        refuse("OFFER_NOT_FOR_YOU")
    if offer.parties[index][2] & SIGNED:
        refuse("ALREADY_SIGNED")
    offer.parties[index][0] = by
    for place in offer.parties:
        if place[2] & MUST_SIGN and place[0] == by:
            place[2] |= SIGNED


def accept(job, call):
    id_, terms_hash = arguments(lambda r: (r.hash(), r.hash()), call.args)
    offer = stored_offer(job, id_)
    require_open(job, offer)
    if terms_hash != offer.terms_hash:
        refuse("TERMS_DIFFER")
    by = principal(job, call)
    sign_place(job, offer, by)
    if all(flags & SIGNED or not flags & MUST_SIGN for _, _, flags in offer.parties):
        signers = [address for address, _, flags in offer.parties if flags & SIGNED]
        parties = [address for address, _, _ in offer.parties]
        offer.outcome = create(job, Creation(offer.code, parties, offer.terms, signers, by, id_))
        offer.status = ACCEPTED
        job.result = offer.outcome
    change(job, id_, offer, by)


def decline(job, call):
    """[LG-97]"""
    id_, = arguments(lambda r: (r.hash(),), call.args)
    offer = stored_offer(job, id_)
    by = principal(job, call)
    require_open(job, offer)
    if not is_named(offer, by):
        refuse("OFFER_NOT_FOR_YOU")
    withdrawn = by == offer.proposer
    offer.status, offer.outcome = (WITHDRAWN, ZERO) if withdrawn else (DECLINED, by)
    change(job, id_, offer, by)
