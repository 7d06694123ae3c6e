/* Money: postings, splits, nettings. An amount is examined first (NEG_AMOUNT), zero posts nothing.
 */
#include "compiler/interp/machine.h"

enum {
    LOCK = 0,
    UNLOCK = 1,
    PAY = 2,
    REDEEM = 3
};

typedef struct posting {
    uint8_t move;
    wc_interp_party from, to;
    uint16_t currency;
    int64_t amount;
    wc_span span;
} posting;

static wc_interp_party party_of(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr);
    return wc_interp_id(&value);
}

/* --- authority of a debit --------------------------------------------------------------------- */

static bool has_signed(const wc_interp *in, const wc_interp_party *party)
{
    for (uint16_t i = 0; i < in->signer_count; i++) {
        if (wc_interp_same(&in->signers[i], party)) return true;
    }
    return false;
}

/* A free balance is debited by its owner's signature on this call, by the running instance its own,
 * in a sent action by the sender its own; else within a mandate given to this instance. */
static void authorise_lock(wc_interp *in, wc_interp_frame *frame, const posting *move)
{
    if (wc_interp_same(&move->from, &wc_interp_self(in, frame)->id)) return;
    if (frame->place == WC_AT_SENT && wc_interp_same(&move->from, &frame->caller)) return;
    if (frame->place == WC_AT_ACTION && has_signed(in, &move->from)) return;
    wc_interp_account *account =
        wc_interp_account_of(in, frame->instance, move->currency, &move->from);
    if (account->mandate < move->amount) {
        wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, move->span);
    }
    account->mandate -= move->amount;
}

/* The bank that issues the currency, in a call of its own. */
static void authorise_redeem(wc_interp *in, wc_interp_frame *frame, const posting *move)
{
    uint16_t bank = 0;
    for (uint16_t i = in->party_count; i-- > 0;) {
        if (wc_str_equal(in->party_names[i], WC_STR("bank"))) bank = i;
    }
    wc_interp_party issuer = wc_interp_test_party(bank);
    bool is_bank = frame->place == WC_AT_ACTION && wc_interp_same(&issuer, &frame->caller) &&
                   wc_interp_holds(in, &issuer, WC_STR("SettlementBank"));
    if (!is_bank) wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, move->span);
}

static void authorise(wc_interp *in, wc_interp_frame *frame, const posting *move)
{
    if (move->move == LOCK) authorise_lock(in, frame, move);
    if (move->move == REDEEM) authorise_redeem(in, frame, move);
    if (move->move == PAY && !wc_interp_is_known(in, &move->to)) {
        wc_interp_builtin(in, frame, WC_BUILTIN_NotAuthorised, move->span);
    }
}

/* --- one posting ------------------------------------------------------------------------------ */

static uint32_t holders(const wc_interp *in, uint16_t instance)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < in->world->account_count; i++) {
        const wc_interp_account *account = &in->world->accounts[i];
        count += account->instance == instance && account->amount != 0;
    }
    return count;
}

static void note_posted(wc_interp *in, wc_interp_frame *frame, const wc_interp_party *party,
                        uint16_t currency, int64_t amount)
{
    wc_interp_posted *entry = WC_INTERP_ARRAY(in, wc_interp_posted, 1);
    *entry = (wc_interp_posted){frame->posted, *party, currency, amount};
    frame->posted = entry;
    wc_interp_account_of(in, frame->instance, currency, party)->posted += amount;
}

