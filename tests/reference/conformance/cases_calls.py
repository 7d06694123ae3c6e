"""Around the code: arguments and where they are refused, authority, states, invariants, results of
views, the record."""
from .bench import ALICE, BANK, BUSY, CAROL, DONE, OPEN, record, root
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64, party, text, u32

L, H = LOWEST, HIGHEST
STATES = {"Open": root(OPEN), "Busy": root(BUSY, i64(1) + i64(2)), "Done": root(DONE)}


def u16(number):
    return number.to_bytes(2, "big")


def ints(*values):
    return u32(len(values)) + b"".join(map(i64, values))


def series(start, values, qualities):
    return i64(start) + ints(*values) + bytes(qualities)


ENCODINGS = {
    "bool": [b"\0", b"\1", b"\2", b""],
    "small": [i64(0), i64(100), i64(101), i64(-1), i64(5)[:7]],
    "color": [u16(0), u16(2), u16(3), b"\0"],
    "time": [i64(L), i64(H)[:3]],
    "span": [i64(3) + i64(3), i64(4) + i64(3), i64(L) + i64(H), i64(1) + i64(2)[:7], b"\0"],
    "party": [ALICE, ALICE[:31]],
    "bytes": [bytes(10), bytes(9)],
    "text": [text(""), text("x" * 20), u32(21) + b"x" * 21, u32(5) + b"abcd", text("電力"), b"\0\0\0",
             u32(3) + b"a\x1fb", u32(2) + b"a\x7f", u32(2) + b"\xc0\x80", u32(4) + b"a\xed\xa0\x80",
             u32(2) + b"a\xe9", u32(5) + b"a\xf4\x90\x80\x80", u32(4) + b"\xf0\x90\x80\x80",
             u32(1) + b"\x80", u32(2) + b"\xc3(", u32(3) + b"\xe0\x80\x80"],
    "pair": [i64(1) + i64(2), i64(1), i64(1) + i64(2) + b"\0"],
    "record": [record(ALICE, 1, "abc"), record(ALICE, 1, "abc")[:-1], record(ALICE, 1, "a\n")],
    "shape": [u16(0), u16(1) + i64(1) + i64(2), u16(2) + text("n"), u16(3), u16(1) + i64(1), b"\0",
              u16(0) + b"\0", u16(2) + u32(99)],
    "ints": [ints(), ints(1, 2, 3, 4), ints(1, 2, 3, 4, 5), u32(2) + i64(1), u32(3) + b"\0", b"\0\0"],
    "records": [u32(0), u32(1) + record(BANK, L, ""), u32(1) + record(BANK, L, "\t")],
    "nested": [u32(2) + ints(1) + ints(), u32(1) + ints(1, 2, 3, 4, 5), u32(2) + ints(1) + b"\0"],
    "ints_set": [ints(), ints(L, 0, H), ints(1, 1), ints(2, 1), ints(1, 2, 2), ints(1, 2, 3, 4, 5)],
    "parties_set": [u32(2) + party(1) + party(2), u32(2) + party(2) + party(1)],
    "map": [u32(0), u32(2) + i64(-1) + i64(9) + i64(0) + i64(8),
            u32(2) + i64(0) + i64(9) + i64(-1) + i64(8), u32(2) + i64(0) + i64(9) + i64(0) + i64(8),
            u32(1) + i64(0)],
    "words_map": [u32(2) + text("a") + i64(1) + i64(2) + text("ab") + i64(3) + i64(4),
                  u32(2) + text("ab") + i64(1) + i64(2) + text("a") + i64(3) + i64(4),
                  u32(1) + text("123456789") + i64(1) + i64(2)],
    "smalls_map": [u32(1) + i64(1) + i64(100), u32(1) + i64(1) + i64(101)],
    "series": [series(0, [], []), series(900, [1, 2], [0, 2]), series(-900, [0], [3]),
               series(901, [], []), series(0, [7], [3]), series(0, [1], [4]),
               series(0, [1, 2, 3, 4, 5], [0] * 5), series(0, [1, 2], [0]), i64(0) + u32(2) + i64(1),
               i64(0) + b"\0", series(0, [1, 0], [0, 3]) + b"\0", b"\0"],
    "small_series": [series(0, [0, 100], [0, 1]), series(0, [5, 101], [0, 0]),
                     series(0, [-1], [3])],
}


def arguments(cases):
    """`op` of these is the instruction behind which the decoder would have come: none, `ldf`."""
    for type_, encodings in ENCODINGS.items():
        def nothing(f, given):
            f.out(f.number(7))

        entry = cases.contract.action("take_" + type_, [type_], nothing)
        for data in encodings:
            cases.add("ret", entry, data, "arguments %s" % type_)
            cases.add("ret", entry, data, "arguments %s, too little gas" % type_, gas=2000)

    def none(f):
        f.out(f.number(7))

    entry = cases.contract.action("take_nothing", [], none)
    for data in (b"", b"\0"):
        cases.add("ret", entry, data, "no arguments")


