"""Instructions on stored collections: one host key per element, and a header with length and next
number. What each charges, and in which order, say the rules that are named [VM-23]."""
from . import abi, memory
from .machine import HostStop, instruction
from .memory import Place, piece

HEADER = 12


class Collection:
    """A stored field, as an instruction sees it."""

    def __init__(self, m, field):
        row = m.module.fields[field]
        self.m, self.id, self.type = m, row.id, row.type

    # ---- keys ------------------------------------------------------------------------------------

    def key(self, place):
        """[VM-81]"""
        try:
            return abi.key(self.type.item, place)
        except abi.Unencodable:
            self.m.trap("RANGE")

    def element_key(self, key):
        return (1, self.id, key)

    # ---- the header ------------------------------------------------------------------------------

    def header(self):
        """[VM-82] Length and next number; charged."""
        self.m.part("READ", 1, HEADER)
        data = self.m.host.load((0, self.id, b""))
        if data is None:
            return 0, 0
        if len(data) != HEADER:
            raise HostStop()
        return int.from_bytes(data[:4], "big"), int.from_bytes(data[4:], "big")

    def set_header(self, length, following):
        self.m.part("WRITE", 1, HEADER)
        if length == 0:
            self.remove(b"", 0)
        else:
            self.write((0, self.id, b""), abi.u32(length) + following.to_bytes(8, "big"))

    def write(self, key, data):
        """[VM-80] The ledger may refuse, and so it may a removal."""
        if not self.m.host.store(key, data):
            self.m.trap("SEND_LIMIT")

    def remove(self, key, part=1):
        if not self.m.host.remove((part, self.id, key)):
            self.m.trap("SEND_LIMIT")

    def grow(self):
        length, following = self.header()
        if length >= self.type.capacity:
            self.m.full(self.type.capacity)
        self.set_header(length + 1, following)

    # ---- elements --------------------------------------------------------------------------------

    def load(self, key, extra=0):
        """Charged for the key alone, or with `extra` bytes."""
        self.m.part("READ", 1, len(key) + extra)
        return self.m.host.load(self.element_key(key))

    def store(self, key, data):
        self.m.part("WRITE", 1, len(key) + len(data))
        self.write(self.element_key(key), data)

    def decode(self, type_, data, place):
        try:
            abi.decode(type_, data, place)
        except abi.Undecodable:
            raise HostStop() from None

    def walk(self, count):
        """The first `count` elements in key order; each is charged as it comes."""
        if count == 0:
            return
        for _, (key, data) in zip(range(count), self.m.host.elements(self.id)):
            self.m.part("LOAD", 0, len(key) + len(data))
            yield key, data


def boxed(number):
    place = Place(piece(8))
    place.put(number)
    return place


# ---- maps and sets -------------------------------------------------------------------------------


@instruction("kvget")
def kvget(m, r, i):
    """[VM-83]"""
    c = Collection(m, i.b)
    data = c.load(c.key(r[i.c]))
    if data is not None:
        m.part("READ", 0, len(data))
        c.decode(c.type.value, data, r[i.d])
    r[i.a] = int(data is not None)


@instruction("kvneed")
def kvneed(m, r, i):
    c = Collection(m, i.a)
    data = c.load(c.key(r[i.b]))
    if data is None:
        m.trap("NO_KEY")
    m.part("READ", 0, len(data))
    c.decode(c.type.value, data, r[i.c])


@instruction("kvhas")
def kvhas(m, r, i):
    c = Collection(m, i.b)
    r[i.a] = int(c.load(c.key(r[i.c])) is not None)


@instruction("kvput")
def kvput(m, r, i):
    """[VM-84]"""
    c = Collection(m, i.a)
    key = c.key(r[i.b])
    if c.load(key) is None:
        c.grow()
    c.store(key, m.encode(c.type.value, r[i.c]))


@instruction("nneed")
def nneed(m, r, i):
    """[VM-90]"""
    c = Collection(m, i.b)
    data = c.load(c.key(boxed(r[i.c])))
    if data is None:
        m.trap("NO_KEY")
    m.part("READ", 0, len(data))
    place = boxed(0)
    c.decode(c.type.value, data, place)
    r[i.a] = place.number()


@instruction("nput")
def nput(m, r, i):
    c = Collection(m, i.a)
    key = c.key(boxed(r[i.b]))
    if c.load(key) is None:
        c.grow()
    c.store(key, m.encode(c.type.value, boxed(r[i.c])))


