/* docs/reference/refusals.md: why the ledger did nothing, from node/ledger/refusals.def and
 * vm/isa/builtin_errors.def; why a proof proves nothing, from node/proof/reasons.def. */
#include "node/ledger/receipt.h"
#include "tests/docs/page.h"

static void put_range(uint32_t first, uint32_t end)
{
    DOC_HEAD("number", "code", "what was found", "way out");
#define WC_REFUSAL(number, name, text, way_out)                                                    \
    if ((number) >= first && (number) < end) DOC_ROW(#number, "`" #name "`", text, way_out);
#include "node/ledger/refusals.def"
#undef WC_REFUSAL
}

void doc_refusals(void)
{
    doc_put_title("Refusals", "node/ledger/refusals.def, vm/isa/builtin_errors.def and "
                              "node/proof/reasons.def");
    doc_put("Why a transaction did nothing. `wattclause explain CODE` prints the same. Numbers are "
            "stable and never reused; they are the `status` of a receipt "
            "([ledger-formats.md](ledger-formats.md)).\n\n");
    DOC_HEAD("status", "outcome", "nonce and fee", "shown as");
    DOC_ROW("0", "all calls done", "consumed", "nothing");
    DOC_ROW("1", "a contract's own or built-in error", "consumed", "name of the error");
    DOC_ROW("2", "a trap", "consumed", "`TRAP_` and its name, see traps.md");
    DOC_ROW("100 to 199", "REJECTED: not admissible, changes nothing", "not touched", "code");
    DOC_ROW("from 200", "FAILED: admitted, then refused by the ledger", "consumed", "code");
    doc_put("\nWhatever the outcome, a transaction that is not done moves no money and changes no "
            "contract: all of its calls are undone.\n\n## REJECTED\n\nIn the order in "
            "which admission looks.\n\n");
    put_range(WC_REFUSAL_REJECTED_FIRST, WC_REFUSAL_FAILED_FIRST);
    doc_put("\n## FAILED\n\n");
    put_range(WC_REFUSAL_FAILED_FIRST, UINT32_MAX);
    doc_put("\n## Errors of contracts\n\n"
            "A contract declares errors with typed arguments (`error WrongAmount(to : party, "
            "expected : Yuan, got : Yuan);`) and raises them with `require`, `requires` or "
            "`fail`. Status 1 says that one was raised, the receipt's outcome which, with its "
            "arguments. Users see the name in capitals with `_` between words: `WrongAmount` is "
            "shown as `WRONG_AMOUNT`, `EBMSFault` as `EBMS_FAULT`. Without the module, whose "
            "strings hold the name, it is `ERROR_` and the number.\n\n"
            "Every contract has these without declaring them:\n\n");
    DOC_HEAD("number", "error", "arguments", "what was found");
#define WC_BUILTIN(number, name, args, text) DOC_ROW(#number, "`" #name "`", args, text);
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
    doc_put("\n`InsufficientEscrow` is shown as `ESCROW_SHORT`, like the refusal that means the "
            "same; the others by the rule above. Traps, which are faults of a contract's code: "
            "[traps.md](traps.md).\n\n## Proof files\n\n"
            "Why `wattclause audit proof --check` refuses a file ([proofs.md](proofs.md)).\n\n");
    DOC_HEAD("reason", "what was found");
#define WC_PROOF_REASON(name, text) DOC_ROW("`" #name "`", text);
#include "node/proof/reasons.def"
#undef WC_PROOF_REASON
}
