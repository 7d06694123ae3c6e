"""A block: the pure function from state, record before and input to state, receipts and record
([LG-1], [LG-11] to [LG-14], [LG-30] to [LG-39])."""
import layouts
from . import admission, money, timeouts, transaction
from .batches import call_batch
from .contracts import call_action, run_sends
from .creation import call_deploy, call_instantiate
from .job import NO_CALL, TX, Failed, Job
from .natives import call_native
from .readings import accept, use_quota
from .state import WriteLimit, key
from .tables import PRICES, REFUSALS
from .values import Nonce, parse, read_admin, read_params, read_validators


class Head:
    """The newest record and block."""

    def __init__(self, seq, height, time_s, time_ns, record_hash):
        self.seq, self.height, self.time_s, self.time_ns = seq, height, time_s, time_ns
        self.record_hash = record_hash


class Block:
    """recorded_failure(index): (status, outcome) of the recorded receipt when it failed, else None;
    asked only for what this engine does not decide. signatures: whether they are verified here."""

    def __init__(self, chain, input_, recorded_failure):
        self.state, self.input, self.recorded_failure = chain.state, input_, recorded_failure
        self.chain_id, self.genesis_hash = chain.genesis.chain_id, chain.genesis.hash
        self.signatures, self.taken = chain.signatures, chain.taken
        self.height, self.time_s = input_.height, input_.time_s
        self.params_bytes = self.state.at_start(key("PARAMS", b"params"))
        self.params = parse(read_params, self.params_bytes)
        self.admin = parse(read_admin, self.state.at_start(key("PARAMS", b"admin")))
        self.validators = parse(read_validators, self.state.at_start(key("VALIDATORS")))
        self.state.begin_block(self.params.block_write_bytes_max)
        self.pages, self.gas_used, self.event_bytes, self.outcome_bytes = [], 0, 0, 0
        self.gas_taken = self.bytes_taken = self.txs_taken = 0
        self.seen, self.timer_changes = set(), []

    # ---- a transaction ---------------------------------------------------------------------------

    def is_forged(self, candidate):
        """[LG-25] Without --signatures the recorded verdict is taken."""
        if self.signatures:
            self.taken["signatures"] += len(candidate.tx.sigs)
            return admission.has_bad_signature(candidate)
        recorded = self.recorded_failure(len(self.pages))
        return recorded is not None and recorded[0] == REFUSALS["SIGNATURE_BAD"]

    def execute(self, candidate):
        refusal = candidate.refusal
        if refusal is None and self.is_forged(candidate):
            refusal = "SIGNATURE_BAD"
        if refusal is None:
            refusal = admission.check_running(self, candidate)
        if refusal is None:
            refusal = self.run(candidate)
        if refusal is not None:
            self.report_refusal(candidate, refusal)
        else:
            self.gas_taken += candidate.tx.gas_limit
            self.bytes_taken += candidate.tx.size
            self.txs_taken += 1
        self.seen.add(candidate.raw_hash)

    def report_refusal(self, candidate, refusal):
        """[LG-29]"""
        tx = candidate.tx
        job = Job(self, TX, 0 if tx is None else tx.gas_limit)
        job.fail(Failed(REFUSALS[refusal], candidate.detail))
        job.finish(candidate.raw_hash if tx is None else candidate.id)

    def run(self, candidate):
        """[LG-30] Executes an admitted transaction; None, or BLOCK_FULL: even its failure does not
        fit."""
        job = Job(self, TX, candidate.tx.gas_limit, candidate.tx)
        job.tx_id = candidate.id
        try:
            try:
                run_calls(job)
                job.call = NO_CALL
                settle(job)
                return None
            except WriteLimit:
                raise Failed(REFUSALS["WRITE_LIMIT"]) from None
        except Failed as failure:
            job.fail(failure)
        try:
            job.tell("FAILED", layouts.u16(job.failure.status) + layouts.u8(job.failed_call))
            settle(job)
        except (Failed, WriteLimit):
            self.state.drop()
            return "BLOCK_FULL"
        return None


def intrinsic_gas(tx):
    """[LG-34]"""
    return (PRICES["PRICE_TX"] + PRICES["PRICE_SIGNATURE"] * len(tx.sigs)
            + PRICES["PRICE_CALL"] * len(tx.calls) + PRICES["PRICE_BYTE"] * tx.size)


def call_readings(job, call):
    if call.carried == transaction.PIECES:
        call_batch(job, call)
        return
    accept(job, call)
    call_action(job, call)


KINDS = {transaction.ACTION: call_action, transaction.DEPLOY: call_deploy,
         transaction.INSTANTIATE: call_instantiate, transaction.NATIVE: call_native,
         transaction.READINGS: call_readings}


def run_calls(job):
    tx = job.tx
    job.charge(intrinsic_gas(tx))
    for index, call in enumerate(tx.calls):
        before = job.gas_used
        job.call, job.result = index, b""
        job.ceilings = [list(debit) for debit in call.debits]
        KINDS[call.kind](job, call)
        run_sends(job)
        job.results.append(layouts.str32(job.result))
        use_quota(job, call, job.gas_used - before + intrinsic_gas(tx) // len(tx.calls))


def settle(job):
    """[LG-35] Nonce, fee, receipt."""
    tx = job.tx
    payer = tx.auths[tx.payer][0]
    covered = min(job.covered, job.gas_used)
    fee = money.fee_of(job.gas_used - covered, job.block.params.gas_price)
    name = admission.nonce_name(tx)
    nonce = Nonce(job.state.get(name))
    nonce.use(tx.nonce)
    job.state.put(name, nonce.bytes())
    money.post_fee(job, payer, fee)
    job.finish(job.tx_id, fee, payer)


# ---- the block -----------------------------------------------------------------------------------


def make_record(chain, block, txs):
    """[LG-13]"""
    head, input_ = chain.head, block.input
    return layouts.record(
        block.chain_id, block.genesis_hash, head.seq + 1, input_.height, input_.time_s,
        input_.time_ns, head.record_hash, len(txs), layouts.txs_root(txs), len(block.pages),
        layouts.merkle([layouts.sha256(page.bytes()[:193]) for page in block.pages]),
        block.state.root(), block.gas_used, layouts.sha256(block.params_bytes),
        layouts.validators_hash(block.validators), input_.proposer)


def apply(chain, input_, txs, recorded_failure):
    """[LG-11] Applies a block to the chain. Returns its receipts and record; None without one."""
    block = Block(chain, input_, recorded_failure)
    candidates = [admission.prepare(block, raw) for raw in txs]
    timeouts.run(block)
    for candidate in candidates:
        block.execute(candidate)
    if not block.pages:
        return None
    changes = block.state.finish_block()
    chain.unbalanced = money.check_conservation(changes)
    record = make_record(chain, block, txs)
    chain.head = Head(chain.head.seq + 1, input_.height, input_.time_s, input_.time_ns,
                      layouts.record_hash(record))
    return block.pages, record
