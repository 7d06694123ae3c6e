"""What happens around the code: calls of actions, views and time-outs, and deployment."""
from . import abi, memory
from . import calendar, money, outside, series, storage, values  # noqa: F401 (their instructions)
from .abi import Reader, Undecodable
from .machine import Failure, HostStop, Machine

OUTSIDE = None


class Outcome:
    """How a call ended. kind: ok, trap, error, builtin, callee. Members beyond gas are those of the
    kind; after a failure nothing but the failure remains."""

    def __init__(self, gas):
        self.kind, self.gas = "ok", gas
        self.code, self.where, self.operands, self.args = 0, None, [], b""
        self.root, self.result = None, b""
        self.state, self.entered, self.final = 0, False, False
        self.retimed = self.rebound = False
        self.due, self.prepaid = None, 0
        self.charges = []


class Call:
    def __init__(self, module, host, gas, own, principal, now):
        self.module, self.host, self.limit, self.now = module, host, gas, now
        self.principal = principal
        self.machine = Machine(module, host, gas)
        self.machine.roots[4].write(own)
        self.machine.roots[5].write(principal or bytes(32))
        self.machine.sys[0] = now
        self.outcome = Outcome(0)

    def end(self, steps):
        """Runs the steps of a call; failures end up in the outcome."""
        m = self.machine
        try:
            steps()
            self.outcome.state = m.sys[3]
            self.outcome.rebound = m.rebound
            self.outcome.gas = self.limit - m.gas
        except Failure as failure:
            gas = self.limit if failure.code == "OUT_OF_GAS" else self.limit - m.gas
            self.outcome = Outcome(gas)
            self.outcome.kind, self.outcome.code = failure.kind, failure.code
            self.outcome.where, self.outcome.operands = failure.where, failure.operands
            self.outcome.args = bytes(failure.args)  # an exception keeps them as a tuple
        except HostStop:
            self.outcome = Outcome(self.limit - m.gas)
            self.outcome.kind, self.outcome.code, self.outcome.where = "trap", "HOST", m.where
        self.outcome.charges = m.charges
        return self.outcome

    def code(self, function, *arguments):
        results = self.machine.run(function, arguments)
        self.machine.where = OUTSIDE
        return results

    # ---- the record ------------------------------------------------------------------------------

    def load(self, record):
        """[VM-36]"""
        m, module, reader = self.machine, self.module, Reader(record)
        try:
            if reader.unsigned(1) != 1:
                raise HostStop()
            m.sys[1], m.sys[2], m.sys[3] = reader.signed(), reader.signed(), reader.unsigned(2)
            m.roots[3].write(bytes(module.state_type.size))
            m.roots[3].put(m.sys[3])
            data = module.states[m.sys[3]].data
            if data is not None:
                offset, _ = module.state_type.variants[m.sys[3]]
                abi.read(data, reader, m.roots[3].at(offset))
            for part, type_ in ((2, module.parties_type), (0, module.terms_type),
                                (1, module.storage_type)):
                abi.read(type_, reader, m.roots[part])
        except Undecodable:
            raise HostStop() from None
        if reader.left():
            raise HostStop()

    def record(self):
        m, module = self.machine, self.module
        out = b"\1" + abi.i64(m.sys[1]) + abi.i64(m.sys[2]) + abi.u16(m.sys[3])
        data = module.states[m.sys[3]].data
        if data is not None:
            offset, _ = module.state_type.variants[m.sys[3]]
            out += m.encode(data, m.roots[3].at(offset))
        for part, type_ in ((2, module.parties_type), (0, module.terms_type),
                            (1, module.storage_type)):
            out += m.encode(type_, m.roots[part])
        return out

    def save(self, old):
        """[VM-37]"""
        record = self.record()
        if record != old:
            self.machine.part("ROOT_WRITE", 1, len(record))
            self.outcome.root = record

    # ---- arguments, authority, state -------------------------------------------------------------

    def bad_arguments(self, offset):
        self.machine.builtin("BadArguments", abi.u32(offset))

    def arguments(self, entry, data):
        if entry.kind == "after":
            if data:
                self.bad_arguments(0)
            return None
        place = memory.Place(memory.piece(entry.args.size))
        try:
            abi.decode(entry.args, data, place)
        except Undecodable as error:
            self.bad_arguments(error.offset)
        return place

    def bound(self, index):
        """The party that is bound under a number."""
        return self.machine.roots[2].bytes(32, 32 * index)

    def is_principal(self, who):
        if who & 0x8000:
            return self.host.holds_role(self.principal, self.module.strings[who & 0x7FFF])
        return self.principal == self.bound(who)

    def may(self, entry):
        """[VM-38]"""
        if entry.by == "none":
            return True
        if self.principal is None:
            return False
        if entry.by == "any_party":
            return True
        parties = [self.bound(who) for who in entry.who if not who & 0x8000]
        roles = [who for who in entry.who if who & 0x8000]
        if entry.by == "all":
            alone = len(entry.who) == 1
            return (all(self.is_principal(who) for who in (entry.who if alone else roles)) and
                    all(self.host.is_signer(party) for party in parties))
        if not any(self.is_principal(who) for who in entry.who):
            return False
        if entry.by == "any":
            return True
        signed = {party for party in parties if self.host.is_signer(party)}
        return len(signed | {self.principal}) >= entry.quorum

    def check_state(self, entry):
        """[VM-39]"""
        state = self.machine.sys[3]
        if state in self.module.available(entry):
            return
        if self.module.states[state].final:
            self.machine.builtin("InstanceClosed")
        self.machine.builtin("WrongState", abi.u16(state))

    # ---- after the code --------------------------------------------------------------------------

    def invariant(self, entry):
        """[VM-72]"""
        if self.code(entry.function)[0] == 0:
            self.machine.where = (entry.function, 0)
            self.machine.trap("INVARIANT")

    def due_times(self, behind):
        """[VM-74] The earliest (time, entry) behind a given one."""
        module, state, found = self.module, self.machine.sys[3], []
        for entry in module.entries:
            if entry.kind == "due" and state in module.available(module.entries[entry.of]):
                found.append((self.code(entry.function)[0], entry.of))
        later = [due for due in found if behind is None or due > behind]
        return min(later) if later else None

    def deploy_checks(self):
        for entry in self.module.entries:
            if entry.kind == "deploy":
                self.code(entry.function)

    def retime(self):
        self.outcome.retimed = True
        self.outcome.due = self.due_times(None)

    def clear_storage(self):
        m, module = self.machine, self.module
        memory.zero(module.storage_type, m.roots[1])
        for field in module.fields:
            if field.root != 0xFFFF and field.initial != 0xFFFF:
                offset, type_ = module.storage_type.fields[field.root]
                memory.copy(type_, m.roots[1].at(offset), m.constants[field.initial])

    def enter(self, prepays):
        """[VM-73]"""
        m, state = self.machine, self.module.states[self.machine.sys[3]]
        m.sys[1] = self.now
        self.outcome.entered, self.outcome.final = True, state.final
        self.outcome.due = self.due_times(None)
        if state.final:
            m.part("HOLDER", self.host.holder_count())
        if prepays:
            self.outcome.prepaid = prepaid(self.module)[m.sys[3]]
            m.charge(self.outcome.prepaid)


