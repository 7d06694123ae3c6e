/* Gas of entries as `wattclause gas` shows and compares it. */
#ifndef WC_NODE_CLI_GAS_H
#define WC_NODE_CLI_GAS_H

#include "node/cli/cli.h"
#include "node/cli/module.h"

#define WC_GAS_TEXT_MAX 1024u

typedef struct wc_gas_row {
    struct wc_gas_row *next;
    wc_str key; /* "spot.spot SpotMarket action bid": one for each entry of a program */
    uint64_t bound;
    wc_str form; /* "4 120 + 310·n(read)"; "" in a module without debug part */
    /* below: not in a snapshot */
    wc_str contract, name;
    uint64_t limit;           /* `gas <= n` of the source; UINT64_MAX: none, or not known */
    uint64_t node_limit;      /* of a node with default parameters */
    const wc_gas_form *terms; /* NULL: no debug part */
    const wc_debug *debug;
} wc_gas_row;

/* Rows in order; last points to where the next one goes. */
typedef struct wc_gas_table {
    wc_arena *arena;
    wc_gas_row *first, **last;
    uint32_t count;
} wc_gas_table;

/* A snapshot: one line for each row, "key <tab> bound <tab> form". False: a message was printed. */
bool wc_gas_snapshot_write(const wc_cli *cli, const char *path, const wc_gas_table *table);
bool wc_gas_snapshot_read(const wc_cli *cli, const char *path, wc_gas_table *table);

/* Prints how `now` differs from `before`; entries that only `now` has are new and no difference.
 * The number of entries that changed or are gone. */
uint32_t wc_gas_compare(const wc_gas_table *before, const wc_gas_table *now);

#endif
