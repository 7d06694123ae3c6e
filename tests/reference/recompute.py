#!/usr/bin/env python3
"""Recompute the settlement of a demo day from the metered data files alone.

The rules of the trade are plain functions in trade_rules.py.  Here they are
applied to one day of three homes, a generator, a retailer, a grid company and
an aggregator, and the statement is printed.

Everything is exact: energy in Wh (kWh with 3 decimals), prices in 0.00001
CNY/kWh, amounts in 0.00000001 CNY, money in fen (0.01 CNY).  Wh times price
units is already an amount in 0.00000001 CNY.  No floating point is used, so
two runs on any machine agree to the last digit.
"""

import argparse
import csv
import datetime
import json
import pathlib
import sys
from fractions import Fraction

from demo_terms import *  # noqa: F401, F403 - what was agreed
from trade_rules import *  # noqa: F401, F403 - and the rules of the trade


# ---------------------------------------------------------------------------
# Metered data
# ---------------------------------------------------------------------------


def column(path, name):
    with open(path, newline="", encoding="utf-8") as source:
        return [Fraction(row[name]) for row in csv.DictReader(source)]


class MeterData:
    """Hourly Wh per meter and the retail price, over the ring year."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.load, self.pv = {}, {}
        for number, home in enumerate(HOMES, 1):
            path = folder / f"Building_{number}.csv"
            self.load[home] = [
                round_half_up(kwh * 1000) for kwh in column(path, "non_shiftable_load")
            ]
            # The column is W per installed kW, which over an hour is Wh per kW.
            specific = column(path, "solar_generation")
            self.pv[home] = [round_half_up(wh * HOME_PV_KW) for wh in specific]
            if number == 1:
                self.generator = [round_half_up(wh * GENERATOR_PV_KW) for wh in specific]
        self.retail = [RETAIL[p] for p in column(folder / "pricing.csv", "electricity_pricing")]
        if len(self.retail) != HOURS:
            raise ValueError(f"pricing.csv has {len(self.retail)} rows, expected {HOURS}")

    @staticmethod
    def row(day, hour):
        """Row of hour 1..24 of a day; row 0 is the last hour of the year."""
        return ((day - 1) * 24 + hour) % HOURS

    def quarters(self, hourly, day):
        return [q for hour in range(1, 25) for q in split_hour(hourly[self.row(day, hour)])]

    def retail_quarters(self, day):
        return [self.retail[self.row(day, hour)] for hour in range(1, 25) for _ in range(4)]


def with_response(load, home):
    """Metered load when the home sheds in the event hour, quarter by quarter."""
    if home not in DR_SHEDDING:
        return load
    metered = list(load)
    for k in range((DR_HOUR - 1) * 4, DR_HOUR * 4):
        metered[k] -= round_half_up(metered[k] * DR_SHED)
    return metered


class Readings:
    """A day's 96 quarters: load and net (load less PV) per home, generator."""

    def __init__(self, data, day, event):
        self.load, self.net = {}, {}
        for home in HOMES:
            load = data.quarters(data.load[home], day)
            self.load[home] = with_response(load, home) if event else load
            pv = data.quarters(data.pv[home], day)
            self.net[home] = [a - b for a, b in zip(self.load[home], pv)]
        self.generator = data.quarters(data.generator, day)

    def direct(self, k):
        """Direct delivery to home 3 (K3) in a quarter: what it takes from the
        network, what the generator feeds in, at most the contract's cap."""
        return min(max(self.net["home-3"][k], 0), self.generator[k], PPA_DIRECT_CAP)

    def load_hour(self, home, hour):
        return sum(self.load[home][(hour - 1) * 4 : hour * 4])


# ---------------------------------------------------------------------------
# One day
# ---------------------------------------------------------------------------


class Statement:
    """Exact accruals per contract, payer, payee and component, rounded once."""

    def __init__(self):
        self.accrued = {}

    def accrue(self, contract, payer, payee, component, quantity, price):
        """Add quantity (Wh) times price; zero quantities leave no line."""
        if quantity < 0 or price < 0:
            raise AssertionError(f"negative accrual in {contract} {component}")
        if quantity == 0:
            return
        key = (contract, payer, payee, component)
        energy, amount = self.accrued.get(key, (Fraction(0), Fraction(0)))
        self.accrued[key] = (energy + quantity, amount + Fraction(quantity) * price)

    def lines(self):
        result = []
        for key in sorted(self.accrued):
            quantity, amount = self.accrued[key]
            if amount.denominator != 1:
                raise AssertionError(f"{key} is not exact in 8 decimals")
            rounded = round_half_even(amount / 10**6)
            result.append(key + (quantity, int(amount), rounded))
        return result


