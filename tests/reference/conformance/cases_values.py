"""Values in call memory: places, fields, enums, lists, maps, sets, series; and states."""
from .bench import ALICE, BANK, BUSY, CAROL, ENTERED, NOW, record, root
from .cases import Cases
from .contract import HIGHEST, LOWEST, i64, party, text, u32

L, H = LOWEST, HIGHEST


def ints(*values):
    return u32(len(values)) + b"".join(map(i64, values))


def map_of(*pairs):
    return u32(len(pairs)) + b"".join(i64(key) + i64(value) for key, value in pairs)


def series(start, values, qualities):
    return i64(start) + ints(*values) + bytes(qualities)


def environment(cases):
    contract = cases.contract
    for number, name in enumerate(["now", "entered", "deployed", "state tag"]):
        def number_of(f, number=number):
            result = f.int()
            f("sys", result, number)
            f.out(result)

        entry = contract.action("sys_%d" % number, [], number_of)
        cases.add("sys", entry, note=name)
        cases.add("sys", entry, note=name, now=L, root=root(BUSY, i64(1) + i64(2), entered=-7))
        cases.add("sys", entry, note=name, now=H)
    parts = [("terms_type", 0), ("storage_type", 0), ("parties_type", None), ("states_type", None),
             ("party", None), ("party", None)]
    for part, (type_, offset) in enumerate(parts):
        def place_of(f, part=part, type_=type_, offset=offset):
            place = f.ref(type_)
            f("root", place, part)
            result = f.int()
            if type_ == "states_type":
                f("tag", result, place)
            elif offset is not None:
                f("ldf", result, place, 8 * offset)
            else:
                who = f.constant("party", {2: ALICE, 4: party(0x10), 5: BANK}[part])
                first = place
                if part == 2:
                    first = f.ref("party")
                    f("fref", first, place, 0)
                f("cmpb", result, first, who)
            f.out(result)

        entry = contract.action("root_%d" % part, [], place_of)
        cases.add("root", entry)
        cases.add("root", entry, principal=CAROL, root=root(BUSY, i64(3) + i64(4), count=L))


def fields(cases):
    contract = cases.contract

    def store(f, x, y):
        place = f.new("pair")
        first, second = f.int(), f.int()
        f("stf", place, 1, x)
        f("stf", place, 0, y)
        f("ldf", first, place, 0)
        f("ldf", second, place, 1)
        f.out(first, second)

    entry = contract.action("stores", ["int", "int"], store)
    for op in ("new", "stf", "ldf"):
        for values in [(1, 2), (L, H), (0, -1)]:
            cases.add(op, entry, i64(values[0]) + i64(values[1]))

    def scalars(f, given):
        """Every kind of scalar, and both ends of an interval."""
        place = f.copied(given, "scalars")
        for offset in range(6):
            result = f.int()
            f("ldf", result, place, offset)
            f.out(result)

    entry = contract.action("scalars", ["scalars"], scalars)
    for value in (b"\1" + i64(100) + b"\0\2" + i64(L) + i64(-5) + i64(H),
                  b"\0" + i64(0) + b"\0\0" + i64(H) + i64(7) + i64(7)):
        cases.add("ldf", entry, value)
        cases.add("copy", entry, value)

    def named(f, given):
        who, amount = f.ref("party"), f.int()
        f("fref", who, given, 0)
        f("ldf", amount, given, 4)
        note, length, order = f.ref("text"), f.int(), f.int()
        f("fref", note, given, 5)
        f("len", length, note)
        f("cmpb", order, who, f.constant("party", BANK))
        f.out(amount, length, order)

    entry = contract.action("named", ["record"], named)
    for value in (record(ALICE, 5, ""), record(BANK, L, "abc"), record(CAROL, H, "电" * 6)):
        cases.add("fref", entry, value)
        cases.add("len", entry, value)

    def level(f, x):
        """A field of the record that its type cannot hold is noticed when it is written."""
        storage = f.ref("storage_type", "refmut")
        f("root", storage, 1)
        f("stf", storage, 5, x)

    entry = contract.action("level", ["int"], level)
    for value in (9, 0, 100, 101, -1, H):
        cases.add("stf", entry, i64(value), "level %d in 0..100" % value)

    def constant(f):
        place, count = f.constant("ints", ints(5, 6, 7)), f.int()
        last, two = f.int(), f.number(2)
        f("len", count, place)
        f("ldx", last, place, two)
        f.out(count, last)

    cases.add("leac", contract.action("constant", [], constant))

    def again(f, x):
        """`new` of a slot that was used empties it."""
        f.slots.append(contract.type("holder"))
        place, list_, number, length = (f.ref("holder", "refmut"), f.ref("ints", "refmut"), f.int(),
                                        f.int())
        for _ in range(2):
            f("new", place, 0)
            f("fref", list_, place, 1)
            f("push", list_, x)
        f("ldf", number, place, 0)
        f("len", length, list_)
        f.out(number, length)

    entry = contract.action("again", ["int"], again)
    cases.add("new", entry, i64(3), "twice")

    def moved(f, x):
        place, same = f.new("pair"), f.ref("pair")
        f("stf", place, 0, x)
        f("movr", same, place)
        f("stf", place, 1, x)
        number = f.int()
        f("ldf", number, same, 1)
        f.out(number)

    cases.add("movr", contract.action("moved", ["int"], moved), i64(12))


