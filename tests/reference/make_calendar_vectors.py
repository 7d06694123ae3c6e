#!/usr/bin/env python3
"""Writes test vectors for calendars, computed with Python's zoneinfo and datetime.

    python3 tests/reference/make_calendar_vectors.py FOLDER

FOLDER holds the compiled files of a release of the IANA time zone database, see make_tz_tables.py.
Writes tests/data/vectors/calendar.csv, which is committed, so that the C tests need no Python. The
seed is fixed: the same file comes out. One line per case:

    local,ZONE,instant,seconds          what the clock shows, as seconds since 1970-01-01 00:00 on it
    instant,ZONE,seconds,instant        first instant at which it shows that or more
    date,ZONE,instant,date              local day, as days since 1970-01-01
    unit,ZONE,date,steps,UNIT,start,end the UNIT that many after the one that contains the date
    quarters,ZONE,date,count            quarter hours of the local day

The tables in stdlib/tz are read by C and searched by halving; zoneinfo reads the compiled files and
their rule for the future. What they have in common is the database.
"""
import random
import re
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from make_tz_tables import ZONES

DATA = Path(__file__).resolve().parent.parent / "data" / "vectors"
EPOCH = datetime(1970, 1, 1)
UTC = timezone.utc
END = 4133980800
DAY = timedelta(days=1)
UNITS = ["day", "week", "month", "quarter", "year"]


def seconds(naive):
    return int((naive - EPOCH).total_seconds())


def local_of(zone, instant):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    return moment.astimezone(zone).replace(tzinfo=None)


def instant_of(zone, naive):
    """First instant at which the clock shows `naive` or more."""
    first = seconds(naive.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None))
    if local_of(zone, first) == naive:
        return first
    low, high = first - 90000, first + 90000  # in a gap: halve until the clock jumps over it
    while high - low > 1:
        middle = (low + high) // 2
        if local_of(zone, middle) < naive:
            low = middle
        else:
            high = middle
    return high


def first_of(day, steps, unit):
    if unit == "day":
        return day + steps * DAY
    if unit == "week":
        return day - day.weekday() * DAY + steps * 7 * DAY
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    number = (day.year * 12 + day.month - 1) // months * months + steps * months
    return date(number // 12, number % 12 + 1, 1)


def midnight(day):
    return datetime(day.year, day.month, day.day)


def number_of(day):
    return (day - date(1970, 1, 1)).days


def cases(name, zone, rng):
    moments = {0, 1, END - 1, END}
    days = set()
    before = local_of(zone, 0) - EPOCH
    for instant in range(3600, END, 3600):
        shift = local_of(zone, instant) - EPOCH - timedelta(seconds=instant)
        if shift == before:
            continue
        before = shift
        if rng.random() < (0.9 if instant > 1000000000 else 0.5):
            continue
        moments |= {instant + d for d in (-86400, -7200, -3601, -3600, -1, 0, 1, 3599, 3600, 7200)}
        days.add(local_of(zone, instant).date())
    for _ in range(40):
        moments.add(rng.randrange(END))
        days.add(date(1971, 1, 1) + rng.randrange(47000) * DAY)
    days |= {date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29), date(2100, 2, 28)}
    for instant in sorted(moment for moment in moments if 0 <= moment <= END):
        local = local_of(zone, instant)
        yield f"local,{name},{instant},{seconds(local)}"
        yield f"date,{name},{instant},{number_of(local.date())}"
        for naive in (local, local + timedelta(seconds=1800)):
            found = instant_of(zone, naive)
            if found <= END:
                yield f"instant,{name},{seconds(naive)},{found}"
    for day in sorted(days):
        start, end = (instant_of(zone, midnight(d)) for d in (day, day + DAY))
        yield f"quarters,{name},{number_of(day)},{(end - start) // 900}"
        for unit in range(5):
            steps = rng.randrange(-3, 4)
            first = first_of(day, steps, UNITS[unit])
            start = instant_of(zone, midnight(first))
            end = instant_of(zone, midnight(first_of(first, 1, UNITS[unit])))
            if start >= 0 and end <= END:
                yield f"unit,{name},{number_of(day)},{steps},{unit},{start},{end}"


def main():
    folder = Path(sys.argv[1])
    version = re.search(r'^IANA_VERSION = "(\w+)"', (folder / "__init__.py").read_text(), re.M)
    rng = random.Random(20260329)
    lines = [f"# made by tests/reference/make_calendar_vectors.py from release {version.group(1)}"]
    for name in ZONES:
        with open(folder / "zoneinfo" / name, "rb") as file:
            lines += cases(name, ZoneInfo.from_file(file, name), rng)
    path = DATA / "calendar.csv"
    path.write_text("\n".join(lines) + "\n")
    print(path, len(lines))


if __name__ == "__main__":
    main()
