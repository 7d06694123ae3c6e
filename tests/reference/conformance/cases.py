"""What files of vectors have in common: a contract and a growing list of vectors on it."""
from .bench import ALICE, BANK, NOW, OWN, Bench, root
from .vector import hex_of

GAS = 1 << 40


class Cases:
    def __init__(self, name, contract=None):
        self.name = name
        self.contract = contract or Bench(name)
        self.before = None  # the contract of the version before, for upgrades
        self.vectors = []
        self.counts = {}

    def add(self, op, entry, args=b"", note="", **members):
        """A call of an entry. members: root, principal, now, gas, host, and other members of a
        vector; numbers and bytes as they are."""
        self.counts[op] = self.counts.get(op, 0) + 1
        vector = {"name": "%s %d%s" % (op, self.counts[op], ": " + note if note else ""), "op": op,
                  "run": members.pop("run", "call")}
        if vector["run"] == "call":
            vector["entry"] = entry
            vector["root"] = hex_of(members.pop("root", root()))
        elif "root" in members:
            vector["root"] = hex_of(members.pop("root"))
        if vector["run"] == "upgrade":
            vector["entry"] = entry
            vector["now"] = members.pop("now", NOW)
        elif vector["run"] != "due":
            vector["args"] = hex_of(args)
            vector["principal"] = hex_of(members.pop("principal", ALICE))
            vector["now"] = members.pop("now", NOW)
        vector["gas"] = members.pop("gas", GAS)
        vector["host"] = members.pop("host", None) or host()
        for key, value in members.items():
            vector[key] = hex_of(value) if isinstance(value, bytes) else value
        self.vectors.append(vector)


def host(stored=(), free=(), escrow=(), signers=(ALICE,), roles=((BANK, "Bank"),), limits=None,
         view=None, refuses_bank=False):
    """The `host` member of a vector."""
    out = {}
    if stored:
        out["stored"] = [[hex_of(key), hex_of(value)] for key, value in stored]
    if free:
        out["free"] = [[hex_of(who), currency, amount] for who, currency, amount in free]
    if escrow:
        out["escrow"] = [[hex_of(who), currency, amount] for who, currency, amount in escrow]
    if signers:
        out["signers"] = [hex_of(who) for who in signers]
    if roles:
        out["roles"] = [[hex_of(who), role] for who, role in roles]
    if limits:
        out["limits"] = limits
    if view:
        out["view"] = [view[0], view[1], hex_of(view[2])]
    if refuses_bank:
        out["refuses_bank"] = True
    return out


__all__ = ["Cases", "GAS", "NOW", "OWN", "host"]
