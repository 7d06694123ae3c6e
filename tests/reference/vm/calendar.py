"""Local clocks by the tables of the module, and dates. Days are counted from 1970-01-01."""
import datetime

from .machine import instruction

END = 4133980800  # 2101-01-01T00:00:00Z
DAY = 86400
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST, LAST = datetime.date.min.toordinal() - EPOCH, datetime.date.max.toordinal() - EPOCH


# ---- local clocks --------------------------------------------------------------------------------


def segments(zone):
    """[VM-56] (start, end, offset) of the stretches of one offset; the outer ends are None."""
    starts = [None] + [at for at, _ in zone.shifts]
    offsets = [zone.offset] + [offset for _, offset in zone.shifts]
    return list(zip(starts, starts[1:] + [None], offsets))


def local_of(zone, instant):
    if not 0 <= instant <= END:
        return None
    return next(instant + offset for start, end, offset in reversed(segments(zone))
                if start is None or start <= instant)


def first_instant(zone, local):
    """The first instant at which the local clock shows `local` or more."""
    for start, end, offset in segments(zone):
        instant = local - offset if start is None else max(start, local - offset)
        if end is None or instant < end:
            return instant
    raise AssertionError("the last segment has no end")


def answer(m, r, i, value):
    if value is None:
        m.trap("CALENDAR", r[i.b])
    r[i.a] = value


@instruction("clocal")
def clocal(m, r, i):
    answer(m, r, i, local_of(m.module.calendars[i.c], r[i.b]))


@instruction("ctime")
def ctime(m, r, i):
    instant = first_instant(m.module.calendars[i.c], r[i.b])
    answer(m, r, i, instant if 0 <= instant <= END else None)


@instruction("cdate")
def cdate(m, r, i):
    """[VM-57] The local day that contains the instant: it begins when the clock first shows it."""
    zone, instant = m.module.calendars[i.c], r[i.b]
    local = local_of(zone, instant)
    day = None
    if local is not None:
        near = range(local // DAY + 3, local // DAY - 3, -1)
        day = next(day for day in near if first_instant(zone, day * DAY) <= instant)
    answer(m, r, i, day)


# ---- dates ---------------------------------------------------------------------------------------


def date_of(days):
    return datetime.date.fromordinal(days + EPOCH) if FIRST <= days <= LAST else None


def days_of(year, month):
    """The first day of a month, months counted on; None outside the calendar."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return datetime.date(year, month, 1).toordinal() - EPOCH if 1 <= year <= 9999 else None


def first_of(days, steps, unit):
    """[VM-58]"""
    date = date_of(days)
    if date is None:
        return None
    if unit == 2:
        return days_of(date.year, date.month + steps)
    if unit == 3:
        return days_of(date.year, (date.month - 1) // 3 * 3 + 1 + 3 * steps)
    if unit == 4:
        return days_of(date.year + steps, 1)
    first = days + steps if unit == 0 else days - date.weekday() + 7 * steps
    return first if date_of(first) is not None else None


@instruction("dfirst")
def dfirst(m, r, i):
    first = first_of(r[i.b], r[i.c], i.d)
    if first is None:
        m.trap("CALENDAR", r[i.b], r[i.c])
    r[i.a] = first


@instruction("dpart")
def dpart(m, r, i):
    date = date_of(r[i.b])
    answer(m, r, i, None if date is None else (
        date.year, date.month, date.day, date.isoweekday(), date.timetuple().tm_yday)[i.c])
