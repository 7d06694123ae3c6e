/* The table of authority: see authority.h. One walk over each routine; MATCH and IS on the state
 * narrow the states in which a statement can be reached. */
#include "compiler/sema/authority.h"

#include "compiler/sema/range.h"

typedef struct walk {
    wc_arena *arena;
    const wc_sources *sources;
    const wc_sema_contract *contract;
    wc_authority_row *row;
    uint32_t capacity; /* of row->moves; 0: only counting */
    uint64_t states;
    uint32_t loops;
} walk;

static const char *const effect_names[] = {
    [WC_AUTHORITY_LOCK] = "locks",         [WC_AUTHORITY_UNLOCK] = "unlocks",
    [WC_AUTHORITY_UNLOCK_ALL] = "returns", [WC_AUTHORITY_PAY] = "pays",
    [WC_AUTHORITY_SPLIT] = "splits",       [WC_AUTHORITY_CLEAR_NET] = "nets",
    [WC_AUTHORITY_REDEEM] = "redeems",     [WC_AUTHORITY_SEND] = "sends",
    [WC_AUTHORITY_TAKE] = "hands on",      [WC_AUTHORITY_CLOSE] = "closes, returns"};

const char *wc_authority_effect_name(wc_authority_effect effect)
{
    return effect_names[effect];
}

static wc_str text_of(const walk *self, wc_span span)
{
    return wc_source_text(wc_sources_of(self->sources, span), span);
}

/* --- sides ------------------------------------------------------------------------------------ */

static const wc_sema_expr *root_of(const wc_sema_expr *value)
{
    while (value->op == WC_OPER_MEMBER || value->op == WC_OPER_INDEX ||
           value->op == WC_OPER_MAP_GET) {
        value = value->a;
    }
    return value;
}

static wc_authority_side side_of(const walk *self, const wc_sema_expr *who)
{
    wc_authority_side side = {.owner = WC_OWNER_COMPUTED, .text = text_of(self, who->span)};
    who = wc_sema_origin(who);
    if (who->op == WC_OPER_PARTY) {
        side.owner = WC_OWNER_PARTY;
        side.party = who->index;
    } else if (who->op == WC_OPER_SELF) {
        side.owner = WC_OWNER_SELF;
    } else if (who->op == WC_OPER_CALLER) {
        side.owner = WC_OWNER_CALLER;
    } else if (root_of(who)->op == WC_OPER_TERM) {
        side.owner = WC_OWNER_TERM;
    }
    return side;
}

static bool same_owner(const wc_authority_side *side, const wc_sema_expr *who)
{
    who = wc_sema_origin(who);
    if (side->owner == WC_OWNER_PARTY) return who->op == WC_OPER_PARTY && who->index == side->party;
    if (side->owner == WC_OWNER_SELF) return who->op == WC_OPER_SELF;
    return side->owner == WC_OWNER_CALLER && who->op == WC_OPER_CALLER;
}

/* --- amounts ---------------------------------------------------------------------------------- */

/* All that the payer has in the contract. */
static bool is_whole(const wc_authority_side *from, const wc_sema_expr *amount, uint16_t currency)
{
    amount = wc_sema_origin(amount);
    if (amount->index != currency) return false;
    if (amount->op == WC_OPER_BALANCE) return from->owner == WC_OWNER_SELF;
    return amount->op == WC_OPER_ESCROW && same_owner(from, amount->a);
}

static void set_amount(const walk *self, wc_authority_move *move, const wc_sema_expr *amount,
                       uint16_t currency)
{
    const wc_sema_expr *defined = wc_sema_origin(amount);
    move->currency = currency;
    move->amount = text_of(self, amount->span);
    if (amount->op == WC_OPER_FIT) amount = amount->a;
    bool is_name = amount->op == WC_OPER_LOCAL && amount->local->equals != NULL;
    move->defined = is_name ? text_of(self, defined->span) : WC_STR("");
    move->range = wc_range_meet(amount->range, wc_range_of(0, INT64_MAX)); /* NEG_AMOUNT */
    bool is_one = wc_i128_compare(move->range.lo, move->range.hi) == 0;
    bool is_bounded = wc_i128_compare(move->range.hi, wc_i128_of(INT64_MAX)) < 0;
    if (is_whole(&move->from, amount, currency)) {
        move->bound = WC_BOUND_WHOLE;
    } else if (is_one) {
        move->bound = WC_BOUND_CONSTANT;
    } else if (is_bounded) {
        move->bound = WC_BOUND_RANGE;
    } else {
        move->bound = move->effect == WC_AUTHORITY_LOCK ? WC_BOUND_SIGNED : WC_BOUND_EXPRESSION;
    }
}

