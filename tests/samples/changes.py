#!/usr/bin/env python3
"""Hold the corrected samples to the changes that docs/adr/0033 explains, and to nothing more.

The difference between tests/data/samples and tests/data/samples_fixed, up to the line that begins
the added tests, must be changes.diff. With --update it is written anew; then the decision needs the
reason for what is new in it.
"""

import difflib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
ADDED_TESTS = "// ---- tests ----"


def lines_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if ADDED_TESTS in lines:
        lines = lines[: lines.index(ADDED_TESTS)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def changes():
    out = []
    drafts = sorted((DATA / "samples").glob("*.clause"))
    corrected = sorted((DATA / "samples_fixed").glob("*.clause"))
    assert [p.name for p in drafts] == [p.name for p in corrected] and drafts
    for before, after in zip(drafts, corrected):
        out += difflib.unified_diff(
            lines_of(before), lines_of(after), before.name, after.name, lineterm="", n=0
        )
    return "\n".join(out) + "\n"


def main():
    golden = HERE / "changes.diff"
    found = changes()
    if sys.argv[1:] == ["--update"]:
        golden.write_text(found, encoding="utf-8")
        return 0
    if found == golden.read_text(encoding="utf-8"):
        return 0
    sys.stderr.write("the corrected samples have changes that changes.diff does not list:\n")
    sys.stderr.write(found)
    return 1


if __name__ == "__main__":
    sys.exit(main())
