"""Events, views of other instances, sent actions, signers."""
from .bench import ALICE, BANK, CAROL, OWN, record
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64, text

L, H = LOWEST, HIGHEST


def other(f):
    """The instance that a term names."""
    terms, place = f.ref("terms_type"), f.ref("reference")
    f("root", terms, 0)
    f("fref", place, terms, 1)
    return place


def events(cases):
    contract = cases.contract

    def named(f, given):
        f("emit Named", given)

    entry = contract.action("named", ["record"], named)
    for data in (record(ALICE, 5, ""), record(CAROL, L, "12345678901234567890")):
        for limit in (2, 1, 0):
            cases.add("emit", entry, data, "%d events at most" % limit,
                      host=host(limits={"events": limit}))

    def limited(f, x):
        args = f.new("limited")
        f("stf", args, 0, x)
        f("emit Limited", args)

    entry = contract.action("limited", ["int"], limited)
    for value in (0, 100, 101, -1, H):
        cases.add("emit", entry, i64(value), "%d in 0..100" % value)


def views(cases):
    contract = cases.contract

    def view(f, x):
        args, result = f.new("one_int"), f.new("pair")
        f("stf", args, 0, x)
        f("view", other(f), "%0", args, result)
        for at in range(2):
            number = f.int()
            f("ldf", number, result, at)
            f.out(number)

    entry = contract.action("views", ["int"], view)
    for answer in (("ok", 0, i64(3) + i64(L)), ("ok", 1234, i64(0) + i64(H)), ("ok", 5, i64(1)),
                   ("ok", 5, i64(1) + i64(2) + b"\0"), ("ok", 5, b""), ("absent", 0, b""),
                   ("limit", 9, b""), ("failed", 777, b"")):
        for x in (0, L):
            cases.add("view", entry, i64(x), "answer %s" % answer[0], host=host(view=answer))


def sends(cases):
    contract = cases.contract

    def send(f, given):
        args = f.new("label")
        place = f.ref("text", "refmut")
        f("fref", place, args, 0)
        f("copy", place, given)
        f("send", other(f), "%1", args)

    entry = contract.action("sends", ["text"], send)
    for note in ("", "12345678901234567890"):
        for limit in (64, 1, 0):
            cases.add("send", entry, text(note), "%d at most" % limit,
                      host=host(limits={"sends": limit}))


def signers(cases):
    def signed(f, who):
        answer = f.int()
        f("signed", answer, who)
        f.out(answer)

    entry = cases.contract.action("signs", ["party"], signed)
    for who in (ALICE, BANK, OWN):
        cases.add("signed", entry, who)
        cases.add("signed", entry, who, host=host(signers=(BANK,)))


def make():
    cases = Cases("outside")
    events(cases)
    views(cases)
    sends(cases)
    signers(cases)
    return cases
