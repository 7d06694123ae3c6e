"""Local clocks and dates: shifts forward and back, over midnight, a whole day that is skipped; the
ends of the tables and of the calendar."""
from .bench import Bench
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64

L, H = LOWEST, HIGHEST
END = 4133980800

# name, offset, shifts. Berlin 1980 is real; the others are like Lord Howe (half an hour), Samoa (a
# day is skipped), Havana (back over midnight) and a clock west of UTC at the first moment.
ZONES = [
    ("UTC", 0, []),
    ("Europe/Berlin", 3600, [(323830800, 7200), (338950800, 3600)]),
    ("Half/Hour", 37800, [(1000000000, 39600), (1015000000, 37800)]),
    ("Skipped/Day", -36000, [(1325239200, 50400)]),
    ("Over/Midnight", -14400, [(1268553600, -18000), (1289106000, -14400), (1300000000, -18000)]),
    ("Far/West", -43200, [(5, -39600)]),
    ("Back/Day", 50400, [(2000000000, -36000)]),
]


class Clocks(Bench):
    calendars = ["calendar %s 2026a %d %s" % (
        '"%s"' % name, offset, " ".join("%d %d" % shift for shift in shifts))
                 for name, offset, shifts in ZONES]


def instants(offset, shifts):
    found = {0, -1, 1, END, END + 1, END - 1, L, H, 86399, 86400, 1700000000}
    for at, after in shifts:
        for distance in (0, -1, 1, -3600, 3600, -1800, 86400, -86400, 3 * 3600, -5 * 3600):
            found.add(at + distance)
        found.add((at + after) // 86400 * 86400 - after)
    return sorted(found | {-offset, -offset - 1})


def locals_of(offset, shifts):
    found = {0, -1, offset, offset - 1, END, END + offset, END + offset + 1, L, H, 86400}
    for at, after in shifts:
        for base in (at + offset, at + after):
            for distance in (0, -1, 1, 1800, -1800, 3600, -3600):
                found.add(base + distance)
            found.add(base // 86400 * 86400)
            found.add((base // 86400 + 1) * 86400)
        offset = after
    return sorted(found)


def clocks(cases):
    for op, values in (("clocal", instants), ("cdate", instants), ("ctime", locals_of)):
        for number, (name, offset, shifts) in enumerate(ZONES):
            def ask(f, x, op=op, number=number):
                answer = f.int()
                f(op, answer, x, "%%%d" % number)
                f.out(answer)

            entry = cases.contract.action("%s_%d" % (op, number), ["int"], ask)
            for value in values(offset, shifts):
                cases.add(op, entry, i64(value), "%s, %d" % (name, value))


DATES = [0, 1, -1, 19722, 19723, 11016, 11017, -25567, 59, 364, 365, 789, -719162, -719163, 2932896,
         2932897, -719161, 2932866, L, H, 47540, 20454, 20512]
STEPS = [0, 1, -1, 3, -3, 12, -12, 100, -4, 9999, -9999, 3652058, -3652058, L, H]


def dates(cases):
    for part in range(5):
        def ask(f, date, part=part):
            answer = f.int()
            f("dpart", answer, date, part)
            f.out(answer)

        entry = cases.contract.action("dpart_%d" % part, ["int"], ask)
        for date in DATES:
            cases.add("dpart", entry, i64(date), "part %d of %d" % (part, date))
    for unit in range(5):
        def first(f, date, steps, unit=unit):
            answer = f.int()
            f("dfirst", answer, date, steps, unit)
            f.out(answer)

        entry = cases.contract.action("dfirst_%d" % unit, ["int", "int"], first)
        for date in DATES:
            for steps in STEPS if date in (19722, 20512) else (0, 1, -1, 14):
                cases.add("dfirst", entry, i64(date) + i64(steps), "unit %d, %d, %d" % (
                    unit, date, steps))


def make():
    cases = Cases("clocks", Clocks("clocks"))
    clocks(cases)
    dates(cases)
    return cases
