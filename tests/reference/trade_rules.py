"""The rules of the trade as plain functions: rounding, hour to quarter split, call auction, baseline,
demand-response pay, splits.

Everything is exact: energy in Wh (kWh with 3 decimals), prices in 0.00001 CNY/kWh, amounts in 0.00000001 CNY,
money in fen (0.01 CNY). No floating point is used, so two runs on any machine agree to the last digit.
"""

from collections import namedtuple
from fractions import Fraction

# ---------------------------------------------------------------------------
# Rounding and splitting
# ---------------------------------------------------------------------------


def round_half_up(value):
    """Nearest integer; a tie goes away from zero."""
    value = Fraction(value)
    if value < 0:
        return -round_half_up(-value)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def round_half_even(value):
    """Nearest integer; a tie goes to the even neighbour."""
    return round(Fraction(value))


def split_hour(energy):
    """Split an hour's Wh into four quarters by cumulative half-up rounding."""
    marks = [round_half_up(Fraction(energy * i, 4)) for i in range(5)]
    return [marks[i + 1] - marks[i] for i in range(4)]


def split_largest_remainder(total, weights):
    """Split an integer by weights; the remainder goes to the largest
    fractions, a tie to the lowest index."""
    whole = sum(weights)
    parts = [total * w // whole for w in weights]
    fractions = [total * w % whole for w in weights]
    ranking = sorted(range(len(weights)), key=lambda i: -fractions[i])
    for i in ranking[: total - sum(parts)]:
        parts[i] += 1
    return parts


def vat_included(gross, percent):
    """Net and tax inside a gross money amount; the tax is the rest."""
    net = round_half_up(Fraction(gross * 100, 100 + percent))
    return net, gross - net


# ---------------------------------------------------------------------------
# Uniform-price call auction
# ---------------------------------------------------------------------------

Order = namedtuple("Order", "party quantity price")
Trade = namedtuple("Trade", "buyer seller quantity")
Clearing = namedtuple("Clearing", "price volume trades bought sold")


def share_last_level(orders, fills, cancelled):
    """Pro-rata the fills of the last accepted price level.

    Orders before that level are full; within it nobody has a better price, so
    quantity decides and not the place in the list."""
    filled = [i for i, fill in enumerate(fills) if fill > 0]
    if not filled:
        return
    level = orders[filled[-1]].price
    members = [i for i, order in enumerate(orders) if order.price == level]
    open_quantities = [orders[i].quantity - cancelled[i] for i in members]
    parts = split_largest_remainder(sum(fills[i] for i in members), open_quantities)
    for i, part in zip(members, parts):
        fills[i] = part


def pair_fills(asks, sold, bids, bought):
    """Who pays whom: walk both sides' fills in rank order."""
    trades = []
    i = j = 0
    left_sold, left_bought = list(sold), list(bought)
    while i < len(asks) and j < len(bids):
        quantity = min(left_sold[i], left_bought[j])
        if quantity:
            trades.append(Trade(bids[j].party, asks[i].party, quantity))
        left_sold[i] -= quantity
        left_bought[j] -= quantity
        if left_sold[i] == 0:
            i += 1
        else:
            j += 1
    return trades


def last_accepted(orders, fills):
    return max(i for i, fill in enumerate(fills) if fill > 0)


def first_not_filled(orders, fills):
    """Limit of the best order that is not full; a partly filled one counts."""
    for order, fill in zip(orders, fills):
        if fill < order.quantity:
            return order.price
    return None


def level_is_partly_filled(orders, fills, price):
    """A pro-rata share may fill one order of the level and not another."""
    return any(fill < o.quantity for o, fill in zip(orders, fills) if o.price == price)


def exact_price(rule, asks, sold, bids, bought):
    """Clearing price as an exact fraction of price units.

    rule: ("k_pair", k), ("interval_mid",) or ("marginal_side",)."""
    ask = last_accepted(asks, sold)
    bid = last_accepted(bids, bought)
    p_s, p_b = asks[ask].price, bids[bid].price
    if rule[0] == "k_pair":
        return p_s + Fraction(rule[1]) * (p_b - p_s)
    if rule[0] == "interval_mid":
        waiting_bid = first_not_filled(bids, bought)
        waiting_ask = first_not_filled(asks, sold)
        low = p_s if waiting_bid is None else max(p_s, waiting_bid)
        high = p_b if waiting_ask is None else min(p_b, waiting_ask)
        return Fraction(low + high, 2)
    if rule[0] == "marginal_side":
        return Fraction(p_b if level_is_partly_filled(bids, bought, p_b) else p_s)
    raise ValueError("unknown price rule " + rule[0])


def clear_auction(asks, bids, rule=("marginal_side",), tick=1):
    """Clear one interval; returns None when nothing trades.

    Orders are listed in party order; that order breaks the ties which price
    and quantity leave.  Where the best open bid and the best open ask belong
    to one party, the smaller quantity is cancelled on both sides: nobody
    trades with himself."""
    asks = sorted((o for o in asks if o.quantity > 0), key=lambda o: o.price)
    bids = sorted((o for o in bids if o.quantity > 0), key=lambda o: -o.price)
    sold, bought = [0] * len(asks), [0] * len(bids)
    ask_cancelled, bid_cancelled = [0] * len(asks), [0] * len(bids)
    i = j = 0
    while i < len(asks) and j < len(bids) and bids[j].price >= asks[i].price:
        ask_open = asks[i].quantity - sold[i] - ask_cancelled[i]
        bid_open = bids[j].quantity - bought[j] - bid_cancelled[j]
        quantity = min(ask_open, bid_open)
        if asks[i].party == bids[j].party:
            ask_cancelled[i] += quantity
            bid_cancelled[j] += quantity
        else:
            sold[i] += quantity
            bought[j] += quantity
        i += quantity == ask_open
        j += quantity == bid_open
    volume = sum(sold)
    if volume == 0:
        return None
    share_last_level(asks, sold, ask_cancelled)
    share_last_level(bids, bought, bid_cancelled)
    price = round_half_even(exact_price(rule, asks, sold, bids, bought) / tick) * tick
    return Clearing(
        price,
        volume,
        pair_fills(asks, sold, bids, bought),
        [(order.party, fill) for order, fill in zip(bids, bought) if fill],
        [(order.party, fill) for order, fill in zip(asks, sold) if fill],
    )


# ---------------------------------------------------------------------------
# Direct trade and demand response
# ---------------------------------------------------------------------------


def direct_trade_amounts(energy, price, wheeling, funds):
    """Exact components of a direct trade: generator, grid company, treasury."""
    return energy * price, energy * wheeling, energy * funds


def adjustment_ratio(actual_window, past_window_sum, past_days):
    """Same-day ratio over the adjustment window, kept within 80..120 %."""
    if past_window_sum == 0:
        return Fraction(1)  # nothing to compare with: no adjustment
    ratio = Fraction(actual_window * past_days, past_window_sum)
    return min(max(ratio, Fraction(4, 5)), Fraction(6, 5))


def adjusted_baseline(past_event_sum, past_days, ratio):
    """Mean of the past days' event-hour energy times the ratio, in Wh."""
    return round_half_up(Fraction(past_event_sum, past_days) * ratio)


def effective_energy(reduction, bid):
    """Paid energy of an event: full up to 110 % of the bid, half of the rest.
    A negative reduction counts as none."""
    reduction = max(Fraction(reduction), Fraction(0))
    full = Fraction(bid * 11, 10)
    if reduction <= full:
        return reduction
    return full + (reduction - full) / 2


def shortfall_energy(effective, bid):
    """Energy missing below 90 % of the bid."""
    return max(Fraction(bid * 9, 10) - effective, Fraction(0))


PENALTY_FACTOR = Fraction(11, 10)
