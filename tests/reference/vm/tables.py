"""The tables of the instruction set, read from vm/isa/*.def: names, codes, operand kinds, gas and
numbers of failures. No meaning comes from here, only data."""
import hashlib
import os
import re

ISA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "vm", "isa")


def rows(name, macro):
    """The arguments of each macro(...) of a table, as texts with single spaces."""
    with open(os.path.join(ISA, name), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.S)
    found = []
    for match in re.finditer(r"^%s\(" % macro, text, flags=re.M):
        arguments, current, depth, quoted, at = [], "", 0, False, match.end()
        while True:
            char = text[at]
            if quoted:
                current += char
                if char == "\\":
                    at += 1
                    current += text[at]
                elif char == '"':
                    quoted = False
            elif char == '"':
                quoted = True
                current += char
            elif char == ")" and depth == 0:
                arguments.append(current)
                break
            elif char == "," and depth == 0:
                arguments.append(current)
                current = ""
            else:
                depth += (char == "(") - (char == ")")
                current += char
            at += 1
        found.append([" ".join(argument.split()) for argument in arguments])
    return found


class Op:
    """One instruction. operands: kinds of A to F; words: 1, or 2 when any of D to F is used."""

    def __init__(self, row):
        self.code = int(row[0], 16)
        self.name = row[1]
        self.operands = row[2:8]
        self.gas = int(row[8])
        self.flags = set(row[9].split("|")) - {"0"}
        self.words = 1 if all(kind == "none" for kind in row[5:8]) else 2


class Part:
    def __init__(self, per_count, per_unit, unit):
        self.per_count, self.per_unit, self.unit = per_count, per_unit, unit


OP_ROWS = rows("ops.def", "WC_OP")
OPS = {op.code: op for op in map(Op, OP_ROWS)}
BY_NAME = {op.name: op for op in OPS.values()}
PRICES = {row[0]: int(row[1]) for row in rows("gas.def", "WC_GAS")}
TRAPS = {row[1]: int(row[0]) for row in rows("traps.def", "WC_TRAP")}
BUILTINS = {row[1]: int(row[0]) for row in rows("builtin_errors.def", "WC_BUILTIN")}
RULE_ROWS = rows("gas_rules.def", "WC_GAS_RULE")


def price(text):
    """The value of a sum of numbers and WC_GAS_ names."""
    total = 0
    for term in text.split("+"):
        term = term.strip()
        total += PRICES[term[7:]] if term.startswith("WC_GAS_") else int(term)
    return total


PART_ROWS = rows("gas_rules.def", "WC_GAS_PART")
PARTS = {row[0]: Part(price(row[1]), price(row[2]), int(row[3])) for row in PART_ROWS}


def part_gas(name, count, size):
    """[VM-22] What one piece of data-dependent work costs."""
    part = PARTS[name]
    units = (size + part.unit - 1) // part.unit
    if name == "SEARCH":
        return count.bit_length() * part.per_count * units
    return count * part.per_count + units * part.per_unit


def schedule_hash():
    """The name of the gas schedule that these tables are: SHA-256 of its lines."""
    lines = ["wattclause gas schedule 1"]
    lines += ["op " + " ".join(row[:10]) for row in OP_ROWS]
    lines += ["gas " + " ".join(row[:2]) for row in rows("gas.def", "WC_GAS")]
    lines += ["part " + " ".join(row[:4]) for row in PART_ROWS]
    lines += ["rule " + " ".join(row[:4]) for row in RULE_ROWS]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).digest()
