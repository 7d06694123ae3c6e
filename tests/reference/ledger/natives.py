"""Native calls on accounts, roles, deposits and mandates ([LG-81] to [LG-88]); dispatch of all of them."""
import layouts
from . import accounts, batches, governance, incentive, offers, readings, upgrades
from .accounts import arguments, breaks_duties, principal, signed_freely, stored_account
from .authority import (account_at_start, auth_index, is_bank, is_open, require_admin,
                        require_key_limits)
from .ed25519 import is_public_key
from .job import refuse
from .money import ISSUANCE, ISSUE, Posting, free, post
from .state import key, sha256
from .tables import LIMITS, NATIVES, PRICES, ROLE_NUMBERS
from .values import (ACTIVE, NETWORK, NO_HEIGHT, Value, account_bytes, account_key, mandate_bytes,
                     parse, read_account, read_asset)

TARGET = layouts.address_system("native")


# ---- accounts and roles --------------------------------------------------------------------------


def account_create(job, call):
    """[LG-82]"""
    require_admin(job)
    account = arguments(read_account, call.args)
    if account is None or account.status != ACTIVE:
        refuse("BAD_ARGUMENTS")
    if any(k.revoked_h != NO_HEIGHT or not is_public_key(k.pub) for k in account.keys):
        refuse("KEY_UNFIT")
    if breaks_duties(account, job.block.height + 1):
        refuse("DUTIES_CONFLICT")
    if account.kind == 2 and not is_open(job, account.owner):
        refuse("TARGET_UNKNOWN")
    creator = principal(job, call)
    for role in account.roles:
        role.by = creator
    address = layouts.address_account(job.tx_id, job.call, 0)
    job.put(key("ACCOUNT", address), account_bytes(account))
    job.announce("ACCOUNT_CREATED", address + creator)
    job.result = address


def change_account(job, address, account, what, role):
    job.put(key("ACCOUNT", address), account_bytes(account))
    job.announce("ACCOUNT_CHANGED", address + layouts.u8(what) + layouts.u16(role))


def role_grant(job, call):
    """[LG-83]"""
    args = arguments(lambda r: (r.hash(), r.u16(), r.u64(), r.u64()), call.args)
    require_admin(job)
    if args is None:
        refuse("BAD_ARGUMENTS")
    address, number, from_h, to_h = args
    from_h = max(from_h, job.block.height + 1)
    if to_h <= from_h:
        refuse("BAD_ARGUMENTS")
    if number not in ROLE_NUMBERS:
        refuse("ROLE_UNKNOWN")
    account = stored_account(job, address)
    roles = [role for role in account.roles if (role.role, role.from_h) != (number, from_h)]
    if len(roles) == LIMITS["ACCOUNT_ROLES_MAX"]:
        refuse("TOO_MANY")
    roles.append(Value(role=number, from_h=from_h, to_h=to_h, by=principal(job, call)))
    account.roles = sorted(roles, key=lambda role: (role.role, role.from_h))
    if breaks_duties(account, job.block.height + 1):
        refuse("DUTIES_CONFLICT")
    change_account(job, address, account, 1, number)


def role_revoke(job, call):
    """[LG-84]"""
    args = arguments(lambda r: (r.hash(), r.u16()), call.args)
    require_admin(job)
    if args is None:
        refuse("BAD_ARGUMENTS")
    address, number = args
    account, following, kept, found = stored_account(job, address), job.block.height + 1, [], False
    for role in account.roles:
        if role.role == number and role.to_h > following:
            found = True
            if role.from_h >= following:
                continue
            role.to_h = following
        kept.append(role)
    if not found:
        refuse("TARGET_UNKNOWN")
    account.roles = kept
    change_account(job, address, account, 2, number)


# ---- money ---------------------------------------------------------------------------------------


def currency(job, number):
    value = job.get(key("ASSET", layouts.u32(number)))
    if value is None:
        refuse("ASSET_UNKNOWN")
    if number == NETWORK:
        refuse("ASSET_NOT_TRANSFERABLE")
    return parse(read_asset, value)


def read_deposit(r):
    return Value(asset=r.u32(), party=r.hash(), amount=r.i64(), statement=r.string(1, 1),
                 entry=r.string(1, 1), value_day=r.u32())


def people(job, bank):
    """[LG-86] The public keys of the first two of the bank's signatures."""
    account, auth = account_at_start(job.block, bank), auth_index(job.tx, bank)
    return [account_key(account, key_id).pub for signer, key_id, _ in job.tx.sigs
            if signer == auth][:2]


