#!/usr/bin/env python3
"""Vectors for the demo's data conversions, from the independent reading of the CSV files.

    make_demo_vectors.py > ../data/vectors/demo_quarters.csv

Every 71st quarter of the ring year, and the first and last ones: day, quarter, then in Wh load and
PV of the three homes, the generator, and the retail price in 0.00001 CNY/kWh."""

import pathlib

import recompute


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "data" / "citylearn2022"
    data = recompute.MeterData(folder)
    print("day,quarter,load_1,load_2,load_3,pv_1,pv_2,pv_3,generator,retail")
    numbers = sorted({0, 1, 95, 96, 365 * 96 - 1} | set(range(0, 365 * 96, 71)))
    for number in numbers:
        day, quarter = number // 96 + 1, number % 96
        row = [data.quarters(data.load[home], day)[quarter] for home in recompute.HOMES]
        row += [data.quarters(data.pv[home], day)[quarter] for home in recompute.HOMES]
        row += [data.quarters(data.generator, day)[quarter], data.retail_quarters(day)[quarter]]
        print(",".join(str(value) for value in [day, quarter] + row))


if __name__ == "__main__":
    main()
