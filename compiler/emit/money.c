/* Statements that move money: the posting instructions and the share list of a split. */
#include "compiler/emit/gen.h"

static uint16_t currency_of(wc_gen *gen, const wc_sema_stmt *stmt)
{
    return wc_gen_currency(gen, gen->job->program->currencies[stmt->index]);
}

/* 10^scale: one whole in share units. scale <= 18, so it fits. */
static int64_t whole_of(unsigned scale)
{
    int64_t whole = 1;
    for (unsigned i = 0; i < scale; i++) whole *= 10;
    return whole;
}

/* LIST<TUPLE(PARTY, INT share, INT weight)> with room for every share and every weight. */
static uint16_t share_list_type(wc_gen *gen, const wc_sema_stmt *stmt, uint16_t *tuple)
{
    wc_type number = {
        .kind = WC_TYPE_INT, .name = WC_NONE, .unit = WC_NONE, .lo = INT64_MIN, .hi = INT64_MAX};
    uint16_t row = wc_builder_type(gen->builder, &number);
    uint16_t types[3] = {gen->party_type, row, row};
    *tuple = wc_builder_tuple(gen->builder, NULL, types, 3);
    uint32_t capacity = 0;
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        capacity += share->weights == NULL ? 1 : share->weights->type->capacity;
    }
    return wc_builder_type(
        gen->builder,
        &(wc_type){.kind = WC_TYPE_LIST, .name = WC_NONE, .capacity = capacity, .item = *tuple});
}

/* Appends {who, share, weight}; share -1 stands for a part of the rest. */
static void add_share(wc_gen *gen, uint16_t list, uint16_t tuple, uint16_t who, uint16_t share,
                      uint16_t weight)
{
    uint16_t item = wc_gen_reg(gen, WC_REG_REFMUT, tuple);
    GEN(gen, pushn, item, list);
    GEN(gen, copy, wc_gen_field_ref(gen, item, 0, gen->party_type, true), who);
    GEN(gen, stf, item, (uint16_t)(wc_gen_offset(gen, tuple, 1) / 8), share);
    GEN(gen, stf, item, (uint16_t)(wc_gen_offset(gen, tuple, 2) / 8), weight);
}

/* Every entry of map<party, number> as a weighted part of the rest, in key order. */
static void add_weights(wc_gen *gen, uint16_t list, uint16_t tuple, const wc_sema_expr *weights)
{
    uint16_t map = wc_gen_ref(gen, weights);
    uint16_t count = wc_gen_i64(gen);
    GEN(gen, len, count, map);
    uint16_t index = wc_gen_int(gen, 0);
    wc_label exit = wc_builder_label(gen->builder);
    uint16_t most = wc_gen_number(gen, weights->type->capacity);
    wc_loop loop = wc_builder_loop(gen->builder, index, count, most, exit);
    uint16_t who = wc_gen_reg(gen, WC_REG_REF, gen->party_type);
    uint16_t value = wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, weights->type->value));
    GEN(gen, mkey, who, map, index);
    GEN(gen, mval, value, map, index);
    add_share(gen, list, tuple, who, wc_gen_int(gen, -1), wc_gen_load(gen, value, 0));
    wc_builder_loop_end(gen->builder, &loop);
}

static void split(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t tuple;
    uint16_t type = share_list_type(gen, stmt, &tuple);
    uint16_t payer = wc_gen_ref(gen, stmt->a);
    uint16_t gross = wc_gen_narrow(gen, stmt->b);
    uint16_t list = wc_gen_new(gen, type);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        uint32_t mark = wc_gen_mark(gen);
        if (share->weights != NULL) {
            add_weights(gen, list, tuple, share->weights);
        } else {
            uint16_t who = wc_gen_ref(gen, share->who);
            uint16_t part =
                share->share == NULL ? wc_gen_int(gen, -1) : wc_gen_narrow(gen, share->share);
            /* A written share has no weight: -1 keeps one of -1 from counting as a rest. */
            add_share(gen, list, tuple, who, part, wc_gen_int(gen, share->share == NULL ? 1 : -1));
        }
        wc_gen_release(gen, mark);
    }
    uint16_t whole = wc_gen_number(gen, whole_of(stmt->share_scale));
    GEN(gen, split, payer, gross, list, stmt->mode, currency_of(gen, stmt), whole);
}

static void clear_net(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t net = wc_gen_ref(gen, stmt->a);
    uint16_t residual = wc_gen_ref(gen, stmt->b);
    uint16_t limit = stmt->c == NULL ? wc_gen_int(gen, -1) : wc_gen_narrow(gen, stmt->c);
    if (stmt->c != NULL && stmt->c->range.lo.hi < 0) { /* -1 stands for the default */
        uint16_t fits = wc_gen_i64(gen);
        GEN(gen, le, fits, wc_gen_int(gen, 0), limit);
        GEN(gen, check, fits, WC_TRAP_RANGE);
    }
    if (wc_builder_is_reachable(gen->builder)) {
        wc_builder_note(gen->builder, wc_builder_next_word(gen->builder),
                        wc_gen_size(gen, stmt->a));
    }
    GEN(gen, clearnet, net, residual, limit, currency_of(gen, stmt));
}

/* lock and unlock: party, amount. */
static void hold(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t party = wc_gen_ref(gen, stmt->a);
    uint16_t amount = wc_gen_narrow(gen, stmt->b);
    if (stmt->kind == WC_DO_LOCK) {
        GEN(gen, lock, party, amount, currency_of(gen, stmt));
    } else {
        GEN(gen, unlock, party, amount, currency_of(gen, stmt));
    }
}

/* pay and redeem: payer, payee, amount. */
static void transfer(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t from = wc_gen_ref(gen, stmt->a);
    uint16_t to = wc_gen_ref(gen, stmt->b);
    uint16_t amount = wc_gen_narrow(gen, stmt->c);
    if (stmt->kind == WC_DO_PAY) {
        GEN(gen, pay, from, to, amount, currency_of(gen, stmt));
    } else {
        uint16_t reference = wc_gen_ref(gen, stmt->args[0]);
        GEN(gen, redeem, from, to, amount, reference, currency_of(gen, stmt));
    }
}

bool wc_gen_money(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (stmt->kind == WC_DO_LOCK || stmt->kind == WC_DO_UNLOCK) {
        hold(gen, stmt);
    } else if (stmt->kind == WC_DO_UNLOCK_ALL) {
        GEN(gen, unlockall, 0);
    } else if (stmt->kind == WC_DO_PAY || stmt->kind == WC_DO_REDEEM) {
        transfer(gen, stmt);
    } else if (stmt->kind == WC_DO_SPLIT) {
        split(gen, stmt);
    } else if (stmt->kind == WC_DO_CLEAR_NET) {
        clear_net(gen, stmt);
    } else {
        return false;
    }
    return true;
}
