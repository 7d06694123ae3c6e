#!/usr/bin/env python3
"""Every function of the library has a line in stdlib/README.md and a comment above it."""

import pathlib
import re
import sys

STDLIB = pathlib.Path(__file__).resolve().parents[2] / "stdlib"
MODULES = ("settle", "market", "flex", "time")
FUNCTION = re.compile(r"^func (\w+)\(", re.M)


def has_comment(text, at):
    above = text[:at].rstrip("\n").split("\n")
    while above and above[-1].startswith("// allow "):
        above.pop()
    return bool(above) and above[-1].startswith("// ")


def main():
    page = (STDLIB / "README.md").read_text(encoding="utf-8")
    faults = []
    for module in MODULES:
        text = (STDLIB / f"{module}.clause").read_text(encoding="utf-8")
        found = list(FUNCTION.finditer(text))
        assert found, module
        for match in found:
            if f"`{match[1]}(" not in page:
                faults.append(f"std.{module}: {match[1]} has no line in stdlib/README.md")
            if not has_comment(text, match.start()):
                faults.append(f"std.{module}: {match[1]} has no comment")
    print("\n".join(faults) or "all functions are described")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
