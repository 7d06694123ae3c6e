"""Money: amounts at the edges, too little, nobody's consent; splits in every mode; netting."""
from .bench import ALICE, BANK, CAROL, OWN
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64, party, text, u32

L, H = LOWEST, HIGHEST
RICH = [(ALICE, 0, 1000), (BANK, 0, 50), (ALICE, 1, 7), (OWN, 0, 300)]
LOCKED = [(ALICE, 0, 400), (BANK, 0, 60), (CAROL, 1, 5)]
AMOUNTS = (0, 1, 60, 400, 401, 1000, 1001, H, -1, L)


def moves(cases):
    contract = cases.contract
    for currency in ("CNY", "EUR"):
        for op in ("lock", "unlock"):
            def move(f, who, amount, op=op, currency=currency):
                f(op, who, amount, currency)

            entry = contract.action("%s_%s" % (op, currency), ["party", "int"], move)
            for who in (ALICE, BANK, OWN):
                for amount in AMOUNTS:
                    cases.add(op, entry, who + i64(amount), "%d %s" % (amount, currency),
                              host=host(free=RICH, escrow=LOCKED))

        def pay(f, source, target, amount, currency=currency):
            f("pay", source, target, amount, currency)

        entry = contract.action("pay_" + currency, ["party", "party", "int"], pay)
        for source, target in ((ALICE, BANK), (ALICE, ALICE), (OWN, CAROL), (BANK, OWN),
                               (CAROL, party(0x77))):
            for amount in (0, 5, 60, 300, 301, H, -1):
                cases.add("pay", entry, source + target + i64(amount), "%d %s" % (amount, currency),
                          host=host(free=RICH, escrow=LOCKED))

    def lock(f, who, amount):
        f("lock", who, amount, "CNY")

    entry = contract.action("lock_some", ["party", "int"], lock)
    for holders in (0, 3, 4):
        for who in (ALICE, CAROL):
            cases.add("lock", entry, who + i64(5), "%d holders at most" % holders,
                      host=host(free=RICH + [(CAROL, 0, 9)], escrow=LOCKED,
                                signers=(ALICE, CAROL), limits={"holders": holders}))
    for type_, references in (("text", ["", "E2E-1", "12345678901234567890"]), ("bytes", [None])):
        def redeem(f, who, to, amount, reference):
            f("redeem", who, to, amount, reference, "CNY")

        entry = contract.action("redeem_" + type_, ["party", "party", "int", type_], redeem)
        for reference in references:
            data = bytes(range(10)) if reference is None else text(reference)
            for amount in (0, 1, 400, 401, -1, L):
                cases.add("redeem", entry, ALICE + BANK + i64(amount) + data, str(amount),
                          host=host(free=RICH, escrow=LOCKED))
            cases.add("redeem", entry, ALICE + BANK + i64(1) + data, "no bank",
                      host=host(free=RICH, escrow=LOCKED, refuses_bank=True))

    def unlockall(f):
        f("unlockall")

    entry = contract.action("unlock_everything", [], unlockall)
    for escrow in ([], LOCKED[:1], LOCKED):
        cases.add("unlockall", entry, note="%d holders" % len(escrow),
                  host=host(free=RICH, escrow=escrow))


def balances(cases):
    contract = cases.contract
    for currency in ("CNY", "EUR"):
        def escrow(f, who, currency=currency):
            amount = f.int()
            f("escrow", amount, who, currency)
            f.out(amount)

        def own(f, currency=currency):
            amount = f.int()
            f("ownbal", amount, currency)
            f.out(amount)

        def posted(f, who, amount, currency=currency):
            before, after, payee = f.int(), f.int(), f.int()
            bank = f.constant("party", BANK)
            f("posted", before, who, currency)
            f("lock", who, amount, currency)
            f("pay", who, bank, amount, currency)
            f("posted", after, who, currency)
            f("posted", payee, bank, currency)
            f.out(before, after, payee)

        entry = contract.action("escrow_" + currency, ["party"], escrow)
        for who in (ALICE, CAROL, party(0x77)):
            cases.add("escrow", entry, who, currency, host=host(free=RICH, escrow=LOCKED))
        cases.add("ownbal", contract.action("own_" + currency, [], own), note=currency,
                  host=host(free=RICH, escrow=LOCKED))
        entry = contract.action("posted_" + currency, ["party", "int"], posted)
        for amount in (0, 7):
            cases.add("posted", entry, ALICE + i64(amount), currency,
                      host=host(free=RICH, escrow=LOCKED))


def shares(*rows):
    return u32(len(rows)) + b"".join(who + i64(share) + i64(weight) for who, share, weight in rows)


