"""Running contract code: frames, the host that the machine asks, listed actions and sends
([LG-61] to [LG-69])."""
import layouts
from vm import abi, calls
from vm.machine import Failure
from vm.memory import Place, piece
from vm.tables import BUILTINS, BY_NAME
from . import money
from .authority import authorise_debit, is_bank, is_open, role_is_held, signs_call
from .job import ERROR, LEDGER, TRAP, Failed, refuse, trap_outcome
from .modules import action, bind_assets, load, methods, role_number
from .state import WriteLimit, key, sha256
from .tables import EVENTS, LIMITS
from .values import DUE_NONE, FINAL, STUCK, instance_bytes, parse, read_asset, read_instance

POSTED_MAX, SENDS_MAX, DETAIL_MAX = 32768, 64, LIMITS["OUTCOME_DETAIL_MAX"] // 2


class Frame:
    """One run of contract code; also the host of the machine. kind: action, sent, timer, deploy or
    view. refusal: why the host refused, when that has a code of its own."""

    def __init__(self, job, kind, id_, depth=0):
        self.job, self.kind, self.id, self.depth = job, kind, id_, depth
        self.principal, self.signers, self.refusal = None, [], None
        self.credits = {}

    def open(self):
        """Loads instance and module; False: there is no such instance."""
        value = self.job.state.get(key("INSTANCE", self.id))
        if value is None:
            return False
        self.use(parse(read_instance, value))
        return True

    def use(self, entry):
        self.entry, self.holders_before = entry, entry.holders
        self.module = load(self.job.state, entry.code)
        self.assets = bind_assets(self.job.state, self.module)

    # ---- how it ends -----------------------------------------------------------------------------

    def fail(self, outcome):
        """[LG-66] Turns an outcome that is not ok into the job's failure."""
        if self.job.inner is not None:
            raise self.job.inner
        if self.refusal is not None:
            refuse(self.refusal)
        code = self.entry.code
        if outcome.kind == "trap":
            raise Failed(TRAP, trap_outcome(outcome.code, code, outcome.where, outcome.operands))
        error = outcome.code
        if outcome.kind == "builtin":
            error = BUILTINS[outcome.code] | 0x8000
        args = outcome.args
        block = self.job.block
        if len(args) > DETAIL_MAX or block.outcome_bytes + len(args) > (16 << 20):
            args = b""
        raise Failed(ERROR, layouts.outcome_error(code, error, args))

    def run(self, entry, args):
        outcome = calls.run_call(self.module, self, self.id, self.entry.root, entry, args,
                                 self.principal, self.job.block.time_s, self.gas())
        return outcome

    def gas(self):
        return self.job.gas_left()

    # ---- storing ---------------------------------------------------------------------------------

    def set_timer(self, due):
        """[LG-67] due: (time, entry) or None."""
        entry, before = self.entry, self.entry.due_s
        entry.fails = 0
        entry.due_s, entry.due_clause = (DUE_NONE, 0) if due is None or due[0] == DUE_NONE else due
        self.note_timer(before)

    def note_timer(self, before):
        if before != self.entry.due_s:
            self.job.timer_changes.append((self.id, before, self.entry.due_s))

    def heir(self):
        """[LG-53] First signatory, else first party."""
        if not self.entry.parties:
            return None
        signatories = [i for i, party in enumerate(self.module.parties) if party.signatory]
        return self.entry.parties[signatories[0] if signatories else 0]

    def enter(self, outcome):
        entry = self.entry
        if self.kind != "deploy":
            self.job.tell("INSTANCE_CHANGED",
                          self.id + layouts.u16(entry.state) + layouts.u16(outcome.state))
        entry.state, entry.entered_s = outcome.state, self.job.block.time_s
        self.set_timer(outcome.due)
        if outcome.final:
            entry.status = FINAL
            if not money.release(self.job, entry, self.id, self.heir(), money.CLOSE):
                refuse("EVENT_LIMIT")

    def write_entry(self):
        self.job.state.put(key("INSTANCE", self.id), instance_bytes(self.entry))

    def save(self, outcome, is_changed=False):
        """[LG-68] What an outcome that is ok has changed."""
        entry = self.entry
        if outcome.root is not None:
            entry.root, is_changed = outcome.root, True
        if outcome.rebound:
            start = self.parties_start(entry.root)
            entry.parties = [entry.root[start + 32 * i:start + 32 * i + 32]
                             for i in range(len(entry.parties))]
        if outcome.retimed:
            self.set_timer(outcome.due)
        if outcome.entered:
            self.enter(outcome)
        if (is_changed or outcome.entered or outcome.retimed or self.kind == "deploy"
                or entry.holders != self.holders_before):
            self.write_entry()

    def parties_start(self, root):
        """[VM-36] Where the parties stand in a record."""
        reader = abi.Reader(root)
        reader.take(17)
        data = self.module.states[reader.unsigned(2)].data
        if data is not None:
            abi.read(data, reader, Place(piece(data.size)))
        return reader.at

    # ---- host: storage ---------------------------------------------------------------------------

    def name(self, part, field, element):
        return key("FIELD", self.id, layouts.u16(field), element if part else b"")

    def load(self, name):
        value = self.job.state.get(self.name(*name))
        return None if value is None else value[1:]

    def limited(self, write, *arguments):
        try:
            write(*arguments)
        except WriteLimit:
            self.refusal = self.refusal or "WRITE_LIMIT"
            return False
        return True

    def store(self, name, data):
        return self.limited(self.job.state.put, self.name(*name), b"\1" + bytes(data))

    def remove(self, name):
        return self.limited(self.job.state.delete, self.name(*name))

    def elements(self, field):
        prefix = key("FIELD", self.id, layouts.u16(field))
        for name, value in self.job.state.scan(prefix):
            if len(name) > len(prefix):
                yield name[len(prefix):], value[1:]

    # ---- host: the outside -----------------------------------------------------------------------

    def emit(self, event, args):
        if self.job.emit(self.id, event, args):
            return True
        self.refusal = self.refusal or "EVENT_LIMIT"
        return False

    def refuse_view(self, name):
        self.note_inner(name)
        return "failed", 0, b""

    def note_inner(self, name):
        try:
            refuse(name)
        except Failed as failure:
            self.job.inner = self.job.inner or failure

    def view(self, instance, method, args, gas):
        """[LG-65]"""
        if self.depth + 1 > LIMITS["INSTANCE_DEPTH_MAX"]:
            return self.refuse_view("DEPTH_TOO_HIGH")
        callee = Frame(self.job, "view", instance, self.depth + 1)
        callee.credits = self.credits
        callee.gas = lambda: gas
        if not callee.open():
            return self.refuse_view("TARGET_UNKNOWN")
        entry = methods(callee.module).get(method)
        if entry is None or callee.module.entries[entry].kind != "view":
            return self.refuse_view("METHOD_UNKNOWN")
        outcome = callee.run(entry, args)
        if outcome.kind == "ok":
            return "ok", outcome.gas, outcome.result
        try:
            callee.fail(outcome)
        except Failed as failure:
            self.job.inner = self.job.inner or failure
        return "failed", outcome.gas, b""

    def send(self, instance, method, args):
        """[LG-64]"""
        if self.job.send_count == SENDS_MAX:
            return "limit"
        self.job.send_count += 1
        self.job.sends.append((self.id, instance, method, args))
        return "ok"

    def is_signer(self, party):
        """[LG-63]"""
        if self.kind == "action":
            return signs_call(self.job, party)
        if self.kind == "sent":
            return party == self.principal
        return self.kind == "deploy" and party in self.signers

    def holds_role(self, party, word):
        role = role_number(word)
        return role != 0 and role_is_held(self.job.block, party, role)

    # ---- host: money -----------------------------------------------------------------------------

    def purse(self, party):
        return money.free(party) if party == self.id else money.escrow(self.id, party)

    def post(self, move, source, target, currency, amount, reference, where):
        if self.kind == "deploy":
            return "refused", 0
        asset = self.assets[currency]
        try:
            prepared = getattr(self, "prepare_" + move)(source, target, asset, amount, where)
            if isinstance(prepared, str):
                self.refusal = self.refusal or prepared
                return "refused", 0
            from_, to, cause = prepared
            posting = money.Posting(asset, from_, to, amount, self.job.call, cause, self.entry.code,
                                    where)
            answer, have = money.post(self.job, posting, self.entry)
        except WriteLimit:
            self.refusal = self.refusal or "WRITE_LIMIT"
            return "limit", 0
        if answer == "events":
            self.refusal = self.refusal or "EVENT_LIMIT"
            return "refused", 0
        if answer != "ok":
            return {"holders": "limit"}.get(answer, answer), have
        if move == "redeem" and not self.tell_redeemed(asset, target, amount, reference):
            return "refused", 0
        return self.note_posted(move, source, target, currency, amount)

    def prepare_lock(self, source, target, asset, amount, where):
        """[LG-54]"""
        accounts = money.free(source), money.escrow(self.id, source)
        if source == self.id or (self.kind == "sent" and source == self.principal):
            return (*accounts, money.LOCK)
        cause, why = authorise_debit(self.job, source, self.id, asset, amount, self.kind == "action")
        return (*accounts, cause) if why is None else why

    def prepare_unlock(self, source, target, asset, amount, where):
        return money.escrow(self.id, source), money.free(source), money.UNLOCK

    def prepare_pay(self, source, target, asset, amount, where):
        """[LG-55]"""
        if not is_open(self.job, target):
            return "PARTY_UNFIT"
        function, word = where
        op = self.module.functions[function].code[word][0]
        cause = {BY_NAME["split"].code: money.SPLIT, BY_NAME["clearnet"].code: money.NETTING}
        return self.purse(source), money.free(target), cause.get(op, money.PAY)

    def prepare_redeem(self, source, target, asset, amount, where):
        """[LG-56]"""
        issuer = parse(read_asset, self.job.state.get(key("ASSET", layouts.u32(asset)))).issuer
        if self.kind != "action" or issuer != self.principal or not is_bank(self.job.block, issuer):
            return "NOT_THE_ISSUER"
        return self.purse(source), money.free(money.ISSUANCE), money.REDEEM

    def tell_redeemed(self, asset, target, amount, reference):
        data = layouts.u32(asset) + self.id + target + layouts.i64(amount) + sha256(reference)
        if self.job.emit(LEDGER, EVENTS["REDEEMED"], data):
            return True
        self.refusal = self.refusal or "EVENT_LIMIT"
        return False

    def note_posted(self, move, source, target, currency, amount):
        """[LG-57]"""
        if move != "pay" or not self.uses_posted():
            return "ok", 0
        for party, change in ((source, -amount), (target, amount)):
            name = (party, currency)
            if name not in self.credits and len(self.credits) == POSTED_MAX:
                self.refusal = self.refusal or "TOO_MANY"
                return "limit", 0
            self.credits[name] = self.credits.get(name, 0) + change
        return "ok", 0

    def uses_posted(self):
        posted = BY_NAME["posted"].code
        return any(word[0] == posted for function in self.module.functions for word in function.code)

    def escrow(self, party, currency):
        return money.balance(self.job.state, money.escrow(self.id, party), self.assets[currency])

    def own_balance(self, currency):
        return money.balance(self.job.state, money.free(self.id), self.assets[currency])

    def posted(self, party, currency):
        return self.credits.get((party, currency), 0)

    def holder_count(self):
        return self.entry.holders

    def unlock_all(self):
        """[LG-53]"""
        try:
            if money.release(self.job, self.entry, self.id, None, money.UNLOCK):
                return
            self.refusal = self.refusal or "EVENT_LIMIT"
        except WriteLimit:
            self.refusal = self.refusal or "WRITE_LIMIT"
        raise Failure("builtin", "NotAuthorised", None)


