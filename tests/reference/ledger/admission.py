"""Admission: one rule after the other, the first that fails is the answer ([LG-21] to [LG-29])."""
import layouts
from . import ed25519, money, transaction
from .authority import account_at_start
from .state import key, sha256
from .tables import TX_RULES
from .transaction import Fault
from .values import ACTIVE, NETWORK, Nonce, account_key, holds


class Candidate:
    """A transaction of the block before it runs. refusal: name, or None; detail: of the outcome."""

    def __init__(self, raw):
        self.raw, self.raw_hash = raw, sha256(raw)
        self.tx, self.id, self.refusal, self.detail = None, bytes(32), None, b""
        self.keys = []  # public key of each signature


def refusal_of(rule):
    """[LG-21]"""
    if rule == "SIZE":
        return "TOO_LARGE"
    return "PAYLOAD_DIFFERS" if rule in ("PAYLOAD_HASH", "PAYLOAD_LENGTH") else "BAD_ENCODING"


def check_bounds(block, tx):
    """[LG-22]"""
    params = block.params
    if tx.chain_id != block.chain_id:
        return "WRONG_CHAIN"
    if tx.size > params.block_tx_bytes_max:
        return "TOO_LARGE"
    if tx.gas_limit > params.block_gas_max:
        return "GAS_LIMIT_TOO_HIGH"
    if block.height < tx.valid_from_height:
        return "NOT_YET_VALID"
    if tx.expiry_height != 0 and block.height > tx.expiry_height:
        return "EXPIRED"
    if block.time_s > tx.expiry_time_s:
        return "EXPIRED"
    if tx.expiry_time_s - block.time_s > params.tx_ttl_s_max:
        return "EXPIRY_TOO_FAR"
    return None


def scope_needed(tx, auth):
    scope = 0
    for call in tx.calls:
        if call.mask >> auth & 1:
            scope |= 1 << call.kind
    return scope


def check_keys(block, tx, auth, account, candidate):
    """[LG-24]"""
    scope = scope_needed(tx, auth)
    for signer, key_id, _ in tx.sigs:
        if signer != auth:
            continue
        used = account_key(account, key_id)
        if used is None:
            return "KEY_UNKNOWN"
        if not used.from_h <= block.height < min(used.to_h, used.revoked_h):
            return "KEY_NOT_VALID"
        if scope & ~used.scope:
            return "KEY_SCOPE"
        candidate.keys.append(used.pub)
    return None


def check_threshold(tx, auth, account):
    weights = [account_key(account, key_id).weight for signer, key_id, _ in tx.sigs if signer == auth]
    if sum(weights) < account.threshold:
        return "THRESHOLD_NOT_REACHED"
    if sum(weights) - min(weights) >= account.threshold:
        return "SIGNATURE_UNNEEDED"
    return None


def check_signers(block, tx, candidate):
    """[LG-23] Rule by rule, not signer by signer."""
    accounts = []
    for address, _ in tx.auths:
        account = account_at_start(block, address)
        if account is None:
            return "ACCOUNT_UNKNOWN"
        if account.status != ACTIVE:
            return "ACCOUNT_INACTIVE"
        accounts.append(account)
    for (_, role), account in zip(tx.auths, accounts):
        if role != 0 and not holds(account, role, block.height):
            return "ROLE_NOT_HELD"
    for auth, account in enumerate(accounts):
        refusal = check_keys(block, tx, auth, account, candidate)
        if refusal is not None:
            return refusal
    for auth, account in enumerate(accounts):
        refusal = check_threshold(tx, auth, account)
        if refusal is not None:
            return refusal
    return None


def prepare(block, raw):
    """The part of admission that looks at the state at block start only."""
    candidate = Candidate(raw)
    try:
        tx = transaction.decode(raw)
    except Fault as fault:
        candidate.refusal = refusal_of(fault.rule)
        candidate.detail = layouts.u16(TX_RULES[fault.rule]) + layouts.u64(fault.offset)
        return candidate
    candidate.tx, candidate.id = tx, layouts.tx_id(block.genesis_hash, tx.body)
    candidate.refusal = check_bounds(block, tx) or check_signers(block, tx, candidate)
    return candidate


def has_bad_signature(candidate):
    """[LG-25]"""
    for (auth, key_id, signature), pub in zip(candidate.tx.sigs, candidate.keys):
        message = layouts.signed_message(candidate.id, auth, key_id)
        if not ed25519.verify(pub, signature, message):
            return True
    return False


def nonce_name(tx):
    return key("NONCE", tx.auths[0][0], layouts.u16(tx.lane))


def check_running(block, candidate):
    """[LG-26] to [LG-28]: what depends on the transactions before it."""
    tx, params = candidate.tx, block.params
    refusal = Nonce(block.state.get(nonce_name(tx))).verdict(tx.lane, tx.nonce)
    if refusal == "NONCE_USED" and candidate.raw_hash in block.seen:
        refusal = "DUPLICATE"
    if refusal is not None:
        return refusal
    # [LG-27]
    fee = money.fee_of(tx.gas_limit, params.gas_price)
    payer = money.free(tx.auths[tx.payer][0])
    if fee > tx.max_fee or money.balance(block.state, payer, NETWORK) < fee:
        return "FEE_NOT_COVERED"
    if (tx.gas_limit > params.block_gas_max - block.gas_taken
            or tx.size > params.block_tx_bytes_max - block.bytes_taken
            or block.txs_taken == params.block_txs_max):
        return "BLOCK_FULL"
    return None
