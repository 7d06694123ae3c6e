"""Each standard contract comes into being when `wattclause fuzz` is given its tests.

usage: fuzz_deploys.py PROGRAM CONTRACTS
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

RUNS = 20
SEED = 1


def declared(path):
    with open(path, encoding="utf-8") as source:
        return re.findall(r"^contract (\w+)", source.read(), re.M)


def deployed(program, path, folder):
    """Runs in which each contract of the file was deployed."""
    done = subprocess.run(
        [program, "fuzz", path, "--json", "--seed", str(SEED), "--runs", str(RUNS),
         "--write", os.path.join(folder, "found.clause")],
        capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"{path}: exit {done.returncode}: {done.stderr}")
    return {row["contract"]: row["deployed"] for row in json.loads(done.stdout)}


def main():
    program, contracts = sys.argv[1:]
    missing = []
    seen = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(glob.glob(os.path.join(contracts, "*", "*.clause"))):
            if path.endswith("_test.clause"):
                continue
            counts = deployed(program, path.replace(".clause", "_test.clause"), folder)
            for name in declared(path):
                seen += 1
                print(f"{name}: deployed in {counts.get(name, 0)} of {RUNS} runs")
                if counts.get(name, 0) == 0:
                    missing.append(name)
    if missing or seen == 0:
        sys.exit(f"never deployed with --seed {SEED}: {', '.join(missing)}")


main()
