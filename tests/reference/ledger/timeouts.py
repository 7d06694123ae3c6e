"""Time-outs: which are due, running one, what follows a failure ([LG-121] to [LG-126])."""
import heapq

import layouts
from vm import calls
from . import money
from .authority import was_bank
from .contracts import Frame
from .job import TIMER, Failed, Job
from .state import WriteLimit, key
from .tables import LIMITS, REFUSALS
from .values import DUE_NONE, STUCK, parse, read_instance

TIMERS_MAX = 10000
BLOCK_EVENTS_BYTES_MAX = 32 << 20
STUCK_BYTES = (LIMITS["ESCROW_MAX"] + LIMITS["ASSETS_MAX"] + 2) * (182 + 38)


class NoRoom(Exception):
    """The block cannot hold what this time-out leaves; it stays due."""


def pending(state):
    """[LG-121] (due time, instance) of all that wait, as of the start of the block."""
    prefix = key("INSTANCE")
    found = []
    for name, value in state.scan(prefix):
        due_s = parse(read_instance, value).due_s
        if due_s != DUE_NONE:
            found.append((due_s, name[len(prefix):]))
    return found


def open_frame(job, id_):
    frame = Frame(job, "timer", id_)
    assert frame.open()
    return frame


# ---- failure -------------------------------------------------------------------------------------


def next_clause(frame):
    """[LG-125] (due time, entry) of the clause behind the one in force, or None."""
    behind, has_passed = (-2**63, 0), False
    while True:
        outcome = calls.run_due(frame.module, frame, frame.id, frame.entry.root, behind,
                                frame.job.block.params.timer_gas_max)
        if outcome.kind != "ok" or outcome.due is None or outcome.due[0] == DUE_NONE:
            return None
        if has_passed:
            return outcome.due
        has_passed = outcome.due[1] == frame.entry.due_clause
        behind = outcome.due


def become_stuck(frame):
    """[LG-126]"""
    job, entry = frame.job, frame.entry
    if job.block.event_bytes + STUCK_BYTES > BLOCK_EVENTS_BYTES_MAX:
        raise NoRoom()
    entry.status, entry.due_s = STUCK, DUE_NONE
    if not any(was_bank(job.block, party) for party in entry.parties):
        assert money.release(job, entry, frame.id, frame.heir(), money.STUCK)
    job.tell("INSTANCE_STUCK", frame.id + layouts.u16(entry.due_clause))
    entry.due_clause = 0


def go_on(frame):
    """[LG-124]"""
    job, entry = frame.job, frame.entry
    retry_s = job.block.time_s + LIMITS["TIMER_RETRY_S"]
    may_retry = entry.fails < LIMITS["TIMER_TRIES_MAX"]
    following = next_clause(frame)
    if following is None and not may_retry:
        become_stuck(frame)
        return
    job.tell("TIMEOUT_FAILED", frame.id + layouts.u16(entry.due_clause) + layouts.u8(entry.fails)
             + layouts.u16(job.failure.status))
    if following is not None and (not may_retry or following[0] <= retry_s):
        entry.due_s, entry.due_clause = following
        entry.fails = 0
    else:
        entry.due_s = retry_s


def report_failure(job, id_, due_s):
    frame = open_frame(job, id_)
    frame.entry.fails += 1
    go_on(frame)
    frame.note_timer(due_s)
    frame.write_entry()
    note_rearmed(frame)


# ---- firing --------------------------------------------------------------------------------------


def note_rearmed(frame):
    if frame.entry.due_s <= frame.job.block.time_s:
        frame.job.rearmed.append((frame.entry.due_s, frame.id))


def run_clause(frame):
    """[LG-123]"""
    job, entry = frame.job, frame.entry
    outcome = frame.run(entry.due_clause, b"")
    job.gas_used = outcome.gas
    if outcome.kind != "ok":
        frame.fail(outcome)
    before, entry.fails = entry.due_s, 0
    if not outcome.entered:
        entry.due_s, entry.due_clause = DUE_NONE, 0
        frame.note_timer(before)
    frame.save(outcome, not outcome.entered)
    note_rearmed(frame)


def end_fired(job, id_, due_s):
    """[LG-122] The first of a block that does not fit has failed."""
    if job.failure is None:
        try:
            job.finish(id_)
            return
        except WriteLimit:
            if job.block.pages:
                raise
            job.fail(Failed(REFUSALS["WRITE_LIMIT"]))
    report_failure(job, id_, due_s)
    job.finish(id_)


def fire(block, due_s, id_, gas_before):
    """[LG-122] Fires one; answers its job, or None: no room in this block, it stays due."""
    job = Job(block, TIMER, 0)
    block.job = job
    frame = open_frame(job, id_)
    bound = frame.module.entries[frame.entry.due_clause].bound
    budget = block.params.timer_gas_max
    if gas_before > 0 and bound > budget - gas_before:
        return None
    job.gas_limit = budget if frame.module.methods else bound
    try:
        try:
            run_clause(frame)
        except Failed as failure:
            job.fail(failure)
        except WriteLimit:
            job.fail(Failed(REFUSALS["WRITE_LIMIT"]))
        end_fired(job, id_, due_s)
    except (NoRoom, WriteLimit):
        block.state.drop()
        return None
    return job


def run(block):
    """[LG-121]"""
    queue = [due for due in pending(block.state) if due[0] <= block.time_s]
    heapq.heapify(queue)
    gas = 0
    while queue and len(block.pages) < TIMERS_MAX and gas < block.params.timer_gas_max:
        due_s, id_ = heapq.heappop(queue)
        job = fire(block, due_s, id_, gas)
        if job is None:
            return
        for due in job.rearmed:
            heapq.heappush(queue, due)
        gas += job.gas_used