def plain(contract, name):
    """A function (ref empty) that does nothing."""
    f = contract.function(name)
    f.ref("empty")
    f.parameters = 1
    f("ret 0")
    return name


WHO = [
    ("all", 0, "%0"), ("all", 0, "%1"), ("all", 0, "role Bank"), ("all", 0, "%0 %1"),
    ("all", 0, "%0 role Bank"), ("all", 0, "role Bank role Meter"), ("any", 0, "%0 %1"),
    ("any", 0, "%0 role Bank"), ("any", 0, "role Bank role Meter"), ("quorum", 1, "%0 %1"),
    ("quorum", 2, "%0 %1"), ("quorum", 2, "%0 role Bank"), ("quorum", 2, "%0 %1 role Meter"),
    ("quorum", 3, "%0 %1 role Meter"), ("any_party", 0, ""),
]


def authority(cases):
    contract = cases.contract
    for index, (by, quorum, who) in enumerate(WHO):
        name = plain(contract, "by_%d" % index)
        entry = contract.entry("action", name, name, "t%d" % contract.type("empty"), by=by,
                               quorum=quorum, who=who)
        for principal in (ALICE, BANK, CAROL, None):
            for signers in ((), (ALICE,), (BANK,), (ALICE, BANK), (CAROL,)):
                for roles in ((), ((BANK, "Bank"), (CAROL, "Meter"))):
                    if index > 2 and not roles and signers == (CAROL,):
                        continue
                    cases.add("ret", entry, note="by %s %s" % (by, who), principal=principal,
                              host=host(signers=signers, roles=roles))


def states(cases):
    contract = cases.contract
    for index, when in enumerate(["-", "Open", "Busy", "Open | Busy"]):
        name = plain(contract, "when_%d" % index)
        entry = contract.entry("action", name, name, "t%d" % contract.type("empty"), by="any_party",
                               when=when)
        for state, record_ in STATES.items():
            cases.add("ret", entry, note="%s in %s" % (when, state), root=record_)


def views(cases):
    contract = cases.contract

    def view(name, result, body, when="-", by="none"):
        f = contract.function(name)
        args, place = f.ref("one_int"), f.ref(result, "refmut")
        f.parameters = 2
        x = f.int()
        f("ldf", x, args, 0)
        body(f, x, place)
        f("ret 0")
        return contract.entry("view", name, name, "t%d" % contract.type("one_int"),
                              "t%d" % contract.type(result), by=by, when=when)

    def number(f, x, place):
        f("stf", place, 0, x)

    entry = view("quote", "limited", number)
    for state, record_ in STATES.items():
        for value in (0, 100, 101, -1):
            cases.add("ret", entry, i64(value), "view in %s" % state, root=record_)
        cases.add("ret", entry, i64(5), "view by nobody", root=record_, principal=None)
    entry = view("guarded", "pair", number, when="Busy", by="any_party")
    for state, record_ in STATES.items():
        for principal in (ALICE, None):
            cases.add("ret", entry, i64(H), "guarded view in %s" % state, root=record_,
                      principal=principal)

    def untouched(f, x, place):
        pass

    for result in ("holder", "shape", "series", "records"):
        entry = view("empty_" + result, result, untouched)
        cases.add("new", entry, i64(0), "a result of type %s is made" % result)

    def listed(f, x, place):
        f("push", place, x)
        f("push", place, x)

    entry = view("listed", "ints", listed)
    for value in (0, L):
        cases.add("push", entry, i64(value), "into a result")


def invariants(cases):
    """They run after the code, in order of entries, those that the action names."""
    contract = cases.contract
    for name, limit in (("below", 50), ("above", 0)):
        f = contract.function(name)
        f.results = ["i64"]
        storage, count, good, bound = f.ref("storage_type"), f.int(), f.int(), f.number(limit)
        f("root", storage, 1)
        f("ldf", count, storage, 0)
        f("le" if name == "below" else "lt", good, *([count, bound] if name == "below" else
                                                      [bound, count]))
        f("ret", good[1:])
        contract.entry("invariant", "-", name)

    def set_count(f, value):
        storage = f.ref("storage_type", "refmut")
        f("root", storage, 1)
        f("stf", storage, 0, value)

    for chosen in range(4):
        entry = contract.action("set_%d" % chosen, ["int"], set_count, invariants=chosen)
        for value in (5, 50, 51, 1, 0, -1):
            cases.add("stf", entry, i64(value), "%d under invariants %d" % (value, chosen))


def make():
    cases = Cases("calls")
    arguments(cases)
    authority(cases)
    states(cases)
    views(cases)
    invariants(cases)
    return cases
