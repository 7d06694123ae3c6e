"""Branches, loops, calls, failing: with the gas of every block."""
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64

L, H = LOWEST, HIGHEST


def branch(cases, op, parameters, operands):
    """Takes one of two ways that cost differently."""

    def body(f, *registers):
        result, taken, end = f.int(), f.label(), f.label()
        f(op, *registers, taken)
        f("block")
        f("ldi", result, 1)
        f("jmp", end)
        f(taken + ":")
        f("block")
        f("ldi", result, 2)
        f("addi", result, result, 40)
        f(end + ":")
        f("block")
        f.out(result)

    entry = cases.contract.action("run_" + op, parameters, body)
    for values in operands:
        cases.add(op, entry, b"".join(map(i64, values)), ", ".join(map(str, values)))


def branches(cases):
    for op in ("br", "brz"):
        branch(cases, op, ["int"], [(0,), (1,), (-1,), (L,), (H,)])
    pairs = [(0, 0), (1, 2), (2, 1), (L, H), (H, L), (L, L), (H, H), (-1, 0), (0, -1)]
    for op in ("breq", "brne", "brlt", "brle"):
        branch(cases, op, ["int", "int"], pairs)

    def jumps(f, x):
        """Falls into one block, jumps over another."""
        f("block")
        f("addi", x, x, 1)
        over = f.label()
        f("jmp", over)
        f(over + ":")
        f("block")
        f.out(x)

    entry = cases.contract.action("jumps", ["int"], jumps)
    for op in ("block", "jmp"):
        for value in (0, 41, H):
            cases.add(op, entry, i64(value))


def loops(cases):
    def sum_up(f, first, limit):
        total, counter, stop = f.number(0), f.int(), f.int()
        head, end = f.label(), f.label()
        f("mov", counter, first)
        f("mov", stop, limit)
        f("lenter", counter, stop, end, f.contract.number(5))
        f(head + ":")
        f("block")
        f("add", total, total, counter)
        f("loop", counter, stop, head)
        f(end + ":")
        f("block")
        f.out(total, counter)

    entry = cases.contract.action("sums", ["int", "int"], sum_up)
    bounds = [(0, 0), (1, 0), (0, 1), (0, 4), (0, 5), (0, 6), (-3, 2), (-3, 3), (H - 3, H),
              (H - 5, H), (L, L + 5), (L, H), (H, L), (L, L), (3, 1)]
    for op in ("lenter", "loop"):
        for first, limit in bounds:
            cases.add(op, entry, i64(first) + i64(limit), "%d..%d" % (first, limit))

    def nested(f, outer, inner):
        """Leaves the inner loop early, in every turn of the outer one."""
        total, i, j, three = f.number(0), f.number(0), f.int(), f.number(3)
        head, end, inner_head, inner_end = (f.label() for _ in range(4))
        f("lenter", i, outer, end, f.contract.number(4))
        f(head + ":")
        f("block")
        f("ldi", j, 0)
        f("lenter", j, inner, inner_end, f.contract.number(6))
        f(inner_head + ":")
        f("block")
        f("breq", j, three, inner_end)
        f("block")
        f("addi", total, total, 1)
        f("loop", j, inner, inner_head)
        f(inner_end + ":")
        f("block")
        f("loop", i, outer, head)
        f(end + ":")
        f("block")
        f.out(total)

    entry = cases.contract.action("nested", ["int", "int"], nested)
    for outer, inner in [(0, 6), (1, 6), (4, 6), (4, 2), (2, 0), (5, 1), (1, 7)]:
        cases.add("loop", entry, i64(outer) + i64(inner), "%d times %d" % (outer, inner))