def deposit(job, call):
    """[LG-85]"""
    d = arguments(read_deposit, call.args)
    if d is None:
        refuse("BAD_ARGUMENTS")
    bank = principal(job, call)
    entry = currency(job, d.asset)
    if not is_bank(job.block, bank) or bank != entry.issuer:
        refuse("NOT_THE_ISSUER")
    signed = people(job, bank)
    if len(signed) < 2:
        refuse("SECOND_PERSON_NEEDED")
    if d.amount <= 0 or entry.issued + d.amount >= 2**63:
        refuse("AMOUNT_OUT_OF_RANGE")
    if not is_open(job, d.party):
        refuse("TARGET_UNKNOWN")
    reference = layouts.H("fact/1", layouts.str8(d.statement) + layouts.str8(d.entry))
    name = key("BANK_FACT", bank, reference)
    if job.get(name) is not None:
        refuse("ALREADY_RECORDED")
    if signed[0] == signed[1]:
        refuse("SECOND_PERSON_NEEDED")
    require_key_limits(job, bank, d.asset, d.amount)
    job.put(name, layouts.bank_fact(2, 1, d.asset, d.party, d.amount, d.value_day, sha256(call.args),
                                    signed[0], signed[1]))
    job.charge(PRICES["POSTING"])
    posting = Posting(d.asset, free(ISSUANCE), free(d.party), d.amount, job.call, ISSUE)
    if post(job, posting)[0] != "ok":
        refuse("EVENT_LIMIT")
    job.announce("DEPOSIT_RECORDED",
                 layouts.u32(d.asset) + d.party + layouts.i64(d.amount) + reference)


def read_mandate_args(r):
    m = Value(instance=r.hash(), asset=r.u32(), limit=r.i64(1))
    m.per_period, m.period_s, m.expiry_s = r.i64(1, m.limit), r.u32(1), r.i64()
    m.used = m.period_used = m.period_start_s = 0
    return m


def tell_mandate(job, payer, instance, asset):
    job.announce("MANDATE_CHANGED", payer + instance + layouts.u32(asset))


def mandate_grant(job, call):
    """[LG-87]"""
    m = arguments(read_mandate_args, call.args)
    if m is None or m.expiry_s <= job.block.time_s:
        refuse("BAD_ARGUMENTS")
    currency(job, m.asset)
    if job.get(key("INSTANCE", m.instance)) is None:
        refuse("TARGET_UNKNOWN")
    payer = principal(job, call)
    if not signed_freely(job, payer):
        refuse("KEY_LIMITED")
    job.put(key("MANDATE", payer, m.instance, layouts.u32(m.asset)), mandate_bytes(m))
    tell_mandate(job, payer, m.instance, m.asset)


def mandate_revoke(job, call):
    """[LG-88]"""
    args = arguments(lambda r: (r.hash(), r.u32()), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    payer, (instance, asset) = principal(job, call), args
    name = key("MANDATE", payer, instance, layouts.u32(asset))
    if job.get(name) is None:
        refuse("TARGET_UNKNOWN")
    job.delete(name)
    tell_mandate(job, payer, instance, asset)


# ---- dispatch ------------------------------------------------------------------------------------

METHODS = {
    "account_create": account_create, "role_grant": role_grant, "role_revoke": role_revoke,
    "deposit": deposit, "mandate_grant": mandate_grant, "mandate_revoke": mandate_revoke,
    "offer_propose": offers.propose, "offer_accept": offers.accept,
    "offer_decline": offers.decline, "meter_register": readings.register,
    "contract_upgrade": upgrades.contract_upgrade,
    "key_add": accounts.key_add, "key_replace": accounts.key_replace,
    "key_revoke": accounts.key_revoke, "threshold_set": accounts.threshold_set,
    "guardians_set": accounts.guardians_set, "recovery_support": accounts.recovery_support,
    "recovery_cancel": accounts.recovery_cancel, "recovery_complete": accounts.recovery_complete,
    "account_freeze": accounts.account_freeze, "account_release": accounts.account_release,
    "proposal_make": governance.proposal_make, "proposal_approve": governance.proposal_approve,
    "proposal_withdraw": governance.proposal_withdraw, "proposal_run": governance.proposal_run,
    "units_issue": incentive.units_issue, "audit_attest": incentive.audit_attest,
    "page_register": batches.page_register, "page_end": batches.page_end,
    "page_settle": batches.page_settle,
}
BY_NUMBER = {NATIVES[name]: method for name, method in METHODS.items()}
assert len(BY_NUMBER) == len(NATIVES)


def call_native(job, call):
    """[LG-81]"""
    if call.target != TARGET:
        refuse("TARGET_UNKNOWN")
    job.charge(PRICES["PRICE_NATIVE"] + PRICES["DECODE_BYTE"] * len(call.args))
    if call.method not in BY_NUMBER:
        refuse("METHOD_UNKNOWN")
    BY_NUMBER[call.method](job, call)