/* --- moves ------------------------------------------------------------------------------------ */

static void add(walk *self, const wc_authority_move *move)
{
    uint32_t at = self->row->move_count++;
    if (self->capacity == 0) return;
    wc_assert(at < self->capacity);
    self->row->moves[at] = *move;
    self->row->moves[at].states = self->states;
    self->row->moves[at].in_loop = self->loops > 0;
}

static void add_transfer(walk *self, wc_authority_effect effect, const wc_sema_stmt *stmt,
                         const wc_sema_expr *to, const wc_sema_expr *amount)
{
    wc_authority_move move = {.effect = effect, .span = stmt->span};
    move.from = side_of(self, stmt->a);
    if (to != NULL) move.to = side_of(self, to);
    set_amount(self, &move, amount, stmt->index);
    add(self, &move);
}

static void add_shares(walk *self, const wc_sema_stmt *stmt)
{
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        wc_authority_move move = {.effect = WC_AUTHORITY_SPLIT, .span = share->span};
        move.from = side_of(self, stmt->a);
        set_amount(self, &move, stmt->b, stmt->index);
        if (share->who != NULL) {
            move.to = side_of(self, share->who);
        } else {
            move.to.owner = WC_OWNER_WEIGHTED;
            move.to.text = text_of(self, share->weights->span);
        }
        move.bound = share->share == NULL ? WC_BOUND_REST : WC_BOUND_SHARE;
        if (share->share != NULL) move.share = text_of(self, share->share->span);
        add(self, &move);
    }
}

static void add_net(walk *self, const wc_sema_stmt *stmt)
{
    wc_authority_move move = {.effect = WC_AUTHORITY_CLEAR_NET,
                              .span = stmt->span,
                              .from = {.owner = WC_OWNER_EVERYBODY},
                              .to = side_of(self, stmt->b),
                              .currency = stmt->index,
                              .bound = WC_BOUND_EXPRESSION,
                              .range = wc_range_of(0, INT64_MAX),
                              .amount = text_of(self, stmt->a->span)};
    add(self, &move);
}

/* A mix-in binds another party to a place (MX-6). */
static void add_taking(walk *self, const wc_sema_stmt *stmt)
{
    if (stmt->a->op != WC_OPER_PARTY) return;
    wc_authority_move move = {.effect = WC_AUTHORITY_TAKE, .span = stmt->span, .currency = WC_NONE};
    move.from = side_of(self, stmt->a);
    move.to = side_of(self, stmt->b);
    add(self, &move);
}

static void add_exit(walk *self, const wc_sema_stmt *stmt)
{
    if (!self->contract->states[stmt->index].is_final) return;
    wc_authority_move move = {.effect = WC_AUTHORITY_CLOSE,
                              .span = stmt->span,
                              .from = {.owner = WC_OWNER_EVERYBODY},
                              .currency = WC_NONE,
                              .bound = WC_BOUND_WHOLE,
                              .state = stmt->index};
    add(self, &move);
}

/* --- the walk --------------------------------------------------------------------------------- */

static void walk_block(walk *self, const wc_sema_block *block);

/* States in which the condition can hold (or fail), as far as tests of the state say. */
static uint64_t states_where(const wc_sema_expr *condition, bool holds, uint64_t states)
{
    if (condition->op == WC_OPER_NOT) return states_where(condition->a, !holds, states);
    bool is_and = condition->op == WC_OPER_AND;
    if (is_and || condition->op == WC_OPER_OR) {
        uint64_t a = states_where(condition->a, holds, states);
        uint64_t b = states_where(condition->b, holds, states);
        return is_and == holds ? a & b : a | b;
    }
    if (condition->op != WC_OPER_IS || condition->a->op != WC_OPER_STATE) return states;
    uint64_t named = UINT64_C(1) << condition->index;
    return states & (holds ? named : ~named);
}

static void walk_if(walk *self, const wc_sema_stmt *stmt)
{
    uint64_t before = self->states;
    self->states = states_where(stmt->a, true, before);
    walk_block(self, stmt->body);
    self->states = states_where(stmt->a, false, before);
    if (stmt->other != NULL) walk_block(self, stmt->other);
    self->states = before;
}