@instruction("kvdel")
def kvdel(m, r, i):
    """[VM-86]"""
    c = Collection(m, i.b)
    key = c.key(r[i.c])
    found = c.load(key) is not None
    if found:
        m.part("WRITE", 1, len(key))
        length, following = c.header()
        c.set_header(length - 1, following)
        c.remove(key)
    r[i.a] = int(found)


@instruction("kvadd")
def kvadd(m, r, i):
    """[VM-85]"""
    add(m, Collection(m, i.a), r[i.b], r[i.c])


@instruction("nadd")
def nadd(m, r, i):
    """[VM-90]"""
    add(m, Collection(m, i.a), boxed(r[i.b]), r[i.c])


def add(m, c, key, addend):
    key = c.key(key)
    data = c.load(key, 8)
    place = boxed(0)
    if data is not None:
        c.decode(c.type.value, data, place)
    old = place.number()
    if not c.type.value.fits(m.number(old + addend, old, addend)):
        m.trap("RANGE", old, addend)
    place.put(old + addend)
    if data is None:
        c.grow()
    c.store(key, m.encode(c.type.value, place))


@instruction("setadd")
def setadd(m, r, i):
    c = Collection(m, i.b)
    key = c.key(r[i.c])
    found = c.load(key) is not None
    if not found:
        c.grow()
        c.store(key, b"")
    r[i.a] = int(not found)


# ---- lists and sorted collections ----------------------------------------------------------------


def append(m, c, key, place, length, following):
    c.store(key, m.encode(c.type.item, place))
    c.set_header(length + 1, following)


@instruction("sins")
def sins(m, r, i):
    c = Collection(m, i.a)
    length, number = c.header()
    if length >= c.type.capacity:
        m.full(c.type.capacity)
    offset, field = c.type.item.fields[c.type.order]
    try:
        key = abi.key(field, r[i.b].at(offset))
    except abi.Unencodable:
        m.trap("RANGE")
    if c.type.descending:
        key = bytes(255 - byte for byte in key)
    append(m, c, key + number.to_bytes(8, "big"), r[i.b], length, number + 1)


@instruction("sdel")
def sdel(m, r, i):
    """[VM-88]"""
    c = Collection(m, i.a)
    length, following = c.header()
    index = r[i.b]
    if not 0 <= index < length:
        m.trap("INDEX", index, length)
    m.part("LOAD", index + 1)
    key = [key for key, _ in c.walk(index + 1)][-1]
    m.part("WRITE", 1, len(key))
    c.remove(key)
    c.set_header(length - 1, following)


def listed(m, c, index):
    """[VM-87] Key and bytes of an element of a list."""
    m.part("READ", 1, 4)
    data = None
    if 0 <= index < c.type.capacity:
        data = m.host.load(c.element_key(abi.u32(index)))
    if data is None:
        m.trap("INDEX", index)
    return abi.u32(index), data


@instruction("lget")
def lget(m, r, i):
    c = Collection(m, i.b)
    _, data = listed(m, c, r[i.c])
    m.part("READ", 0, len(data))
    c.decode(c.type.item, data, r[i.a])


@instruction("lput")
def lput(m, r, i):
    c = Collection(m, i.a)
    key, _ = listed(m, c, r[i.b])
    c.store(key, m.encode(c.type.item, r[i.c]))


@instruction("lpush")
def lpush(m, r, i):
    c = Collection(m, i.a)
    length, following = c.header()
    if length >= c.type.capacity:
        m.full(c.type.capacity)
    append(m, c, abi.u32(length), r[i.b], length, following)


# ---- whole collections ---------------------------------------------------------------------------


@instruction("clen")
def clen(m, r, i):
    r[i.a], _ = Collection(m, i.b).header()


@instruction("cload")
def cload(m, r, i):
    """[VM-89]"""
    c, place = Collection(m, i.b), r[i.a]
    length, _ = c.header()
    m.part("LOAD", length)
    place.put(0)
    for index, (key, data) in enumerate(c.walk(length)):
        where = memory.entry(c.type, place, index)
        where.write(bytes(c.type.stride()))
        if c.type.kind in ("list", "sorted"):
            c.decode(c.type.item, data, where)
        else:
            abi.read_key(c.type.item, abi.Reader(key), where)
            if c.type.kind == "map":
                c.decode(c.type.value, data, where.at(c.type.item.size))
    place.put(length)


@instruction("cclear")
def cclear(m, r, i):
    c = Collection(m, i.a)
    length, following = c.header()
    if length == 0:
        return
    m.part("LOAD", length)
    keys = []
    for key, _ in c.walk(length):
        m.part("WRITE", 1, len(key))
        keys.append(key)
    for key in keys:
        c.remove(key)
    c.set_header(0, following)