def energy_part(retail):
    return retail - WHEELING - FUNDS - FEE


def orders_of_quarter(yesterday, k, energy):
    """Orders from yesterday's same quarter: a deficit is bid for, a surplus
    asked for.  Home 3 expects its direct delivery of yesterday again and bids
    for the rest only."""
    asks, bids = [], []
    for number, home in enumerate(HOMES, 1):
        net = yesterday.net[home][k]
        want = max(net, 0)
        if home == "home-3":
            want -= yesterday.direct(k)
        bids.append(Order(home, want, energy + 1000 - 200 * (number - 1)))
        asks.append(Order(home, max(-net, 0), BENCHMARK + 500 * number))
    asks.append(Order("retailer", RETAILER_ASK, energy))
    bids.append(Order("retailer", RETAILER_BID, RETAILER_BID_PRICE))
    return asks, bids


def contract_of_home(prefix, home):
    return prefix + "abc"[HOMES.index(home)]


def network_charges(statement, contract, home, quantity):
    """Wheeling and funds are due on every kWh a home buys, whoever sells it."""
    statement.accrue(contract, home, "grid", "wheeling", quantity, WHEELING)
    statement.accrue(contract, home, "treasury", "funds", quantity, FUNDS)


def settle_quarter(k, readings, yesterday, retail, statement):
    """Clear, deliver and accrue one quarter; returns its record."""
    energy = energy_part(retail)
    asks, bids = orders_of_quarter(yesterday, k, energy)
    clearing = clear_auction(asks, bids)
    bought = {party: 0 for party, _, _ in PARTIES}
    sold = dict(bought)
    spot_bought, spot_sold = dict(bought), dict(bought)

    for trade in clearing.trades if clearing else ():
        spot_bought[trade.buyer] += trade.quantity
        spot_sold[trade.seller] += trade.quantity
        statement.accrue("K7", trade.buyer, trade.seller, "energy", trade.quantity, clearing.price)
        if trade.buyer in HOMES:
            network_charges(statement, "K7", trade.buyer, trade.quantity)
            statement.accrue("K7", trade.buyer, "market-operator", "fee", trade.quantity, FEE)
    for party in bought:
        bought[party] += spot_bought[party]
        sold[party] += spot_sold[party]

    direct = readings.direct(k)
    statement.accrue("K3", "home-3", "generator", "energy", direct, PPA_DIRECT)
    network_charges(statement, "K3", "home-3", direct)
    bought["home-3"] += direct
    sold["generator"] += direct

    produced = readings.generator[k] - direct
    statement.accrue("K2", "retailer", "generator", "energy", produced, PPA_PRODUCED)
    bought["retailer"] += produced
    sold["generator"] += produced

    residual = {}
    for home in HOMES:
        delivered = direct if home == "home-3" else 0
        residual[home] = readings.net[home][k] - spot_bought[home] + spot_sold[home] - delivered
        contract = contract_of_home("K4", home)
        if residual[home] >= 0:
            taken = residual[home]
            statement.accrue(contract, home, "retailer", "energy", taken, energy + SUPPLY_MARGIN)
            network_charges(statement, contract, home, taken)
            bought[home] += taken
            sold["retailer"] += taken
        else:
            surplus = -residual[home]
            statement.accrue(contract, "retailer", home, "surplus", surplus, BENCHMARK)
            sold[home] += surplus
            bought["retailer"] += surplus

    boundary = sold["retailer"] - bought["retailer"]
    if boundary >= 0:
        statement.accrue("K1", "retailer", "grid", "shortage", boundary, SHORTAGE)
        bought["retailer"] += boundary
        sold["grid"] += boundary
    else:
        statement.accrue("K1", "grid", "retailer", "surplus", -boundary, BENCHMARK)
        sold["retailer"] -= boundary
        bought["grid"] -= boundary

    feeder_head = sum(readings.net[home][k] for home in HOMES) - readings.generator[k]
    check_quarter(k, readings, bought, sold, boundary, feeder_head)
    return {
        "price": clearing.price if clearing else None,
        "energy_part": energy,
        "volume": clearing.volume if clearing else 0,
        "auction_bought": spot_bought,
        "auction_sold": spot_sold,
        "trades": clearing.trades if clearing else [],
        "asks": asks,
        "bids": bids,
        "direct": direct,
        "produced": produced,
        "residual": residual,
        "boundary": boundary,
        "feeder_head": feeder_head,
        "bought": bought,
        "sold": sold,
    }


