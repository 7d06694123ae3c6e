"""Instructions on values in call memory, and on the state."""
from . import memory
from .machine import instruction


@instruction("new")
def new(m, r, i):
    type_ = m.function.slots[i.b]
    m.part("MEMORY", 0, type_.head)
    r[i.a] = m.slot(i.b)
    memory.clear(type_, r[i.a])


@instruction("leac")
def leac(m, r, i):
    r[i.a] = m.constants[i.b]


@instruction("root")
def root(m, r, i):
    r[i.a] = m.roots[i.b]


@instruction("sys")
def sys_(m, r, i):
    r[i.a] = m.sys[i.b]


@instruction("ldf")
def ldf(m, r, i):
    r[i.a] = r[i.b].number(8 * i.c)


@instruction("stf")
def stf(m, r, i):
    r[i.a].put(r[i.c], 8 * i.b)


@instruction("fref")
def fref(m, r, i):
    r[i.a] = r[i.b].at(8 * i.c)


def index_in(m, type_, place, index):
    """[VM-46]"""
    length = memory.length_of(type_, place)
    if not 0 <= index < length:
        m.trap("INDEX", index, length)
    return index


@instruction("ldx")
def ldx(m, r, i):
    type_, place = m.type(i.b), r[i.b]
    index = index_in(m, type_, place, r[i.c])
    if type_.kind != "series":
        r[i.a] = place.number(8 + 8 * index)
        return
    if place.bytes(1, type_.qualities() + index)[0] == memory.MISSING:
        m.trap("MISSING", index)
    r[i.a] = place.number(16 + 8 * index)


@instruction("stx")
def stx(m, r, i):
    index = index_in(m, m.type(i.a), r[i.a], r[i.b])
    r[i.a].put(r[i.c], 8 + 8 * index)


@instruction("xref", "mkey")
def xref(m, r, i):
    type_ = m.type(i.b)
    r[i.a] = memory.entry(type_, r[i.b], index_in(m, type_, r[i.b], r[i.c]))


@instruction("mval")
def mval(m, r, i):
    type_ = m.type(i.b)
    index = index_in(m, type_, r[i.b], r[i.c])
    r[i.a] = memory.entry(type_, r[i.b], index).at(type_.item.size)


@instruction("len")
def len_(m, r, i):
    r[i.a] = memory.length_of(m.type(i.b), r[i.b])


@instruction("tag")
def tag(m, r, i):
    r[i.a] = r[i.b].number()


@instruction("vref")
def vref(m, r, i):
    held = r[i.b].number()
    if held != i.c:
        m.trap("INDEX", i.c, held)
    r[i.a] = r[i.b].at(m.type(i.b).variants[i.c][0])


@instruction("vset")
def vset(m, r, i):
    place = r[i.b]
    offset, data = m.type(i.b).variants[i.c]
    m.part("MEMORY", 0, 0 if data is None else data.size)
    place.put(i.c)
    if data is None:
        r[i.a] = place
    else:
        r[i.a] = place.at(offset)
        memory.zero(data, r[i.a])


@instruction("copy")
def copy(m, r, i):
    type_ = m.type(i.a)
    m.part("MEMORY", 0, memory.used(type_, r[i.b]))
    memory.copy(type_, r[i.a], r[i.b])


@instruction("cmpb")
def cmpb(m, r, i):
    type_ = m.type(i.b)
    m.part("MEMORY", 0, type_.size)
    r[i.a] = memory.compare(type_, r[i.b], r[i.c])


@instruction("push")
def push(m, r, i):
    type_, place = m.type(i.a), r[i.a]
    length = memory.length_of(type_, place)
    if length >= type_.capacity:
        m.full(type_.capacity)
    place.put(r[i.b], 8 + 8 * length)
    place.put(length + 1)


@instruction("pushn")
def pushn(m, r, i):
    type_, place = m.type(i.b), r[i.b]
    length = memory.length_of(type_, place)
    if length >= type_.capacity:
        m.full(type_.capacity)
    m.part("MEMORY", 0, type_.item.size)
    place.put(length + 1)
    r[i.a] = memory.entry(type_, place, length)
    memory.zero(type_.item, r[i.a])


# ---- maps and sets -------------------------------------------------------------------------------


def search(m, r, i):
    type_ = m.type(i.b)
    m.part("SEARCH", memory.length_of(type_, r[i.b]), type_.item.size)
    return memory.search(type_, r[i.b], r[i.c])


@instruction("mfind")
def mfind(m, r, i):
    index, found = search(m, r, i)
    r[i.a] = index if found else -1


@instruction("mneed")
def mneed(m, r, i):
    index, found = search(m, r, i)
    if not found:
        m.trap("NO_KEY")
    r[i.a] = index


@instruction("mput")
def mput(m, r, i):
    type_, place = m.type(i.b), r[i.b]
    index, found = search(m, r, i)
    if not found:
        length, stride = memory.length_of(type_, place), type_.stride()
        if length >= type_.capacity:
            m.full(type_.capacity)
        behind = (length - index) * stride
        m.part("MEMORY", 0, behind + stride)
        key = r[i.c].bytes(type_.item.size)  # [VM-47] as it is before anything moves
        where = memory.entry(type_, place, index)
        where.write(where.bytes(behind), stride)
        where.write(bytes(stride))
        where.write(key)
        place.put(length + 1)
    r[i.a] = index


@instruction("mdel")
def mdel(m, r, i):
    type_, place = m.type(i.b), r[i.b]
    index, found = search(m, r, i)
    if found:
        length, stride = memory.length_of(type_, place), type_.stride()
        tail = (length - index) * stride
        m.part("MEMORY", 0, tail)
        where = memory.entry(type_, place, index)
        where.write(where.bytes(tail - stride, stride))
        place.put(length - 1)
    r[i.a] = int(found)


# ---- series --------------------------------------------------------------------------------------


@instruction("qual")
def qual(m, r, i):
    type_ = m.type(i.b)
    index = index_in(m, type_, r[i.b], r[i.c])
    r[i.a] = r[i.b].bytes(1, type_.qualities() + index)[0]


@instruction("qcount")
def qcount(m, r, i):
    type_ = m.type(i.b)
    length = memory.length_of(type_, r[i.b])
    m.part("MEMORY", 0, length)
    r[i.a] = r[i.b].bytes(length, type_.qualities()).count(i.c)


# ---- state ---------------------------------------------------------------------------------------


@instruction("amend")
def amend(m, r, i):
    """[VM-77]"""
    offset, type_ = m.module.terms_type.fields[i.a]
    m.part("MEMORY", 0, memory.used(type_, r[i.b]))
    memory.copy(type_, m.roots[0].at(offset), r[i.b])
    m.amended = True


def enter(m, state):
    """[VM-71]"""
    m.roots[3].put(state)
    m.sys[3] = state
    m.state_set = True


@instruction("setst")
def setst(m, r, i):
    offset, data = m.module.state_type.variants[i.a]
    m.part("MEMORY", 0, data.size)
    enter(m, i.a)
    memory.copy(data, m.roots[3].at(offset), r[i.b])


@instruction("setst0")
def setst0(m, r, i):
    enter(m, i.a)
