"""The incentive: topping up units, counting work, and sharing the fees of an epoch ([LG-171] to
[LG-179])."""
import layouts
from .accounts import arguments, principal
from .authority import is_open, require_key_limits, role_is_held
from .contracts import Frame
from .job import SYSTEM, Failed, Job, refuse
from .modules import methods
from .money import FEES, ISSUANCE, ISSUE, Posting, balance, free, post
from .reader import Reader
from .state import WriteLimit, key, sha256
from .tables import LIMITS, PRICES, ROLES
from .values import (LIVE, NETWORK, Value, parse, read_asset, read_credit, read_epoch,
                     read_incentive)

SIGNATURE = (b"view shares(int<0..9000000000000000000>,list<record{account:party,"
             b"produced:int<0..1000000000000>,metered:int<0..1000000000000>,"
             b"audited:int<0..1000000000000>},256>)->list<record{account:party,"
             b"amount:int<0..9000000000000000000>},257>")
METHOD = int.from_bytes(sha256(SIGNATURE)[:4], "big")
POOL_MAX, COUNT_MAX = 9 * 10**18, 10**12
REWARD, COMMIT = 13, 2
PRODUCED, METERED, AUDITED = range(3)
RECEIPTS_MAX = 20000
EPOCH, SUBJECT = key("EPOCH"), layouts.address_system("epoch")


def of_block(state):
    """[LG-172] The contract that shares, as of the start of the block; None."""
    value = state.at_start(key("PARAMS", b"incentive"))
    return None if value is None else parse(read_incentive, value)


