"""Instructions on numbers, at the edges of 64 and 128 bits."""
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64, wide

L, H = LOWEST, HIGHEST
LW, HW = -2**127, 2**127 - 1
EDGES = [(0, 0), (1, 0), (0, 1), (-1, 1), (1, -1), (7, 2), (-7, 2), (7, -2), (-7, -2), (6, 3),
         (-6, 3), (L, 1), (L, -1), (L, 0), (H, 1), (H, -1), (H, H), (L, L), (L, H), (H, L),
         (2**62, 2), (-2**62, 2), (-2**62, -2), (2**32, 2**31), (2**32, -2**31), (L + 1, 1),
         (L + 1, -1), (H - 1, 1), (3037000500, 3037000500), (3037000499, 3037000499)]
UNARY = [0, 1, -1, L, L + 1, H, H - 1]
WIDE_PAIRS = [(0, 0), (1, -1), (2**64 - 1, 1), (2**64, -1), (-2**64, 1), (HW, 0), (HW, 1), (LW, 0),
              (LW, -1), (LW, 1), (HW - 1, 1), (LW + 1, -1), (HW, HW), (LW, LW), (HW, LW), (LW, HW),
              (0, LW), (-1, LW), (2**63, -2**63), (2**126, 2**126), (-2**126, -2**126)]
WIDE_ONE = [0, 1, -1, 2**63, -2**63, 2**63 - 1, -2**63 - 1, 2**64, -2**64, HW, LW, LW + 1]


def binary(cases, ops, pairs):
    for op in ops:
        def body(f, x, y, op=op):
            result = f.int()
            f(op, result, x, y)
            f.out(result)

        entry = cases.contract.action("run_" + op, ["int", "int"], body)
        for x, y in pairs:
            cases.add(op, entry, i64(x) + i64(y), "%d, %d" % (x, y))


def unary(cases):
    for op in ("mov", "neg", "not"):
        def body(f, x, op=op):
            result = f.int()
            f(op, result, x)
            f.out(result)

        entry = cases.contract.action("run_" + op, ["int"], body)
        for x in UNARY:
            cases.add(op, entry, i64(x), str(x))


def constants(cases):
    for index, value in enumerate([0, 1, -1, 32767, -32768, 65536, 2**31 - 1, -2**31]):
        def load(f, value=value):
            result = f.int()
            f("ldi", result, value)
            f.out(result)

        cases.add("ldi", cases.contract.action("ldi_%d" % index, [], load), note=str(value))
    for index, value in enumerate([0, -1, H, L]):
        def load_constant(f, value=value):
            f.out(f.number(value))

        entry = cases.contract.action("ldc_%d" % index, [], load_constant)
        cases.add("ldc", entry, note=str(value))
    for index, value in enumerate([0, -1, H + 1, HW, LW]):
        def load_wide(f, value=value):
            result = f.wide()
            f("ldcw", result, f.contract.number(value))
            f.out_wide(result)

        entry = cases.contract.action("ldcw_%d" % index, [], load_wide)
        cases.add("ldcw", entry, note=str(value))


def by_constant(cases):
    for index, added in enumerate([0, 1, -1, 32767, -32768]):
        def add(f, x, added=added):
            result = f.int()
            f("addi", result, x, added % 65536)
            f.out(result)

        entry = cases.contract.action("addi_%d" % index, ["int"], add)
        for x in (0, 5, H, H - 32767, H - 32766, L, L + 32768, L + 32767):
            cases.add("addi", entry, i64(x), "%d + %d" % (x, added))
    for op in ("idivk", "modk"):
        for index, divisor in enumerate([1, 2, 3, 10, 64, 1000, 2**62, H]):
            def divide(f, x, op=op, divisor=divisor):
                result = f.int()
                f(op, result, x, f.contract.number(divisor))
                f.out(result)

            entry = cases.contract.action("%s_%d" % (op, index), ["int"], divide)
            for x in (0, 1, -1, 7, -7, 1000, -1000, H, L):
                cases.add(op, entry, i64(x), "%d by %d" % (x, divisor))
    for index, (lo, hi) in enumerate([(0, 100), (5, 5), (-9, -3), (L, H)]):
        def check(f, x, lo=lo, hi=hi):
            f("range", x, f.contract.number(lo), f.contract.number(hi))
            f.out(x)

        entry = cases.contract.action("range_%d" % index, ["int"], check)
        for x in sorted({lo, hi, max(lo - 1, L), min(hi + 1, H), L, H}):
            cases.add("range", entry, i64(x), "%d in %d..%d" % (x, lo, hi))


