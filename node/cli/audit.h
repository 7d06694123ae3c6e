/* Parts of the verb audit. */
#ifndef WC_NODE_CLI_AUDIT_H
#define WC_NODE_CLI_AUDIT_H

#include "node/audit/replay.h"
#include "node/cli/cli.h"

/* audit bundle DIR (audit_bundle.c). */
wc_exit wc_cli_audit_bundle(const wc_cli *cli);

/* audit replay --engine reference DIR|BUNDLE (audit_reference.c). */
wc_exit wc_cli_audit_reference(const wc_cli *cli, bool is_folder);

/* audit proof DIR FACT.., audit proof --check FILE (audit_proof.c). */
wc_exit wc_cli_audit_proof(const wc_cli *cli);

/* Says what kept a job from its answer, and gives the exit code. */
wc_exit wc_cli_audit_fail(const wc_cli *cli, wc_status status, const wc_store_problem *problem);

#endif
