"""What changes a contract in life: amended terms, other parties, a new version."""
from .bench import ALICE, BANK, BUSY, CAROL, DONE, NOW, OPEN, Bench, root
from .cases import Cases, host
from .cases_time import check_terms, close, after, due, level_holds
from .contract import HIGHEST, LOWEST, i64

L, H = LOWEST, HIGHEST
RECORDS = {"Open": root(OPEN), "Busy": root(BUSY, i64(1) + i64(2)), "Done": root(DONE)}


class Amendable(Bench):
    amendable = "amendable"


class Next(Bench):
    version = 2


def with_time(contract):
    """A time-out, checks of the terms, and an invariant on them."""
    expire = after(contract, "expire", close, "Open | Busy", "Done")
    f = contract.function("expire_due")
    f.results = ["i64"]
    terms, rate, time = f.ref("terms_type"), f.int(), f.int()
    f("root", terms, 0)
    f("ldf", rate, terms, 0)
    f("sys", time, 1)
    f("add", time, time, rate)
    f("ret", time[1:])
    contract.entry("due", "-", "expire_due", "%%%d" % expire)
    check_terms(contract)
    level_holds(contract)


def amendments(cases):
    contract = cases.contract

    def amend(f, given):
        f("amend 0", given)

    def set_only(f, given):
        """The new rate is seen at once."""
        terms, rate = f.ref("terms_type"), f.int()
        f("amend 0", given)
        f("root", terms, 0)
        f("ldf", rate, terms, 0)
        f.out(rate)

    def and_enter(f, given):
        data = f.new("pair")
        f("amend 0", given)
        f("setst Busy", data)

    for name, body, leads_to in (("amends", amend, "-"), ("sees", set_only, "-"),
                                 ("enters", and_enter, "Busy")):
        entry = contract.action(name, ["one_int"], lambda f, given, body=body: body(
            f, of_int(f, given)), leads_to=leads_to)
        for state, record in RECORDS.items():
            for rate in (77, 78, 1, 0, -1, H, L):
                cases.add("amend", entry, i64(rate), "rate %d in %s" % (rate, state), root=record)


def of_int(f, given):
    place = f.ref("int")
    f("fref", place, given, 0)
    return place


def other_parties(cases):
    contract = cases.contract
    for place, name in enumerate(("alice", "bank")):
        def rebind(f, who, place=place):
            f("rebind", place, who)
            parties, party, order = f.ref("parties_type"), f.ref("party"), f.int()
            f("root", parties, 2)
            f("fref", party, parties, 4 * place)
            f("cmpb", order, party, who)
            f.out(order)

        entry = contract.action("rebind_" + name, ["party"], rebind)
        for who in (ALICE, BANK, CAROL):
            for signers in ((), (ALICE,), (CAROL,), (ALICE, BANK, CAROL)):
                for roles in ((), ((BANK, "Bank"),), ((CAROL, "Bank"),)):
                    cases.add("rebind", entry, who, name, host=host(signers=signers, roles=roles))


def make():
    cases = Cases("changes", Amendable("changes"))
    with_time(cases.contract)
    amendments(cases)
    other_parties(cases)
    return cases


def upgrade():
    """Version 2 of the bench: counts on from the field before, has another time-out."""
    cases = Cases("upgrade", Next("upgrade"))
    contract = cases.contract
    cases.before = Bench("upgrade")
    plain = cases.before.function("nothing")
    plain.ref("empty")
    plain.parameters = 1
    plain("ret 0")
    cases.before.entry("action", "nothing", "nothing", "t%d" % cases.before.type("empty"),
                       by="any_party")
    expire = after(contract, "expire", close, "Busy", "Done")
    due(contract, "expire_due", expire, 1, 500)
    check_terms(contract)
    level_holds(contract)
    f = contract.function("carry_over")
    before, storage, count = f.ref("storage_type"), f.ref("storage_type", "refmut"), f.int()
    f.parameters = 1
    f("root", storage, 1)
    f("ldf", count, before, 0)
    f("addi", count, count, 1)
    f("stf", storage, 0, count)
    level = f.int()
    f("ldf", level, before, 5)
    f("addi", level, level, 1)
    f("stf", storage, 5, level)
    f("ret 0")
    entry = contract.entry("upgrade", "-", "carry_over", "t%d" % contract.type("storage_type"))
    for state, data in ((OPEN, b""), (BUSY, i64(1) + i64(2)), (DONE, b"")):
        for count_, level_ in ((5, 9), (H, 9), (L, 0), (5, 99), (5, 100)):
            for now in (NOW, 0):
                cases.add("addi", entry, run="upgrade", now=now,
                          root=root(state, data, count=count_, level=level_),
                          note="state %d, count %d, level %d" % (state, count_, level_))
    return cases
