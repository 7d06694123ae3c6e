"""Changes to the chain's own rules by proposal ([LG-141] to [LG-148])."""
import layouts
from .accounts import arguments, principal
from . import incentive
from .authority import require_admin, role_is_held, signs_call
from .ed25519 import is_public_key
from .job import refuse
from .reader import Bad
from .state import key, sha256
from .tables import LIMITS, PRICES, PROPOSALS, ROLES
from .values import (ACTIVE, Value, parse, proposal_bytes, read_account, read_admin, read_params,
                     read_proposal, read_validators)

OPEN, APPROVED, DONE, REJECTED = 0, 1, 2, 3


def require_member(job, call):
    """[LG-141]"""
    if principal(job, call) not in job.block.admin.members:
        refuse("NOT_AUTHORISED")


def is_due(job, proposal):
    """[LG-141]"""
    approvals = sum(member in job.block.admin.members for member in proposal.approvers)
    return (proposal.status == APPROVED and job.block.time_s >= proposal.effective_s
            and approvals >= job.block.admin.threshold)


def approve(job, call, proposal):
    """[LG-142]"""
    member = principal(job, call)
    if member in proposal.approvers:
        refuse("ALREADY_SIGNED")
    if len(proposal.approvers) == LIMITS["ADMINS_MAX"]:
        refuse("TOO_MANY")
    proposal.approvers = sorted(proposal.approvers + [member])
    approvals = sum(each in job.block.admin.members for each in proposal.approvers)
    if proposal.status == OPEN and approvals >= job.block.admin.threshold:
        proposal.status = APPROVED
        proposal.effective_s = job.block.time_s + job.block.params.governance_delay_s


def store(job, call, number, proposal):
    job.put(key("PROPOSAL", number), proposal_bytes(proposal))
    job.announce("PROPOSAL_CHANGED", number + layouts.u16(proposal.kind)
                 + layouts.u8(proposal.status) + principal(job, call)
                 + layouts.i64(proposal.effective_s))


def parsed(read, body):
    try:
        return parse(read, body)
    except Bad:
        return None


def check_members(job, body):
    rule = parsed(read_admin, body)
    if rule is None:
        refuse("BAD_ARGUMENTS")
    for member in rule.members:
        value = job.get(key("ACCOUNT", member))
        if value is None:
            refuse("TARGET_UNKNOWN")
        if parse(read_account, value).status != ACTIVE:
            refuse("ACCOUNT_STATUS")


def check_validators(job, body):
    """[LG-147]"""
    found = parsed(read_validators, body)
    if (found is None or found[0][1] == 0
            or sum(power for _, power, _ in found) > 2**60 - 1):
        refuse("BAD_ARGUMENTS")
    for pub, _, operator in found:
        if not is_public_key(pub):
            refuse("KEY_UNFIT")
        job.charge(PRICES["KEY_READ"])
        if not role_is_held(job.block, operator, ROLES["VALIDATOR"]):
            refuse("PARTY_UNFIT")


def check_body(job, kind, body):
    """[LG-143]"""
    fits = False
    if kind == PROPOSALS["CODE"]:
        fits = len(body) == 32
    elif kind == PROPOSALS["PARAMETERS"]:
        params = parsed(read_params, body)
        fits = params is not None and params.schedule == job.block.params.schedule
    elif kind == PROPOSALS["ADMINISTRATION"]:
        check_members(job, body)
        return
    elif kind == PROPOSALS["VALIDATORS"]:
        check_validators(job, body)
        return
    elif kind == PROPOSALS["INCENTIVE"]:
        incentive.check_proposal(job, body)
        return
    if not fits:
        refuse("BAD_ARGUMENTS")


def proposal_make(job, call):
    """[LG-144]"""
    args = arguments(lambda r: (r.u16(), r.string(4, 0, LIMITS["PROPOSAL_BODY_MAX"])), call.args)
    if args is None:
        refuse("BAD_ARGUMENTS")
    require_member(job, call)
    kind, body = args
    check_body(job, kind, body)
    number = layouts.proposal_id(kind, body)
    value = job.get(key("PROPOSAL", number))
    if value is not None and parse(read_proposal, value).status in (OPEN, APPROVED):
        refuse("ALREADY_PROPOSED")
    proposal = Value(status=OPEN, kind=kind, proposer=principal(job, call),
                     created_s=job.block.time_s, effective_s=0, body=body, approvers=[])
    approve(job, call, proposal)
    store(job, call, number, proposal)
    job.result = number


def open_proposal(job, call):
    number = arguments(lambda r: r.hash(), call.args)
    if number is None:
        refuse("BAD_ARGUMENTS")
    value = job.get(key("PROPOSAL", number))
    if value is None or parse(read_proposal, value).status in (DONE, REJECTED):
        refuse("TARGET_UNKNOWN")
    return number, parse(read_proposal, value)


def proposal_approve(job, call):
    """[LG-144]"""
    require_member(job, call)
    number, proposal = open_proposal(job, call)
    approve(job, call, proposal)
    store(job, call, number, proposal)


def proposal_withdraw(job, call):
    """[LG-144]"""
    number, proposal = open_proposal(job, call)
    if not signs_call(job, proposal.proposer):
        require_admin(job)
    proposal.status = REJECTED
    store(job, call, number, proposal)


def take_effect(job, kind, body):
    """[LG-145], [LG-148]"""
    if kind == PROPOSALS["ADMINISTRATION"]:
        job.put(key("PARAMS", b"admin"), body)
    elif kind == PROPOSALS["VALIDATORS"]:
        job.put(key("VALIDATORS"), body)
        job.announce("VALIDATORS_CHANGED", layouts.validators_hash(parse(read_validators, body)))
    elif kind == PROPOSALS["INCENTIVE"]:
        incentive.take_effect(job, body)
    else:
        job.put(key("PARAMS", b"params"), body)
        job.announce("PARAMS_CHANGED", layouts.u16(job.block.params.protocol) + sha256(body))


def proposal_run(job, call):
    """[LG-145]"""
    require_member(job, call)
    number, proposal = open_proposal(job, call)
    if proposal.kind == PROPOSALS["CODE"]:
        refuse("BAD_ARGUMENTS")
    if not is_due(job, proposal):
        refuse("NOT_APPROVED")
    check_body(job, proposal.kind, proposal.body)
    take_effect(job, proposal.kind, proposal.body)
    proposal.status = DONE
    store(job, call, number, proposal)


def allow_code(job, call, code):
    """[LG-146]"""
    if job.block.params.governance_delay_s == 0:
        require_admin(job)
        return
    require_member(job, call)
    number = layouts.proposal_id(PROPOSALS["CODE"], code)
    value = job.get(key("PROPOSAL", number))
    proposal = None if value is None else parse(read_proposal, value)
    if proposal is None or not is_due(job, proposal):
        refuse("NOT_APPROVED")
    proposal.status = DONE
    store(job, call, number, proposal)
