#!/usr/bin/env python3
"""Instructions of the processor that each workload of bench_vm takes, counted by callgrind.

    counts.py --compare|--update BENCH_VM CALLGRIND.txt WORKLOADS.clause CONTRACT.clause...

Counts do not depend on what else the machine does, so a small change of the interpreter shows. They
do depend on the compiler of C: each version has lines of its own in CALLGRIND.txt,

    COMPILER | WORKLOAD | COUNT

--compare prints count, stored count and their ratio, and exits with 4 when one differs by more than
2 % in either direction, or the compiler has no lines yet. --update counts anew and rewrites the
lines of this compiler; commit them with the change that explains them. Needs valgrind."""
import re
import subprocess
import sys

WORKLOADS = ("w1", "w2", "w3", "w3_bytes", "w4", "empty_action", "load", "load_views",
             "load_contracts", "w1_native", "w3_native", "w4_native")
MOST = 0.02


def compiler():
    """As the build uses: gcc with its version."""
    done = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
    return "gcc " + done.stdout.strip()


def count(program, sources, name):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         "--toggle-collect=bench_counted", program, "--count", name] + sources,
        capture_output=True, text=True, check=False)
    found = re.search(r"Collected\s*:\s*([0-9]+)", done.stderr)
    if done.returncode != 0 or found is None or int(found.group(1)) == 0:
        sys.exit("counts.py: callgrind did not count %s:\n%s" % (name, done.stderr))
    return int(found.group(1))


def read(path):
    rows = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            version, name, number = (part.strip() for part in line.split("|"))
            rows[version, name] = int(number)
    return rows


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# Instructions under callgrind (counts.py): compiler | workload | count.\n"
                   "# w1, w3, w3_bytes, w4, also _native: 10,000 units; w2: one round; empty_action:\n"
                   "# 1,000 calls; load: the module of workloads.clause once; load_views: one of ten\n"
                   "# generated functions; load_contracts: those of contracts. Rewritten by\n"
                   "# counts.py --update.\n")
        for (version, name), number in sorted(rows.items()):
            file.write("%s | %s | %d\n" % (version, name, number))


def main():
    if len(sys.argv) < 6 or sys.argv[1] not in ("--compare", "--update"):
        sys.exit(__doc__)
    mode, program, path = sys.argv[1:4]
    version, rows = compiler(), read(path)
    found = {name: count(program, sys.argv[4:], name) for name in WORKLOADS}
    if mode == "--update":
        rows.update({(version, name): number for name, number in found.items()})
        write(path, rows)
        return 0
    changed = 0
    print("%-14s %14s %14s %8s" % ("workload", "instructions", "stored", "ratio"))
    for name, number in found.items():
        stored = rows.get((version, name))
        ratio = number / stored if stored else 0
        is_changed = abs(ratio - 1) > MOST
        changed += is_changed
        print("%-14s %14d %14s %8.4f%s" % (name, number, stored or "-", ratio,
                                           "  changed" if is_changed else ""))
    if changed:
        print("%d of %d counts differ by more than %d %% from those stored for %s in %s.\n"
              "If that is meant, run `./dev bench vm --update-counts` and commit the file."
              % (changed, len(found), MOST * 100, version, path))
    return 4 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