def enums(cases):
    contract = cases.contract

    def line(f, given):
        held = f.int()
        f("tag", held, given)
        f.out(held)
        pair, x = f.ref("pair"), f.int()
        f("vref", pair, given, 1)
        f("ldf", x, pair, 1)
        f.out(x)

    entry = contract.action("line", ["shape"], line)
    for value in (b"\0\0", b"\0\1" + i64(4) + i64(5), b"\0\2" + text("name")):
        cases.add("vref", entry, value)

    def tag(f, given):
        held = f.int()
        f("tag", held, given)
        f.out(held)

    entry = contract.action("tags", ["shape"], tag)
    for value in (b"\0\0", b"\0\1" + i64(4) + i64(5), b"\0\2" + text("")):
        cases.add("tag", entry, value)
    for variant in range(3):
        def set_(f, given, variant=variant):
            place = f.copied(given, "shape")
            type_ = ("shape", "pair", "label")[variant]
            data = f.ref(type_, "refmut")
            f("vset", data, place, variant)
            held = f.int()
            f("tag", held, place)
            f.out(held)
            if variant == 1:
                x = f.int()
                f("ldf", x, data, 1)
                f.out(x)

        entry = contract.action("set_%d" % variant, ["shape"], set_)
        for value in (b"\0\0", b"\0\1" + i64(4) + i64(5), b"\0\2" + text("name")):
            cases.add("vset", entry, value)

    def old(f):
        """A ref into a variant that is no longer held reads what was written through it."""
        place = f.new("shape")
        data, name, x = f.ref("pair", "refmut"), f.ref("label", "refmut"), f.int()
        f("vset", data, place, 1)
        f("stf", data, 0, f.number(99))
        f("vset", name, place, 2)
        f("ldf", x, data, 0)
        f.out(x)

    cases.add("vset", contract.action("old", [], old), note="the variant before")


