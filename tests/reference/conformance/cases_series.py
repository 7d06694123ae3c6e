"""Instructions on whole series: making, setting, cutting, filling, longer steps."""
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64, u32

L, H = LOWEST, HIGHEST
M, E, S, X = 0, 1, 2, 3  # measured, estimated, substituted, missing


def series(start, *intervals):
    values = b"".join(i64(value) for value, _ in intervals)
    return i64(start) + u32(len(intervals)) + values + bytes(quality for _, quality in intervals)


def show(f, place, type_):
    """Emits the series: start and values as numbers do not show a missing one."""
    length, start, missing = f.int(), f.int(), f.int()
    f("len", length, place)
    f("ldf", start, place, 0)
    f("qcount", missing, place, X)
    f.out(length, start, missing)
    for index in range(4):
        quality, value, at, end = f.number(-1), f.number(-1), f.number(index), f.label()
        three = f.number(X)
        f("brle", length, at, end)
        f("block")
        f("qual", quality, place, at)
        f("breq", quality, three, end)
        f("block")
        f("ldx", value, place, at)
        f(end + ":")
        f("block")
        f.out(quality, value)


def making(cases):
    contract = cases.contract

    def new(f, start, length):
        place = f.new("series")
        f("snew", place, start, length)
        show(f, place, "series")

    entry = contract.action("make", ["int", "int"], new)
    for start in (0, 900, -900, 901, L, H, 1700000100):
        for length in (0, 1, 4, 5, -1, L, H):
            cases.add("snew", entry, i64(start) + i64(length), "%d from %d" % (length, start))
    for type_ in ("series", "small_series"):
        def set_(f, given, index, value, quality, type_=type_):
            place = f.copied(given, type_)
            f("sset", place, index, value, quality)
            show(f, place, type_)

        entry = contract.action("set_" + type_, [type_, "int", "int", "int"], set_)
        given = series(0, (5, M), (0, X), (7, S))
        for index in (0, 1, 2, 3, -1, L):
            cases.add("sset", entry, given + i64(index) + i64(9) + i64(E), "interval %d" % index)
        for value in (0, 100, 101, -1, L, H):
            for quality in (M, S, X, 4, -1, 256, L):
                cases.add("sset", entry, given + i64(1) + i64(value) + i64(quality),
                          "%s, value %d of quality %d" % (type_, value, quality))

    def index_of(f, given, time):
        index = f.int()
        f("sidx", index, given, time)
        f.out(index)

    entry = contract.action("find", ["series", "int"], index_of)
    for start in (0, -1800, (H // 900) * 900):
        for distance in (0, 900, 1800, 2700, 2699, 2701, 3600, 1, -1, -900):
            time = start + distance
            if L <= time <= H:
                cases.add("sidx", entry, series(start, (1, M), (2, M), (3, M)) + i64(time),
                          "%d, %d" % (start, distance))
    for time in (L, H):
        cases.add("sidx", entry, series(900, (1, M)) + i64(time), "far away")
        cases.add("sidx", entry, series(-900, (1, M)) + i64(time), "far away")


def cutting(cases):
    contract = cases.contract
    given = series(-900, (5, M), (0, X), (7, S), (L, E))
    late = series((H // 900) * 900, (5, M), (6, M), (7, M))
    bounds = [(0, 0), (0, 4), (1, 3), (4, 4), (2, 2), (0, 5), (3, 2), (-1, 2), (0, -1), (5, 5), (L, L),
              (H, H), (1, H)]
    for same in (False, True):
        def cut(f, from_, first, end, same=same):
            place = f.copied(from_, "series") if same else f.new("series")
            f("slice", place, place if same else from_, first, end)
            show(f, place, "series")

        entry = contract.action("cut_in_place" if same else "cut", ["series", "int", "int"], cut)
        for first, end in bounds:
            cases.add("slice", entry, given + i64(first) + i64(end), "%d to %d" % (first, end))
        for first, end in ((0, 2), (1, 2), (1, 1)):
            cases.add("slice", entry, late + i64(first) + i64(end), "late, %d to %d" % (first, end))
    for quality in range(4):
        def count(f, from_, first, end, quality=quality):
            number = f.int()
            f("qrange", number, from_, quality, first, end)
            f.out(number)

        entry = contract.action("count_%d" % quality, ["series", "int", "int"], count)
        for first, end in bounds:
            cases.add("qrange", entry, given + i64(first) + i64(end), "quality %d in %d to %d" % (
                quality, first, end))


def filling(cases):
    contract = cases.contract
    samples = [
        series(0), series(900, (5, M)), series(0, (0, X)), series(0, (0, X), (0, X), (0, X), (0, X)),
        series(0, (5, M), (0, X), (8, E)), series(0, (5, M), (0, X), (0, X), (8, E)),
        series(0, (0, X), (5, M), (0, X), (6, S)), series(0, (5, M), (6, M), (0, X), (0, X)),
        series(0, (L, M), (0, X), (H, M)), series(0, (H, M), (0, X), (0, X), (L, M)),
        series(0, (-5, M), (0, X), (-8, M)), series(0, (1, M), (0, X), (2, M), (0, X)),
        series(0, (3, M), (0, X), (4, M)), series(0, (-3, M), (0, X), (-4, M)),
        series(0, (5, M), (6, E), (7, S), (8, M)),
    ]
    for rule in range(3):
        for same in (False, True):
            def fill(f, from_, value, rule=rule, same=same):
                place = f.copied(from_, "series") if same else f.new("series")
                f("sfill", place, place if same else from_, rule, value)
                show(f, place, "series")

            name = "fill_%d%s" % (rule, "_in_place" if same else "")
            entry = contract.action(name, ["series", "int"], fill)
            for given in samples:
                cases.add("sfill", entry, given + i64(-7), "rule %d" % rule)

        def fill_small(f, from_, value, rule=rule):
            place = f.new("small_series")
            f("sfill", place, from_, rule, value)
            show(f, place, "small_series")

        entry = contract.action("fill_small_%d" % rule, ["small_series", "int"], fill_small)
        for value in (0, 100, 101, -1):
            cases.add("sfill", entry, series(0, (5, M), (0, X), (100, M)) + i64(value),
                      "rule %d, value %d in 0..100" % (rule, value))


def lengthening(cases):
    contract = cases.contract
    contract.declare("halves", "series 2 {int} 1800")
    contract.declare("whole", "series 1 {int} 3600")
    contract.declare("small_halves", "series 2 {small} 1800")
    samples = [
        series(0), series(0, (5, M), (6, M)), series(1800, (5, M), (6, E), (7, S), (9, M)),
        series(900, (5, M), (6, M)), series(0, (5, M)), series(0, (5, M), (0, X), (7, M), (8, M)),
        series(0, (7, M), (8, M), (7, M), (0, X)), series(0, (H, M), (1, M)),
        series(0, (H, M), (H, M), (H, M), (H, M)), series(0, (L, M), (L, M)),
        series(0, (-5, M), (-6, M), (-7, E), (-8, M)), series(0, (H, M), (L, M), (1, M), (0, M)),
        series(-1800, (1, M), (2, M), (3, M), (5, M)), series(0, (50, M), (51, M), (100, M), (99, M)),
        series(0, (100, M), (101, M)), series(3600, (1, M), (2, M), (4, M), (3, M)),
    ]
    for mode in range(9):
        for type_, count in (("halves", 2), ("whole", 4), ("small_halves", 2)):
            if type_ == "small_halves" and mode not in (0, 8):
                continue

            def lengthen(f, from_, mode=mode, type_=type_, count=count):
                place = f.new(type_)
                f("sagg", place, from_, count, mode)
                show(f, place, type_)

            entry = contract.action("%s_%d" % (type_, mode), ["series"], lengthen)
            for given in samples:
                cases.add("sagg", entry, given, "%s, mode %d" % (type_, mode))


def texts(cases):
    """Texts of different capacity are compared as bytes; the first one's type is charged."""
    contract = cases.contract

    def compare(f, x, y):
        order, back = f.int(), f.int()
        f("cmpb", order, x, y)
        f("cmpb", back, y, x)
        f.out(order, back)

    entry = contract.action("compare_texts", ["text", "word"], compare)
    samples = ["", "a", "ab", "b", "电", "12345678", "123456789"]
    for x in samples:
        for y in samples[:6]:
            x_bytes, y_bytes = x.encode(), y.encode()
            cases.add("cmpb", entry, u32(len(x_bytes)) + x_bytes + u32(len(y_bytes)) + y_bytes,
                      "two texts")


def make():
    cases = Cases("series")
    making(cases)
    cutting(cases)
    filling(cases)
    lengthening(cases)
    texts(cases)
    return cases
