#!/usr/bin/env python3
"""Holds `wattclause abi` and `abi --schema` against an independent validator (python3-jsonschema).

  abi.py WATTCLAUSE ROOT

Every standard contract: its ABI fits docs/reference/abi.schema.json, its schemas are schemas, and
each call that its tests make - arguments, events, errors, results, as encoded on the ledger - fits
them. A value that is spoilt in one place no longer does. Method ids are computed again here."""
import copy
import hashlib
import json
import pathlib
import subprocess
import sys

import jsonschema

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
failed = 0
counts = {"contracts": 0, "calls": 0, "values": 0, "spoilt": 0}


def fail(text):
    global failed
    failed += 1
    print("FAILED:", text)


def run(*arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        fail(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr[:500]}")
        return None
    return json.loads(done.stdout)


def spoil(value):
    """Copies of a value with one leaf changed so that no schema may accept it."""
    if isinstance(value, dict):
        for key in value:
            for bad in spoil(value[key]):
                yield {**value, key: bad}
            yield {k: v for k, v in value.items() if k != key}  # a member is missing
        yield {**value, "no such member": 1}
    elif isinstance(value, list):
        for i, item in enumerate(value):
            for bad in spoil(item):
                yield value[:i] + [bad] + value[i + 1:]
    elif isinstance(value, str):
        yield 12
    elif isinstance(value, bool):
        yield "yes"


# What contracts refer to without a module of their own: schemas by contract name.
schemas, abis = {}, {}
abi_schema = json.loads((root / "docs/reference/abi.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(abi_schema)
abi_validator = jsonschema.Draft202012Validator(abi_schema)

sources = sorted(p for p in (root / "contracts").glob("*/*.clause") if not p.stem.endswith("_test"))
sources.append(root / "stdlib" / "test.clause")
for source in sources:
    text = source.read_text()
    names = [line.split()[1] for line in text.splitlines() if line.startswith("contract ")]
    for name in names:
        abi = run("abi", str(source), "--contract", name)
        schema = run("abi", str(source), "--contract", name, "--schema")
        if abi is None or schema is None:
            continue
        counts["contracts"] += 1
        for error in abi_validator.iter_errors(abi):
            fail(f"{source}: {error.json_path}: {error.message[:200]}")
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas[name], abis[name] = schema, abi
        for method in abi["actions"] + abi["views"]:
            digest = hashlib.sha256(method["signature"].encode()).hexdigest()[:8]
            if digest != method["method_id"]:
                fail(f"{name}.{method['name']}: id {method['method_id']}, expected {digest}")

if next(iter(abi_validator.iter_errors({**abis["Tariff"], "contract": 3})), None) is None:
    fail("abi.schema.json accepts a contract without a name")


def check(contract, definition, value):
    schema = schemas.get(contract)
    if schema is None:  # a contract of a test file
        return
    if definition not in schema["$defs"]:
        fail(f"{contract} has no definition {definition}")
        return
    validator = jsonschema.Draft202012Validator({**schema["$defs"][definition]})
    counts["values"] += 1
    for error in validator.iter_errors(value):
        fail(f"{contract} {definition}: {error.json_path}: {error.message[:200]}")
    if (contract, definition) in check.seen:
        return
    check.seen.add((contract, definition))
    for bad in spoil(copy.deepcopy(value)):
        counts["spoilt"] += 1
        if validator.is_valid(bad) and bad != value:
            fail(f"{contract} {definition} accepts {json.dumps(bad)[:300]}")


check.seen = set()
for test in sorted((root / "contracts").glob("*/*_test.clause")):
    for one in run("test", "--json", "--calls", str(test)) or []:
        for call in one.get("called", []):  # properties tell none
            counts["calls"] += 1
            kind = next(k for k in ("deploy", "action", "view") if k in call)
            definition = "terms" if kind == "deploy" else f"{kind}.{call[kind]}"
            check(call["contract"], definition, call["arguments"])
            if "result" in call:
                check(call["contract"], f"result.{call['view']}", call["result"])
            if call["outcome"] == "error":
                check(call["contract"], f"error.{call['error']}", call["members"])
            for event in call.get("events", []):
                check(call["contract"], f"event.{event['event']}", event["members"])

print(len(check.seen), "definitions;", ", ".join(f"{n} {what}" for what, n in counts.items()), f"{failed} failures")
if counts["contracts"] < 9 or counts["calls"] < 200 or counts["spoilt"] < 200:
    fail("too little was examined")
sys.exit(1 if failed else 0)
