/* Which routines can fail: what the liquidity check must know of a time-out (D7).
 *
 * A deliberately simple answer: only operations that cannot trap or fail under any values count as
 * safe. Taking all of somebody's escrow is safe, taking an amount is not. */
#include "compiler/sema/warn.h"

/* Bytes of events that a way out may emit. A ledger takes 1 MiB of events and postings of one call;
 * what is left is room for the money of the 1,024 holders that an instance has at most. */
#define REPORT_BYTES 262144u
#define EVENT_HEAD   38u    /* of an event without data */
#define EVENT_DATA   65536u /* of one event */

static const wc_span *trap_in_block(const wc_sema_block *block);

static const wc_span *trap_in_expr(const wc_sema_expr *expr);

static bool is_safe_number(const wc_sema_expr *expr)
{
    return !expr->is_wide && wc_sema_is_number(expr->type);
}

/* Operations that cannot trap, whatever their operands are. What is not named here is not safe. */
static const bool never_traps[WC_OPER_COUNT] = {
    [WC_OPER_NUMBER] = true,   [WC_OPER_TEXT] = true,       [WC_OPER_LOCAL] = true,
    [WC_OPER_TERM] = true,     [WC_OPER_FIELD] = true,      [WC_OPER_PARTY] = true,
    [WC_OPER_SELF] = true,     [WC_OPER_NOW] = true,        [WC_OPER_ENTERED] = true,
    [WC_OPER_DEPLOYED] = true, [WC_OPER_STATE] = true,      [WC_OPER_CURRENT] = true,
    [WC_OPER_MEMBER] = true,   [WC_OPER_START] = true,      [WC_OPER_END] = true,
    [WC_OPER_MAP_FIND] = true, [WC_OPER_MAP_GET_OR] = true, [WC_OPER_HAS] = true,
    [WC_OPER_LEN] = true,      [WC_OPER_QCOUNT] = true,     [WC_OPER_MIN] = true,
    [WC_OPER_MAX] = true,      [WC_OPER_NOT] = true,        [WC_OPER_AND] = true,
    [WC_OPER_OR] = true,       [WC_OPER_CHOOSE] = true,     [WC_OPER_EQ] = true,
    [WC_OPER_NE] = true,       [WC_OPER_LT] = true,         [WC_OPER_LE] = true,
    [WC_OPER_GT] = true,       [WC_OPER_GE] = true,         [WC_OPER_IS] = true,
    [WC_OPER_CONTAINS] = true, [WC_OPER_RECORD] = true,     [WC_OPER_TUPLE] = true,
    [WC_OPER_VARIANT] = true,  [WC_OPER_LIST] = true,       [WC_OPER_EMPTY] = true,
    [WC_OPER_ESCROW] = true,   [WC_OPER_BALANCE] = true,    [WC_OPER_REMOVE] = true};

/* The operation itself, its operands aside. */
static bool is_safe(const wc_sema_expr *expr)
{
    wc_sema_op op = expr->op;
    bool is_fold = op == WC_OPER_SUM || op == WC_OPER_FORALL;
    if (is_fold && expr->a->type->kind == WC_SEMA_SERIES) return false;
    if (op == WC_OPER_FORALL) return true;
    if (op == WC_OPER_FIT) return wc_range_within(expr->a->range, wc_range_of_type(expr->type));
    bool is_arithmetic = op == WC_OPER_NEG || op == WC_OPER_ADD || op == WC_OPER_SUB ||
                         op == WC_OPER_MUL || op == WC_OPER_ABS || op == WC_OPER_SUM;
    return is_arithmetic ? is_safe_number(expr) : never_traps[op];
}

static const wc_span *trap_in_args(wc_sema_expr *const *args, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        const wc_span *span = trap_in_expr(args[i]);
        if (span != NULL) return span;
    }
    return NULL;
}

static const wc_span *trap_in_expr(const wc_sema_expr *expr)
{
    if (expr == NULL) return NULL;
    if (!is_safe(expr)) return &expr->span;
    const wc_sema_expr *const operands[] = {expr->a, expr->b, expr->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_span *span = trap_in_expr(operands[i]);
        if (span != NULL) return span;
    }
    return trap_in_args(expr->args, expr->arg_count);
}

static bool is_all_of(const wc_sema_expr *amount, const wc_sema_expr *owner, uint16_t currency)
{
    if (amount->index != currency) return false;
    if (amount->op == WC_OPER_BALANCE) return owner->op == WC_OPER_SELF;
    return amount->op == WC_OPER_ESCROW && wc_sema_same_value(amount->a, owner);
}