def run_call(module, host, own, root, index, args, principal, now, gas):
    """[VM-30] A call of the action, view or time-out that is entry `index`."""
    call, entry = Call(module, host, gas, own, principal, now), module.entries[index]
    m = call.machine

    def steps():
        m.part("CODE", 0, len(args))
        m.part("ROOT", 1, len(root))
        call.load(root)
        arguments = call.arguments(entry, args)
        if not call.may(entry):
            m.builtin("NotAuthorised")
        call.check_state(entry)
        if entry.kind == "view":
            place = memory.Place(memory.piece(entry.result.size))
            memory.clear(entry.result, place)
            if module.functions[entry.function].results == 1:
                values = [arguments.number(offset) for offset, _ in entry.args.fields]
                place.put(call.code(entry.function, *values)[0])
            else:
                call.code(entry.function, arguments, place)
            result = m.encode(entry.result, place)
            m.part("CODE", 0, len(result))
            call.outcome.result = result
            return
        call.code(entry.function, *([] if arguments is None else [arguments]))
        if m.amended:
            call.deploy_checks()
        for bit, invariant in enumerate(module.invariants):
            if m.amended or entry.invariants >> bit & 1:
                call.invariant(invariant)
        if m.state_set:
            call.enter(entry.kind == "action")
        elif m.amended:
            call.retime()
        call.save(root)

    return call.end(steps)


