"""Instructions on whole series. A missing interval has value 0, and no value is outside the type of
the items: every instruction keeps it so."""
from . import memory
from .machine import ROUNDINGS, divide, instruction, rounded
from .memory import MISSING

SUBSTITUTED = 2
SUM = 8
FILL_VALUE, FILL_PREVIOUS, FILL_LINEAR = 0, 1, 2


def read(type_, place):
    """Start, and (value, quality) of each interval."""
    length = memory.length_of(type_, place)
    qualities = place.bytes(length, type_.qualities())
    return place.number(), [(place.number(16 + 8 * n), qualities[n]) for n in range(length)]


def write(type_, place, start, intervals):
    place.put(start)
    place.put(len(intervals), 8)
    for index, (value, quality) in enumerate(intervals):
        place.put(value, 16 + 8 * index)
        place.write(bytes([quality]), type_.qualities() + index)


def charge_made(m, length):
    m.part("MEMORY", 0, 16 + 9 * length)


@instruction("snew")
def snew(m, r, i):
    """[VM-48]"""
    type_, start, length = m.type(i.a), r[i.b], r[i.c]
    if not 0 <= length <= type_.capacity or start % type_.step != 0:
        m.trap("RANGE", start, length)
    charge_made(m, length)
    write(type_, r[i.a], start, [(0, MISSING)] * length)


@instruction("sset")
def sset(m, r, i):
    type_, place = m.type(i.a), r[i.a]
    index, value, quality = r[i.b], r[i.c], r[i.d]
    start, intervals = read(type_, place)
    if not 0 <= index < len(intervals):
        m.trap("INDEX", index, len(intervals))
    if not 0 <= quality <= MISSING or not type_.item.fits(value):
        m.trap("RANGE", value, quality)
    intervals[index] = (0 if quality == MISSING else value, quality)
    write(type_, place, start, intervals)


@instruction("sidx")
def sidx(m, r, i):
    type_, time = m.type(i.b), r[i.c]
    start, intervals = read(type_, r[i.b])
    index, rest = divmod(time - start, type_.step)
    if not 0 <= index <= len(intervals):
        m.trap("INDEX", time, start)
    if rest != 0:
        m.trap("RANGE", time, start)
    r[i.a] = index


def part_of(m, intervals, first, end):
    if not 0 <= first <= end <= len(intervals):
        m.trap("INDEX", first, end)
    return intervals[first:end]


@instruction("slice")
def slice_(m, r, i):
    type_ = m.type(i.b)
    start, intervals = read(type_, r[i.b])
    part = part_of(m, intervals, r[i.c], r[i.d])
    distance = r[i.c] * type_.step
    m.number(start + distance, distance)
    charge_made(m, len(part))
    write(m.type(i.a), r[i.a], start + distance, part)


@instruction("qrange")
def qrange(m, r, i):
    _, intervals = read(m.type(i.b), r[i.b])
    part = part_of(m, intervals, r[i.d], r[i.e])
    m.part("MEMORY", 0, len(part))
    r[i.a] = sum(1 for _, quality in part if quality == i.c)


# ---- filling gaps, longer steps ------------------------------------------------------------------


def filled(intervals, index, rule, value):
    """[VM-49] What fills a missing interval; None: nothing does."""
    before = next((n for n in range(index - 1, -1, -1) if intervals[n][1] != MISSING), None)
    after = next((n for n in range(index, len(intervals)) if intervals[n][1] != MISSING), None)
    if rule == FILL_VALUE:
        return value
    if before is None or (rule == FILL_LINEAR and after is None):
        return None
    a = intervals[before][0]
    if rule == FILL_PREVIOUS:
        return a
    b, steps = intervals[after][0], after - before
    return rounded(a * (after - index) + b * (index - before), steps, "half_even")


@instruction("sfill")
def sfill(m, r, i):
    type_, rule, value = m.type(i.b), i.c, r[i.d]
    if rule == FILL_VALUE and not type_.item.fits(value):
        m.trap("RANGE", value)
    start, intervals = read(type_, r[i.b])
    m.part("INTERVAL", len(intervals))
    made = []
    for index, (old, quality) in enumerate(intervals):
        new = filled(intervals, index, rule, value) if quality == MISSING else None
        made.append((old, quality) if new is None else (new, SUBSTITUTED))
    write(type_, r[i.a], start, made)


def gathered(m, intervals, first, count, mode):
    part = intervals[first:first + count]
    for index, (_, quality) in enumerate(part):
        if quality == MISSING:
            m.trap("MISSING", first + index)
    total = sum(value for value, _ in part)
    if mode == SUM:
        value = m.number(total, first)
    else:
        value = divide(m, total, count, ROUNDINGS[mode], [first])
    return value, max(quality for _, quality in part)


@instruction("sagg")
def sagg(m, r, i):
    type_, count = m.type(i.a), i.c
    start, intervals = read(m.type(i.b), r[i.b])
    length = len(intervals)
    if length % count != 0 or start % type_.step != 0 or length // count > type_.capacity:
        m.trap("RANGE", start, length)
    m.part("INTERVAL", length)
    made = []
    for first in range(0, length, count):
        value, quality = gathered(m, intervals, first, count, i.d)
        if not type_.item.fits(value):
            m.trap("RANGE", value)
        made.append((value, quality))
    write(type_, r[i.a], start, made)
