"""Stored collections: absent and present elements, full and empty ones, order of keys."""
from .bench import (ALICE, BANK, CAROL, OWN, element, header, record, stored_list,
                    stored_map, stored_set, stored_sorted)
from .cases import Cases, host
from .contract import HIGHEST, LOWEST, i64, party, text

L, H = LOWEST, HIGHEST
SAMPLES = [[], [(0, 5)], [(-9, 1), (0, H), (7, L)], [(-9, 1), (0, 2), (5, 3), (H, 4)]]
KEYS = (0, -9, 5, L, H)


def key_place(f, key):
    holder, place = f.new("one_int"), f.ref("int")
    f("stf", holder, 0, key)
    f("fref", place, holder, 0)
    return place


def value_place(f, value):
    holder, place = f.new("one_int"), f.ref("int", "refmut")
    f("stf", holder, 0, value)
    f("fref", place, holder, 0)
    return place


def maps(cases):
    contract = cases.contract

    def get(f, key):
        found, number, place = f.int(), f.int(), value_place(f, f.number(-1))
        f("kvget", found, "numbers", key_place(f, key), place)
        f("ldf", number, place, 0)
        f.out(found, number)

    def need(f, key):
        number, place = f.int(), value_place(f, f.number(-1))
        f("kvneed numbers", key_place(f, key), place)
        f("ldf", number, place, 0)
        f.out(number)

    def has(f, key):
        found = f.int()
        f("kvhas", found, "numbers", key_place(f, key))
        f.out(found)

    def delete(f, key):
        found = f.int()
        f("kvdel", found, "numbers", key_place(f, key))
        f.out(found)

    def put(f, key, value):
        f("kvput numbers", key_place(f, key), value_place(f, value))

    def add(f, key, value):
        f("kvadd numbers", key_place(f, key), value)

    bodies = [("kvget", get, False), ("kvneed", need, False), ("kvhas", has, False),
              ("kvdel", delete, False), ("kvput", put, True), ("kvadd", add, True)]
    for op, body, has_value in bodies:
        entry = contract.action("run_" + op, ["int", "int"] if has_value else ["int"], body)
        for sample in SAMPLES:
            for key in KEYS:
                for value in ((1, -1, H) if has_value else (None,)):
                    args = i64(key) + (b"" if value is None else i64(value))
                    cases.add(op, entry, args, "key %d of %d" % (key, len(sample)),
                              host=host(stored_map("numbers", sample)))

    def put_small(f, key, value):
        holder, place = f.new("limited"), f.ref("small")
        f("stf", holder, 0, value)
        f("fref", place, holder, 0)
        f("kvput smalls", key_place(f, key), place)

    def add_small(f, key, value):
        f("kvadd smalls", key_place(f, key), value)

    for op, body in (("kvput", put_small), ("kvadd", add_small)):
        entry = contract.action(op + "_small", ["int", "int"], body)
        for value in (0, 1, 40, 41, 100, 101, -60, -61, L, H):
            for key in (1, 2):
                cases.add(op, entry, i64(key) + i64(value), "%d into 0..100" % value,
                          host=host(stored_map("smalls", [(1, 60)])))
        full = host(stored_map("smalls", [(1, 60), (2, 0), (3, 0), (4, 0)]))
        for value in (5, 101):
            cases.add(op, entry, i64(9) + i64(value), "%d, full" % value, host=full)


def words(cases):
    contract = cases.contract
    stored = [header("words", 2), element("words", b"a\0", i64(1) + i64(2)),
              element("words", b"ab\0", i64(3) + i64(4))]

    def get(f, key):
        found, place = f.int(), f.new("pair")
        f("kvget", found, "words", key, place)
        f.out(found)
        for at in range(2):
            number = f.int()
            f("ldf", number, place, at)
            f.out(number)

    def put(f, key, value):
        f("kvput words", key, value)

    entry = contract.action("get_word", ["word"], get)
    for key in ("", "a", "ab", "abc", "电力"):
        cases.add("kvget", entry, text(key), "text key", host=host(stored))
    entry = contract.action("put_word", ["word", "pair"], put)
    for key in ("", "a", "12345678"):
        cases.add("kvput", entry, text(key) + i64(L) + i64(H), "text key", host=host(stored))


