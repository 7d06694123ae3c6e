"""Numbers that stay in registers: stored maps of numbers by numbers, views of scalars."""
from .bench import ALICE, root, stored_map
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64

L, H = LOWEST, HIGHEST
SAMPLES = [[], [(0, 5)], [(-9, 1), (0, H), (7, L)], [(-9, 1), (0, 2), (5, 3), (H, 4)]]
KEYS = (0, -9, 5, L, H)


def maps(cases):
    contract = cases.contract

    def need(f, key):
        number = f.int()
        f("nneed", number, "numbers", key)
        f.out(number)

    def put(f, key, value):
        f("nput numbers", key, value)

    def add(f, key, value):
        f("nadd numbers", key, value)

    for op, body, has_value in (("nneed", need, False), ("nput", put, True), ("nadd", add, True)):
        entry = contract.action("run_" + op, ["int", "int"] if has_value else ["int"], body)
        for sample in SAMPLES:
            for key in KEYS:
                for value in ((1, -1, H) if has_value else (None,)):
                    args = i64(key) + (b"" if value is None else i64(value))
                    cases.add(op, entry, args, "key %d of %d" % (key, len(sample)),
                              host=host(stored_map("numbers", sample)))


def small_maps(cases):
    """Keys and values in 0..100."""
    contract = cases.contract

    def need(f, key):
        number = f.int()
        f("nneed", number, "keyed", key)
        f.out(number)

    def put(f, key, value):
        f("nput keyed", key, value)

    def add(f, key, value):
        f("nadd keyed", key, value)

    present = host(stored_map("keyed", [(1, 60)]))
    full = host(stored_map("keyed", [(1, 60), (2, 0), (3, 0), (4, 0)]))
    entry = contract.action("need_small", ["int"], need)
    for key in (0, 1, 2, 100, 101, -1, L, H):
        cases.add("nneed", entry, i64(key), "key %d into 0..100" % key, host=present)
    for op, body in (("nput", put), ("nadd", add)):
        entry = contract.action(op + "_small", ["int", "int"], body)
        for value in (0, 1, 40, 41, 100, 101, -60, -61, L, H):
            for key in (1, 2, 100, 101, -1):
                cases.add(op, entry, i64(key) + i64(value), "%d at %d" % (value, key), host=present)
        for value in (5, 101, -1):
            for key in (4, 9):
                cases.add(op, entry, i64(key) + i64(value), "%d at %d, full" % (value, key),
                          host=full)


def sequences(cases):
    """Counts keys up to a number and takes them together."""
    contract = cases.contract

    def fill(f, count):
        counter, sum_, value = f.number(0), f.number(0), f.int()
        head, end = f.label(), f.label()
        f("lenter", counter, count, end, contract.number(100))
        f(head + ":")
        f("block")
        f("nadd numbers", counter, counter)
        f("nput numbers", counter, count)
        f("nadd numbers", counter, counter)
        f("nneed", value, "numbers", counter)
        f("add", sum_, sum_, value)
        f("loop", counter, count, head)
        f(end + ":")
        f("block")
        f.out(sum_)

    entry = contract.action("fill", ["int"], fill)
    for count in (0, 1, 2, 4, 5):
        cases.add("nadd", entry, i64(count), "%d keys" % count)


def views(cases):
    contract = cases.contract

    def view(name, parameters, result, body, when="-", by="none"):
        f = contract.function(name)
        registers = [f.int() for _ in parameters]
        f.parameters, f.results = len(parameters), ["i64"]
        f("ret", body(f, *registers)[1:])
        args = contract.tuple(*parameters) if parameters else "empty"
        return contract.entry("view", name, name, "t%d" % contract.type(args),
                              "t%d" % contract.type(result), by=by, when=when)

    def same(f, x):
        return x

    def less(f, x, y):
        difference = f.int()
        f("sub", difference, x, y)
        return difference

    def nothing(f):
        return f.number(40)

    entry = view("same", ["int"], "small", same)
    for value in (0, 100, 101, -1, L, H):
        cases.add("ret", entry, i64(value), "a result of 0..100")
    entry = view("less", ["small", "int"], "int", less)
    for x in (0, 100, 101):
        for y in (0, 7, L, H):
            cases.add("sub", entry, i64(x) + i64(y), "two parameters")
    entry = view("nothing", [], "int", nothing, by="any_party")
    for principal in (ALICE, None):
        cases.add("ret", entry, note="no parameters", principal=principal)
    entry = view("truth", ["bool"], "bool", same, when="Busy")
    busy = root(1, i64(3) + i64(4))
    for value in (b"\0", b"\1", b"\2"):
        cases.add("ret", entry, value, "a truth value when Busy", root=busy)
        cases.add("ret", entry, value, "a truth value when Open")
    entry = view("many", ["int"] * 16, "int", lambda f, *registers: registers[15])
    cases.add("ret", entry, b"".join(i64(index) for index in range(16)), "sixteen parameters")


def make():
    cases = Cases("registers")
    maps(cases)
    small_maps(cases)
    sequences(cases)
    views(cases)
    return cases