def check_quarter(k, readings, bought, sold, boundary, feeder_head):
    """Every metered Wh has one contract and the feeder head closes the sum."""
    for home in HOMES:
        assert bought[home] - sold[home] == readings.net[home][k], (k, home)
    assert sold["generator"] == readings.generator[k], k
    assert bought["retailer"] == sold["retailer"], k
    assert boundary == feeder_head == sold["grid"] - bought["grid"], k
    assert sum(bought.values()) == sum(sold.values()), k


def grade_event(readings, past, statement):
    """Baseline, reduction, pay and penalty of the event, per home."""
    graded = {}
    for home in HOMES:
        past_event = sum(day.load_hour(home, DR_HOUR) for day in past)
        past_window = sum(day.load_hour(home, hour) for day in past for hour in DR_WINDOW)
        actual_window = sum(readings.load_hour(home, hour) for hour in DR_WINDOW)
        ratio = adjustment_ratio(actual_window, past_window, len(past))
        baseline = adjusted_baseline(past_event, len(past), ratio)
        metered = readings.load_hour(home, DR_HOUR)
        bid = DR_BIDS[home]
        effective = effective_energy(baseline - metered, bid)
        shortfall = shortfall_energy(effective, bid)
        contract = contract_of_home("K6", home)
        share, penalty = DR_PRICE * DR_PASSED_ON, DR_PRICE * PENALTY_FACTOR
        statement.accrue("K5", "grid", "aggregator", "event-pay", effective, DR_PRICE)
        statement.accrue("K5", "aggregator", "grid", "penalty", shortfall, penalty)
        statement.accrue(contract, "aggregator", home, "event-pay", effective, share)
        statement.accrue(contract, home, "aggregator", "penalty", shortfall, penalty)
        graded[home] = {
            "past_event": past_event,
            "past_window": past_window,
            "actual_window": actual_window,
            "ratio": ratio,
            "baseline": baseline,
            "metered": metered,
            "reduction": baseline - metered,
            "bid": bid,
            "effective": effective,
            "shortfall": shortfall,
        }
    return graded


def settle_day(data, day, first_day=None):
    """Settle one day.  first_day is the first of several days in a row: the
    days before it had no event and serve as the baseline's history, the days
    from it on had one."""
    first_day = day if first_day is None else first_day
    statement = Statement()
    readings = Readings(data, day, event=True)
    yesterday = Readings(data, day - 1, event=day > first_day)
    retail = data.retail_quarters(day)
    quarters = [settle_quarter(k, readings, yesterday, retail[k], statement) for k in range(96)]
    past = [Readings(data, first_day - n, event=False) for n in range(1, DR_PAST_DAYS + 1)]
    event = grade_event(readings, past, statement)
    lines = statement.lines()

    parties = {}
    for party, name, deposit in PARTIES:
        paid = sum(line[6] for line in lines if line[1] == party)
        received = sum(line[6] for line in lines if line[2] == party)
        parties[party] = {
            "name": name,
            "bought": sum(q["bought"][party] for q in quarters),
            "sold": sum(q["sold"][party] for q in quarters),
            "deposited": deposit,
            "paid": paid,
            "received": received,
            "net": received - paid,
        }
    assert sum(p["net"] for p in parties.values()) == 0
    assert sum(p["bought"] for p in parties.values()) == sum(p["sold"] for p in parties.values())
    return {
        "day": day,
        "date": FIRST_DATE + datetime.timedelta(days=day - 1),
        "parties": parties,
        "lines": lines,
        "quarters": quarters,
        "event": event,
    }


# ---------------------------------------------------------------------------
# Output
# ---------------------------------------------------------------------------


def decimal(value, places):
    """Exact decimal string of value / 10**places."""
    value = Fraction(value)
    extra = 0
    while value.denominator != 1:
        value, extra = value * 10, extra + 1
        if extra > 12:
            raise ValueError("not a finite decimal")
    places += extra
    digits = f"{abs(int(value)):0{places + 1}d}"
    return ("-" if value < 0 else "") + digits[:-places] + "." + digits[-places:]


def kwh(value):
    return decimal(value, 3)


def price_text(value):
    return decimal(value, 5)


