/* Parts of `audit bisect`. */
#ifndef WC_NODE_CLI_AUDIT_BISECT_H
#define WC_NODE_CLI_AUDIT_BISECT_H

#include "node/audit/bisect.h"
#include "node/audit/diverge.h"
#include "node/cli/audit.h"
#include "node/query/outline.h"

typedef struct wc_cli_bisect {
    const char *paths[2]; /* as given; [1] is NULL when A is held against this program */
    wc_side sides[2];
    wc_cli_rerun whole; /* of A, when it is held against this program */
    wc_cli_rerun again; /* of A, up to the record that differs, and with it */
    bool has_again;
    wc_bisect_report report;
    bool computes[2];          /* this program makes record seq as A, B holds it */
    wc_bisect_written written; /* by the receipt, as this program runs it; in the memory below */
    wc_hash *written_memory;   /* owned */
    wc_bisect_key key;
    wc_diverge diverge;
} wc_cli_bisect;

/* Runs the receipt that differs again and compares its steps (audit_instruction.c). */
wc_exit wc_cli_bisect_instruction(const wc_cli *cli, wc_cli_bisect *bisect);

/* Writes what was found (audit_bisect_show.c). */
void wc_cli_bisect_show(wc_outline *outline, const wc_cli *cli, wc_cli_bisect *bisect);

#endif
