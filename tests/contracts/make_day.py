#!/usr/bin/env python3
"""Write a Clause test of one metered day: all standard contracts together.

The test deploys the contracts of the day, sends each order, reading and call at its time, lets
time close the day, and compares every amount due and every bank total with recompute.py, which
knows the business rules and none of the contracts.
"""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "reference"))
import recompute  # noqa: E402

PARTY = {
    "grid": "grid",
    "retailer": "shop",
    "generator": "sun",
    "home-1": "home1",
    "home-2": "home2",
    "home-3": "home3",
    "aggregator": "agg",
    "market-operator": "operator",
    "treasury": "treasury",
}
CONTRACT = {
    "K1": "wholesale",
    "K2": "ppa",
    "K3": "direct",
    "K4a": "supply1",
    "K4b": "supply2",
    "K4c": "supply3",
    "K5": "response",
    "K6a": "enrolment1",
    "K6b": "enrolment2",
    "K6c": "enrolment3",
    "K7": "market",
}
HOMES = (1, 2, 3)
DAY = "interval(2026-01-11T00:00:00Z, 2026-01-12T00:00:00Z)"
EVENT = "interval(2026-01-11T18:00:00Z, 2026-01-11T19:00:00Z)"
HISTORY = "interval(2026-01-01T00:00:00Z, 2026-01-11T00:00:00Z)"
YEAR = "interval(2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z)"


def decimal(value, places, unit):
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**places)
    return f"{sign}{whole}.{part:0{places}d} {unit}"


def kwh(value):
    return decimal(value, 3, "kWh")


def price(value):
    return decimal(value, 5, "CNY/kWh")


def yuan(value):
    return decimal(value, 2, "CNY")


def series(name, kind, values, text):
    """A function that returns 96 values."""
    lines = [f"func {name}() -> list<{kind}, 96> {{", "    return ["]
    for start in range(0, 96, 6):
        lines.append("        " + ", ".join(text(v) for v in values[start : start + 6]) + ",")
    lines[-1] = lines[-1][:-1] + "];"
    return lines + ["}", ""]


HEADER = """// Day {day} of the metered data. Made by tests/contracts/make_day.py.
module day.day_test;
use std.energy;
use std.settle;
use std.market;
use std.flex;
use tariff.tariff;
use metering.metering;
use spot.spot;
use ppa.direct;
use ppa.ppa;
use supply.supply;
use supply.wholesale;
use flex.enrolment;
use flex.response;
use bank.split;

func plus(prices : list<Rate, 96>, extra : Rate) -> list<Rate, 96> {{
    var result : list<Rate, 96> = [];
    for p in prices {{ result.push(p + extra); }}
    return result;
}}
"""


def data_functions(data, day):
    today = recompute.Readings(data, day, event=True)
    yesterday = recompute.Readings(data, day - 1, event=False)
    lines = []
    for number, home in zip(HOMES, recompute.HOMES):
        load, net = today.load[home], today.net[home]
        want = [max(n, 0) for n in yesterday.net[home]]
        if home == "home-3":
            want = [w - yesterday.direct(k) for k, w in enumerate(want)]
        lines += series(f"load{number}", "Metered", load, kwh)
        lines += series(f"pv{number}", "Metered", [a - b for a, b in zip(load, net)], kwh)
        lines += series(f"want{number}", "Energy", want, kwh)
        lines += series(f"give{number}", "Energy", [max(-n, 0) for n in yesterday.net[home]], kwh)
        for back in range(1, recompute.DR_PAST_DAYS + 1):
            past = recompute.Readings(data, day - back, event=False)
            lines += series(f"past{number}_{back}", "Metered", past.load[home], kwh)
    energy = [recompute.energy_part(p) for p in data.retail_quarters(day)]
    lines += series("generated", "Metered", today.generator, kwh)
    lines += series("energy_part", "Rate", energy, price)
    return lines