static void post(wc_interp *in, wc_interp_frame *frame, const posting *move)
{
    if (move->amount == 0) return;
    authorise(in, frame, move);
    uint16_t c = move->currency;
    wc_interp_party own = wc_interp_self(in, frame)->id;
    bool from_own = move->move != LOCK && move->move != UNLOCK && wc_interp_same(&move->from, &own);
    uint16_t source = move->move == LOCK || from_own ? WC_NO_INSTANCE : frame->instance;
    if (wc_interp_amount(in, source, c, &move->from) < move->amount) {
        wc_interp_builtin(in, frame, WC_BUILTIN_InsufficientEscrow, move->span);
    }
    if (move->move == LOCK && wc_interp_amount(in, frame->instance, c, &move->from) == 0 &&
        holders(in, frame->instance) >= WC_INTERP_HOLDERS_MAX) {
        wc_interp_builtin(in, frame, WC_BUILTIN_Full, move->span);
    }
    wc_interp_account_of(in, source, c, &move->from)->amount -= move->amount;
    if (move->move == REDEEM) {
        wc_interp_account_of(in, frame->instance, c, &move->to)->redeemed += move->amount;
    } else {
        uint16_t target = move->move == LOCK ? frame->instance : WC_NO_INSTANCE;
        wc_interp_account_of(in, target, c, &move->to)->amount += move->amount;
    }
    if (move->move == PAY) {
        note_posted(in, frame, &move->from, c, -move->amount);
        note_posted(in, frame, &move->to, c, move->amount);
    }
    wc_interp_note(in, &(wc_interp_event){.did = WC_INTERP_POSTED,
                                          .instance = frame->instance,
                                          .move = move->move,
                                          .currency = c,
                                          .from = move->from,
                                          .to = move->to,
                                          .amount = move->amount});
}

static void single(wc_interp *in, wc_interp_frame *frame, const posting *move)
{
    if (move->amount < 0) wc_interp_trap(in, frame, WC_TRAP_NEG_AMOUNT, move->span);
    post(in, frame, move);
}

/* --- split ------------------------------------------------------------------------------------ */

typedef struct part {
    wc_interp_party who;
    bool is_rest;
    wc_exact share;  /* of one whole; rest: none */
    wc_exact weight; /* rest */
    int64_t amount;
    wc_exact remainder;
} part;

typedef struct division {
    part *parts;
    uint32_t count, rests;
    wc_exact whole, given, weights; /* one whole; sums of shares and weights */
    int64_t gross;
} division;

static void add_weights(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                        division *all)
{
    wc_ival map = wc_interp_eval(in, frame, expr);
    for (uint32_t i = 0; i < map.count; i++) {
        all->parts[all->count++] = (part){
            .who = wc_interp_id(&map.keys[i]), .is_rest = true, .weight = map.parts[i].number};
    }
}

static void read_shares(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                        division *all)
{
    uint32_t room = 0;
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_expr *weights = stmt->shares[i].weights;
        room += weights == NULL ? 1 : weights->type->capacity;
    }
    all->parts = WC_INTERP_ARRAY(in, part, room);
    for (uint16_t i = 0; i < stmt->share_count; i++) {
        const wc_sema_share *share = &stmt->shares[i];
        if (share->weights != NULL) {
            add_weights(in, frame, share->weights, all);
            continue;
        }
        part one = {.who = party_of(in, frame, share->who), .is_rest = share->share == NULL};
        one.weight = wc_exact_of(1);
        if (!one.is_rest) one.share = wc_exact_of(wc_interp_int(in, frame, share->share));
        all->parts[all->count++] = one;
    }
}

/* Shares lie in [0, 1] and give at most one whole; weights are not negative. */
static bool sum_up(division *all)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const part *one = &all->parts[i];
        if (one->is_rest) {
            if (one->weight.is_negative) return false;
            all->weights = wc_exact_add(all->weights, one->weight);
            all->rests++;
        } else {
            if (one->share.is_negative) return false;
            all->given = wc_exact_add(all->given, one->share);
        }
    }
    return wc_exact_compare(&all->given, &all->whole) <= 0 && wc_exact_fits(&all->weights, 64);
}

/* Each share in order, at most what is left; the rest gets what is left then. */
static bool divide_by_rounding(division *all, wc_round mode)
{
    int64_t left = all->gross;
    part *rest = NULL;
    for (uint32_t i = 0; i < all->count; i++) {
        part *one = &all->parts[i];
        if (one->is_rest) {
            rest = one;
            continue;
        }
        bool has_remainder;
        wc_exact exact = wc_exact_multiply(wc_exact_of(all->gross), one->share);
        exact = wc_exact_divide(exact, all->whole, mode, &has_remainder);
        if (has_remainder && mode == WC_ROUND_EXACT) return false;
        int64_t amount = wc_exact_i64(&exact);
        one->amount = amount < left ? amount : left;
        left -= one->amount;
    }
    wc_assert(rest != NULL);
    rest->amount = left;
    return true;
}

