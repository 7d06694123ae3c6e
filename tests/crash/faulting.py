"""Every call of an operation that can fail, failing once: for faults.py and snapshots.py.

An operation takes the environment under which the program is to run and returns "" or what was wrong
afterwards. It runs once without a fault, which counts its calls of each class; then once for each case:
`class:k:how`, the k-th call of the class, failing so."""
import random
import subprocess

from standing import check, number

K_MAX = 2000
chance = random.Random()


def begin(usual):
    """How many cases are wanted (0: every one); the seed is said."""
    seed = number("WATTCLAUSE_SEED", random.SystemRandom().randrange(10 ** 6))
    chance.seed(seed)
    print(f"seed {seed} (WATTCLAUSE_SEED repeats it)")
    return number("WATTCLAUSE_FAULTS", usual)


def is_all(wanted):
    return wanted == 0


def cases_of(operation, counts, hows, wanted):
    """All the ways in which its calls can fail, or with a number wanted one way for each call."""
    for name, ways in hows.items():
        for k in range(1, min(int(counts[name]), K_MAX) + 1):
            taken = ways if is_all(wanted) else (ways[k % len(ways)],)
            yield from ((operation, f"{name}:{k}:{how}") for how in taken)


def taken_evenly(cases, wanted):
    """So many of them, from all of the list, beginning anywhere."""
    if is_all(wanted) or wanted >= len(cases):
        return cases
    step, first = len(cases) / wanted, chance.random()
    return [cases[int((first + i) * step) % len(cases)] for i in range(wanted)]


def try_all(operations, try_one, place, hows, wanted):
    """try_one(operation, fault): fault None runs it whole and writes place / "counts"."""
    cases, outcomes = [], {}
    for operation in operations:
        wrong = try_one(operation, None)
        check(wrong == "", f"{operation.__name__} without a fault", wrong)
        counts = dict(line.split() for line in (place / "counts").read_text().splitlines())
        cases += cases_of(operation, counts, hows, wanted)
    chosen = taken_evenly(cases, wanted)
    for operation, fault in chosen:
        try:
            wrong = try_one(operation, fault)
        except subprocess.TimeoutExpired:
            wrong = "it hangs"
        check(wrong == "", f"{operation.__name__}, {fault}", wrong)
        outcomes[operation.__name__] = outcomes.get(operation.__name__, 0) + 1
    return f"{len(chosen)} faults of {len(cases)}: " + ", ".join(f"{name} {n}" for name, n in outcomes.items())
