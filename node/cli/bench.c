/* bench: which benchmarks there are, and how a row of theirs looks. */
#include "node/cli/bench.h"

#include <stdio.h>
#include <string.h>

typedef struct benchmark {
    const char *name;
    wc_cli_verb run;
    bool is_long; /* runs only when it is named */
} benchmark;

static const benchmark benchmarks[] = {
    {"transactions", wc_bench_transactions, false},
    {"compile", wc_bench_compile, false},
    {"api", wc_bench_api, false},
    {"city", wc_bench_city, true},
};

void wc_bench_head(const wc_cli *cli, const char *title)
{
    if (cli->json) return;
    printf("%s\n\n%-40s %12s %-10s %12s %9s\n", title, "what", "value", "unit", "limit", "ratio");
}

void wc_bench_row(const wc_cli *cli, const char *name, double value, const char *unit, double limit)
{
    double ratio = limit > 0 ? value / limit : 0;
    if (cli->json) {
        printf("{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"limit\":%.6g,\"ratio\":%.4f}\n",
               name, value, unit, limit, ratio);
    } else if (limit > 0) {
        printf("%-40s %12.3f %-10s %12.3f %9.3f\n", name, value, unit, limit, ratio);
    } else {
        printf("%-40s %12.3f %-10s %12s %9s\n", name, value, unit, "-", "-");
    }
}

wc_exit wc_cli_bench(const wc_cli *cli)
{
    for (size_t i = 0; cli->argc > 0 && i < WC_ARRAY_LEN(benchmarks); i++) {
        if (strcmp(cli->argv[0], benchmarks[i].name) == 0) return benchmarks[i].run(cli);
    }
    if (cli->argc > 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "there is no benchmark `%.40s`; there are: transactions, compile, "
                           "api, city",
                           cli->argv[0]);
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(benchmarks); i++) {
        if (benchmarks[i].is_long) continue;
        if (i > 0 && !cli->json) printf("\n");
        wc_exit code = benchmarks[i].run(cli);
        if (code != WC_EXIT_DONE) return code;
    }
    return WC_EXIT_DONE;
}
