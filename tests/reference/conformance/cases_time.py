"""Time-outs and deployment: due times, what entering a state costs, what is paid ahead."""
from .bench import ALICE, BANK, BUSY, CAROL, DEPLOYED, DONE, NOW, OPEN, OTHER, RATE, root
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64

L, H = LOWEST, HIGHEST
RECORDS = {"Open": root(OPEN), "Busy": root(BUSY, i64(1) + i64(2)), "Done": root(DONE),
           "Busy late": root(BUSY, i64(H) + i64(L), entered=-1)}


def due(contract, name, of, sys, added):
    """When entry `of` is due: a number of the environment and a constant."""
    f = contract.function(name)
    f.results = ["i64"]
    time, more = f.int(), f.number(added)
    f("sys", time, sys)
    f("add", time, time, more)
    f("ret", time[1:])
    contract.entry("due", "-", name, "%%%d" % of)


def after(contract, name, body, when, leads_to, repeats=1):
    f = contract.function(name)
    body(f)
    f("ret 0")
    return contract.entry("after", name, name, when=when, leads_to=leads_to, repeats=repeats)


def close(f):
    f("setst0 Done")


def stay(f):
    data = f.new("pair")
    f("stf", data, 0, f.number(9))
    f("setst Busy", data)


def from_data(contract, of):
    """Due at a number in the data of the state."""
    f = contract.function("from_data")
    f.results = ["i64"]
    state, pair, time = f.ref("states_type"), f.ref("pair"), f.int()
    f("root", state, 3)
    f("vref", pair, state, 1)
    f("ldf", time, pair, 0)
    f("ret", time[1:])
    contract.entry("due", "-", "from_data", "%%%d" % of)


def actions(cases):
    contract = cases.contract

    def busy(f, x, y):
        data = f.new("pair")
        f("stf", data, 0, x)
        f("stf", data, 1, y)
        f("setst Busy", data)

    def closed(f):
        f("setst0 Done")

    def reopened(f):
        f("setst0 Open")

    def quiet(f):
        f.out(f.number(1))

    begin = contract.action("begin", ["int", "int"], busy, leads_to="Busy")
    end = contract.action("end", [], closed, leads_to="Done")
    again = contract.action("again", [], reopened, leads_to="Open")
    still = contract.action("still", [], quiet)
    for name, record in RECORDS.items():
        for now in (NOW, 0, -NOW, H - 500):
            for due_time in (NOW + 1, L, H):
                cases.add("setst", begin, i64(due_time) + i64(0), "from %s" % name, root=record,
                          now=now)
            cases.add("setst0", again, note="from %s" % name, root=record, now=now)
            cases.add("ret", still, note="in %s" % name, root=record, now=now)
        for holders in (0, 1, 3):
            escrow = [(ALICE, 0, 4), (BANK, 1, 5), (CAROL, 0, 6)][:holders]
            cases.add("setst0", end, note="with %d holders" % holders, root=record,
                      host=host(escrow=escrow))
    cases.add("sys", begin, i64(H) + i64(0), "a due time beyond 64 bits", now=H)


def time_outs(cases, entries):
    for entry in entries:
        for name, record in RECORDS.items():
            cases.add("setst", entry, note="time-out %d in %s" % (entry, name), root=record,
                      principal=None)
        cases.add("setst", entry, b"\0", "a time-out with arguments", principal=None,
                  root=RECORDS["Busy"])
        cases.add("setst", entry, note="with holders", principal=None, root=RECORDS["Busy"],
                  host=host(escrow=[(ALICE, 0, 4), (BANK, 1, 5)]))


def next_due(cases):
    for name, record in RECORDS.items():
        for behind in ([L, 0], [DEPLOYED + 5, 0], [DEPLOYED + 105, 0], [DEPLOYED + 105, 2], [0, 0],
                       [1, 0], [1, 4], [1, 5], [H, 0], [H, 500]):
            cases.add("sys", 0, note="behind %s in %s" % (behind, name), run="due", root=record,
                      behind=behind)


