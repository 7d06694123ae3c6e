#!/usr/bin/env python3
"""Writes stdlib/tz/VERSION.tz: the shifts of local clocks from 1970 to 2100, for the zones we ship.

    python3 tests/reference/make_tz_tables.py FOLDER

FOLDER holds the compiled files of one release of the IANA time zone database and says which one it
is, as the package `tzdata` of PyPI does: FOLDER/zoneinfo/Asia/Shanghai, FOLDER/__init__.py with
IANA_VERSION. The clock of each zone is looked at every hour of the 131 years; where it has changed,
the second of the change is found by halving. The file is committed: the build needs no Python, and
nobody's own time zone files are ever read.
"""
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

OUT = Path(__file__).resolve().parent.parent.parent / "stdlib" / "tz"
ZONES = [
    "America/New_York",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "UTC",
]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
END = int((datetime(2101, 1, 1, tzinfo=timezone.utc) - EPOCH).total_seconds())

HEADER = """\
# Local clocks by release {version} of the IANA time zone database, from 1970-01-01T00:00:00Z up to
# 2101-01-01T00:00:00Z. Made by tests/reference/make_tz_tables.py; not edited by hand. The database is
# in the public domain (https://www.iana.org/time-zones); shifts in the future are its forecast of
# today's rules.
#
#   zone NAME OFFSET     begins a zone: its offset at the start, seconds east of UTC
#   AT OFFSET            from the instant AT on, in seconds since 1970-01-01T00:00:00Z, this offset
#
# Zones ascend by name, instants within a zone. `#` begins a comment.
tzdata {version}
"""


def offset_at(zone, second):
    return int((EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset().total_seconds())


def shifts_of(zone):
    before = offset_at(zone, 0)
    for second in range(3600, END + 1, 3600):
        after = offset_at(zone, second)
        if after == before:
            continue
        low, high = second - 3600, second  # the offset differs at these two
        while high - low > 1:
            middle = (low + high) // 2
            if offset_at(zone, middle) == before:
                low = middle
            else:
                high = middle
        if high < END:
            yield high, offset_at(zone, high)
        before = after


def main():
    folder = Path(sys.argv[1])
    text = (folder / "__init__.py").read_text()
    version = re.search(r'^IANA_VERSION = "(\w+)"', text, re.M).group(1)
    lines = []
    for name in ZONES:
        with open(folder / "zoneinfo" / name, "rb") as file:
            zone = ZoneInfo.from_file(file, name)
        lines.append(f"zone {name} {offset_at(zone, 0)}")
        for at, offset in shifts_of(zone):
            lines.append(f"{at} {offset} # {EPOCH + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}")
    path = OUT / f"{version}.tz"
    path.write_text(HEADER.format(version=version) + "\n".join(lines) + "\n")
    print(path, len(lines))


if __name__ == "__main__":
    main()