def lists(cases):
    contract = cases.contract

    def indexed(f, given, index):
        number = f.int()
        f("ldx", number, given, index)
        f.out(number)

    entry = contract.action("indexed", ["ints", "int"], indexed)
    indexes = (0, 1, 2, 3, 4, -1, L, H)
    for index in indexes:
        cases.add("ldx", entry, ints(7, 8, L) + i64(index), str(index))
    cases.add("ldx", entry, ints() + i64(0), "empty")

    def set_at(f, given, index, value):
        place = f.copied(given, "ints")
        f("stx", place, index, value)
        for at in range(2):
            number, where = f.int(), f.number(at)
            f("ldx", number, place, where)
            f.out(number)

    entry = contract.action("set_at", ["ints", "int", "int"], set_at)
    for index in indexes:
        cases.add("stx", entry, ints(7, 8) + i64(index) + i64(H), str(index))

    def pushed(f, given, value):
        place, length, last = f.copied(given, "ints"), f.int(), f.int()
        f("push", place, value)
        f("len", length, place)
        f.out(length)
        f("addi", length, length, 65535)
        f("ldx", last, place, length)
        f.out(last)

    entry = contract.action("pushed", ["ints", "int"], pushed)
    for count in range(5):
        cases.add("push", entry, ints(*range(count)) + i64(L), "behind %d" % count)

    def grown(f, given):
        """The item that is added is zero; the one before is as it was."""
        place = f.copied(given, "records")
        item, amount, length = f.ref("record", "refmut"), f.int(), f.int()
        f("pushn", item, place)
        f("ldf", amount, item, 4)
        f("len", length, place)
        f.out(amount, length)

    entry = contract.action("grown", ["records"], grown)
    for count in range(5):
        data = u32(count) + b"".join(record(CAROL, 5 + index, "n") for index in range(count))
        cases.add("pushn", entry, data, "behind %d" % count)

    def item(f, given, index):
        place, amount = f.ref("record"), f.int()
        f("xref", place, given, index)
        f("ldf", amount, place, 4)
        f.out(amount)

    entry = contract.action("item", ["records", "int"], item)
    for index in (0, 1, 2, -1, L, H):
        data = u32(2) + record(ALICE, 5, "a") + record(BANK, 6, "") + i64(index)
        cases.add("xref", entry, data, str(index))

    def member(f, given, index):
        place, number = f.ref("int"), f.int()
        f("xref", place, given, index)
        f("ldf", number, place, 0)
        f.out(number)

    entry = contract.action("member", ["ints_set", "int"], member)
    for index in (0, 2, 3):
        cases.add("xref", entry, ints(-5, 0, H) + i64(index), "of a set")

    def nested(f, given):
        place = f.copied(given, "nested")
        for at in range(2):
            inner, items, length = f.ref("inner", "refmut"), f.ref("ints", "refmut"), f.int()
            f("xref", inner, place, f.number(at))
            f("fref", items, inner, 0)
            f("push", items, f.number(50 + at))
            f("len", length, items)
            f.out(length)

    entry = contract.action("nests", ["nested"], nested)
    for data in (u32(2) + ints(1, 2, 3) + ints(), u32(3) + ints() + ints(4) + ints(5, 6),
                 u32(1) + ints(1), u32(2) + ints(1, 2, 3, 4) + ints()):
        cases.add("push", entry, data, "in a list of lists")
        cases.add("copy", entry, data, "a list of lists")


def comparing(cases):
    contract = cases.contract
    values = {
        "party": [party(1), party(2), party(0xFF)],
        "bytes": [bytes(10), b"\0" * 9 + b"\1", b"\xff" + bytes(9)],
        "text": [text(""), text("a"), text("ab"), text("b"), text("电")],
        "pair": [i64(L) + i64(0), i64(0) + i64(-1), i64(0) + i64(H), i64(1) + i64(L)],
        "span": [i64(-3) + i64(5), i64(-3) + i64(6), i64(0) + i64(0)],
        "record": [record(ALICE, 1, "a"), record(ALICE, 2, ""), record(ALICE, 2, "a"),
                   record(BANK, L, "")],
    }
    for type_, samples in values.items():
        def compare(f, x, y):
            order = f.int()
            f("cmpb", order, x, y)
            f.out(order)

        entry = contract.action("compare_" + type_, [type_, type_], compare)
        for x in samples:
            for y in samples:
                cases.add("cmpb", entry, x + y, type_)


