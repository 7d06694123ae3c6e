/* Parts of the verb audit. */
#ifndef WC_NODE_CLI_AUDIT_H
#define WC_NODE_CLI_AUDIT_H

#include "node/audit/replay.h"
#include "node/audit/rerun.h"
#include "node/cli/cli.h"
#include "node/cli/native.h"
#include "node/query/outline.h"
#include "node/query/query.h"

/* audit bundle DIR (audit_bundle.c). */
wc_exit wc_cli_audit_bundle(const wc_cli *cli);

/* audit replay --engine reference DIR|BUNDLE (audit_reference.c). */
wc_exit wc_cli_audit_reference(const wc_cli *cli, bool is_folder);

/* audit steps LEDGER RECORD.RECEIPT (audit_steps.c). */
wc_exit wc_cli_audit_steps(const wc_cli *cli);

/* audit bisect A [B] (audit_bisect.c, audit_instruction.c). */
wc_exit wc_cli_audit_bisect(const wc_cli *cli);

/* audit why TX|EVENT [AMOUNT] (audit_why.c). */
wc_exit wc_cli_audit_why(const wc_cli *cli);

/* audit check REPORT, and what `replay --sign` needs (audit_report.c): members that say who made
 * the report and when; the signature behind it, and where both go. The report is one line with its
 * end.
 */
wc_exit wc_cli_report_check(const wc_cli *cli);
void wc_cli_report_origin(wc_outline *outline, const wc_replay_report *report);
wc_exit wc_cli_report_sign(const wc_cli *cli, const char *key, wc_buf *report);

/* A folder, or nothing; else it should be a bundle. */
bool wc_cli_audit_is_folder(const char *path);

/* Value of --threads, by default all cores. */
wc_exit wc_cli_audit_threads(const wc_cli *cli, uint32_t *threads);

/* Exit code of what kept a job from its answer. */
wc_exit wc_cli_audit_exit(wc_status status);

/* A ledger that is run again, with what lies beside it (audit_rerun.c). */
typedef struct wc_cli_rerun {
    wc_rerun *rerun;
    wc_query *query; /* over the rerun's chain, as it stood when it was opened */
    wc_arena *arena;
    wc_cli_objects native;
    bool has_native;
    wc_hash record_hash; /* value of --record-hash */
} wc_cli_rerun;

#define WC_CLI_RERUN_LAST  UINT64_MAX       /* the newest record */
#define WC_CLI_RERUN_FIRST (UINT64_MAX - 1) /* the one that the ledger begins with */

/* Runs a folder (of a ledger or of a node) or a bundle again until record seq is the newest, from
 * its genesis or from the snapshot that --snapshot names or the bundle has in it, and looks beside
 * it: in the folder itself, or the one that --names says. Anything but DONE has been
 * said. To be closed in any case. */
wc_exit wc_cli_rerun_open(const wc_cli *cli, wc_cli_rerun *again, const char *path, uint64_t seq);
void wc_cli_rerun_close(const wc_cli *cli, wc_cli_rerun *again);

/* Goes on to record seq, of which all before must come out as they are stored. */
wc_exit wc_cli_rerun_to(const wc_cli *cli, wc_cli_rerun *again, const char *path, uint64_t seq);

/* Says to standard error that what came before a snapshot is not in the answer, if so it is. */
void wc_cli_rerun_say_beginning(const wc_cli *cli, const wc_cli_rerun *again, const char *path);

/* The query of a rerun as its chain stands now. */
wc_exit wc_cli_rerun_look(const wc_cli *cli, wc_cli_rerun *again, const char *path);

/* audit proof DIR FACT.., audit proof --check FILE (audit_proof.c). */
wc_exit wc_cli_audit_proof(const wc_cli *cli);

/* Says what kept a job from its answer, and gives the exit code. */
wc_exit wc_cli_audit_fail(const wc_cli *cli, wc_status status, const wc_store_problem *problem);

#endif
