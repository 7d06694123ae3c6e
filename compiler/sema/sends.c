/* How many sends an action can queue: loops by their bound, of branches the one with more. A
 * transaction takes WC_SENDS_MAX in all, so an action that can queue more could only fail. Actions
 * of others that are sent may send, too: those count when they run (trap SEND_LIMIT). */
#include "compiler/sema/check.h"

typedef struct count {
    uint64_t through; /* on the way to the end */
    uint64_t leaving; /* on the way to a goto, return or break; 0 when there is none */
} count;

static count of_block(const wc_sema_block *block);

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static count of_arms(const wc_sema_stmt *stmt)
{
    count most = {0, 0};
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        count arm = of_block(stmt->arms[i].body);
        most.through = greater(most.through, arm.through);
        most.leaving = greater(most.leaving, arm.leaving);
    }
    return most;
}

static count of_branches(const wc_sema_stmt *stmt)
{
    count then = of_block(stmt->body), other = {0, 0};
    if (stmt->other != NULL) other = of_block(stmt->other);
    return (count){greater(then.through, other.through), greater(then.leaving, other.leaving)};
}

/* A round that is left is the last one. Beyond 32 bits loops around it are not counted any more. */
static count of_loop(const wc_sema_stmt *stmt)
{
    count round = of_block(stmt->body);
    uint64_t most = greater(round.through, round.leaving);
    uint64_t all = most > UINT32_MAX ? most : most * stmt->trips;
    return (count){all, all};
}

static count of_statement(const wc_sema_stmt *stmt)
{
    switch ((unsigned)stmt->kind) {
    case WC_DO_SEND: return (count){1, 0};
    case WC_DO_IF: return of_branches(stmt);
    case WC_DO_MATCH: return of_arms(stmt);
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH: return of_loop(stmt);
    default: return (count){0, 0};
    }
}

/* What stands behind a way out does not count for it. */
static count of_block(const wc_sema_block *block)
{
    count sum = {0, 0};
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        count next = of_statement(stmt);
        sum.leaving = greater(sum.leaving, sum.through + next.leaving);
        sum.through += next.through;
    }
    if (!block->falls_through) sum = (count){0, greater(sum.leaving, sum.through)};
    return sum;
}

static void report(wc_sema *sema, const wc_sema_routine *action, uint64_t sends)
{
    bool is_huge = sends > UINT32_MAX;
    wc_diag *diag = wc_diag_report(
        sema->diags, WC_E1012, action->header, "`{}` can queue {}{} sends; a transaction takes {}",
        action->name, is_huge ? "more than " : "", is_huge ? UINT32_MAX : sends, WC_SENDS_MAX);
    wc_diag_add_note(sema->diags, diag,
                     "give the loop a smaller bound, or spread the sends over several calls");
}

void wc_sema_count_sends(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&sema->contract_bodies, i);
        wc_sema_routine *action = body->out;
        if (action->kind != WC_ROUTINE_ACTION) continue;
        count all = of_block(action->body);
        uint64_t sends = greater(all.through, all.leaving);
        if (sends > WC_SENDS_MAX) report(sema, action, sends);
        action->sends = sends > WC_SENDS_MAX ? WC_SENDS_MAX : (uint8_t)sends;
    }
}
