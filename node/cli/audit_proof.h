/* audit proof: which fact somebody means, on the command line. */
#ifndef WC_NODE_CLI_AUDIT_PROOF_H
#define WC_NODE_CLI_AUDIT_PROOF_H

#include "node/cli/cli.h"
#include "node/proof/make.h"

/* A fact, as it was found. */
typedef struct wc_cli_fact {
    wc_fact_kind kind;
    bool has_seq;             /* all but STATE: the record follows from what is meant */
    uint64_t seq;             /* with has_seq */
    wc_state_key key;         /* STATE */
    wc_str focus;             /* STATE; may be empty */
    uint32_t receipt;         /* RECEIPT, EVENT */
    uint32_t event;           /* EVENT */
    uint32_t position;        /* TX: in the block */
    wc_found_reading reading; /* READINGS */
} wc_cli_fact;

/* Reads argv[2..]: the fact's name and its arguments. Anything but DONE has been said. */
wc_exit wc_cli_fact_read(const wc_cli *cli, wc_chain *chain, const wc_names *names,
                         wc_cli_fact *fact);

/* "balance PARTY ASSET, ..": what can be meant. */
void wc_cli_fact_usage(wc_buf *text);

/* audit proof --check FILE (audit_check.c). */
wc_exit wc_cli_audit_check(const wc_cli *cli);

/* Why a fact could not be proved, with the way out. seq: the record that was asked for; stopped: at
 * which a replay ended, else the same. */
wc_exit wc_cli_fact_fail(const wc_cli *cli, wc_chain *chain, wc_prove_answer answer,
                         wc_status status, uint64_t seq, uint64_t stopped);

#endif