def deployments():
    lines = [
        "    advance 853_200 s;                                  // 10 January, 21:00",
        f'    let tariff = Tariff.deploy(document: "1", version: 1, valid: {YEAR},',
        f"        wheeling: {price(recompute.WHEELING)}, funds: {price(recompute.FUNDS)});",
        f"    let market = SpotMarket.deploy(day: {DAY},",
        f"        tariff: tariff, traders: [shop], fee: {price(recompute.FEE)},",
        "        tick: 0.00001 CNY/kWh, max_qty: 100.000 kWh, price_rule: PriceRule.MarginalSide,",
        "        ties: Ties.ProRata, tick_rounding: TickRounding.HalfEven);",
        "    let direct = DirectPpa.deploy(generator: sun, user: home3, output: meter_sun,",
        f"        intake: meter3, term: {DAY},",
        f"        price: {price(recompute.PPA_DIRECT)}, cap: {kwh(recompute.PPA_DIRECT_CAP)},",
        "        tariff: tariff);",
        "    let ppa = Ppa.deploy(buyer: shop, seller: sun, meter: meter_sun,",
        f"        term: {DAY},",
        f"        price: {price(recompute.PPA_PRODUCED)}, form: Form.AsProduced,",
        "        settlement: Settlement.Daily, minimum: 900.000 kWh,",
        f"        months: [Month({DAY}, false)],",
        "        directs: [direct]);",
        "    let wholesale = WholesaleSupply.deploy(retailer: shop, meter: meter_feeder,",
        f"        day: {DAY},",
        f"        shortage_price: {price(recompute.SHORTAGE)},",
        f"        surplus_price: {price(recompute.BENCHMARK)});",
        f"    let prices = plus(energy_part(), {price(recompute.SUPPLY_MARGIN)});",
    ]
    for number, home in zip(HOMES, recompute.HOMES):
        penalty = int(recompute.DR_PRICE * recompute.PENALTY_FACTOR)
        lines += [
            f"    let supply{number} = Supply.deploy(supplier: shop, customer: home{number},",
            f"        meter: meter{number}, day: {DAY},",
            f"        price: prices, surplus_price: {price(recompute.BENCHMARK)}, tariff: tariff,",
            f"        spots: [market], directs: {'[direct]' if number == 3 else '[]'});",
            f"    let point{number} = MeteringPoint.deploy(operator: grid, owner: home{number},",
            f'        meter: meter{number}, serial: "{number}", connection: "feeder",',
            '        channels: "import export load pv", accuracy: "0.5S", certificate: "",',
            f"        revision: 1, valid: {YEAR});",
            f"    let enrolment{number} = Enrolment.deploy(aggregator: agg, home: home{number},",
            f"        meter: meter{number}, day: {DAY},",
            f"        point: point{number}, history: {HISTORY},",
            f"        history_days: 10, bid: {kwh(recompute.DR_BIDS[home])},",
            f"        price: {price(recompute.DR_PRICE)}, share: 80%, penalty: {price(penalty)});",
        ]
    lines += [
        "    let response = DemandResponse.deploy(aggregator: agg,",
        f"        day: {DAY},",
        "        units: [enrolment1, enrolment2, enrolment3],",
        f"        price: {price(recompute.DR_PRICE)}, penalty: {price(penalty)}, notice: 3_600 s);",
    ]
    for payer, _, deposit in recompute.PARTIES:
        if deposit:
            lines += bank_contract(payer, deposit)
    return lines


def bank_contract(payer, deposit):
    lines = [
        f"    let bank_{PARTY[payer]} = SplitSettlement.deploy(payer: {PARTY[payer]},",
        f"        day: {DAY},",
        "        deadline: 2026-01-12T12:00:00Z, payees: [",
    ]
    payees = [party for party, _, _ in recompute.PARTIES if party != payer]
    for number, payee in enumerate(payees):
        end = "]," if number == len(payees) - 1 else ","
        lines.append(f'            Payee({PARTY[payee]}, "account", "{payer}-{number}"){end}')
    sources = list(CONTRACT.values())
    lines += [
        f"        sources: [{', '.join(sources[:7])},",
        f"                  {', '.join(sources[7:])}]);",
        f"    as {PARTY[payer]} {{ bank_{PARTY[payer]}.mandate({yuan(deposit)}); }}",
    ]
    return lines


def orders():
    lines = ["        if k < 96 {                                     // orders for quarter k"]
    for n in HOMES:
        bid = f"energy[k] + {price(1000 - 200 * (n - 1))}"
        lines.append(
            f"            if want_{n}[k] > 0.000 kWh "
            f"{{ as home{n} {{ market.bid(k, want_{n}[k], {bid}); }} }}"
        )
    for n in HOMES:
        ask = price(recompute.BENCHMARK + 500 * n)
        lines.append(
            f"            if give_{n}[k] > 0.000 kWh "
            f"{{ as home{n} {{ market.ask(k, give_{n}[k], {ask}); }} }}"
        )
    return lines + [
        "            as shop {",
        f"                market.ask(k, {kwh(recompute.RETAILER_ASK)}, energy[k]);",
        f"                market.bid(k, {kwh(recompute.RETAILER_BID)}, "
        f"{price(recompute.RETAILER_BID_PRICE)});",
        "            }",
        "        }",
    ]


def evidence():
    lines = ["        if k == 2 {                                     // midnight"]
    for n in HOMES:
        for back in range(1, recompute.DR_PAST_DAYS + 1):
            lines.append(
                f"            as meter{n} {{ point{n}.evidence("
                f'2026-01-{11 - back:02d}T00:00:00Z, 0, "p", past{n}_{back}()); }}'
            )
    return lines + ["        }"]


