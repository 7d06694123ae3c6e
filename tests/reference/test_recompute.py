#!/usr/bin/env python3
"""Check recompute.py against worked examples with printed results.

The auction cases come from the tests of dauction, Power TAC, GridLAB-D, nempy
and ASSUME; the hour split from Energinet's DataHub; the rest follows from
published rules.  The last class pins the demo's day.
"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import recompute as rc  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "citylearn2022"

HALF = ("k_pair", Fraction(1, 2))
ZERO = ("k_pair", 0)
MID = ("interval_mid",)
SIDE = ("marginal_side",)


def scaled(text, places):
    value = Fraction(text) * 10**places
    assert value.denominator == 1, text
    return int(value)


def orders(side, text):
    """'2@6.5 2@10' as orders with 3-decimal quantities and 5-decimal prices.
    A name may stand before the quantity: 'b1:0.6@21'."""
    result = []
    for number, part in enumerate(text.split()):
        name, _, rest = part.rpartition(":")
        quantity, price = rest.split("@")
        result.append(rc.Order(name or f"{side}{number}", scaled(quantity, 3), scaled(price, 5)))
    return result


def clear(bids, asks, rule):
    return rc.clear_auction(orders("s", asks), orders("b", bids), rule)


class Auction(unittest.TestCase):
    def check(self, bids, asks, volume, half=None, mid=None, side=None, zero=None):
        for rule, price in ((HALF, half), (MID, mid), (SIDE, side), (ZERO, zero)):
            if price is None:
                continue
            with self.subTest(bids=bids, asks=asks, rule=rule):
                result = clear(bids, asks, rule)
                self.assertEqual(result.price, scaled(price, 5))
                self.assertEqual(result.volume, scaled(volume, 3))
                self.assertEqual(sum(t.quantity for t in result.trades), result.volume)

    def test_a1_price_indeterminacy(self):
        self.check("1@10", "1@8", "1", "9", "9", "8")
        self.check("4@10", "2@9", "2", "9.5", "10", "10")
        self.check("2@6.5 2@10", "2@6", "2", "8", "8.25", "6")
        self.check("2@6.5 2@10", "2@6.5 2@11", "2", "8.25", "8.25", "6.5")
        self.check("2@8 2@10", "1@6 1@9", "2", "9.5", "9.5", "9")

    def test_a1_no_price(self):
        for rule in (HALF, MID, SIDE):
            self.assertIsNone(clear("1@8", "1@10", rule))

    def test_a2_prices(self):
        self.check("b1:0.6@21 b2:0.6@22", "1@20", "1", "20.5", "21", "21")
        self.check("b1:1.4@21 b2:0.6@22", "s1:0.9@18 s2:1@20 s2:1@21.5", "1.9", "20.5", "21", "21")
        self.check("1@22", "1@20", "1", "21", "21", "20")
        self.assertIsNone(clear("1@22", "1@23", HALF))

    def test_a2_allocation(self):
        result = clear("b1:0.6@21 b2:0.6@22", "1@20", HALF)
        self.assertEqual(result.bought, [("b2", 600), ("b1", 400)])
        result = clear("b1:1.4@21 b2:0.6@22", "s1:0.9@18 s2:1@20 s2:1@21.5", HALF)
        self.assertEqual(
            result.trades,
            [("b2", "s1", 600), ("b1", "s1", 300), ("b1", "s2", 1000)],
        )

    def test_a3_marginal_side(self):
        def ladder(low, high, doubled=None):
            return " ".join(f"{2 if p == doubled else 1}@{p}" for p in range(low, high + 1))

        self.check(ladder(1, 100), ladder(2, 101), "50", "51", "51", "51")
        self.check(ladder(1, 100, doubled=51), ladder(2, 151), "50", "51", "51", "51")
        self.check(ladder(1, 100), ladder(2, 151, doubled=51), "50", "51", "51", "51")

    def test_a3_unresponsive(self):
        self.check("50@9999 5@47 5@32", "5@70 5@83 5@97", "15", "5048", "9999", "9999")

    def test_a4_bid_stack(self):
        stack = "a:20@50 a:20@60 a:5@100 b:50@50 b:30@55 b:10@80"
        self.check("115@3000", stack, "115", zero="60", mid="60", side="60")
        self.check("120@3000", stack, "120", zero="60", mid="70", side="60")
        sold = {}
        for party, quantity in clear("115@3000", stack, ZERO).sold:
            sold[party] = sold.get(party, 0) + quantity
        self.assertEqual(sold, {"a": 35000, "b": 80000})

    def test_a6_partial_acceptance(self):
        self.check("700@3000", "300@100 200@50", "500", zero="100", mid="3000", side="3000")
        self.check("400@3000", "300@100 200@50 230@60", "400", zero="60", mid="60", side="60")
        result = clear("400@3000", "300@100 200@50 230@60", ZERO)
        self.assertEqual([quantity for _, quantity in result.sold], [200000, 200000])

    def test_tie_is_shared_pro_rata(self):
        result = clear("0.010@9", "x:0.010@8 y:0.005@8 z:0.005@8", SIDE)
        self.assertEqual(result.sold, [("x", 5), ("y", 3), ("z", 2)])
        # A rounded share may fill the last order; the level is partly filled still.
        result = clear("x:0.010@9 y:0.001@9", "0.010@8", SIDE)
        self.assertEqual(result.bought, [("x", 9), ("y", 1)])
        self.assertEqual(result.price, scaled("9", 5))

    def test_nobody_trades_with_himself(self):
        # The party with both orders is dearest on both sides: it serves the
        # others with each order and never meets itself.
        result = clear("h:3@10 r:2@9", "r:5@8", SIDE)
        self.assertEqual(result.trades, [("h", "r", 3000)])
        self.assertEqual(result.price, scaled("8", 5))
        result = clear("r:2@9", "h:1@7 r:5@8", SIDE)
        self.assertEqual(result.trades, [("r", "h", 1000)])
        self.assertEqual(result.price, scaled("9", 5))
        self.assertIsNone(clear("r:2@9", "r:5@8", SIDE))

    def test_tick(self):
        bids, asks = orders("b", "1@10"), orders("s", "1@8.00001")
        result = rc.clear_auction(asks, bids, HALF, tick=100)
        self.assertEqual(result.price, scaled("9.000", 5))


class MeteringAndSettlement(unittest.TestCase):
    def test_a12_hour_to_quarters(self):
        self.assertEqual(rc.split_hour(20003), [5001, 5001, 5000, 5001])
        self.assertEqual(rc.split_hour(1117), [279, 280, 279, 279])
        self.assertEqual(rc.split_hour(250), [63, 62, 63, 62])
        for energy in range(2000):
            self.assertEqual(sum(rc.split_hour(energy)), energy)

    def test_a12_grid_area(self):
        """Quarter-hour meters gave only their first value; hourly ones split."""

        def series(first, *hourly):
            columns = [[first, 0, 0, 0]] + [rc.split_hour(energy) for energy in hourly]
            return [sum(values) for values in zip(*columns)]

        exchange_in = series(10000, 20003)
        exchange_out = series(5000, 1117)
        exchange = [a - b for a, b in zip(exchange_in, exchange_out)]
        production = series(6000, 4000, 2003)
        profiled = series(5000, 8000, 807)
        flex = series(10000, 10000, 250)
        loss = [p + x - n - f for p, x, n, f in zip(production, exchange, profiled, flex)]
        self.assertEqual(exchange, [9722, 4721, 4721, 4722])
        self.assertEqual(production, [7501, 1501, 1500, 1501])
        self.assertEqual(profiled, [7202, 2202, 2201, 2202])
        self.assertEqual(flex, [12563, 2562, 2563, 2562])
        self.assertEqual(loss, [-2542, 1458, 1457, 1459])
        total = [n + f + max(rest, 0) for n, f, rest in zip(profiled, flex, loss)]
        self.assertEqual(total, [19765, 6222, 6221, 6223])
        self.assertEqual(production[0] + max(-loss[0], 0), 10043)

    def test_a21_baseline(self):
        past_window = sum(100 + i + 2 * h for i in range(10) for h in (11, 12, 13)) * 1000
        ratio = rc.adjustment_ratio((150 + 155 + 160) * 1000, past_window, 10)
        self.assertEqual(ratio, Fraction(6, 5))

        def baselines(ratio):
            return [
                rc.adjusted_baseline(sum(100 + i + 2 * h for i in range(10)) * 1000, 10, ratio)
                for h in (15, 16, 17)
            ]

        metered = (130000, 128000, 140000)
        self.assertEqual(baselines(ratio), [161400, 163800, 166200])
        reductions = [b - m for b, m in zip(baselines(ratio), metered)]
        self.assertEqual(reductions, [31400, 35800, 26200])
        self.assertEqual(sum(reductions), 93400)

        ratio = rc.adjustment_ratio((140 + 142 + 144) * 1000, past_window, 10)
        self.assertEqual(ratio, Fraction(4260, 3855))
        self.assertEqual(baselines(ratio), [148630, 150840, 153051])
        reductions = [b - m for b, m in zip(baselines(ratio), metered)]
        self.assertEqual(reductions, [18630, 22840, 13051])

    def test_a21_lower_cap_and_empty_window(self):
        self.assertEqual(rc.adjustment_ratio(1, 1000, 10), Fraction(4, 5))
        self.assertEqual(rc.adjustment_ratio(5, 0, 10), 1)

    def test_a23_direct_trade(self):
        energy = 100000 * 1000
        amounts = rc.direct_trade_amounts(energy, 40000, 10500, 2910)
        fen = [rc.round_half_even(Fraction(amount, 10**6)) for amount in amounts]
        self.assertEqual(fen, [4000000, 1050000, 291000])
        self.assertEqual(sum(fen), 5341000)
        self.assertEqual(rc.vat_included(4000000, 13), (3539823, 460177))
        self.assertEqual(rc.vat_included(1050000, 13), (929204, 120796))

    def test_a24_largest_remainder(self):
        self.assertEqual(rc.split_largest_remainder(10000, [1, 1, 1]), [3334, 3333, 3333])
        self.assertEqual(rc.split_largest_remainder(80000, [500, 400, 300]), [33333, 26667, 20000])
        self.assertEqual(rc.split_largest_remainder(1001, [3, 3, 4]), [300, 300, 401])

    def test_a25_event_pay(self):
        price = rc.DR_PRICE
        for actual, effective, pay, penalty in (
            ("10", "10", "30", "0"),
            ("12", "11.5", "34.5", "0"),
            ("11", "11", "33", "0"),
            ("9", "9", "27", "0"),
            ("8", "8", "24", "3.3"),
        ):
            with self.subTest(actual=actual):
                paid_for = rc.effective_energy(scaled(actual, 3), 10000)
                missing = rc.shortfall_energy(paid_for, 10000)
                self.assertEqual(paid_for, scaled(effective, 3))
                self.assertEqual(paid_for * price, scaled(pay, 8))
                self.assertEqual(missing * price * rc.PENALTY_FACTOR, scaled(penalty, 8))

    def test_a25_negative_reduction_counts_as_none(self):
        self.assertEqual(rc.effective_energy(-389, 1000), 0)
        self.assertEqual(rc.shortfall_energy(Fraction(0), 1000), 900)

    def test_rounding(self):
        half = Fraction(1, 2)
        self.assertEqual([rc.round_half_up(n + half) for n in (-2, -1, 0, 1)], [-2, -1, 1, 2])
        self.assertEqual([rc.round_half_even(n + half) for n in (-2, -1, 0, 1)], [-2, 0, 0, 2])

    def test_decimal_text(self):
        self.assertEqual(rc.decimal(-5, 2), "-0.05")
        self.assertEqual(rc.decimal(123456, 3), "123.456")
        self.assertEqual(rc.decimal(Fraction(3, 2), 3), "0.0015")


class DemoDay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = rc.MeterData(DATA)
        cls.result = rc.settle_day(cls.data, 32)

    def test_energy_of_day_32(self):
        parties = self.result["parties"]
        energy = {party: (entry["bought"], entry["sold"]) for party, entry in parties.items()}
        self.assertEqual(energy["grid"], (53542, 61493))
        self.assertEqual(energy["generator"], (0, 52915))
        self.assertEqual(energy["home-1"], (34084, 16953))
        self.assertEqual(energy["home-2"], (31347, 15809))
        self.assertEqual(energy["home-3"], (50177, 21980))
        self.assertEqual(energy["retailer"], (157246, 157246))

    def test_money_of_day_32(self):
        net = {party: entry["net"] for party, entry in self.result["parties"].items()}
        self.assertEqual(
            net,
            {
                "grid": 2107,
                "retailer": 1897,
                "generator": 2022,
                "home-1": -1688,
                "home-2": -1842,
                "home-3": -2945,
                "aggregator": 96,
                "market-operator": 17,
                "treasury": 336,
            },
        )

    def test_every_kind_of_day_settles(self):
        # 120: no surplus to ask for; 4: the event pays nothing; 112: no direct
        # delivery; 1: history wraps round the year; 365: its last row is row 0.
        for day in (1, 4, 112, 120, 365):
            with self.subTest(day=day):
                result = rc.settle_day(self.data, day)
                self.assertEqual(sum(e["net"] for e in result["parties"].values()), 0)
                for party, entry in result["parties"].items():
                    if entry["deposited"]:
                        self.assertLessEqual(entry["paid"], entry["deposited"], party)

    def test_later_day_starts_from_the_reduced_one(self):
        alone = rc.settle_day(self.data, 33)
        second = rc.settle_day(self.data, 33, first_day=32)
        k = (rc.DR_HOUR - 1) * 4
        self.assertGreater(alone["quarters"][k]["volume"], second["quarters"][k]["volume"])
        self.assertEqual(second["event"]["home-1"]["past_event"],
                         self.result["event"]["home-1"]["past_event"])

    def run_main(self, *arguments):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            status = rc.main(["--data", str(DATA), *arguments])
        return status, output.getvalue()

    def test_compare(self):
        status, text = self.run_main("--json")
        self.assertEqual(status, 0)
        parties = json.loads(text)["parties"]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "parties.json"
            path.write_text(json.dumps(parties))
            self.assertEqual(self.run_main("--compare", str(path))[0], 0)
            parties["home-1"]["net"] = "-16.87"
            path.write_text(json.dumps(parties))
            status, text = self.run_main("--compare", str(path))
            self.assertEqual(status, 1)
            self.assertIn("home-1", text)
            self.assertIn("0.01", text)
            del parties["treasury"]
            path.write_text(json.dumps(parties))
            self.assertEqual(self.run_main("--compare", str(path))[0], 1)


if __name__ == "__main__":
    unittest.main()
