"""A small world for one call: storage, balances, signers, roles, events, other instances. It is
what conformance vectors describe (docs/reference/conformance.md)."""
import copy


class Host:
    def __init__(self, own):
        self.own = own
        self.stored = {}     # (part, field id, key): bytes
        self.free = {}       # (party, currency): amount, as are escrow and credits
        self.in_escrow = {}
        self.credits = {}
        self.signers = set()
        self.roles = set()   # (party, role)
        self.limits = {"events": 1 << 32, "sends": 64, "holders": 1024}
        self.refuses_bank = False
        self.answer = ("absent", 0, b"")  # of views: answer, gas taken, result
        self.events, self.postings, self.views, self.sends = [], [], [], []
        self.unlocked = 0
        self.start = None

    def begin(self):
        """Remembers the state, for writes()."""
        self.start = copy.deepcopy((self.stored, self.free, self.in_escrow))

    # ---- storage ---------------------------------------------------------------------------------

    def load(self, key):
        return self.stored.get(key)

    def store(self, key, data):
        self.stored[key] = bytes(data)
        return True

    def remove(self, key):
        self.stored.pop(key, None)
        return True

    def elements(self, field):
        keys = sorted(key for part, id_, key in self.stored if (part, id_) == (1, field))
        return [(key, self.stored[(1, field, key)]) for key in keys]

    def writes(self):
        """What differs from the beginning: (part, field, key), bytes or None, in key order."""
        before = self.start[0]
        changed = [key for key in set(before) | set(self.stored)
                   if before.get(key) != self.stored.get(key)]
        return [(key, self.stored.get(key)) for key in sorted(changed)]

    def balances(self):
        """(party, currency): free and escrow, where either differs from the beginning."""
        _, free, escrow = self.start
        keys = set(free) | set(escrow) | set(self.free) | set(self.in_escrow)
        found = {}
        for key in sorted(keys):
            now = (self.free.get(key, 0), self.in_escrow.get(key, 0))
            if now != (free.get(key, 0), escrow.get(key, 0)):
                found[key] = now
        return found

    # ---- money -----------------------------------------------------------------------------------

    def post(self, move, source, target, currency, amount, reference, where):
        """[VM-98] Answers ("ok", 0), or why nothing was posted."""
        key, to = (source, currency), (target, currency)
        if move == "lock":
            if source not in self.signers and source != self.own:
                return "refused", 0
            if self.in_escrow.get(key, 0) == 0 and self.holder_count() >= self.limits["holders"]:
                return "limit", 0
            taken, given = self.free, self.in_escrow
        elif move == "unlock":
            taken, given = self.in_escrow, self.free
        elif move == "pay":
            taken, given = (self.free if source == self.own else self.in_escrow), self.free
        else:
            if self.refuses_bank:
                return "refused", 0
            taken, given = self.in_escrow, {}
            to = key
        have = taken.get(key, 0)
        if have < amount:
            return "short", have
        taken[key] = have - amount
        given[to] = given.get(to, 0) + amount
        if move == "pay":
            self.credits[key] = self.credits.get(key, 0) - amount
            self.credits[to] = self.credits.get(to, 0) + amount
        self.postings.append((move, source, target, currency, amount, reference, where))
        return "ok", 0

    def escrow(self, party, currency):
        return self.in_escrow.get((party, currency), 0)

    def own_balance(self, currency):
        return self.free.get((self.own, currency), 0)

    def posted(self, party, currency):
        return self.credits.get((party, currency), 0)

    def holder_count(self):
        return sum(1 for amount in self.in_escrow.values() if amount != 0)

    def unlock_all(self):
        self.unlocked += 1
        for key, amount in self.in_escrow.items():
            self.free[key] = self.free.get(key, 0) + amount
        self.in_escrow = {}

    # ---- the outside -----------------------------------------------------------------------------

    def emit(self, event, args):
        if len(self.events) >= self.limits["events"]:
            return False
        self.events.append((event, args))
        return True

    def view(self, instance, method, args, gas):
        answer, taken, result = self.answer
        self.views.append((instance, method, args))
        return answer, min(taken, gas), result

    def send(self, instance, method, args):
        if len(self.sends) >= self.limits["sends"]:
            return "limit"
        self.sends.append((instance, method, args))
        return "ok"

    def is_signer(self, party):
        return party in self.signers

    def holds_role(self, party, role):
        return (party, role) in self.roles