static void walk_match(walk *self, const wc_sema_stmt *stmt)
{
    uint64_t before = self->states;
    uint64_t left = before;
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        const wc_sema_arm *arm = &stmt->arms[i];
        bool is_named = stmt->a->op == WC_OPER_STATE && arm->variant != WC_NO_VARIANT;
        uint64_t named = is_named ? UINT64_C(1) << arm->variant : left;
        self->states = stmt->a->op == WC_OPER_STATE ? left & named : before;
        walk_block(self, arm->body);
        if (is_named) left &= ~named;
    }
    self->states = before;
}

static void walk_stmt(walk *self, const wc_sema_stmt *stmt)
{
    wc_authority_move move = {.currency = WC_NONE, .span = stmt->span};
    switch ((int)stmt->kind) {
    case WC_DO_LOCK: add_transfer(self, WC_AUTHORITY_LOCK, stmt, NULL, stmt->b); break;
    case WC_DO_UNLOCK: add_transfer(self, WC_AUTHORITY_UNLOCK, stmt, NULL, stmt->b); break;
    case WC_DO_PAY: add_transfer(self, WC_AUTHORITY_PAY, stmt, stmt->b, stmt->c); break;
    case WC_DO_REDEEM: add_transfer(self, WC_AUTHORITY_REDEEM, stmt, stmt->b, stmt->c); break;
    case WC_DO_SPLIT: add_shares(self, stmt); break;
    case WC_DO_CLEAR_NET: add_net(self, stmt); break;
    case WC_DO_GOTO: add_exit(self, stmt); break;
    case WC_DO_ASSIGN: add_taking(self, stmt); break;
    case WC_DO_UNLOCK_ALL:
        move.effect = WC_AUTHORITY_UNLOCK_ALL;
        move.from.owner = WC_OWNER_EVERYBODY;
        move.bound = WC_BOUND_WHOLE;
        add(self, &move);
        break;
    case WC_DO_SEND:
        move.effect = WC_AUTHORITY_SEND;
        move.to = side_of(self, stmt->a);
        move.method = stmt->method;
        add(self, &move);
        break;
    case WC_DO_IF: walk_if(self, stmt); break;
    case WC_DO_MATCH: walk_match(self, stmt); break;
    case WC_DO_FOR_RANGE:
    case WC_DO_FOR_EACH:
        self->loops++;
        walk_block(self, stmt->body);
        self->loops--;
        break;
    default: break; /* moves nothing and holds no statements */
    }
}

static void walk_block(walk *self, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        walk_stmt(self, stmt);
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static uint64_t open_states(const wc_sema_contract *contract)
{
    uint64_t states = 0;
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if (!contract->states[i].is_final) states |= UINT64_C(1) << i;
    }
    return states;
}

static bool needs_one(const wc_sema_routine *routine)
{
    if (routine->kind != WC_ROUTINE_ACTION) return false;
    if (routine->by == WC_BY_QUORUM) return routine->quorum <= 1;
    return routine->by != WC_BY_ALL || routine->who_count <= 1;
}

/* Walks twice: to count, then to fill. */
static wc_status put_row(walk *self, wc_authority_row *row, const wc_sema_routine *routine)
{
    *row = (wc_authority_row){.routine = routine,
                              .states =
                                  routine->when != 0 ? routine->when : open_states(self->contract),
                              .needs_one = needs_one(routine)};
    self->row = row;
    self->states = row->states;
    self->capacity = 0;
    walk_block(self, routine->body);
    self->capacity = row->move_count;
    if (self->capacity == 0) return WC_OK;
    row->moves = WC_ARENA_ARRAY(self->arena, wc_authority_move, row->move_count);
    if (row->moves == NULL) return WC_NO_MEMORY;
    row->move_count = 0;
    walk_block(self, routine->body);
    return WC_OK;
}

wc_status wc_authority_of(wc_arena *arena, const wc_sources *sources,
                          const wc_sema_contract *contract, const wc_authority **table)
{
    walk self = {.arena = arena, .sources = sources, .contract = contract};
    uint32_t count = (uint32_t)contract->action_count + contract->after_count;
    wc_authority *made = WC_ARENA_NEW(arena, wc_authority);
    if (made == NULL) return WC_NO_MEMORY;
    made->row_count = count;
    made->rows = WC_ARENA_ARRAY(arena, wc_authority_row, (size_t)count + 1);
    if (made->rows == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < contract->action_count; i++) {
        WC_TRY(put_row(&self, &made->rows[i], contract->actions[i]));
    }
    for (uint16_t i = 0; i < contract->after_count; i++) {
        WC_TRY(put_row(&self, &made->rows[contract->action_count + i], contract->afters[i]));
    }
    *table = made;
    return WC_OK;
}