def copies(cases):
    contract = cases.contract
    samples = {
        "pair": [i64(1) + i64(2)],
        "shape": [b"\0\2" + text("abc")],
        "holder": [i64(1) + ints() + map_of(), i64(-1) + ints(1, 2) + map_of((3, 4)),
                   i64(0) + ints(1, 2, 3, 4) + map_of((1, 1), (2, 2), (3, 3), (4, 4))],
        "records": [u32(0), u32(1) + record(CAROL, 3, "x")],
        "series": [series(900, [], []), series(-900, [1, 2, 0], [0, 1, 3])],
    }
    for type_, values in samples.items():
        def copy(f, given, type_=type_):
            place = f.copied(given, type_)
            f("copy", place, place)
            number = f.int()
            f("tag" if type_ == "shape" else "len" if type_ in ("records", "series") else "ldf",
              number, place, *([0] if type_ in ("pair", "holder") else []))
            f.out(number)

        entry = contract.action("copy_" + type_, [type_], copy)
        for value in values:
            cases.add("copy", entry, value, type_)


def maps(cases):
    contract = cases.contract
    four = map_of((-9, 1), (0, 2), (5, 3), (H, 4))
    three = map_of((-9, 1), (0, 2), (5, 3))
    keys = (-9, 0, 5, H, L, -8, 1, 6)
    for op in ("mfind", "mneed"):
        def find(f, given, key, op=op):
            place, index = f.new("one_int"), f.int()
            f("stf", place, 0, key)
            where = f.ref("int")
            f("fref", where, place, 0)
            f(op, index, given, where)
            f.out(index)

        entry = contract.action("run_" + op, ["map", "int"], find)
        for given in (map_of(), map_of((0, 1)), three, four):
            for key in keys:
                cases.add(op, entry, given + i64(key), str(key))

    def find_word(f, given, key):
        index = f.int()
        f("mfind", index, given, key)
        f.out(index)

    entry = contract.action("find_word", ["words_map", "word"], find_word)
    words = u32(3) + b"".join(text(key) + i64(1) + i64(2) for key in ("", "a", "ab"))
    for key in ("", "a", "ab", "b", "aa", "电力"):
        cases.add("mfind", entry, words + text(key), "text")
    for op, kind in (("mput", "map"), ("mput", "ints_set"), ("mdel", "map"), ("mdel", "ints_set")):
        def change(f, given, key, op=op, kind=kind):
            place, holder, where = f.copied(given, kind), f.new("one_int"), f.ref("int")
            f("stf", holder, 0, key)
            f("fref", where, holder, 0)
            result, length = f.int(), f.int()
            f(op, result, place, where)
            f("len", length, place)
            f.out(result, length)
            end = f.label()
            f("brz", length, end)
            f("block")
            first, zero, number = f.ref("int"), f.number(0), f.int()
            f("mkey" if kind == "map" else "xref", first, place, zero)
            f("ldf", number, first, 0)
            f.out(number)
            f.end()
            f(end + ":")
            f("block")

        entry = contract.action("%s_%s" % (op, kind), [kind, "int"], change)
        samples = (map_of(), map_of((0, 1)), three, four)
        if kind != "map":
            samples = (ints(), ints(0), ints(-9, 0, 5), ints(-9, 0, 5, H))
        for given in samples:
            for key in keys:
                cases.add(op, entry, given + i64(key), "%s, %d" % (kind, key))

    def inside(f, given):
        """The key is a place of the map itself, behind the entry that comes."""
        place, key, low = f.copied(given, "words_map"), f.ref("word"), f.int()
        f("mkey", key, place, f.number(1))
        f("mput", low, place, f.constant("word", text("")))
        f.out(low)
        length = f.int()
        f("mput", low, place, key)
        f("len", length, place)
        f.out(low, length)

    entry = contract.action("inside", ["words_map"], inside)
    for words in (("b", "c"), ("", "c"), ("b", "c", "d")):
        data = u32(len(words)) + b"".join(text(key) + i64(1) + i64(2) for key in words)
        cases.add("mput", entry, data, "by a key of the map")
    for op in ("mkey", "mval"):
        def entry_of(f, given, index, op=op):
            place, number = f.ref("int"), f.int()
            f(op, place, given, index)
            f("ldf", number, place, 0)
            f.out(number)

        entry = contract.action("run_" + op, ["map", "int"], entry_of)
        for index in (0, 2, 3, -1, L, H):
            cases.add(op, entry, three + i64(index), str(index))


