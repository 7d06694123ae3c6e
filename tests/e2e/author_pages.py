#!/usr/bin/env python3
"""The pages for authors, command by command: the first contract, trying by hand, changing a contract, its
sheet, its ABI, coverage, formatting.

    author_pages.py WATTCLAUSE ROOT

Sources, commands and answers are taken from the pages as they stand there: whoever follows them sees this.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
checks = 0


def run(*arguments, code=0, given=None):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=300,
                          input=given if given is not None else "")
    assert done.returncode == code, "%s: exit %d, expected %d\n%s%s" % (
        arguments, done.returncode, code, done.stdout, done.stderr)
    return done.stdout + done.stderr


def page(path):
    with open(os.path.join(root, "docs", path), encoding="utf-8") as text:
        return text.read()


def blocks(text):
    return re.findall(r"^```\n(.*?)^```$", text, flags=re.M | re.S)


def shows(said, wanted, where):
    """Every line of `wanted` stands in `said`, in this order; a line number of a place may differ."""
    global checks
    lines = [line.strip() for line in said.splitlines()]
    at = 0
    for line in filter(None, (line.strip() for line in wanted.splitlines())):
        while at < len(lines) and lines[at] != line:
            at += 1
        assert at < len(lines), "%s: the page shows\n  %s\nbut it says\n%s" % (where, line, said)
        checks += 1


def sessions(text):
    """(command, what the page shows below it) of each line that begins with `$ wattclause`."""
    for block in blocks(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            if command.startswith("wattclause "):
                yield shlex.split(command)[1:], shown


def commands(text):
    """The lines of blocks that begin with `wattclause`, without the words behind them."""
    for block in blocks(text):
        for line in block.splitlines():
            if line.startswith("wattclause "):
                yield shlex.split(re.split(r" {3,}| {2}#", line)[0])[1:]


def write(name, text):
    with open(name, "w", encoding="utf-8") as out:
        out.write(text)


def first_contract():
    text = page("tutorials/first-contract.md")
    source = next(block for block in blocks(text) if block.startswith("module sale;"))
    for arguments, shown in sessions(text):
        if arguments[0] == "new":
            shows(run(*arguments), shown, arguments)
            shutil.rmtree("sale")
            write("sale.clause", source)
        elif arguments[0] != "repl":
            shows(run(*arguments), shown, arguments)
    errors = [block for block in blocks(text) if block.startswith(("error", "FAILED"))]
    broken = [("let amount : Yuan = round(delivered * price, half_even);", "let amount : Yuan = delivered * price;"),
              ("requires delivered <= most", "requires delivered <= price"), ("== 4.80 CNY", "== 4.81 CNY")]
    assert len(errors) == len(broken)
    for (old, new), shown in zip(broken, errors):
        assert old in source
        write("broken.clause", source.replace(old, new))
        shown = shown.replace("sale.clause:", "broken.clause:")
        shows(run("test", "broken.clause", code=4 if shown.startswith("FAILED") else 1), shown, new)


def by_hand():
    text = page("how-to/try-by-hand.md")
    for block in blocks(text):
        if "clause> " not in block:
            continue
        parts = re.split(r"^clause> ", block, flags=re.M)[1:]
        given = "".join(part.partition("\n")[0] + "\n" for part in parts)
        said = run("repl", "sale.clause", given=given, code=1 if "error[" in block else 0)
        shows(said, "".join(part.partition("\n")[2] for part in parts), "try-by-hand.md")


def change():
    data = os.path.join(root, "tests/data/upgrade")
    shutil.copy(os.path.join(data, "sale_2.clause"), "sale.clause")
    run("build", os.path.join(data, "sale_1.clause"), "-o", "sale-1.wcb")
    verbs = [arguments[0] for arguments in commands(page("how-to/change-a-contract.md")) if run(*arguments)]
    assert verbs == ["diff", "test", "build"], verbs


def standard():
    """Pages that speak of ppa.clause: the standard contract, built beside its tests."""
    for name in os.listdir(os.path.join(root, "contracts/ppa")):
        shutil.copy(os.path.join(root, "contracts/ppa", name), name)
    os.makedirs("contracts/ppa", exist_ok=True)
    for name in ("ppa.clause", "direct.clause"):
        shutil.copy(name, "contracts/ppa")
    run("build", "ppa.clause", "-o", "ppa.wcb")
    for name, least in (("use-the-abi", 4), ("read-a-contract-sheet", 4), ("format-and-lint", 3)):
        count = 0
        for arguments in commands(page("how-to/%s.md" % name)):
            if arguments[0] == "query" or arguments[1] == "-":
                continue
            words = [word.replace("contracts/*/", "contracts/ppa/").replace("*", "ppa") for word in arguments]
            run(*words)
            count += 1
        assert count >= least, "%d commands of %s" % (count, name)
    for made in ("ppa.html", "out"):
        assert os.path.exists(made), made


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    first_contract()
    by_hand()
    change()
    standard()
    os.chdir("/")
print("%d lines of the pages are as they are shown" % checks)