/* Floors of exact fractions, then one unit each to the largest remainders, earlier parts first. */
static void divide_by_remainder(division *all)
{
    wc_exact below = wc_exact_multiply(all->whole, all->weights);
    wc_exact rest = wc_exact_subtract(all->whole, all->given);
    int64_t left = all->gross;
    for (uint32_t i = 0; i < all->count; i++) {
        part *one = &all->parts[i];
        wc_exact top = one->is_rest ? wc_exact_multiply(rest, one->weight)
                                    : wc_exact_multiply(one->share, all->weights);
        bool has_remainder;
        top = wc_exact_multiply(top, wc_exact_of(all->gross));
        wc_exact cut = wc_exact_divide(top, below, WC_ROUND_DOWN, &has_remainder);
        one->remainder = wc_exact_subtract(top, wc_exact_multiply(cut, below));
        one->amount = wc_exact_i64(&cut);
        left -= one->amount;
    }
    for (; left > 0; left--) {
        part *best = &all->parts[0];
        for (uint32_t i = 1; i < all->count; i++) {
            if (wc_exact_compare(&all->parts[i].remainder, &best->remainder) > 0) {
                best = &all->parts[i];
            }
        }
        best->amount++;
        best->remainder = wc_exact_of(-1); /* behind everybody who has not got one */
    }
}

static bool is_divisible(const division *all, uint8_t mode)
{
    if (mode != WC_SPLIT_LARGEST_REMAINDER) return all->rests == 1;
    if (all->rests > 0) return !wc_exact_is_zero(&all->weights);
    return wc_exact_compare(&all->given, &all->whole) == 0;
}

static void split(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_interp_party payer = party_of(in, frame, stmt->a);
    division all = {.gross = wc_interp_int(in, frame, stmt->b), .whole = wc_exact_of(1)};
    for (unsigned i = 0; i < stmt->share_scale; i++) {
        all.whole = wc_exact_multiply(all.whole, wc_exact_of(10));
    }
    read_shares(in, frame, stmt, &all);
    if (all.gross < 0) wc_interp_trap(in, frame, WC_TRAP_NEG_AMOUNT, stmt->span);
    if (!sum_up(&all) || !is_divisible(&all, stmt->mode)) {
        wc_interp_builtin(in, frame, WC_BUILTIN_BadShares, stmt->span);
    }
    if (all.rests == 0) all.weights = wc_exact_of(1);
    if (stmt->mode == WC_SPLIT_LARGEST_REMAINDER) {
        divide_by_remainder(&all);
    } else if (!divide_by_rounding(&all, (wc_round)stmt->mode)) {
        wc_interp_trap(in, frame, WC_TRAP_INEXACT, stmt->span);
    }
    for (uint32_t i = 0; i < all.count; i++) {
        post(
            in, frame,
            &(posting){PAY, payer, all.parts[i].who, stmt->index, all.parts[i].amount, stmt->span});
    }
}

/* --- netting ---------------------------------------------------------------------------------- */

/* Minus the sum of the entries, within the limit. */
static int64_t residual_of(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                           const wc_ival *net, int64_t limit)
{
    wc_exact sum = wc_exact_of(0);
    for (uint32_t i = 0; i < net->count; i++) {
        wc_exact size = wc_exact_negate(net->parts[i].number);
        if (!wc_exact_fits(&size, 64)) wc_interp_trap(in, frame, WC_TRAP_RANGE, stmt->span);
        sum = wc_exact_add(sum, net->parts[i].number);
    }
    wc_exact residual = wc_exact_negate(sum);
    if (!wc_exact_fits(&sum, 64) || !wc_exact_fits(&residual, 64)) {
        wc_interp_trap(in, frame, WC_TRAP_RANGE, stmt->span);
    }
    wc_exact size = residual, most = wc_exact_of(limit);
    size.is_negative = false;
    if (wc_exact_compare(&size, &most) > 0) {
        wc_interp_builtin(in, frame, WC_BUILTIN_ResidualTooLarge, stmt->span);
    }
    return wc_exact_i64(&residual);
}

static void post_entries(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt,
                         const wc_ival *net, bool paying)
{
    wc_interp_party own = wc_interp_self(in, frame)->id;
    for (uint32_t i = 0; i < net->count; i++) {
        int64_t amount = wc_exact_i64(&net->parts[i].number);
        if ((amount < 0) != paying) continue;
        wc_interp_party who = wc_interp_id(&net->keys[i]);
        posting move = {PAY, own, who, stmt->index, amount, stmt->span};
        if (paying) move = (posting){PAY, who, own, stmt->index, -amount, stmt->span};
        post(in, frame, &move);
    }
}

