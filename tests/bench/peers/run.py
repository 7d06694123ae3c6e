#!/usr/bin/env python3
"""The interpreter beside what users would otherwise pick: `./dev bench vm --peers` calls this.

    run.py [--json] BUILD BENCH_VM WORKLOADS.clause

Builds each peer below the folder BUILD from pinned versions, runs all of them in turn three times with
the same four workloads (workloads.h), compares their checksums with those of checked C, and prints one
table: the best time of each, its ratio to checked C, whether it is metered and checked. A peer that
cannot be had is a line that says why. Exit code 1: a peer computed something else."""
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 3
WORKLOADS = ("W1", "W2", "W3", "W4")
UNITS = {"W1": "ns", "W2": "us", "W3": "ns", "W4": "ns"}
PER_UNIT = {"W1": 1, "W2": 1000, "W3": 1, "W4": 1}


class Missing(Exception):
    """A peer cannot be had; the text says what is missing."""


def tool(*names):
    for name in names:
        found = shutil.which(name) or shutil.which(name, path=os.path.expanduser("~/.cargo/bin"))
        if found:
            return found
    raise Missing("there is no %s" % names[0])


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        raise Missing("%s failed: %s" % (os.path.basename(str(command[0])), lines[-1]))
    return done.stdout


# ---- building: each returns the command that runs the peer ------------------------------------------

def native(build):
    sources = [HERE / name for name in ("native.c", "workloads.c", "storage.c")]
    run(tool("gcc"), "-std=c17", "-O2", "-o", build / "native", *sources)
    return [build / "native"]


def lua_source(build, name, quotient):
    """Lua has no one way to write an integer quotient: idiv(a, b) becomes that of the machine."""
    text = (HERE / "workloads.lua").read_text()
    text = re.sub(r"idiv\(([^,()]+(?:\[[^]]*\])?), (\d+)\)", quotient, text)
    (build / name).write_text(text)
    return build / name


def lua(build, name, package, quotient, *arguments):
    try:
        flags = run(tool("pkg-config"), "--cflags", "--libs", package).split()
    except Missing:
        raise Missing("the headers of %s are not installed" % package) from None
    run(tool("gcc"), "-std=c17", "-O2", "-o", build / name, HERE / "lua.c", HERE / "storage.c", *flags)
    return [build / name, lua_source(build, name + ".lua", quotient), *arguments]


def lua54(build):
    return lua(build, "lua", "lua5.4", r"((\1) // \2)")


def luajit_on(build):
    return lua(build, "luajit", "luajit", r"floor((\1) / \2)")


def luajit_off(build):
    return luajit_on(build) + ["off"]


def cargo(build, name):
    target = build / name
    run(tool("cargo"), "build", "--release", "--locked", "--quiet", "--target-dir", target,
        "--manifest-path", HERE / name / "Cargo.toml")
    return target / "release" / ("peer-" + name)


def solidity(build):
    folder = build / "npm"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    if not (folder / "node_modules" / "solc").exists():
        run(tool("npm"), "ci", "--no-audit", "--no-fund", cwd=folder)
    run(tool("node"), HERE / "compile_sol.js", HERE / "workloads.sol", build / "workloads.evm",
        env=dict(os.environ, NODE_PATH=str(folder / "node_modules")))
    return build / "workloads.evm"


def revm(build):
    return [cargo(build, "revm"), solidity(build)]


def wasm(build):
    clang = tool("clang-14", "clang")
    resources = pathlib.Path(run(clang, "-print-resource-dir").strip())
    builtins = sorted(resources.glob("lib/**/libclang_rt.builtins-wasm32.a"))
    if not builtins:
        raise Missing("clang has no run-time library for wasm32")
    exports = ["-Wl,--export=" + name.lower() for name in WORKLOADS]
    run(clang, "--target=wasm32", "-std=c17", "-O2", "-nostdlib", "-Wl,--no-entry",
        "-Wl,--allow-undefined", *exports, "-o", build / "workloads.wasm", HERE / "workloads.c",
        builtins[0])
    return build / "workloads.wasm"


def wasmtime_fuel(build):
    return [cargo(build, "wasmtime"), wasm(build), "fuel"]


def wasmtime(build):
    return [cargo(build, "wasmtime"), wasm(build)]


