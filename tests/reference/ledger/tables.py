"""The tables of the ledger, read from node/ledger/*.def: names and numbers. No meaning comes from
here, only data."""
import os
import re

from vm.tables import PRICES as MACHINE_PRICES

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "node", "ledger")


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def numbers(name, macro):
    """NAME: number of a table whose rows begin with number and name."""
    found = re.findall(r"^%s\((\w+), \"?(\w+)" % macro, read(name), flags=re.M)
    return {word: int(number, 0) for number, word in found}


def defines(name):
    """WC_NAME: value of the #defines of whole numbers in a header."""
    text = re.sub(r"\\\n", " ", read(name))
    found = re.findall(r"^#define WC_(\w+) +(\d+)u?\b", text, flags=re.M)
    return {word: int(number) for word, number in found}


REFUSALS = numbers("refusals.def", "WC_REFUSAL")
REFUSAL_NAMES = {number: name for name, number in REFUSALS.items()}
NATIVES = numbers("natives.def", "WC_NATIVE")
EVENTS = numbers("events.def", "WC_EVENT")
SPACES = numbers("state_spaces.def", "WC_SPACE")
TX_RULES = numbers("tx_rules.def", "WC_TX_RULE")
LIMITS = defines("limits.h")
PRICES = dict(MACHINE_PRICES, **{name: value for name, value in defines("prices.h").items()})
ROLE_ROWS = re.findall(r"^WC_ROLE\((\d+), (\w+), \"(\w+)\"", read("roles.def"), flags=re.M)
ROLES = {name: int(number) for number, name, _ in ROLE_ROWS}
ROLE_OF_WORD = {word: int(number) for number, _, word in ROLE_ROWS}
ROLE_NUMBERS = set(ROLES.values())
PROPOSALS = numbers("proposals.def", "WC_PROPOSAL")
DUTIES = {frozenset((ROLES[a], ROLES[b]))
          for a, b in re.findall(r"^WC_DUTY\((\w+), (\w+),", read("duties.def"), flags=re.M)}
