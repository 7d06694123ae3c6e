"""Multiply, divide, round: all modes, all signs, ties and their neighbours, both widths, with and
without a divisor in a register; what leaves 64 bits, and what needs 256."""
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64, wide

L, H = LOWEST, HIGHEST
LW, HW = -2**127, 2**127 - 1
MODES = ("half_even", "half_up", "half_down", "up", "down", "floor", "ceil", "exact")

# n, m: the constants E and F; then (x, y, z) of 64 bits. z is left out where there is none.
FACTORS = [
    (1, 2, [(1, 1, 1), (3, 1, 1), (5, 1, 1), (-1, 1, 1), (-3, 1, 1), (-5, 1, 1), (4, 1, 1),
            (1, 1, -1), (3, 1, -1), (-3, 1, -1), (0, 5, 3), (L, 1, 1), (H, 1, 1), (H, 2, 1),
            (L, 2, 1), (L, -2, 1), (1, 1, 0)]),
    (1, 10, [(15, 1, 1), (25, 1, 1), (24, 1, 1), (26, 1, 1), (-15, 1, 1), (-25, 1, 1), (-24, 1, 1),
             (-26, 1, 1), (7, -3, 2), (1, 1, 7), (-1, 1, 7), (H, H, 1), (L, L, 1), (H, H, H),
             (L, L, L), (L, H, L)]),
    (1000, 1, [(1, 1, 3), (-1, 1, 3), (2, 1, 3), (1, 1, 2000), (3, 1, 2000), (-3, 1, 2000),
               (H, 1, 1000), (H, 1, 1), (L, 1, 1000), (H, H, H)]),
    (H, H - 1, [(1, 1, 1), (-1, 1, 1), (H, 1, 1), (H - 1, 1, 1), (L, 1, 1), (H, H, H), (L, L, L)]),
]
WIDE_FACTORS = [
    (1, 2, [(1, 1, 1), (3, 1, 1), (-3, 1, 1), (2**64 + 1, 1, 1), (2**64 + 1, 1, H),
            (-2**64 - 1, 1, H), (2**64, 1, 1), (-2**64, 1, 1), (-2**64 - 1, 1, 1), (HW, 1, 1),
            (3, 1, 0)]),
    (1, 10**9, [(15 * 10**8, 1, 1), (25 * 10**8, 1, 1), (-25 * 10**8, 1, 1), (10**27, 1, 1),
                (10**27 + 5 * 10**8, 1, 1), (-10**27 - 5 * 10**8, 1, 1), (HW, H, H), (LW, H, H),
                (LW, L, L)]),
    (H, H, [(HW, 1, H), (LW, 1, H), (H, 1, 1), (L, 1, 1), (HW, H, H), (LW, L, L), (2**63, 1, 1),
            (-2**63 - 1, 1, 1), (7, 1, -2), (-7, 1, -2)]),
]


def body_of(op, has_divisor, n, m, is_wide):
    def body(f, x, y, *rest):
        result = f.int()
        divisor = list(rest) if has_divisor else []
        f(op, result, x, y, *divisor, f.contract.number(n), f.contract.number(m))
        f.out(result)

    parameters = ["wide" if is_wide else "int", "int"] + (["int"] if has_divisor else [])
    return parameters, body


def make():
    cases = Cases("rounding")
    for form, has_divisor, factors in (("mdr", True, FACTORS), ("mr", False, FACTORS),
                                       ("mdrw", True, WIDE_FACTORS), ("mrw", False, WIDE_FACTORS)):
        is_wide = form.endswith("w")
        for mode in MODES:
            op = "%s_%s" % (form, mode)
            for index, (n, m, operands) in enumerate(factors):
                parameters, body = body_of(op, has_divisor, n, m, is_wide)
                entry = cases.contract.action("%s_%d" % (op, index), parameters, body)
                for x, y, z in operands:
                    if not has_divisor and z != 1:
                        continue
                    args = (wide(x) if is_wide else i64(x)) + i64(y)
                    note = "%d * %d * %d / %d" % (x, y, n, m)
                    if has_divisor:
                        args += i64(z)
                        note += " / %d" % z
                    cases.add(op, entry, args, note)
    return cases