# Name, how it is built, metered, checked.
PEERS = (
    ("checked C", native, "no", "yes"),
    ("revm, solc", revm, "yes", "yes"),
    ("wasmtime, fuel", wasmtime_fuel, "yes", "yes"),
    ("wasmtime", wasmtime, "no", "yes"),
    ("LuaJIT", luajit_on, "no", "no"),
    ("LuaJIT, JIT off", luajit_off, "no", "no"),
    ("Lua 5.4", lua54, "no", "no"),
)


# ---- measuring --------------------------------------------------------------------------------------

def figures_of(output):
    """{"W1": (nanoseconds, checksum)}; the checksum may be missing."""
    figures = {}
    for line in output.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[0] in WORKLOADS:
            figures[fields[0]] = (float(fields[1]), int(fields[2]))
    return figures


def clause_figures(program, workloads):
    """bench_vm compares its checksums with its own C and ends with an error when they differ."""
    figures = {}
    for line in run(program, "--json", workloads).splitlines():
        row = json.loads(line)
        name = row["name"].removeprefix("vm.").upper()
        if name in WORKLOADS:
            figures[name] = (row["value"] * (1000 if row["unit"].startswith("us") else 1), None)
    return figures


def keep_best(best, figures):
    for name, (ns, check) in figures.items():
        best[name] = (min(ns, best.get(name, (ns,))[0]), check)


def prepare(build):
    commands, missing = {}, {}
    for name, make, _, _ in PEERS:
        try:
            commands[name] = make(build)
        except Missing as reason:
            missing[name] = str(reason)
    return commands, missing


def measure(commands, missing, bench, workloads):
    best = {name: {} for name in ["Clause, interpreter", *commands]}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            try:
                keep_best(best[name], figures_of(run(*command)))
            except Missing as reason:
                missing[name] = str(reason)
        keep_best(best["Clause, interpreter"], clause_figures(bench, workloads))
    return {name: figures for name, figures in best.items() if name not in missing}


def wrong_checksums(best):
    limit = best["checked C"]
    return ["%s, %s: %d, checked C has %d" % (name, workload, check, limit[workload][1])
            for name, figures in best.items() for workload, (_, check) in figures.items()
            if check is not None and check != limit[workload][1]]


# ---- telling ----------------------------------------------------------------------------------------

def rows_of(best):
    marks = {name: (metered, checked) for name, _, metered, checked in PEERS}
    marks["Clause, interpreter"] = ("yes", "yes")
    limit = best["checked C"]
    for name, figures in best.items():
        ratios = {w: figures[w][0] / limit[w][0] for w in WORKLOADS if w in figures}
        mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios))
        yield name, figures, ratios, mean, marks[name]


def tell_table(best, missing):
    print("%-20s" % "machine" + "".join("%14s %-7s" % (w + ", " + UNITS[w], "ratio") for w in WORKLOADS)
          + "   mean  metered  checked")
    for name, figures, ratios, mean, (metered, checked) in sorted(rows_of(best), key=lambda row: row[3]):
        cells = "".join("%14.2f %-7.1f" % (figures[w][0] / PER_UNIT[w], ratios[w]) if w in figures
                        else "%14s %-7s" % ("-", "") for w in WORKLOADS)
        print("%-20s%s %6.1f  %-7s  %s" % (name, cells, mean, metered, checked))
    for name, reason in missing.items():
        print("%-20s not measured: %s" % (name, reason))


def tell_json(best, missing):
    for name, figures, ratios, _, (metered, checked) in rows_of(best):
        for workload, (ns, _) in figures.items():
            print(json.dumps({"name": "peers.%s.%s" % (name, workload.lower()), "value": round(ns, 3),
                              "unit": "ns", "limit": round(best["checked C"][workload][0], 3),
                              "ratio": round(ratios[workload], 3), "metered": metered == "yes",
                              "checked": checked == "yes"}))
    for name, reason in missing.items():
        print(json.dumps({"name": "peers." + name, "missing": reason}))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    if len(arguments) != 3:
        sys.exit(__doc__)
    build = pathlib.Path(arguments[0]).resolve()
    build.mkdir(parents=True, exist_ok=True)
    commands, missing = prepare(build)
    if "checked C" not in commands:
        sys.exit("run.py: " + missing["checked C"])
    best = measure(commands, missing, arguments[1], arguments[2])
    (tell_json if "--json" in sys.argv else tell_table)(best, missing)
    wrong = wrong_checksums(best)
    if wrong:
        sys.exit("run.py: other checksums: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