def choices(cases):
    def select(f, x, y, which):
        result = f.int()
        f("select", result, x, y, which)
        f.out(result)

    entry = cases.contract.action("run_select", ["int", "int", "int"], select)
    for which in (0, 1, -1, L, 2):
        cases.add("select", entry, i64(10) + i64(20) + i64(which), str(which))

    def selectw(f, x, y, which):
        result = f.wide()
        f("selectw", result, x, y, which)
        f.out_wide(result)

    entry = cases.contract.action("run_selectw", ["wide", "wide", "int"], selectw)
    for which in (0, 1, -1, L):
        cases.add("selectw", entry, wide(HW) + wide(LW) + i64(which), str(which))


def wide_results(cases):
    for op in ("addw", "subw", "minw", "maxw"):
        def body(f, x, y, op=op):
            result = f.wide()
            f(op, result, x, y)
            f.out_wide(result)

        entry = cases.contract.action("run_" + op, ["wide", "wide"], body)
        for x, y in WIDE_PAIRS:
            cases.add(op, entry, wide(x) + wide(y), "%d, %d" % (x, y))
    for op in ("eqw", "ltw", "lew"):
        def compare(f, x, y, op=op):
            result = f.int()
            f(op, result, x, y)
            f.out(result)

        entry = cases.contract.action("run_" + op, ["wide", "wide"], compare)
        for x, y in WIDE_PAIRS:
            cases.add(op, entry, wide(x) + wide(y), "%d, %d" % (x, y))
    for op in ("movw", "negw"):
        def one(f, x, op=op):
            result = f.wide()
            f(op, result, x)
            f.out_wide(result)

        entry = cases.contract.action("run_" + op, ["wide"], one)
        for x in WIDE_ONE:
            cases.add(op, entry, wide(x), str(x))

    def narrow(f, x):
        result = f.int()
        f("narrow", result, x)
        f.out(result)

    entry = cases.contract.action("run_narrow", ["wide"], narrow)
    for x in WIDE_ONE:
        cases.add("narrow", entry, wide(x), str(x))


def products(cases):
    def mulw(f, x, y):
        result = f.wide()
        f("mulw", result, x, y)
        f.out_wide(result)

    entry = cases.contract.action("run_mulw", ["int", "int"], mulw)
    for x, y in EDGES:
        cases.add("mulw", entry, i64(x) + i64(y), "%d, %d" % (x, y))

    def mulwi(f, x, y):
        result = f.wide()
        f("mulwi", result, x, y)
        f.out_wide(result)

    entry = cases.contract.action("run_mulwi", ["wide", "int"], mulwi)
    for x, y in [(0, L), (1, L), (-1, L), (2**64, -2), (2**126, 2), (2**126, -2), (-2**126, 2),
                 (LW, 1), (LW, -1), (HW, 1), (HW, -1), (HW, 2), (2**65 + 1, 2**61), (LW, 0),
                 (-2**64, H), (2**63, L), (2**64, L), (-2**64, L)]:
        cases.add("mulwi", entry, wide(x) + i64(y), "%d, %d" % (x, y))

    def widen(f, x):
        result = f.wide()
        f("widen", result, x)
        f.out_wide(result)

    entry = cases.contract.action("run_widen", ["int"], widen)
    for x in UNARY:
        cases.add("widen", entry, i64(x), str(x))


def make():
    cases = Cases("numbers")
    binary(cases, ("add", "sub", "mul", "idiv", "mod", "min", "max", "eq", "ne", "lt", "le"), EDGES)
    unary(cases)
    constants(cases)
    by_constant(cases)
    choices(cases)
    wide_results(cases)
    products(cases)
    return cases
