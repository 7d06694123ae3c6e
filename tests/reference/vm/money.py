"""Money instructions. Balances are the host's; what is asked of it, and in which order, is
decided here."""
from . import abi
from .machine import ROUNDINGS, divide, instruction
from .module import HIGHEST, LOWEST

LARGEST_REMAINDER = 8
REST = -1


def not_negative(m, amount):
    """[VM-91]"""
    if amount < 0:
        m.trap("NEG_AMOUNT", amount)
    return amount


def post(m, move, source, target, currency, amount, reference=b""):
    """[VM-92] One posting of parties (32 bytes each); nothing for zero."""
    if amount == 0:
        return
    answer, have = m.host.post(move, source, target, currency, amount, reference, m.where)
    if answer == "short":
        args = source + abi.u32(currency) + abi.i64(amount) + abi.i64(have)
        m.builtin("InsufficientEscrow", args)
    if answer == "refused":
        m.builtin("NotAuthorised")
    if answer == "limit":
        m.full(1024)


def party(place):
    return place.bytes(32)


@instruction("lock", "unlock")
def lock(m, r, i):
    amount = not_negative(m, r[i.b])
    m.part("POST", 1)
    post(m, i.op.name, party(r[i.a]), party(r[i.a]), i.c, amount)


@instruction("pay")
def pay(m, r, i):
    amount = not_negative(m, r[i.c])
    m.part("POST", 1)
    post(m, "pay", party(r[i.a]), party(r[i.b]), i.d, amount)


@instruction("redeem")
def redeem(m, r, i):
    amount = not_negative(m, r[i.c])
    reference = r[i.d].text() if m.type(i.d).kind == "text" else r[i.d].bytes(m.type(i.d).capacity)
    m.part("POST", 1)
    m.part("EVENT", 0, len(reference))
    post(m, "redeem", party(r[i.a]), party(r[i.b]), i.e, amount, reference)


@instruction("unlockall")
def unlockall(m, r, i):
    holders = m.host.holder_count()
    m.part("HOLDER", holders)
    if holders > 0:
        m.host.unlock_all()


# ---- split ---------------------------------------------------------------------------------------


def shares_of(type_, place):
    """(party, share, weight) of each entry of a share list."""
    entries = []
    for index in range(place.number()):
        where = place.at(8 + index * type_.stride())
        entries.append((where.bytes(32), where.number(32), where.number(40)))
    return entries


def examine(m, shares, whole, mode):
    """[VM-93] Error BadShares. Returns the sums of shares and of weights."""
    given = sum(share for _, share, _ in shares if share != REST)
    rests = [weight for _, share, weight in shares if share == REST]
    good = all(share >= REST for _, share, _ in shares) and given <= whole
    good = good and all(weight >= 0 for weight in rests) and sum(rests) <= HIGHEST
    if mode != LARGEST_REMAINDER:
        good = good and rests == [1]
    elif rests:
        good = good and sum(rests) > 0
    else:
        good = good and given == whole
    if not good:
        m.builtin("BadShares")
    return given, sum(rests)


def divide_rounding(m, shares, gross, whole, mode):
    """[VM-94]"""
    left, amounts = gross, []
    for _, share, _ in shares:
        amount = 0
        if share != REST:
            amount = min(divide(m, gross * share, whole, mode, [gross, share]), left)
        amounts.append(amount)
        left -= amount
    return [left if share == REST else amount for (_, share, _), amount in zip(shares, amounts)]


def divide_largest(shares, gross, whole, given, weights):
    """[VM-95] By exact fractions with one denominator."""
    weights = weights or 1
    denominator = whole * weights
    parts = []
    for _, share, weight in shares:
        exact = (whole - given) * weight if share == REST else share * weights
        parts.append(divmod(gross * exact, denominator))
    amounts = [floor for floor, _ in parts]
    first = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))
    for index in first[:gross - sum(amounts)]:
        amounts[index] += 1
    return amounts


@instruction("split")
def split(m, r, i):
    gross = not_negative(m, r[i.b])
    shares = shares_of(m.type(i.c), r[i.c])
    m.part("SHARE", len(shares))
    m.part("POST", len(shares))
    whole = m.module.numbers[i.f]
    given, weights = examine(m, shares, whole, i.d)
    if i.d == LARGEST_REMAINDER:
        amounts = divide_largest(shares, gross, whole, given, weights)
    else:
        amounts = divide_rounding(m, shares, gross, whole, ROUNDINGS[i.d])
    for (to, _, _), amount in zip(shares, amounts):
        post(m, "pay", party(r[i.a]), to, i.e, amount)


# ---- netting -------------------------------------------------------------------------------------


def residual_of(m, net, limit):
    """[VM-96] What the residual owner gets: minus the sum of the net map."""
    for _, amount in net:
        if amount == LOWEST:
            m.trap("RANGE", amount)
    residual = -sum(amount for _, amount in net)
    if abs(residual) > HIGHEST:
        m.trap("RANGE")
    if limit < 0:
        limit = len(net) // 2
    if abs(residual) > limit:
        m.builtin("ResidualTooLarge", abi.i64(residual) + abi.i64(limit))
    return residual


@instruction("clearnet")
def clearnet(m, r, i):
    """[VM-97] Who pays comes first; then the instance holds what it pays out."""
    place = r[i.a]
    net = [(place.bytes(32, 8 + 40 * n), place.number(40 + 40 * n)) for n in range(place.number())]
    own, owner = party(m.roots[4]), party(r[i.b])
    m.part("SHARE", len(net))
    m.part("POST", len(net) + 1)
    residual = residual_of(m, net, r[i.c])
    for who, amount in net:
        if amount < 0:
            post(m, "pay", who, own, i.d, -amount)
    if residual < 0:
        post(m, "pay", owner, own, i.d, -residual)
    for who, amount in net:
        if amount > 0:
            post(m, "pay", own, who, i.d, amount)
    if residual > 0:
        post(m, "pay", own, owner, i.d, residual)


# ---- reading balances ----------------------------------------------------------------------------


@instruction("escrow")
def escrow(m, r, i):
    m.part("BALANCE", 1)
    r[i.a] = m.host.escrow(party(r[i.b]), i.c)


@instruction("ownbal")
def ownbal(m, r, i):
    m.part("BALANCE", 1)
    r[i.a] = m.host.own_balance(i.b)


@instruction("posted")
def posted(m, r, i):
    m.part("BALANCE", 1)
    r[i.a] = m.host.posted(party(r[i.b]), i.c)