def sets(cases):
    contract = cases.contract
    everybody = [party(1), party(2), party(3), party(4)]
    for op in ("setadd", "kvhas", "kvdel"):
        def body(f, who, op=op):
            found = f.int()
            f(op, found, "set", who)
            f.out(found)

        entry = contract.action("set_" + op, ["party"], body)
        for count in (0, 1, 3, 4):
            for who in (party(1), party(3), party(9)):
                cases.add(op, entry, who, "set of %d" % count,
                          host=host(stored_set(everybody[:count])))


def lists(cases):
    contract = cases.contract
    records = [record(ALICE, 1, ""), record(BANK, L, "b"), record(CAROL, H, "long enough"),
               record(OWN, 0, "d")]

    def get(f, index):
        place, amount, length, note = f.new("record"), f.int(), f.int(), f.ref("text")
        f("lget", place, "list", index)
        f("ldf", amount, place, 4)
        f("fref", note, place, 5)
        f("len", length, note)
        f.out(amount, length)

    def put(f, index, value):
        f("lput list", index, value)

    def push(f, value):
        f("lpush list", value)

    entry = contract.action("run_lget", ["int"], get)
    for count in (0, 1, 4):
        for index in (0, 1, 3, 4, -1, L, H):
            cases.add("lget", entry, i64(index), "%d of %d" % (index, count),
                      host=host(stored_list(records[:count])))
    entry = contract.action("run_lput", ["int", "record"], put)
    for count in (0, 2, 4):
        for index in (0, 1, 2, 3, 4, -1):
            cases.add("lput", entry, i64(index) + record(CAROL, 77, "new"),
                      "%d of %d" % (index, count), host=host(stored_list(records[:count])))
    entry = contract.action("run_lpush", ["record"], push)
    for count in range(5):
        cases.add("lpush", entry, record(CAROL, 77, "new"), "behind %d" % count,
                  host=host(stored_list(records[:count])))


def sorted_collections(cases):
    contract = cases.contract
    samples = {
        "sorted": [[], [(1, 5, 0)], [(1, 5, 0), (2, 5, 3), (3, L, 1), (4, H, 2)],
                   [(9, -1, 7), (8, -1, 8)]],
        "rising": [[], [(5, 1, 0)], [(L, 1, 2), (0, 2, 0), (0, 3, 1), (H, 4, 5)],
                   [(-1, 9, 7), (-1, 8, 8)]],
    }
    for field, collections in samples.items():
        def insert(f, pair, field=field):
            f("sins", field, pair)

        def remove(f, index, field=field):
            f("sdel", field, index)

        def load(f, field=field):
            place = f.new(field + "_pairs")
            f("cload", place, field)
            show_pairs(f, place)

        entry = contract.action("insert_" + field, ["pair"], insert)
        for pairs in collections:
            for pair in ((0, 0), (L, H), (H, L)):
                cases.add("sins", entry, i64(pair[0]) + i64(pair[1]), "%s, %d" % (field, len(pairs)),
                          host=host(stored_sorted(field, pairs, 9)))
        entry = contract.action("remove_" + field, ["int"], remove)
        for pairs in collections:
            for index in (0, 1, 3, 4, -1, L):
                cases.add("sdel", entry, i64(index), "%s, %d of %d" % (field, index, len(pairs)),
                          host=host(stored_sorted(field, pairs, 9)))
        entry = contract.action("load_" + field, [], load)
        for pairs in collections:
            cases.add("cload", entry, note=field, host=host(stored_sorted(field, pairs, 9)))