def money(value):
    return decimal(value, 2)


def amounts_of(parties):
    fields = (("bought", kwh), ("sold", kwh), ("deposited", money), ("paid", money),
              ("received", money), ("net", money))
    return {party: {name: text(entry[name]) for name, text in fields}
            for party, entry in parties.items()}


def nonzero(energies):
    return {party: kwh(value) for party, value in energies.items() if value}


def orders_json(orders):
    return [{"party": o.party, "kwh": kwh(o.quantity), "price": price_text(o.price)}
            for o in orders if o.quantity]


def quarter_json(k, quarter):
    return {
        "interval": k + 1,
        "start": f"{k // 4:02d}:{k % 4 * 15:02d}",
        "price": None if quarter["price"] is None else price_text(quarter["price"]),
        "energy_part": price_text(quarter["energy_part"]),
        "volume": kwh(quarter["volume"]),
        "asks": orders_json(quarter["asks"]),
        "bids": orders_json(quarter["bids"]),
        "trades": [{"buyer": t.buyer, "seller": t.seller, "kwh": kwh(t.quantity)}
                   for t in quarter["trades"]],
        "auction_bought": nonzero(quarter["auction_bought"]),
        "auction_sold": nonzero(quarter["auction_sold"]),
        "direct": kwh(quarter["direct"]),
        "as_produced": kwh(quarter["produced"]),
        "residual_supply": {home: kwh(value) for home, value in quarter["residual"].items()},
        "grid_supply": kwh(quarter["boundary"]),
        "feeder_head": kwh(quarter["feeder_head"]),
    }


def event_json(graded):
    return {
        "baseline_mean": decimal(Fraction(graded["past_event"], DR_PAST_DAYS), 3),
        "window_past_sum": kwh(graded["past_window"]),
        "window_actual": kwh(graded["actual_window"]),
        "adjustment": f"{graded['ratio'].numerator}/{graded['ratio'].denominator}",
        "baseline": kwh(graded["baseline"]),
        "metered": kwh(graded["metered"]),
        "reduction": kwh(graded["reduction"]),
        "bid": kwh(graded["bid"]),
        "effective": kwh(graded["effective"]),
        "shortfall": kwh(graded["shortfall"]),
    }


def line_json(line):
    contract, payer, payee, component, quantity, exact, rounded = line
    return {"contract": contract, "payer": payer, "payee": payee, "component": component,
            "kwh": kwh(quantity), "exact": decimal(exact, 8), "amount": money(rounded)}


def day_json(result):
    quarters = result["quarters"]
    prices = [q["price"] for q in quarters if q["price"] is not None]
    return {
        "day": result["day"],
        "date": result["date"].isoformat(),
        "auctions_cleared": len(prices),
        "auction_volume": kwh(sum(q["volume"] for q in quarters)),
        "price_low": price_text(min(prices)) if prices else None,
        "price_high": price_text(max(prices)) if prices else None,
        "event_effective": kwh(sum(e["effective"] for e in result["event"].values())),
        "parties": amounts_of(result["parties"]),
        "lines": [line_json(line) for line in result["lines"]],
        "event": {home: event_json(graded) for home, graded in result["event"].items()},
        "intervals": [quarter_json(k, quarter) for k, quarter in enumerate(quarters)],
    }


def sum_parties(results):
    """Totals of several days; each day's unused deposit goes back at its end,
    so every day has a deposit of its own."""
    total = {party: dict(entry) for party, entry in results[0]["parties"].items()}
    for result in results[1:]:
        for party, entry in result["parties"].items():
            for field in ("bought", "sold", "deposited", "paid", "received", "net"):
                total[party][field] += entry[field]
    return total


def table(parties):
    head = (f"{'party':<26}{'bought kWh':>12}{'sold kWh':>11}{'deposited':>11}"
            f"{'paid':>9}{'received':>10}{'net CNY':>10}")
    rule = "-" * len(head)
    rows = [head, rule]

    def row(name, entry):
        sign = "+" if entry["net"] >= 0 else ""
        return (f"{name:<26}{kwh(entry['bought']):>12}{kwh(entry['sold']):>11}"
                f"{money(entry['deposited']):>11}{money(entry['paid']):>9}"
                f"{money(entry['received']):>10}{sign + money(entry['net']):>10}")

    rows += [row(entry["name"], entry) for entry in parties.values()]
    total = {field: sum(entry[field] for entry in parties.values())
             for field in ("bought", "sold", "deposited", "paid", "received", "net")}
    return "\n".join(rows + [rule, row("total", total)])