P, Q, R, S = party(1), party(2), party(3), party(4)
PERCENT = [
    ("half and the rest", [(P, 50, 0), (Q, -1, 1)]),
    ("thirds", [(P, 33, 0), (Q, 33, 0), (R, -1, 1)]),
    ("the rest first", [(P, -1, 1), (Q, 1, 0), (R, 99, 0)]),
    ("all to one, nothing left", [(P, 100, 0), (Q, -1, 1)]),
    ("nothing given", [(P, 0, 0), (Q, -1, 1)]),
    ("one party twice", [(P, 25, 0), (P, 25, 0), (Q, -1, 1)]),
]
BAD = [
    ("nobody", []),
    ("no rest", [(P, 50, 0), (Q, 49, 0)]),
    ("two rests", [(P, -1, 1), (Q, -1, 1)]),
    ("too much", [(P, 60, 0), (Q, 41, 0), (R, -1, 1)]),
    ("negative", [(P, -2, 0), (Q, -1, 1)]),
    ("heavy rest", [(P, 50, 0), (Q, -1, 2)]),
    ("negative weight", [(P, 50, 0), (Q, -1, -1)]),
    ("sum beyond 64 bits", [(P, H, 0), (Q, H, 0), (R, -1, 1)]),
]
LARGEST = [
    ("whole by shares", [(P, 33, 0), (Q, 33, 0), (R, 34, 0)]),
    ("equal weights", [(P, -1, 1), (Q, -1, 1), (R, -1, 1)]),
    ("shares and weights", [(P, 10, 0), (Q, -1, 3), (R, -1, 5)]),
    ("a zero weight", [(P, -1, 0), (Q, -1, 7)]),
    ("only zero weights", [(P, -1, 0), (Q, -1, 0)]),
    ("weights beyond 64 bits", [(P, -1, H), (Q, -1, 1)]),
    ("largest weights", [(P, -1, H - 1), (Q, -1, 1)]),
    ("eight alike", [(party(10 + index), -1, 1) for index in range(8)]),
    ("ties", [(P, 25, 0), (Q, 25, 0), (R, 25, 0), (S, 25, 0)]),
]
MODES = ("half_even", "half_up", "half_down", "up", "down", "floor", "ceil", "exact", "largest")


def splits(cases):
    contract = cases.contract
    full = host(escrow=[(ALICE, 0, H)])
    for mode, name in enumerate(MODES):
        def split(f, payer, gross, list_, mode=mode):
            f("split", payer, gross, list_, mode, "CNY", f.contract.number(100))

        entry = contract.action("split_" + name, ["party", "int", "shares"], split)
        lists = LARGEST if name == "largest" else PERCENT
        for note, rows in lists:
            for gross in (0, 1, 5, 101, 150, H):
                cases.add("split", entry, ALICE + i64(gross) + shares(*rows),
                          "%s, %d: %s" % (name, gross, note), host=full)
        for note, rows in BAD if name in ("half_even", "largest") else []:
            cases.add("split", entry, ALICE + i64(9) + shares(*rows), "%s: %s" % (name, note),
                      host=full)
        for gross in (-1, L):
            cases.add("split", entry, ALICE + i64(gross) + shares(*lists[0][1]), "negative",
                      host=full)
        cases.add("split", entry, ALICE + i64(100) + shares(*lists[0][1]), "too little",
                  host=host(escrow=[(ALICE, 0, 99)]))
        cases.add("split", entry, OWN + i64(100) + shares(*lists[0][1]), "by the instance",
                  host=host(free=[(OWN, 0, 100)]))


def net(*rows):
    return u32(len(rows)) + b"".join(who + i64(amount) for who, amount in rows)


def netting(cases):
    contract = cases.contract

    def clear(f, map_, owner, limit):
        f("clearnet", map_, owner, limit, "CNY")

    entry = contract.action("clear", ["net", "party", "int"], clear)
    maps = [
        ("nobody", net()),
        ("one pays one", net((P, -30), (Q, 30))),
        ("receiver first", net((P, 30), (Q, -30))),
        ("a cent is left", net((P, -31), (Q, 30))),
        ("a cent is missing", net((P, -30), (Q, 31))),
        ("zeros", net((P, 0), (Q, 0), (R, 0))),
        ("three and a cent", net((P, -10), (Q, -21), (R, 30))),
        ("three, two cents missing", net((P, -10), (Q, -20), (R, 32))),
        ("more than there is", net((P, -101), (Q, 101))),
        ("lowest", net((P, L), (Q, H))),
        ("residual beyond 64 bits", net((P, H), (Q, H))),
        ("residual at the end", net((P, -H), (Q, 0))),
        ("residual lowest", net((P, H), (Q, 1))),
    ]
    escrow = [(P, 0, 100), (Q, 0, 100), (R, 0, 100), (S, 0, 1)]
    for note, map_ in maps:
        for owner in (S, P, OWN):
            for limit in (-1, 0, 1, H):
                cases.add("clearnet", entry, map_ + owner + i64(limit), "%s, limit %d" % (note, limit),
                          host=host(escrow=escrow))


def make():
    cases = Cases("money")
    moves(cases)
    balances(cases)
    splits(cases)
    netting(cases)
    return cases
