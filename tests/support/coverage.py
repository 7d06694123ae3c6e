"""Lines and branches that the tests of the coverage preset have reached, per folder and file.

    coverage.py BUILD                 folders beside the aim, and the files furthest from it
    coverage.py BUILD FILE...         the lines and branches of these files that no test reaches

It merges what the tests left in BUILD/profiles and asks llvm-cov for every counted place. From this
it leaves out what can only be reached by a mistake of our own (docs/how-to/measure-the-tests.md):
  - every branch inside the parentheses of wc_assert, and the branch that the macro itself makes;
  - `wc_assert(false)`, `wc_assert_failed(...)` and the lines behind them up to the end of the block,
    a `WC_NORETURN static` function that ends so, `case X: break;` of a switch right before, and
    an instruction's handler that is nothing else;
  - `case ..._COUNT:`;
  - the value outside of its enum, which a switch without `default` gives a branch of its own;
  - conditions that are constant when the program is compiled.
A place in a macro counts where the macro is used, once for each use; a function of a header counts
once, however many files include it. Standard library only.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

AIM_LINES, AIM_BRANCHES = 100.0, 98.0
FOLDERS = ("vm/base/", "vm/isa/", "vm/exec/", "compiler/", "node/ledger/")
WORST = 15
EXPANSION = 1  # a kind of region in the export


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"coverage: {command[0]} failed")
    return done.stdout


def export(build):
    """Everything llvm-cov knows of the core's files."""
    profiles = sorted(build.glob("profiles/*.profraw"))
    if not profiles:
        sys.exit(f"coverage: no profiles in {build}/profiles: run ctest --preset coverage first")
    names = build / "profiles" / "list"
    names.write_text("".join(f"{profile}\n" for profile in profiles))
    merged = build / "profiles" / "all.profdata"
    run("llvm-profdata-14", "merge", "-sparse", "-f", str(names), "-o", str(merged))
    programs = [build / "wattclause"]
    programs += [path for path in sorted(build.glob("tests/**/*"))
                 if path.name.startswith(("test_", "fuzz_")) and path.is_file()
                 and "." not in path.name]
    objects = [word for program in programs if program.is_file()
               for word in ("-object", str(program))]
    return json.loads(run("llvm-cov-14", "export", "-format=text", "-instr-profile", str(merged),
                          "-ignore-filename-regex=(^|/)tests/|generated/|^/usr/|(^|/)node/(?!ledger)",
                          *objects))


def indent(line):
    return len(line) - len(line.lstrip())


