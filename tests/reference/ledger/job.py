"""One transaction, time-out or epoch work: an atomic unit with its gas, events, failure and receipt."""
import layouts
from vm.tables import TRAPS
from .tables import EVENTS, LIMITS, PRICES, REFUSALS

NO_CALL, NOWHERE = 0xFF, 0xFFFF
OK, ERROR, TRAP = 0, 1, 2
TX, TIMER, SYSTEM = 0, 1, 2
LEDGER = layouts.address_system("ledger")
EVENTS_BYTES_MAX, EVENTS_TAIL = 1 << 20, 1024      # [LG-36]
BLOCK_EVENTS_BYTES_MAX, BLOCK_OUTCOME_BYTES_MAX = 32 << 20, 16 << 20


class Failed(Exception):
    """The end of a job that undoes it. status and outcome as in the receipt."""

    def __init__(self, status, outcome=b""):
        super().__init__("status %d" % status)
        self.status, self.outcome = status, outcome


def refuse(name, detail=b""):
    raise Failed(REFUSALS[name], detail)


def trap_outcome(trap, code, where, operands):
    function, word = (NOWHERE, 0) if where is None else where
    return layouts.outcome_trap(TRAPS[trap], code, function, word, operands)


class Page:
    """A receipt with its outcome and events."""

    def __init__(self, receipt, outcome, events):
        self.receipt, self.outcome, self.events = receipt, outcome, events

    def bytes(self):
        return layouts.receipt_page(receipt_bytes(self.receipt), self.outcome, self.events)


FIELDS = ("kind", "subject", "index", "status", "call", "gas_limit", "gas_used", "fee", "payer",
          "write_set", "events_root", "result")


def receipt_bytes(receipt):
    return layouts.receipt(*(receipt[name] for name in FIELDS))


class Job:
    """block: what it runs in. call: number of the running call. covered: gas that a quota pays."""

    def __init__(self, block, kind, gas_limit, tx=None):
        self.block, self.state, self.kind, self.tx = block, block.state, kind, tx
        self.gas_limit, self.gas_used, self.covered = gas_limit, 0, 0
        self.call, self.failed_call, self.failure = NO_CALL, NO_CALL, None
        self.inner = None  # how a view of another contract failed
        self.events, self.event_bytes = [], 0
        self.timer_changes, self.rearmed = [], []
        self.sends, self.send_count, self.ceilings = [], 0, []
        self.results, self.result = [], b""

    # ---- gas -------------------------------------------------------------------------------------

    def gas_left(self):
        return self.gas_limit - self.gas_used

    def charge(self, gas):
        """[LG-31]"""
        if gas > self.gas_left():
            self.gas_used = self.gas_limit
            raise Failed(TRAP, trap_outcome("OUT_OF_GAS", bytes(32), None, []))
        self.gas_used += gas

    # ---- events ----------------------------------------------------------------------------------

    def emit(self, emitter, number, data):
        """[LG-36] False: there is no room, nothing was emitted."""
        size = len(data) + 38
        tail = EVENTS_TAIL if self.failure is not None else 0
        fits = (len(data) <= LIMITS["EVENT_DATA_MAX"] and
                len(self.events) < LIMITS["TX_EVENTS_MAX"] and
                self.event_bytes + size <= EVENTS_BYTES_MAX + tail and
                (tail or self.block.event_bytes + self.event_bytes + size
                 <= BLOCK_EVENTS_BYTES_MAX))
        if fits:
            self.events.append(layouts.event(emitter, number, data))
            self.event_bytes += size
        return bool(fits)

    def tell(self, name, data):
        """The ledger's own event, without gas."""
        if not self.emit(LEDGER, EVENTS[name], data):
            refuse("EVENT_LIMIT")

    def announce(self, name, data):
        """[LG-33]"""
        self.charge(PRICES["EVENT"] + PRICES["EVENT_BYTE"] * len(data))
        self.tell(name, data)

    # ---- state, as native code uses it -----------------------------------------------------------

    def get(self, name):
        """[LG-32] Charged after the look."""
        value = self.state.get(name)
        self.charge(PRICES["KEY_READ"] + PRICES["KEY_READ_BYTE"] * (len(name) + len(value or b"")))
        return value

    def put(self, name, value):
        self.charge(PRICES["KEY_WRITE"] + PRICES["KEY_WRITE_BYTE"] * (len(name) + len(value)))
        self.state.put(name, value)

    def delete(self, name):
        self.charge(PRICES["KEY_WRITE"] + PRICES["KEY_WRITE_BYTE"] * len(name))
        self.state.delete(name)

    # ---- the end ---------------------------------------------------------------------------------

    def fail(self, failure):
        """Takes note of why it failed; the first reason stays. Undoes what it did."""
        if self.failure is None:
            self.failure, self.failed_call = failure, self.call
            self.block.outcome_bytes += len(failure.outcome)
        self.state.drop()
        self.events, self.event_bytes, self.timer_changes, self.rearmed = [], 0, [], []
        self.covered = 0

    def finish(self, subject, fee=0, payer=bytes(32)):
        """[LG-39] Commits what it wrote and appends the receipt; WriteLimit: it does not fit."""
        write_set = self.state.commit()
        outcome = b"".join(self.results) if self.failure is None else self.failure.outcome
        receipt = dict(kind=self.kind, subject=subject, index=len(self.block.pages),
                       status=OK if self.failure is None else self.failure.status,
                       call=NO_CALL if self.failure is None else self.failed_call,
                       gas_limit=self.gas_limit, gas_used=self.gas_used, fee=fee, payer=payer,
                       write_set=write_set, events_root=layouts.events_root(self.events),
                       result=layouts.outcome_hash(outcome))
        self.block.pages.append(Page(receipt, outcome, self.events))
        self.block.gas_used += self.gas_used
        self.block.event_bytes += self.event_bytes
        self.block.timer_changes += self.timer_changes