def deployments(cases):
    terms = i64(RATE) + OTHER
    both = ALICE + BANK
    samples = [
        ("all is well", both, terms, {}),
        ("nobody signed", both, terms, {"signers": ()}),
        ("only the bank signed", both, terms, {"signers": (BANK,)}),
        ("both signed", both, terms, {"signers": (ALICE, BANK)}),
        ("no bank", both, terms, {"roles": ()}),
        ("another is bank", both, terms, {"roles": ((CAROL, "Bank"),)}),
        ("another role", both, terms, {"roles": ((BANK, "Meter"),)}),
        ("one party", ALICE, terms, {}),
        ("half a party", ALICE + BANK[:16], terms, {}),
        ("three parties", both + CAROL, terms, {}),
        ("no parties", b"", terms, {}),
        ("terms too short", both, terms[:-1], {}),
        ("terms too long", both, terms + b"\0", {}),
        ("no terms", both, b"", {}),
        ("one in two places", ALICE + ALICE, terms, {"roles": ((ALICE, "Bank"),)}),
        ("the rate is checked", both, i64(-1) + OTHER, {}),
        ("the rate is zero", both, i64(0) + OTHER, {}),
    ]
    for note, parties, data, members in samples:
        for now in (NOW, L + 1000, H - 5):
            cases.add("check", 0, data, note, run="deploy", parties=parties, now=now,
                      host=host(**members))
        cases.add("check", 0, data, note + ", little gas", run="deploy", parties=parties, gas=300,
                  host=host(**members))


def check_terms(contract):
    f = contract.function("check_terms")
    terms, rate, good, zero = f.ref("terms_type"), f.int(), f.int(), f.number(0)
    f("root", terms, 0)
    f("ldf", rate, terms, 0)
    f("le", good, zero, rate)
    f("check", good, 9)
    f("ret 0")
    contract.entry("deploy", "-", "check_terms")


def level_holds(contract):
    """The rate is not 0 (an invariant that a deployment can break)."""
    f = contract.function("level_holds")
    f.results = ["i64"]
    terms, rate = f.ref("terms_type"), f.int()
    f("root", terms, 0)
    f("ldf", rate, terms, 0)
    f("ret", rate[1:])
    contract.entry("invariant", "-", "level_holds")


def make():
    """Plain time-outs only: Busy ends by its data, or 100 s after it began, or 100 s after that."""
    cases = Cases("time")
    contract = cases.contract
    first = after(contract, "expire", close, "Busy", "Done")
    due(contract, "expire_due", first, 1, 100)
    second = after(contract, "lapse", close, "Busy", "Done")
    from_data(contract, second)
    third = after(contract, "open_long", stay, "Open", "Busy")
    due(contract, "open_due", third, 2, 100)
    fourth = after(contract, "open_short", close, "Open", "Done")
    due(contract, "short_due", fourth, 1, 100)
    check_terms(contract)
    level_holds(contract)
    actions(cases)
    time_outs(cases, (first, second, third, fourth))
    next_due(cases)
    deployments(cases)
    return cases


def make_repeating():
    """Busy repeats 96 times, with a way back and a way out; Open can follow it by time alone."""
    cases = Cases("repeating")
    contract = cases.contract

    def reopen(f):
        f("setst0 Open")

    first = after(contract, "quarter", stay, "Busy", "Busy", repeats=96)
    due(contract, "quarter_due", first, 1, 900)
    second = after(contract, "hold", reopen, "Busy", "Open")
    due(contract, "hold_due", second, 2, 5000)
    third = after(contract, "resume", stay, "Open", "Busy | Done", repeats=3)
    due(contract, "resume_due", third, 1, 60)
    fourth = after(contract, "finish", close, "Busy", "Done")
    due(contract, "finish_due", fourth, 2, 86400)
    actions(cases)
    time_outs(cases, (first, second, third, fourth))
    return cases