class Source:
    """The text of a file, and the places in it that only a mistake of ours can reach."""

    def __init__(self, path):
        self.lines = path.read_text().split("\n")
        self.asserted = []   # ((line, column) from, to) of the parentheses of wc_assert
        self.dead = set()    # lines that lead to a failed assertion, or that come behind one
        for number, line in enumerate(self.lines, 1):
            if line.startswith("#"):
                self.dead.add(number)
                continue
            for match in re.finditer(r"\bwc_assert\(", line):
                self.asserted.append(((number, match.start() + 1), self.closing(number, match.end())))
            if re.match(r" +(case .*: )?(wc_assert\(false\)|wc_assert_failed\()", line):
                self.add_block(number)
            if re.fullmatch(r"OP\(\w+\) \{ wc_assert\(false\); \}", line):
                self.dead.add(number)
            if re.match(r" +case \w+_COUNT: ", line):
                self.dead.add(number)
            if line.startswith("WC_NORETURN static"):
                self.add_report(number)

    def closing(self, line, column):
        """The place behind the parenthesis that closes the one before this place."""
        depth = 1
        while depth > 0:
            for column in range(column, len(self.lines[line - 1])):
                depth += {"(": 1, ")": -1}.get(self.lines[line - 1][column], 0)
                if depth == 0:
                    return line, column + 2
            line, column = line + 1, 0

    def add_block(self, number):
        """The failed assertion up to the end of its block, and what a switch before it leaves open."""
        depth = indent(self.lines[number - 1])
        before = number - 1
        if self.lines[before - 1] == " " * depth + "}" and self.is_switch(before, depth):
            while not self.lines[before - 1].startswith(" " * depth + "switch ("):
                before -= 1
                self.add_label(before, depth)
        while indent(self.lines[number - 1]) >= depth:
            self.dead.add(number)
            number += 1

    def add_report(self, number):
        """A function that only tells of a mistake of ours and ends in the failed assertion."""
        end = number
        while self.lines[end - 1] != "}":
            end += 1
        if "wc_assert_failed(" in self.lines[end - 2]:
            self.dead.update(range(number, end + 1))

    def is_switch(self, number, depth):
        """Whether the block that ends there is one."""
        number -= 1
        while indent(self.lines[number - 1]) > depth or not self.lines[number - 1].strip() \
                or self.lines[number - 1].lstrip().startswith("case "):
            number -= 1
        return self.lines[number - 1].lstrip().startswith("switch (")

    def add_label(self, number, depth):
        """`case A: break;` of such a switch, and the labels alone that fall into it."""
        line = self.lines[number - 1]
        alone = re.fullmatch(r" {%d}case \w+:" % depth, line) and number + 1 in self.dead
        if alone or re.match(r" {%d}case \w+: break;" % depth, line):
            self.dead.add(number)

    def text(self, start, end):
        if start[0] == end[0]:
            return self.lines[start[0] - 1][start[1] - 1:end[1] - 1]
        return self.lines[start[0] - 1][start[1] - 1:]

    def is_counted(self, start, end):
        """Whether the branch at this place is one that a test could take."""
        if start[0] in self.dead or any(a <= start < b for a, b in self.asserted):
            return False
        before = self.lines[start[0] - 1][:start[1] - 1]
        if before.endswith("switch ("):
            return False
        return self.text(start, end) not in ("true", "false", "0", "1")


class Measure:
    """Counts of one file: line -> count, branch -> [times true, times false]."""

    def __init__(self):
        self.lines, self.branches = {}, collections.defaultdict(lambda: [0, 0])

    def missed_lines(self):
        return [line for line, count in sorted(self.lines.items()) if count == 0]

    def missed_branches(self):
        return [(place, sides) for place, sides in sorted(self.branches.items()) if 0 in sides]

    def totals(self):
        sides = [side for branch in self.branches.values() for side in branch]
        return (sum(1 for count in self.lines.values() if count), len(self.lines),
                sum(1 for side in sides if side), len(sides))


def lines_of(segments, source):
    """Line -> the largest count of what is written on it.

    A segment counts from its place to the next one. Unlike in llvm-cov one that only reaches blanks
    of a line, or closing braces, says nothing about the line: the code behind an assertion would
    seem never to run.
    """
    counts, at = {}, 0
    while at < len(segments):
        line, column, count, has_count, _, is_gap = segments[at][:6]
        end = segments[at + 1][:2] if at + 1 < len(segments) else (line, column)
        at += 1
        if not has_count or is_gap:
            continue
        for number in range(line, end[0] + 1):
            text = source.lines[number - 1]
            text = text[column - 1 if number == line else 0:end[1] - 1 if number == end[0] else None]
            if text.strip(" }") and number not in source.dead:
                counts[number] = max(count, counts.get(number, 0))
    return counts


def used_at(function, file_id, start, end):
    """Where the function's own text uses the macro that a place is in; other places are themselves."""
    expansions = {region[6]: region for region in function["regions"] if region[7] == EXPANSION}
    while file_id in expansions:
        region = expansions[file_id]
        start, end, file_id = (region[0], region[1]), (region[2], region[3]), region[5]
    return file_id, start, end