def run_deploy(module, host, own, parties, terms, principal, now, gas):
    """[VM-75]"""
    call = Call(module, host, gas, own, principal, now)
    m = call.machine

    def bind():
        expected = 32 * len(module.parties)
        if len(parties) != expected:
            call.bad_arguments(min(len(parties), expected))
        m.roots[2].write(parties)
        try:
            abi.decode(module.terms_type, terms, m.roots[0])
        except Undecodable as error:
            call.bad_arguments(len(parties) + error.offset)

    def authorise():
        signed = [host.is_signer(call.bound(index)) for index in range(len(module.parties))]
        for index, party in enumerate(module.parties):
            if party.signatory and not signed[index]:
                m.builtin("NotAuthorised")
            if party.role is not None and not host.holds_role(call.bound(index), party.role):
                m.builtin("NotAuthorised")
        named = any(party.signatory for party in module.parties)
        if module.parties and not named and not any(signed):
            m.builtin("NotAuthorised")

    def begin():
        call.clear_storage()
        memory.zero(module.state_type, m.roots[3])
        m.sys[1] = m.sys[2] = now
        m.sys[3] = module.initial_state()
        m.roots[3].put(m.sys[3])

    def steps():
        m.part("CODE", 0, len(parties) + len(terms))
        bind()
        authorise()
        begin()
        call.deploy_checks()
        for invariant in module.invariants:
            call.invariant(invariant)
        call.enter(True)
        call.save(None)

    return call.end(steps)


def run_upgrade(module, old, host, own, root, index, now, gas):
    """[VM-79] `module` is the next version, `old` wrote the record."""
    call, entry = Call(module, host, gas, own, None, now), module.entries[index]
    m = call.machine

    def read_record():
        """The record by the tables of the older version; its storage becomes the arguments."""
        reader, before = Reader(root), Machine(old, host, 0)
        reader.unsigned(1)
        m.sys[1], m.sys[2], state = reader.signed(), reader.signed(), reader.unsigned(2)
        name = old.states[state].name
        m.sys[3] = next(n for n, state in enumerate(module.states) if state.name == name)
        memory.zero(module.state_type, m.roots[3])
        m.roots[3].put(m.sys[3])
        data = module.states[m.sys[3]].data
        if data is not None:
            abi.read(data, reader, m.roots[3].at(module.state_type.variants[m.sys[3]][0]))
        abi.read(module.parties_type, reader, m.roots[2])
        abi.read(module.terms_type, reader, m.roots[0])
        at = reader.at
        abi.read(old.storage_type, reader, before.roots[1])
        arguments = memory.Place(memory.piece(entry.args.size))
        abi.decode(entry.args, root[at:], arguments)
        return arguments

    def steps():
        m.part("ROOT", 1, len(root))
        call.clear_storage()
        call.code(entry.function, read_record())
        call.deploy_checks()
        for invariant in module.invariants:
            call.invariant(invariant)
        call.retime()
        call.outcome.prepaid = prepaid(module)[m.sys[3]]
        m.charge(call.outcome.prepaid)
        call.save(None)

    return call.end(steps)


def run_due(module, host, own, root, behind, gas):
    """[VM-74] The time-out of the present state that comes next behind a (time, entry)."""
    call = Call(module, host, gas, own, None, 0)

    def steps():
        call.load(root)
        call.outcome.due = call.due_times(behind)

    return call.end(steps)


# ---- time-outs that are paid ahead ---------------------------------------------------------------


def prepaid(module):
    """[VM-76] By state: gas of the time-outs that can follow by time alone, at their bounds."""
    top = 2**64 - 1
    states = range(len(module.states))
    afters = [entry for entry in module.entries if entry.kind == "after"]
    plain = [entry for entry in afters if entry.repeats == 1]
    repeating = [entry for entry in afters if entry.repeats > 1]
    dearest = {}

    def chain(entry):
        """A time-out and the dearest of the plain ones that can follow it."""
        return min(top, entry.bound + max((plain_of(s) for s in module.leads_to(entry)), default=0))

    def plain_of(state):
        if state not in dearest:
            here = [chain(entry) for entry in plain if state in module.available(entry)]
            dearest[state] = min(top, sum(here))
        return dearest[state]

    def reached(state):
        found, before = {state}, set()
        while found != before:
            before = set(found)
            for entry in afters:
                if module.available(entry) & found:
                    found |= module.leads_to(entry)
        return found

    def repeated(entry):
        home = {state for state in states if reached(state) & module.available(entry)}
        most_back = most_away = 0
        for state in module.leads_to(entry):
            here = [other for other in plain if state in module.available(other)]
            back = [chain(other) for other in here if module.leads_to(other) & home]
            away = [chain(other) for other in here if not module.leads_to(other) & home]
            most_back, most_away = max(most_back, sum(back)), max(most_away, sum(away))
        return min(top, entry.repeats * (entry.bound + most_back) + most_away)

    def of(state):
        near = reached(state)
        extra = [repeated(entry) for entry in repeating if module.available(entry) & near]
        return min(top, plain_of(state) + sum(extra))

    return [of(state) for state in states]