def call():
    lines = [
        "        if k == 70 {                                    // 17:00",
        "            as grid {",
        f"                response.call_event({EVENT},",
        '                                    4.500 kW, false, "evening peak");',
        "            }",
    ]
    for n in HOMES:
        lines.append(f"            as agg {{ enrolment{n}.allocate({EVENT}); }}")
    return lines + ["        }"]


def readings():
    lines = [
        "        if k >= 3 {                                     // readings of quarter k - 3",
        "            let j : int<0..95> = k - 3;",
        "            let at : time = start + j * 900 s;",
        "            let made : Metered = output[j];",
        "            as meter_sun {",
        '                direct.produced(at, 0, "g", 0.000 kWh, made, 0.000 kWh, made);',
        '                ppa.produced(at, 0, "g", 0.000 kWh, made, 0.000 kWh, made);',
        "            }",
        "            var head : Energy = -made;",
    ]
    for n in HOMES:
        args = f'at, 0, "h", load_{n}[j], pv_{n}[j], in{n}, out{n}'
        lines += [
            f"            let in{n} : Energy = max(load_{n}[j] - pv_{n}[j], 0.000 kWh);",
            f"            let out{n} : Energy = max(pv_{n}[j] - load_{n}[j], 0.000 kWh);",
            f"            head += in{n} - out{n};",
            f"            as meter{n} {{",
            f"                supply{n}.reading({args});",
            f"                enrolment{n}.reading({args});",
        ]
        if n == 3:
            lines.append(f"                direct.consumed({args});")
        lines.append("            }")
    return lines + [
        "            as meter_feeder {",
        '                wholesale.reading(at, 0, "f", 0.000 kWh, 0.000 kWh,',
        "                                  max(head, 0.000 kWh), max(-head, 0.000 kWh));",
        "            }",
        "        }",
    ]


def the_day():
    lines = []
    for party in ("home1", "home2", "home3", "shop"):
        lines.append(f"    as {party} {{ market.join(); }}")
    lines += [
        "    as agg {",
        "        response.register(4.500 kW,",
        "            interval(2026-01-11T08:00:00Z, 2026-01-11T22:00:00Z), 0.500 kW/min,",
        "            2026-01-12T00:00:00Z);",
        "    }",
    ]
    for n in HOMES:
        for name in ("load", "pv", "want", "give"):
            lines.append(f"    let {name}_{n} = {name}{n}();")
    lines += [
        "    let output = generated();",
        "    let energy = energy_part();",
        "    let start : time = 2026-01-11T00:00:00Z;",
        "    advance 9_000 s;                                    // 23:30",
        "    for k in 0 .. 99 {",
    ]
    lines += orders() + evidence() + call() + readings()
    return lines + ["        if k < 98 { advance 900 s; }", "    }"]


def expectations(settled):
    due, owed, legs = {}, {}, {}
    for contract, payer, payee, _, _, _, amount in settled["lines"]:
        for sums, key in (
            (due, (contract, payer, payee)),
            (owed, (contract, payer)),
            (legs, (payer, payee)),
        ):
            sums[key] = sums.get(key, 0) + amount
    parties = [party for party, _, _ in recompute.PARTIES]
    lines = ["    advance 119 s;                                      // lines are final"]
    for contract, name in CONTRACT.items():
        for payer in parties:
            for payee in parties:
                if payer == payee:
                    continue
                amount = yuan(due.get((contract, payer, payee), 0))
                lines.append(
                    f"    assert {name}.due({PARTY[payer]}, {PARTY[payee]}, start) == {amount};"
                )
            amount = yuan(owed.get((contract, payer), 0))
            lines.append(f"    assert {name}.owed({PARTY[payer]}, start) == {amount};")
    lines.append("    advance 1 s;                                        // the bank instructs")
    for payer, _, deposit in recompute.PARTIES:
        total = sum(v for (p, _), v in legs.items() if p == payer)
        if not deposit:
            assert total == 0, payer
            continue
        bank = f"bank_{PARTY[payer]}"
        lines += [
            f"    assert {bank}.totals() == ({yuan(total)}, {yuan(total)}, 0.00 CNY, 0.00 CNY,",
            "                               0.00 CNY);",
            f"    assert {bank}.escrow({PARTY[payer]}) == {yuan(total)};",
        ]
        for payee in parties:
            amount = legs.get((payer, payee), 0)
            if amount:
                lines.append(
                    f"    assert {bank}.leg_of({PARTY[payee]}).amount == {yuan(amount)};"
                )
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--day", type=int, default=32)
    parser.add_argument("--data", default=str(ROOT / "tests" / "data" / "citylearn2022"))
    parser.add_argument("output")
    args = parser.parse_args()
    data = recompute.MeterData(args.data)
    lines = [HEADER.format(day=args.day)] + data_functions(data, args.day)
    lines.append('test "every amount of the day is the one computed from the data files" {')
    lines += deployments() + the_day() + expectations(recompute.settle_day(data, args.day))
    lines.append("}")
    pathlib.Path(args.output).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