class Measures:
    """What llvm-cov knows, per file of the core by its name from the repository's root."""

    def __init__(self, root, data):
        self.root, self.names, self.sources = root, {}, {}
        self.files = collections.defaultdict(Measure)
        for file in data["files"]:
            name = self.name(file["filename"])
            if name:
                self.files[name].lines = lines_of(file["segments"], self.source(name))
        for function in data["functions"]:
            for branch in function["branches"]:
                self.add_branch(function, branch)

    def name(self, path):
        """The path from the root; None for what is not of the core."""
        if path not in self.names:
            parts = path.split("/")
            tails = ("/".join(parts[i:]) for i in range(len(parts)))
            self.names[path] = next((tail for tail in tails if tail.startswith(FOLDERS)
                                     and (self.root / tail).is_file()), None)
        return self.names[path]

    def source(self, name):
        if name not in self.sources:
            self.sources[name] = Source(self.root / name)
        return self.sources[name]

    def add_branch(self, function, branch):
        start, end = (branch[0], branch[1]), (branch[2], branch[3])
        file_id, at, to = used_at(function, branch[6], start, end)
        name = self.name(function["filenames"][file_id])
        if name and self.source(name).is_counted(at, to):
            sides = self.files[name].branches[(at, to, start if start != at else None)]
            sides[0] += branch[4]
            sides[1] += branch[5]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def row(name, totals):
    lines, all_lines, branches, all_branches = totals
    return (f"{name:<34} {percent(lines, all_lines):6.2f} % {all_lines - lines:6} "
            f"{percent(branches, all_branches):9.2f} % {all_branches - branches:6}")


def add(measures):
    return tuple(map(sum, zip(*(m.totals() for m in measures)))) if measures else (0, 0, 0, 0)


def print_folders(measures, worst):
    head = f"{'':<34} {'lines':>8} {'missed':>6} {'branches':>11} {'missed':>6}"
    print(head)
    folders = sorted({"/".join(name.split("/")[:-1]) for name in measures})
    for folder in folders:
        print(row(folder, add([m for name, m in measures.items()
                               if name.rsplit("/", 1)[0] == folder])))
    print()
    for group in ("vm", "compiler", "node/ledger"):
        print(row(group, add([m for name, m in measures.items() if name.startswith(group + "/")])))
    print(row("core", add(list(measures.values()))))
    print(f"{'aim':<34} {AIM_LINES:6.2f} % {'':>6} {AIM_BRANCHES:9.2f} %")
    print("\nfurthest from it:")

    def missed(item):
        lines, all_lines, branches, all_branches = item[1].totals()
        return all_lines - lines + all_branches - branches

    for name, m in sorted(measures.items(), key=lambda item: (-missed(item), item[0]))[:worst]:
        print(row(name, m.totals()))


def print_places(name, m, source):
    print(row(name, m.totals()))
    for line in m.missed_lines():
        print(f"{name}:{line}: never run: {source.lines[line - 1].strip()}")
    missed_lines = set(m.missed_lines())
    for place, sides in m.missed_branches():
        if place[0][0] in missed_lines:
            continue
        never = "never true" if sides[0] == 0 else "never false"
        if sides == [0, 0]:
            never = "never asked"
        print(f"{name}:{place[0][0]}:{place[0][1]}: {never}: {source.text(place[0], place[1])}")


def main(arguments):
    if not arguments:
        sys.exit("usage: coverage.py BUILD [--all | FILE...]")
    build, names = pathlib.Path(arguments[0]).resolve(), arguments[1:]
    root = pathlib.Path(__file__).resolve().parents[2]
    measures = Measures(root, export(build)["data"][0])
    if not names or names == ["--all"]:
        print_folders(measures.files, None if names else WORST)
        return
    for name in names:
        name = name.rstrip("/")
        found = [known for known in sorted(measures.files)
                 if known == name or known.startswith(name + "/")]
        if not found:
            sys.exit(f"coverage: {name} is no file of {' '.join(FOLDERS)} that is compiled")
        for known in found:
            print_places(known, measures.files[known], measures.source(known))


main(sys.argv[1:])