/* The statement itself, its expressions and blocks aside. */
static bool is_safe_stmt(const wc_sema_stmt *stmt)
{
    switch (stmt->kind) {
    case WC_DO_LET:
    case WC_DO_DO:
    case WC_DO_IF:
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH:
    case WC_DO_MATCH:
    case WC_DO_BREAK:
    case WC_DO_RETURN:
    case WC_DO_EMIT:
    case WC_DO_GOTO:
    case WC_DO_CLEAR:
    case WC_DO_UNLOCK_ALL: return true;
    case WC_DO_ASSIGN: return stmt->a->op == WC_OPER_LOCAL || stmt->a->op == WC_OPER_FIELD;
    case WC_DO_PAY: return is_all_of(stmt->c, stmt->a, stmt->index);
    case WC_DO_UNLOCK: return is_all_of(stmt->b, stmt->a, stmt->index);
    case WC_DO_MAP_ADD:
    case WC_DO_REQUIRE:
    case WC_DO_FAIL:
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_SERIES_SET:
    case WC_DO_LOCK:
    case WC_DO_SPLIT:
    case WC_DO_CLEAR_NET: return false;
    case WC_DO_SEND:
    case WC_DO_REDEEM:
    case WC_DO_ASSERT:
    case WC_DO_AS:
    case WC_DO_EXPECT:
    case WC_DO_MANDATE:
    case WC_DO_ADVANCE:
    case WC_DO_COUNT: break;
    }
    wc_assert(false); /* tests are not asked; a time-out sends and redeems nothing */
    return false;
}

static bool binds_series(const wc_sema_stmt *stmt)
{
    return stmt->kind == WC_DO_FOR_EACH && stmt->a->type->kind == WC_SEMA_SERIES;
}

static const wc_span *trap_in_stmt(const wc_sema_stmt *stmt)
{
    if (!is_safe_stmt(stmt) || binds_series(stmt)) return &stmt->span;
    const wc_sema_expr *const operands[] = {stmt->a, stmt->b, stmt->c};
    for (size_t i = 0; i < WC_ARRAY_LEN(operands); i++) {
        const wc_span *span = trap_in_expr(operands[i]);
        if (span != NULL) return span;
    }
    const wc_span *span = trap_in_args(stmt->args, stmt->arg_count);
    if (span == NULL && stmt->body != NULL) span = trap_in_block(stmt->body);
    if (span == NULL && stmt->other != NULL) span = trap_in_block(stmt->other);
    for (uint16_t i = 0; i < stmt->arm_count && span == NULL; i++) {
        span = trap_in_block(stmt->arms[i].body);
    }
    return span;
}

static const wc_span *trap_in_block(const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        const wc_span *span = trap_in_stmt(stmt);
        if (span != NULL) return span;
    }
    return NULL;
}

/* ---- events ------------------------------------------------------------------------------------
 */

typedef struct report {
    uint64_t bytes;      /* so far, each loop with all its rounds, and all branches */
    const wc_span *full; /* the event that is too much, or NULL */
} report;

static void count_events(report *self, const wc_sema_block *block, uint64_t rounds);

static void count_event(report *self, const wc_sema_stmt *stmt, uint64_t rounds)
{
    uint64_t data = 0;
    for (uint16_t i = 0; i < stmt->signature->member_count; i++) {
        data += stmt->signature->members[i].type->encoded_max; /* no overflow: at most 256 */
    }
    bool fits = data <= EVENT_DATA && rounds <= REPORT_BYTES;
    if (fits) self->bytes += rounds * (EVENT_HEAD + data);
    if (!fits || self->bytes > REPORT_BYTES) self->full = &stmt->span;
}

static void count_events_of(report *self, const wc_sema_stmt *stmt, uint64_t rounds)
{
    bool is_loop = stmt->kind == WC_DO_FOR_RANGE || stmt->kind == WC_DO_FOR_EACH;
    uint64_t inner = rounds;
    if (is_loop && rounds <= REPORT_BYTES) inner *= stmt->trips; /* else it is full already */
    if (stmt->kind == WC_DO_EMIT) count_event(self, stmt, rounds);
    if (stmt->body != NULL) count_events(self, stmt->body, inner);
    if (stmt->other != NULL) count_events(self, stmt->other, rounds);
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        count_events(self, stmt->arms[i].body, rounds);
    }
}

/* Stops at the first that is too much. */
static void count_events(report *self, const wc_sema_block *block, uint64_t rounds)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (self->full != NULL) return;
        count_events_of(self, stmt, rounds);
    }
}

bool wc_sema_expr_may_trap(const wc_sema_expr *expr)
{
    return trap_in_expr(expr) != NULL;
}

const wc_span *wc_sema_may_trap(const wc_sema_routine *routine)
{
    if (routine->ensure_count > 0) return &routine->ensures[0].span;
    const wc_span *span = trap_in_block(routine->body);
    if (span != NULL) return span;
    report events = {0, NULL};
    count_events(&events, routine->body, 1);
    return events.full;
}