/* Payers pay the instance, then the owner of a negative residual; then receivers are paid, then the
 * owner of a positive one. */
static void clear_net(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival net = wc_interp_eval(in, frame, stmt->a);
    wc_interp_party owner = party_of(in, frame, stmt->b);
    int64_t limit = stmt->c == NULL ? (int64_t)(net.count / 2) : wc_interp_int(in, frame, stmt->c);
    if (limit < 0) wc_interp_trap(in, frame, WC_TRAP_RANGE, stmt->span);
    int64_t residual = residual_of(in, frame, stmt, &net, limit);
    wc_interp_party own = wc_interp_self(in, frame)->id;
    post_entries(in, frame, stmt, &net, true);
    if (residual < 0) {
        post(in, frame, &(posting){PAY, owner, own, stmt->index, -residual, stmt->span});
    }
    post_entries(in, frame, stmt, &net, false);
    if (residual > 0) {
        post(in, frame, &(posting){PAY, own, owner, stmt->index, residual, stmt->span});
    }
}

/* --- release ---------------------------------------------------------------------------------- */

static wc_interp_party heir_of(const wc_interp_instance *instance)
{
    uint16_t heir = 0;
    for (uint16_t i = instance->contract->party_count; i-- > 0;) {
        if (instance->contract->parties[i].is_signatory) heir = i;
    }
    return wc_interp_id(&instance->parties[heir]);
}

static void give_back(wc_interp *in, uint16_t from, uint16_t currency, wc_interp_party owner,
                      wc_interp_party to)
{
    int64_t amount = wc_interp_amount(in, from, currency, &owner);
    if (amount == 0) return;
    wc_interp_account_of(in, from, currency, &owner)->amount = 0;
    wc_interp_account_of(in, WC_NO_INSTANCE, currency, &to)->amount += amount;
}

void wc_interp_release(wc_interp *in, uint16_t instance, bool with_own)
{
    uint32_t count = in->world->account_count;
    const wc_interp_account *before = in->world->accounts; /* of all who can be holders */
    wc_interp_account *all = WC_INTERP_ARRAY(in, wc_interp_account, count);
    for (uint32_t i = 0; i < count; i++) all[i] = before[i];
    for (uint32_t i = 0; i < count; i++) {
        if (all[i].instance != instance) continue;
        give_back(in, instance, all[i].currency, all[i].party, all[i].party);
    }
    const wc_interp_instance *self = &in->world->instances[instance];
    if (!with_own || self->contract->party_count == 0) return;
    for (uint16_t c = 0; c < in->program->currency_count; c++) {
        give_back(in, WC_NO_INSTANCE, c, self->id, heir_of(self));
    }
}

/* --- statements ------------------------------------------------------------------------------- */

bool wc_interp_money(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    posting move = {.currency = stmt->index, .span = stmt->span};
    switch ((int)stmt->kind) {
    case WC_DO_LOCK:
    case WC_DO_UNLOCK:
        move.move = stmt->kind == WC_DO_LOCK ? LOCK : UNLOCK;
        move.from = party_of(in, frame, stmt->a);
        move.to = move.from;
        move.amount = wc_interp_int(in, frame, stmt->b);
        single(in, frame, &move);
        return true;
    case WC_DO_UNLOCK_ALL:
        if (holders(in, frame->instance) == 0) return true;
        wc_interp_release(in, frame->instance, false);
        wc_interp_note(in,
                       &(wc_interp_event){.did = WC_INTERP_RELEASED, .instance = frame->instance});
        return true;
    case WC_DO_PAY:
    case WC_DO_REDEEM:
        move.move = stmt->kind == WC_DO_PAY ? PAY : REDEEM;
        move.from = party_of(in, frame, stmt->a);
        move.to = party_of(in, frame, stmt->b);
        move.amount = wc_interp_int(in, frame, stmt->c);
        if (move.move == REDEEM) (void)wc_interp_eval(in, frame, stmt->args[0]);
        single(in, frame, &move);
        return true;
    case WC_DO_SPLIT: split(in, frame, stmt); return true;
    case WC_DO_CLEAR_NET: clear_net(in, frame, stmt); return true;
    default: return false;
    }
}
