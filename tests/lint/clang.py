#!/usr/bin/env python3
"""Compiles every source of the program with clang 14, too, without making objects: what only gcc
accepts, or only clang warns of, is found by the tests and not by who builds it elsewhere.

usage: clang.py BUILD   the folder with compile_commands.json
"""
import concurrent.futures
import json
import os
import shlex
import shutil
import subprocess
import sys

CLANG = "clang-14"
FOLDERS = ("vm", "compiler", "node")
# Warnings that clang does not have (CMakeLists.txt adds them for gcc alone).
ONLY_GCC = {"-Wlogical-op", "-Wduplicated-cond", "-Wduplicated-branches", "-Wjump-misses-init",
            "-Wstack-usage=16384"}


def command_of(entry):
    """The compiler's command without launcher, output and dependency file."""
    words = shlex.split(entry["command"])
    first = next(i for i, word in enumerate(words) if word.startswith("-"))
    kept, words = [], iter(words[first:])
    for word in words:
        if word in ("-o", "-MT", "-MF"):
            next(words)
        elif word not in ("-c", "-MD") and word not in ONLY_GCC:
            kept.append(word)
    return [CLANG, "-fsyntax-only", *kept]


def is_ours(entry, root):
    path = os.path.relpath(entry["file"], root)
    return path.split(os.sep)[0] in FOLDERS


def compile_one(entry):
    done = subprocess.run(command_of(entry), cwd=entry["directory"], capture_output=True, text=True)
    return entry["file"], done.returncode, done.stderr


def main(build):
    if shutil.which(CLANG) is None:
        print(f"SKIPPED: {CLANG} is not installed")
        return 0
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = {e["file"]: e for e in json.load(file) if is_ours(e, root)}
    assert entries, "compile_commands.json names no source of the program"
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, code, text in pool.map(compile_one, entries.values()):
            if code != 0 or text:
                failed += 1
                print(f"{os.path.relpath(path, root)}:\n{text}")
    print(f"{len(entries)} sources, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
