"""Cases that a changed engine got past the other files: a key that lies in the map it is put into,
behind the gap; the size of a series that is copied."""
from .cases import Cases
from .contract import i64, u32


def map_of(*pairs):
    return u32(len(pairs)) + b"".join(i64(key) + i64(value) for key, value in pairs)


def key_inside(cases):
    def put(f, given, at):
        """The value of an entry is the key of another."""
        place, key = f.copied(given, "map"), f.ref("int")
        f("mval", key, place, at)
        index, length = f.int(), f.int()
        f("mput", index, place, key)
        f("len", length, place)
        f.out(index, length)
        first, number = f.ref("int"), f.int()
        f("mkey", first, place, index)
        f("ldf", number, first, 0)
        f.out(number)

    entry = cases.contract.action("put_inside", ["map", "int"], put)
    for pairs in ([(5, 1), (7, 9)], [(5, 6), (7, 0)], [(5, 9), (7, 6), (8, 1)], [(1, 1), (2, 2)],
                  [(5, 1), (6, 2), (7, 3), (8, 4)]):
        for at in range(len(pairs)):
            cases.add("mput", entry, map_of(*pairs) + i64(at), "the value of entry %d" % at)


def copied_series(cases):
    contract = cases.contract
    contract.declare("long_series", "series 40 {int} 900")

    def copy(f, given):
        place, length = f.copied(given, "long_series"), f.int()
        f("len", length, place)
        f.out(length)

    entry = contract.action("copy_series", ["long_series"], copy)
    for length in (0, 5, 6, 7, 12, 13, 14, 39, 40):
        data = i64(0) + u32(length) + b"".join(map(i64, range(length))) + bytes(length)
        cases.add("copy", entry, data, "%d intervals" % length)


def make():
    cases = Cases("places")
    key_inside(cases)
    copied_series(cases)
    return cases