def day_text(result):
    summary = day_json(result)
    prices = (f"{summary['price_low']}-{summary['price_high']} CNY/kWh"
              if summary["auctions_cleared"] else "no trade")
    lines = [
        f"Wattclause recomputation   day {result['day']}, {result['date']:%a %Y-%m-%d}"
        "   3 homes (measured, hourly), 1 generator (scaled PV), CNY",
        f"{summary['auctions_cleared']} auctions cleared, {summary['auction_volume']} kWh, {prices}"
        f"   DR 18:00-19:00 {summary['event_effective']} kWh",
        "",
        table(result["parties"]),
        "",
        f"{'line':<6}{'payer':<12}{'payee':<17}{'component':<11}{'kWh':>9}"
        f"{'exact CNY':>15}{'CNY':>8}",
    ]
    for line in summary["lines"]:
        lines.append(f"{line['contract']:<6}{line['payer']:<12}{line['payee']:<17}"
                     f"{line['component']:<11}{line['kwh']:>9}{line['exact']:>15}"
                     f"{line['amount']:>8}")
    lines += ["", f"{'event':<8}{'mean':>9}{'adjustment':>14}{'baseline':>10}{'metered':>9}"
                  f"{'reduction':>11}{'bid':>7}{'effective':>11}{'shortfall':>11}"]
    for home, e in summary["event"].items():
        lines.append(f"{home:<8}{e['baseline_mean']:>9}{e['adjustment']:>14}{e['baseline']:>10}"
                     f"{e['metered']:>9}{e['reduction']:>11}{e['bid']:>7}{e['effective']:>11}"
                     f"{e['shortfall']:>11}")
    return "\n".join(lines)


# ---------------------------------------------------------------------------
# Comparison with another computation
# ---------------------------------------------------------------------------


def parse_money(text):
    value = Fraction(text) * 100
    if value.denominator != 1:
        raise ValueError(f"{text} has more than 2 decimals")
    return int(value)


def differences(parties, other):
    """Every (party, field, theirs less ours) that is not zero.  A party that
    either side lacks is a difference too, with None as amount."""
    found = []
    for party in sorted(set(parties) | set(other)):
        if party not in parties or party not in other:
            found.append((party, "party", None))
            continue
        if "net" not in other[party]:
            found.append((party, "net", None))
        for field, text in sorted(other[party].items()):
            if field not in ("net", "paid", "received"):
                continue
            delta = parse_money(text) - parties[party][field]
            if delta:
                found.append((party, field, delta))
    return found


def compare(parties, path):
    with open(path, encoding="utf-8") as source:
        other = json.load(source)
    found = differences(parties, other)
    for party, field, delta in found:
        print(f"{party:<16} {field:<9} {'missing' if delta is None else money(delta)}")
    total = sum(abs(delta) for _, _, delta in found if delta is not None)
    print(f"recomputed from the CSV: difference {money(total)}, {len(found)} fields differ")
    return 1 if found else 0


def main(argv=None):
    default_data = pathlib.Path(__file__).resolve().parent.parent / "data" / "citylearn2022"
    parser = argparse.ArgumentParser(
        description="Recompute a demo day's settlement from the meter data.")
    parser.add_argument("--data", default=default_data,
                        help="folder with Building_1.csv to Building_3.csv and pricing.csv")
    parser.add_argument("--day", type=int, default=32, help="1..365, day 1 is 1 August 2022")
    parser.add_argument("--days", type=int, default=1, help="number of days in a row")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--compare", metavar="JSON",
                        help="file with {party: {net, paid, received}}; exit 1 on a difference")
    options = parser.parse_args(argv)
    if not 1 <= options.day <= DAYS:
        parser.error("--day must be 1..365")
    if not 1 <= options.days <= DAYS:
        parser.error("--days must be 1..365")
    data = MeterData(options.data)
    results = [settle_day(data, options.day + n, options.day) for n in range(options.days)]
    totals = sum_parties(results)
    if options.compare:
        return compare(totals, options.compare)
    if options.json:
        json.dump({"days": [day_json(r) for r in results], "parties": amounts_of(totals)},
                  sys.stdout, indent=1)
        print()
        return 0
    print("\n\n".join(day_text(r) for r in results))
    if options.days > 1:
        print(f"\nall {options.days} days\n\n" + table(totals))
    return 0


if __name__ == "__main__":
    sys.exit(main())
