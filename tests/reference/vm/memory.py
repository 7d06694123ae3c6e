"""Call memory: values at places, in the layout of docs/reference/bytecode.md, "Values in memory".

A place is a piece of memory and an offset in it. Every piece is filled with rubbish before it is
used, so that reading what nobody has written does not go unnoticed."""

MISSING = 3  # quality of an interval without a value


def piece(size):
    return bytearray(b"\xa5") * size


class Place:
    __slots__ = ("memory", "offset")

    def __init__(self, memory, offset=0):
        self.memory, self.offset = memory, offset

    def at(self, distance):
        return Place(self.memory, self.offset + distance)

    def bytes(self, count, distance=0):
        start = self.offset + distance
        return bytes(self.memory[start:start + count])

    def write(self, data, distance=0):
        start = self.offset + distance
        assert start + len(data) <= len(self.memory)
        self.memory[start:start + len(data)] = data

    def number(self, distance=0):
        return int.from_bytes(self.bytes(8, distance), "little", signed=True)

    def put(self, number, distance=0):
        self.write(number.to_bytes(8, "little", signed=True), distance)

    def text(self):
        length = int.from_bytes(self.bytes(4), "little")
        return self.bytes(length, 4)

    def put_text(self, text):
        self.write(len(text).to_bytes(4, "little") + text)


def length_of(type_, place):
    """Entries of a collection, intervals of a series, bytes of a text."""
    if type_.kind == "series":
        return place.number(8)
    if type_.kind == "text":
        return len(place.text())
    return place.number()


def pieces(type_, place):
    """The parts of a value that `new` and `copy` treat alike: direct collections, and all else."""
    if type_.kind == "tuple" and type_.head != type_.size:
        for offset, field in type_.fields:
            yield from pieces(field, place.at(offset))
    else:
        yield type_, place


def is_direct(type_):
    return type_.kind in ("list", "set", "map", "sorted", "series")


def clear(type_, place):
    """[VM-41] What `new` does: everything zero, but the items of direct collections untouched."""
    for part, where in pieces(type_, place):
        where.write(bytes(part.head if is_direct(part) else part.size))


def zero(type_, place):
    """[VM-42] What else comes to life is zero in all its bytes."""
    place.write(bytes(type_.size))


def used(type_, place):
    """[VM-43] Bytes that copy moves: all, but of the items of direct collections those in use."""
    total = 0
    for part, where in pieces(type_, place):
        if part.kind == "series":
            total += 16 + 9 * length_of(part, where)
        elif is_direct(part):
            total += 8 + length_of(part, where) * part.stride()
        else:
            total += part.size
    return total


def copy(type_, to, source):
    for part, where in pieces(type_, source):
        target = Place(to.memory, to.offset + where.offset - source.offset)
        if part.kind == "series":
            length = length_of(part, where)
            qualities = where.bytes(length, part.qualities())
            target.write(where.bytes(16 + 8 * length))
            target.write(qualities, part.qualities())
        elif is_direct(part):
            target.write(where.bytes(8 + length_of(part, where) * part.stride()))
        else:
            target.write(where.bytes(part.size))


def order(type_, place):
    """[VM-44] A Python value that sorts as the value at the place does."""
    if type_.is_scalar():
        return place.number()
    if type_.kind == "interval":
        return place.number(), place.number(8)
    if type_.kind == "party":
        return place.bytes(32)
    if type_.kind == "bytes":
        return place.bytes(type_.capacity)
    if type_.kind == "text":
        return place.text()
    assert type_.kind == "tuple"
    return tuple(order(field, place.at(offset)) for offset, field in type_.fields)


def compare(type_, a, b):
    x, y = order(type_, a), order(type_, b)
    return (x > y) - (x < y)


def entry(type_, place, index):
    """Place of an entry of a list, set, sorted or map."""
    return place.at(8 + index * type_.stride())


def search(type_, place, key):
    """[VM-45] Index of a key in a map or set, and whether it is there; else where it belongs."""
    wanted = order(type_.item, key)
    length = length_of(type_, place)
    for index in range(length):
        found = order(type_.item, entry(type_, place, index))
        if found >= wanted:
            return index, found == wanted
    return length, False