def show_pairs(f, place):
    """The length, and the first item of the last pair."""
    length, last, pair, number, end = f.int(), f.int(), f.ref("pair"), f.number(0), f.label()
    f("len", length, place)
    f("brz", length, end)
    f("block")
    f("addi", last, length, 65535)
    f("xref", pair, place, last)
    f("ldf", number, pair, 0)
    f(end + ":")
    f("block")
    f.out(length, number)


def whole(cases):
    contract = cases.contract
    records = [record(ALICE, 1, ""), record(BANK, L, "b"), record(CAROL, H, "long enough")]
    stored = {
        "numbers": [stored_map("numbers", sample) for sample in SAMPLES],
        "set": [stored_set([]), stored_set([party(1)]), stored_set([party(1), party(7), ALICE])],
        "list": [stored_list([]), stored_list(records)],
        "sorted": [stored_sorted("sorted", [], 0), stored_sorted("sorted", [(1, 2, 3), (4, 5, 6)], 9)],
        "words": [[header("words", 2), element("words", b"\0", i64(1) + i64(2)),
                   element("words", b"ab\0", i64(3) + i64(4))]],
    }
    types = {"numbers": "map", "set": "parties_set", "list": "records", "words": "words_map"}
    for field, type_ in types.items():
        def load(f, field=field, type_=type_):
            place, length = f.new(type_), f.int()
            f("cload", place, field)
            f("len", length, place)
            f.out(length)
            if field != "numbers":
                return
            end, last, value, number = f.label(), f.int(), f.ref("int"), f.number(0)
            f("brz", length, end)
            f("block")
            f("addi", last, length, 65535)
            f("mval", value, place, last)
            f("ldf", number, value, 0)
            f(end + ":")
            f("block")
            f.out(number)

        entry = contract.action("load_" + field, [], load)
        for rows in stored[field]:
            cases.add("cload", entry, note=field, host=host(rows))
    for field, samples in stored.items():
        def count(f, field=field):
            length = f.int()
            f("clen", length, field)
            f.out(length)

        def clear(f, field=field):
            f("cclear", field)

        for op, body in (("clen", count), ("cclear", clear)):
            entry = contract.action("%s_%s" % (op, field), [], body)
            for rows in samples:
                cases.add(op, entry, note=field, host=host(rows))


def sequences(cases):
    """Several instructions on one collection: what was written is read."""
    contract = cases.contract

    def fill(f, count):
        """Adds keys 0, 1, ... and takes the first away again."""
        counter, head, end, found, length = f.number(0), f.label(), f.label(), f.int(), f.int()
        f("lenter", counter, count, end, f.contract.number(8))
        f(head + ":")
        f("block")
        f("kvadd numbers", key_place(f, counter), counter)
        f("loop", counter, count, head)
        f(end + ":")
        f("block")
        f("kvdel", found, "numbers", key_place(f, f.number(0)))
        f("clen", length, "numbers")
        f.out(found, length)

    entry = contract.action("fill", ["int"], fill)
    for count in (0, 1, 2, 4, 5):
        cases.add("kvadd", entry, i64(count), "%d keys" % count)

    def arrive(f, pair):
        """Equal keys stay in order of arrival."""
        place = f.new("sorted_pairs")
        f("sins sorted", pair)
        f("sins sorted", f.constant("pair", i64(2) + i64(5)))
        f("sins sorted", pair)
        f("cload", place, "sorted")
        for at in range(3):
            item, number = f.ref("pair"), f.int()
            f("xref", item, place, f.number(at))
            f("ldf", number, item, 0)
            f.out(number)

    entry = contract.action("arrive", ["pair"], arrive)
    for pair in ((7, 5), (7, 6), (7, 4), (7, L), (7, H)):
        cases.add("sins", entry, i64(pair[0]) + i64(pair[1]), "three arrive")


def make():
    cases = Cases("storage")
    maps(cases)
    words(cases)
    sets(cases)
    lists(cases)
    sorted_collections(cases)
    whole(cases)
    sequences(cases)
    return cases