def calls(cases):
    contract = cases.contract

    def double(f, x, is_wide):
        if is_wide:
            f("addw", x, x, x)
        else:
            f("add", x, x, x)

    narrow = contract.function("double")
    x = narrow.int()
    narrow.parameters, narrow.results = 1, ["i64"]
    double(narrow, x, False)
    narrow("ret 0")

    mixed = contract.function("mixed")
    place = mixed.ref("pair", "refmut")
    pair, y, z, total = mixed.wide(), mixed.int(), mixed.int(), mixed.wide()
    mixed.parameters, mixed.results = 4, ["i128", "high"]
    mixed("mov", z, y)
    mixed("call double", z, z)
    mixed("block")
    mixed("widen", total, z)
    mixed("addw", total, total, pair)
    mixed("stf", place, 1, z)
    mixed("ret", total[1:])

    def simple(f, x):
        f("call double", x, x)
        f("block")
        f("call double", x, x)
        f("block")
        f.out(x)

    entry = contract.action("calls", ["int"], simple)
    for op in ("call", "ret"):
        for value in (0, 1, -5, 2**61, 2**62, -2**61, -2**61 - 1):
            cases.add(op, entry, i64(value), str(value))

    def with_places(f, x, y):
        place = f.new("pair")
        ref, pair, number = f.ref("pair", "refmut"), f.wide(), f.int()
        result = f.wide()
        f("movr", ref, place)
        f("widen", pair, x)
        f("mov", number, y)
        f("call mixed", ref, result)
        f("block")
        stored = f.int()
        f("ldf", stored, place, 1)
        f.out_wide(result)
        f.out(stored)

    entry = contract.action("mixes", ["int", "int"], with_places)
    for values in [(0, 0), (5, 7), (L, H), (H, 2**61), (-1, -1)]:
        cases.add("call", entry, i64(values[0]) + i64(values[1]), "places and wide numbers")

    def early(f, x):
        other = f.label()
        f("br", x, other)
        f("block")
        f("ret 0")
        f(other + ":")
        f("block")
        f.out(x)

    entry = contract.action("early", ["int"], early)
    for value in (0, 1):
        cases.add("ret", entry, i64(value))


def failing(cases):
    def fail(f, x, y):
        args = f.new("pair")
        f("stf", args, 0, x)
        f("stf", args, 1, y)
        f("fail Broken", args)

    entry = cases.contract.action("fails", ["int", "int"], fail)
    cases.add("fail", entry, i64(1) + i64(2))
    cases.add("fail", entry, i64(L) + i64(H))

    def limited(f, x):
        args = f.new("limited")
        f("stf", args, 0, x)
        f("fail Limited", args)

    entry = cases.contract.action("fails_limited", ["int"], limited)
    for value in (0, 100, 101, -1):
        cases.add("fail", entry, i64(value), "argument %d of 0..100" % value)


CODES = {"RANGE": 1, "DIVZERO": 2, "INDEX": 4, "NO_KEY": 5, "MISSING": 6, "CALENDAR": 8,
         "ENSURES": 9, "INVARIANT": 10}


def checks(cases):
    for name, code in CODES.items():
        def check(f, x, code=code):
            f("check", x, code)
            f.out(x)

        entry = cases.contract.action("check_" + name.lower(), ["int"], check)
        for value in (0, 1, -1):
            cases.add("check", entry, i64(value), name)
    for op in ("eq", "ne", "lt", "le"):
        def compared(f, x, y, op=op):
            result = f.int()
            f(op, result, x, y)
            f("check", result, 9)
            f.out(result)

        entry = cases.contract.action("check_" + op, ["int", "int"], compared)
        for values in [(1, 2), (2, 1), (2, 2)]:
            cases.add("check", entry, i64(values[0]) + i64(values[1]), "shows what %s has" % op)

    def overwritten(f, x, y):
        f("lt", x, x, y)
        f("check", x, 9)

    def apart(f, x, y):
        result, other = f.int(), f.int()
        f("lt", result, x, y)
        f("mov", other, x)
        f("check", result, 9)

    def block_between(f, x, y):
        result = f.int()
        f("lt", result, x, y)
        f("block")
        f("check", result, 9)

    def another(f, x, y):
        result, other = f.int(), f.number(0)
        f("lt", result, x, y)
        f("check", other, 9)

    def negated(f, x, y):
        result = f.int()
        f("lt", result, x, y)
        f("not", result, result)
        f("check", result, 9)

    def twice(f, x, y):
        result, other = f.int(), f.number(1)
        f("lt", result, x, y)
        f("check", other, 9)
        f("check", result, 9)

    for body in (overwritten, apart, block_between, another, negated, twice):
        entry = cases.contract.action(body.__name__, ["int", "int"], body)
        for values in [(1, 2), (2, 1)]:
            cases.add("check", entry, i64(values[0]) + i64(values[1]), body.__name__)


def make():
    cases = Cases("control")
    branches(cases)
    loops(cases)
    calls(cases)
    failing(cases)
    checks(cases)
    return cases