def series_cases(cases):
    contract = cases.contract
    values = series(1800, [5, 0, L, 7], [0, 3, 1, 2])

    def value(f, given, index):
        number = f.int()
        f("ldx", number, given, index)
        f.out(number)

    entry = contract.action("interval", ["series", "int"], value)
    for index in (0, 1, 2, 3, 4, -1, H):
        cases.add("ldx", entry, values + i64(index), "interval %d" % index)

    def quality(f, given, index):
        number = f.int()
        f("qual", number, given, index)
        f.out(number)

    entry = contract.action("quality", ["series", "int"], quality)
    for index in (0, 1, 2, 3, 4, -1, L):
        cases.add("qual", entry, values + i64(index), "interval %d" % index)

    def length(f, given):
        number = f.int()
        f("len", number, given)
        f.out(number)

    entry = contract.action("intervals", ["series"], length)
    for given in (series(0, [], []), values):
        cases.add("len", entry, given, "series")
    for wanted in range(4):
        def count(f, given, wanted=wanted):
            number = f.int()
            f("qcount", number, given, wanted)
            f.out(number)

        entry = contract.action("count_%d" % wanted, ["series"], count)
        for given in (series(0, [], []), values, series(-900, [0, 0, 0], [3, 3, 3])):
            cases.add("qcount", entry, given, "quality %d" % wanted)


def states(cases):
    contract = cases.contract

    def busy(f, x, y):
        data = f.new("pair")
        f("stf", data, 0, x)
        f("stf", data, 1, y)
        f("setst Busy", data)
        f("stf", data, 0, f.number(0))  # too late
        held = f.int()
        f("sys", held, 3)
        f.out(held)

    entry = contract.action("busy", ["int", "int"], busy, leads_to="Busy")
    for before in (root(), root(BUSY, i64(1) + i64(2))):
        for values in [(3, 4), (L, H)]:
            cases.add("setst", entry, i64(values[0]) + i64(values[1]), root=before)
    cases.add("setst", entry, i64(1) + i64(2), "all as it was", now=ENTERED,
              root=root(BUSY, i64(1) + i64(2)))
    for name in ("Open", "Done"):
        def plain(f, name=name):
            f("setst0 " + name)

        entry = contract.action("to_" + name.lower(), [], plain, leads_to=name)
        for before in (root(), root(BUSY, i64(1) + i64(2))):
            cases.add("setst0", entry, root=before)
            cases.add("setst0", entry, root=before, now=NOW + 5)

    def twice(f, x):
        data, place, inner = f.new("pair"), f.ref("states_type"), f.ref("pair")
        number = f.int()
        f("setst0 Done")
        f("stf", data, 1, x)
        f("setst Busy", data)
        f("root", place, 3)
        f("vref", inner, place, 1)
        f("ldf", number, inner, 1)
        f.out(number)

    entry = contract.action("twice", ["int"], twice, leads_to="Busy | Done")
    cases.add("setst", entry, i64(17), "the last one holds")


def make():
    cases = Cases("values")
    environment(cases)
    fields(cases)
    enums(cases)
    lists(cases)
    comparing(cases)
    copies(cases)
    maps(cases)
    series_cases(cases)
    states(cases)
    return cases
