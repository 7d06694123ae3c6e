/* What the benchmarks of the verb `bench` share: one table of names, one way to print a row.
 *
 * A figure is printed beside a limit, with the ratio of the two: never a test, never alone. */
#ifndef WC_NODE_CLI_BENCH_H
#define WC_NODE_CLI_BENCH_H

#include "node/cli/cli.h"

/* Prints the heads of the columns; nothing with --json. */
void wc_bench_head(const wc_cli *cli, const char *title);

/* One row, or with --json one object per line: name, value, unit, limit, ratio. limit 0: none. */
void wc_bench_row(const wc_cli *cli, const char *name, double value, const char *unit,
                  double limit);

/* bench_transactions.c, bench_compile.c, bench_api.c, bench_city.c; the arguments behind the name
 * are argv[1, argc). */
wc_exit wc_bench_transactions(const wc_cli *cli);
wc_exit wc_bench_compile(const wc_cli *cli);
wc_exit wc_bench_api(const wc_cli *cli);
wc_exit wc_bench_city(const wc_cli *cli);

#endif
