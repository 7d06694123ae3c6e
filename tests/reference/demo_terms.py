"""The terms of the demo's contracts, in the units of trade_rules.py."""

import datetime
from fractions import Fraction

from trade_rules import *  # noqa: F401, F403

# ---------------------------------------------------------------------------
# The demo's terms
# ---------------------------------------------------------------------------

HOMES = ("home-1", "home-2", "home-3")
PARTIES = (
    ("grid", "Grid company", 6000),
    ("retailer", "Retailer", 10000),
    ("generator", "Generator (10 kW roof PV)", 0),
    ("home-1", "Home 1", 6000),
    ("home-2", "Home 2", 6000),
    ("home-3", "Home 3", 6000),
    ("aggregator", "Aggregator", 2000),
    ("market-operator", "Market operator", 0),
    ("treasury", "Treasury (funds)", 0),
)

BENCHMARK = 36550  # price of surplus, K1 and K4
SHORTAGE = 41000  # K1
PPA_PRODUCED = 38000  # K2
PPA_DIRECT = 40000  # K3
PPA_DIRECT_CAP = 250  # K3, Wh per quarter
SUPPLY_MARGIN = 2000  # K4, over the energy part
WHEELING = 10500
FUNDS = 2910
FEE = 200  # K7, on what homes buy
RETAILER_ASK = 5000  # Wh per quarter, at the energy part
RETAILER_BID = 2000  # Wh per quarter
RETAILER_BID_PRICE = 38550

# Retail price, all in, by the band of the price column.
RETAIL = {
    Fraction(21, 100): 52000,
    Fraction(22, 100): 56000,
    Fraction(40, 100): 78000,
    Fraction(50, 100): 95000,
    Fraction(54, 100): 105000,
}

HOME_PV_KW = 4
GENERATOR_PV_KW = 10

DR_PRICE = 300000
DR_BIDS = {"home-1": 2000, "home-2": 1500, "home-3": 1000}
DR_HOUR = 19  # hour 19 is 18:00-19:00
DR_WINDOW = (15, 16, 17)  # the 4th to 2nd hour before the start
DR_PAST_DAYS = 10
DR_SHED = Fraction(2, 5)
DR_SHEDDING = ("home-1", "home-2")
DR_PASSED_ON = Fraction(4, 5)

DAYS = 365
HOURS = 8760
FIRST_DATE = datetime.date(2022, 8, 1)