# ---- calls ---------------------------------------------------------------------------------------


def refuse_overdue(frame):
    """[LG-69]"""
    entry = frame.entry
    if entry.status == STUCK:
        party = frame.principal
        if party not in entry.parties or not is_bank(frame.job.block, party):
            refuse("INSTANCE_STUCK")
        return
    if entry.due_s <= frame.job.block.time_s:
        error = BUILTINS["TimedOut"] | 0x8000
        raise Failed(ERROR, layouts.outcome_error(entry.code, error, layouts.i64(entry.due_s)))


def run_action(frame, entry, args):
    refuse_overdue(frame)
    outcome = frame.run(entry, args)
    frame.job.gas_used += outcome.gas
    if outcome.kind != "ok":
        frame.fail(outcome)
    frame.save(outcome)


def call_action_as(job, target, method, caller, args):
    """[LG-61]"""
    frame = Frame(job, "action", target)
    if not frame.open():
        refuse("TARGET_UNKNOWN")
    frame.principal = caller
    entry = action(frame.module, method)
    if entry is None:
        refuse("METHOD_UNKNOWN")
    run_action(frame, entry, args)


def call_action(job, call):
    call_action_as(job, call.target, call.method, job.tx.auths[call.principal][0], call.args)


def run_sends(job):
    """[LG-64]"""
    while job.sends:
        sender, target, method, args = job.sends.pop(0)
        frame = Frame(job, "sent", target)
        if not frame.open():
            refuse("TARGET_UNKNOWN")
        frame.principal = sender
        entry = methods(frame.module).get(method)
        if entry is None or frame.module.entries[entry].kind != "action":
            refuse("METHOD_UNKNOWN")
        run_action(frame, entry, args)