def end_of(now, length):
    return (now // length + 1) * length


def new_epoch(block, number):
    """[LG-173] An epoch that begins now."""
    return Value(number=number, until_s=end_of(block.time_s, block.params.epoch_s), credits=0,
                 seq=block.head.seq, record=block.head.record_hash)


def store_epoch(state, epoch):
    state.put(EPOCH, layouts.epoch(epoch.number, epoch.until_s, epoch.credits, epoch.seq,
                                   epoch.record))


def credits_of(number):
    return key("EPOCH_CREDIT", layouts.u32(number))


def count(job, account, work, amount):
    """[LG-174]"""
    state = job.state
    if job.block.incentive is None or amount == 0:
        return
    epoch = parse(read_epoch, state.get(EPOCH))
    name = credits_of(epoch.number) + account
    value = state.get(name)
    counts = [0, 0, 0] if value is None else parse(read_credit, value)
    if value is None:
        if epoch.credits == LIMITS["EPOCH_CREDITS_MAX"] or state.get(key("ACCOUNT", account)) is None:
            return
        epoch.credits += 1
        store_epoch(state, epoch)
    counts[work] = min(counts[work] + amount, COUNT_MAX)
    state.put(name, layouts.credit(*counts))


# ---- proposals -----------------------------------------------------------------------------------


def fits(job, instance):
    """[LG-176] Is it a live contract that answers how fees are shared?"""
    frame = Frame(job, "view", instance)
    if not frame.open() or frame.entry.status != LIVE:
        return False
    entry = methods(frame.module).get(METHOD)
    return entry is not None and frame.module.entries[entry].kind == "view"


def check_proposal(job, body):
    """[LG-147]"""
    if len(body) != 32:
        refuse("BAD_ARGUMENTS")
    if body == bytes(32):
        return
    job.charge(PRICES["KEY_READ"])
    if not fits(job, body):
        refuse("REFERENCE_UNFIT")


def take_effect(job, body):
    """[LG-148]"""
    name = key("PARAMS", b"incentive")
    if body == bytes(32):
        job.delete(name)
    else:
        job.put(name, layouts.incentive(body))
        job.put(key("REFERENCE", body), b"\1")
        if job.state.get(EPOCH) is None:
            store_epoch(job.state, new_epoch(job.block, 1))
    job.announce("INCENTIVE_CHANGED", body)


# ---- native calls --------------------------------------------------------------------------------


def units_issue(job, call):
    """[LG-171]"""
    args = arguments(lambda r: (r.hash(), r.i64(), r.string(1, 1)), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    treasury, (party, amount, text) = principal(job, call), args
    entry = parse(read_asset, job.get(key("ASSET", layouts.u32(NETWORK))))
    if not role_is_held(job.block, treasury, ROLES["TREASURY"]) or treasury != entry.issuer:
        refuse("NOT_THE_ISSUER")
    if amount <= 0 or entry.issued + amount >= 2**63:
        refuse("AMOUNT_OUT_OF_RANGE")
    if job.get(key("ACCOUNT", party)) is None or not is_open(job, party):
        refuse("TARGET_UNKNOWN")
    reference = layouts.H("units/1", layouts.str8(text))
    name = key("TOP_UP", treasury, reference)
    if job.get(name) is not None:
        refuse("ALREADY_RECORDED")
    job.put(name, layouts.top_up(party, amount, job.block.time_s))
    require_key_limits(job, treasury, NETWORK, amount)
    job.charge(PRICES["POSTING"])
    if post(job, Posting(NETWORK, free(ISSUANCE), free(party), amount, job.call, ISSUE))[0] != "ok":
        refuse("EVENT_LIMIT")
    job.announce("UNITS_ISSUED", party + layouts.i64(amount) + reference)


def audit_attest(job, call):
    """[LG-175]"""
    args = arguments(lambda r: (r.u64(), r.hash()), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    auditor = principal(job, call)
    if not role_is_held(job.block, auditor, ROLES["AUDITOR"]):
        refuse("NOT_AUTHORISED")
    value = job.get(EPOCH)
    if value is None or job.block.incentive is None:
        refuse("NO_INCENTIVE")
    epoch = parse(read_epoch, value)
    if args != (epoch.seq, epoch.record):
        refuse("RECORD_DIFFERS")
    value = job.get(credits_of(epoch.number) + auditor)
    if value is not None and parse(read_credit, value)[AUDITED] > 0:
        refuse("ALREADY_ATTESTED")
    if value is None and epoch.credits == LIMITS["EPOCH_CREDITS_MAX"]:
        refuse("TOO_MANY")
    job.charge(PRICES["KEY_WRITE"])
    count(job, auditor, AUDITED, 1)
    job.announce("AUDIT_ATTESTED", auditor + layouts.u32(epoch.number) + layouts.u64(epoch.seq)
                 + epoch.record)


# ---- epoch work ----------------------------------------------------------------------------------


def count_producers(job):
    """[LG-177] validators: as of the start of the block, like all that is asked of a signer."""
    operators = {sha256(pub)[:20]: operator
                 for pub, _, operator in reversed(job.block.validators)}
    signed = [validator for validator, flag in job.block.input.signers if flag == COMMIT]
    for maker in [job.block.input.proposer] + signed:
        if maker in operators:
            count(job, operators[maker], PRODUCED, 1)


def payments_of(job, epoch, pool):
    """[LG-178] What the contract answers: (account, amount)."""
    instance = job.block.incentive
    if not fits(job, instance):
        refuse("REFERENCE_UNFIT")
    if pool > POOL_MAX:
        refuse("AMOUNT_OUT_OF_RANGE")
    prefix, args = credits_of(epoch.number), layouts.i64(pool) + layouts.u32(epoch.credits)
    for name, value in job.state.scan(prefix):
        args += name[len(prefix):] + b"".join(map(layouts.i64, parse(read_credit, value)))
    frame = Frame(job, "view", instance)
    frame.open()
    outcome = frame.run(methods(frame.module)[METHOD], args)
    job.gas_used = outcome.gas
    if outcome.kind != "ok":
        frame.fail(outcome)
    reader = Reader(outcome.result)
    return [(reader.hash(), reader.i64()) for _ in range(reader.u32())]


def share(job, epoch, pool):
    payments = payments_of(job, epoch, pool)
    if sum(amount for _, amount in payments) != pool or any(amount < 0 for _, amount in payments):
        refuse("SHARES_DIFFER")
    for account, amount in payments:
        if amount == 0:
            continue
        if job.state.get(key("ACCOUNT", account)) is None or not is_open(job, account):
            refuse("PARTY_UNFIT")
        if post(job, Posting(NETWORK, free(FEES), free(account), amount, 0xFF, REWARD))[0] != "ok":
            refuse("EVENT_LIMIT")


def close(job):
    """[LG-178]"""
    epoch = parse(read_epoch, job.state.get(EPOCH))
    if job.block.time_s < epoch.until_s:
        return
    pool = balance(job.state, free(FEES), NETWORK)
    is_shared = pool > 0 and epoch.credits > 0
    if is_shared:
        share(job, epoch, pool)
    for name, _ in list(job.state.scan(credits_of(epoch.number))):
        job.state.delete(name)
    job.tell("EPOCH_CLOSED", layouts.u32(epoch.number)
             + (job.block.incentive if is_shared else bytes(32)) + layouts.i64(pool)
             + layouts.u16(epoch.credits))
    store_epoch(job.state, new_epoch(job.block, epoch.number % (2**32 - 1) + 1))


def postpone(job):
    """[LG-179]"""
    epoch = parse(read_epoch, job.state.get(EPOCH))
    epoch.until_s = end_of(job.block.time_s, job.block.params.epoch_s)
    job.tell("EPOCH_POSTPONED", layouts.u32(epoch.number) + layouts.i64(epoch.until_s)
             + layouts.u16(job.failure.status))
    store_epoch(job.state, epoch)


def work(block):
    """[LG-177] At the end of a record."""
    if block.incentive is None or len(block.pages) >= RECEIPTS_MAX:
        return
    job = Job(block, SYSTEM, PRICES["VIEW_GAS_MAX"])
    try:
        count_producers(job)
        try:
            close(job)
        except Failed as failure:
            job.fail(failure)
            count_producers(job)
            postpone(job)
        job.finish(SUBJECT)
    except WriteLimit:
        block.state.drop()
