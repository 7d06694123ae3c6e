/* Money instructions: every balance changes here and in `split` (split.c divides, the postings are
 * made here). Amounts are >= 0, or the instruction traps NEG_AMOUNT before anything else. */
#include "vm/exec/money.h"

static bool negative(wc_exec *exec, int64_t amount)
{
    return wc_exec_trap(exec, WC_TRAP_NEG_AMOUNT, 1, amount, 0);
}

/* InsufficientEscrow(party, currency, need, have). */
static bool insufficient(wc_exec *exec, const wc_posting *posting, int64_t have)
{
    wc_buf args = wc_exec_scratch(exec);
    wc_buf_put(&args, posting->from.bytes, sizeof posting->from.bytes);
    wc_buf_put_u32(&args, posting->currency);
    wc_buf_put_i64(&args, posting->amount);
    wc_buf_put_i64(&args, have);
    return wc_exec_builtin(exec, WC_BUILTIN_InsufficientEscrow, wc_buf_slice(&args));
}

static bool post(wc_exec *exec, const wc_posting *posting)
{
    int64_t have = 0;
    wc_host_answer answer = exec->host->ops->post(exec->host->self, posting, &have);
    switch (answer) {
    case WC_HOST_OK: return true;
    case WC_HOST_SHORT: return insufficient(exec, posting, have);
    case WC_HOST_REFUSED:
        return wc_exec_builtin(exec, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    case WC_HOST_LIMIT: return wc_exec_full(exec, WC_HOST_HOLDERS_MAX);
    case WC_HOST_ABSENT:
    case WC_HOST_FAILED:
    case WC_HOST_STOP: break;
    }
    return wc_exec_host_stop(exec);
}

static wc_posting posting_of(const wc_exec *exec, wc_move move, const uint8_t *from,
                             const uint8_t *to, uint16_t currency, int64_t amount)
{
    return (wc_posting){.move = move,
                        .from = *wc_mem_party(from),
                        .to = *wc_mem_party(to),
                        .currency = currency,
                        .amount = amount,
                        .function = wc_exec_function_index(exec),
                        .word = wc_exec_word(exec)};
}

bool wc_money_post(wc_exec *exec, wc_move move, const uint8_t *from, const uint8_t *to,
                   uint16_t currency, int64_t amount)
{
    wc_assert(amount >= 0);
    if (amount == 0) return true;
    wc_posting posting = posting_of(exec, move, from, to, currency, amount);
    return post(exec, &posting);
}

/* One posting of a register's amount. */
static bool single(wc_exec *exec, wc_move move, const uint8_t *from, const uint8_t *to,
                   uint16_t currency, int64_t amount)
{
    if (amount < 0) return negative(exec, amount);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_POST, 1, 0)) return false;
    return wc_money_post(exec, move, from, to, currency, amount);
}

bool wc_op_lock(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    return single(exec, WC_MOVE_LOCK, r[pc->a].p, r[pc->a].p, pc->c, r[pc->b].i);
}

bool wc_op_unlock(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    return single(exec, WC_MOVE_UNLOCK, r[pc->a].p, r[pc->a].p, pc->c, r[pc->b].i);
}

bool wc_op_pay(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    return single(exec, WC_MOVE_PAY, r[pc->a].p, r[pc->b].p, pc->d, r[pc->c].i);
}

/* Two words: D, the reference, and E, the currency, stand in the second. */
bool wc_op_redeem(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t amount = r[pc->c].i;
    wc_slice reference = wc_mem_bytes(wc_exec_pointee(exec, pc->d), r[pc->d].p);
    if (amount < 0) return negative(exec, amount);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_POST, 1, 0)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_EVENT, 0, reference.len)) return false;
    if (amount == 0) return true;
    wc_posting posting = posting_of(exec, WC_MOVE_REDEEM, r[pc->a].p, r[pc->b].p, pc[1].b, amount);
    posting.reference = reference;
    return post(exec, &posting);
}

bool wc_op_unlockall(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    (void)pc;
    (void)r;
    const wc_host_ops *ops = exec->host->ops;
    uint32_t holders = 0;
    if (ops->holder_count(exec->host->self, &holders) != WC_HOST_OK ||
        holders > WC_HOST_HOLDERS_MAX) {
        return wc_exec_host_stop(exec);
    }
    if (!wc_exec_charge_part(exec, WC_GAS_PART_HOLDER, holders, 0)) return false;
    if (holders == 0) return true;
    if (ops->unlock_all(exec->host->self, &holders) == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}

/* ---- split --------------------------------------------------------------------------------------
 */

/* Operands: A payer, B gross, C shares, D mode, E currency, F one whole. */
bool wc_op_split(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t gross = r[pc->b].i;
    const uint8_t *list = r[pc->c].p;
    uint32_t length = wc_mem_length(list);
    uint32_t stride = wc_type_entry_size(exec->module, wc_exec_pointee(exec, pc->c));
    if (gross < 0) return negative(exec, gross);
    if (!wc_exec_charge_part(exec, WC_GAS_PART_SHARE, length, 0)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_POST, length, 0)) return false;

    int64_t whole = exec->image->numbers[pc[1].c];
    if (!wc_split_divide(exec, list, stride, gross, whole, pc->d)) return false;
    for (uint32_t i = 0; i < length; i++) {
        const uint8_t *to = list + WC_MEM_ITEMS + (size_t)i * stride;
        int64_t amount = exec->parts[i].amount;
        if (!wc_money_post(exec, WC_MOVE_PAY, r[pc->a].p, to, pc[1].b, amount)) return false;
    }
    return true;
}

/* ---- netting ------------------------------------------------------------------------------------
 */

typedef struct netting {
    const uint8_t *entries; /* of the net map: {party, amount} */
    uint32_t length;
    uint16_t currency;
    const uint8_t *residual_owner;
    int64_t residual; /* what the owner gets: minus the sum of the entries */
} netting;

#define NET_STRIDE (32u + 8u) /* party and number: the verifier fixes the map's type */

static int64_t net_amount(const netting *net, uint32_t index)
{
    return wc_mem_i64(net->entries + (size_t)index * NET_STRIDE + 32);
}

/* Computes the residual and compares it with the limit; a negative limit means half a minor unit
 * per entry. Trap RANGE when an amount cannot be turned or the residual leaves 64 bits. */
static bool net_residual(wc_exec *exec, netting *net, int64_t limit)
{
    wc_i128 sum = wc_i128_of(0);
    for (uint32_t i = 0; i < net->length; i++) {
        int64_t amount = net_amount(net, i);
        if (amount == INT64_MIN) return wc_exec_trap(exec, WC_TRAP_RANGE, 1, amount, 0);
        wc_status status = wc_i128_add(sum, wc_i128_of(amount), &sum);
        wc_assert(status == WC_OK); /* at most 2^20 numbers of 64 bits */
    }
    wc_status status = wc_i128_neg(sum, &sum);
    wc_assert(status == WC_OK);
    if (wc_i128_narrow(sum, &net->residual) != WC_OK || net->residual == INT64_MIN) {
        return wc_exec_trap(exec, WC_TRAP_RANGE, 0, 0, 0);
    }
    if (limit < 0) limit = net->length / 2;
    int64_t size = net->residual < 0 ? -net->residual : net->residual;
    if (size <= limit) return true;
    wc_buf args = wc_exec_scratch(exec);
    wc_buf_put_i64(&args, net->residual);
    wc_buf_put_i64(&args, limit);
    return wc_exec_builtin(exec, WC_BUILTIN_ResidualTooLarge, wc_buf_slice(&args));
}

/* Posts the entries of one sign in key order: payers to the instance, or the instance to receivers.
 */
static bool net_post(wc_exec *exec, const netting *net, bool paying)
{
    const uint8_t *own = exec->root[WC_ROOT_ID];
    for (uint32_t i = 0; i < net->length; i++) {
        const uint8_t *party = net->entries + (size_t)i * NET_STRIDE;
        int64_t amount = net_amount(net, i);
        if ((amount < 0) != paying) continue;
        bool done = paying ? wc_money_post(exec, WC_MOVE_PAY, party, own, net->currency, -amount)
                           : wc_money_post(exec, WC_MOVE_PAY, own, party, net->currency, amount);
        if (!done) return false;
    }
    return true;
}

/* Operands: A net map, B residual owner, C limit, D currency. Payers pay first, then the owner of a
 * negative residual; then the instance holds exactly what it pays out. */
bool wc_op_clearnet(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const uint8_t *own = exec->root[WC_ROOT_ID];
    const uint8_t *map = r[pc->a].p;
    netting net = {.entries = map + WC_MEM_ITEMS,
                   .length = wc_mem_length(map),
                   .currency = pc->d,
                   .residual_owner = r[pc->b].p};
    if (!wc_exec_charge_part(exec, WC_GAS_PART_SHARE, net.length, 0)) return false;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_POST, (uint64_t)net.length + 1, 0)) return false;
    if (!net_residual(exec, &net, r[pc->c].i)) return false;

    if (!net_post(exec, &net, true)) return false;
    if (net.residual < 0 &&
        !wc_money_post(exec, WC_MOVE_PAY, net.residual_owner, own, net.currency, -net.residual)) {
        return false;
    }
    if (!net_post(exec, &net, false)) return false;
    if (net.residual <= 0) return true;
    return wc_money_post(exec, WC_MOVE_PAY, own, net.residual_owner, net.currency, net.residual);
}

/* ---- reading balances ---------------------------------------------------------------------------
 */

bool wc_op_escrow(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_BALANCE, 1, 0)) return false;
    const wc_party *party = wc_mem_party(r[pc->b].p);
    int64_t amount;
    wc_host_answer answer = exec->host->ops->escrow(exec->host->self, party, pc->c, &amount);
    if (answer != WC_HOST_OK) return wc_exec_host_stop(exec);
    r[pc->a].i = amount;
    return true;
}

bool wc_op_ownbal(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_BALANCE, 1, 0)) return false;
    int64_t amount;
    wc_host_answer answer = exec->host->ops->own_balance(exec->host->self, pc->b, &amount);
    if (answer != WC_HOST_OK) return wc_exec_host_stop(exec);
    r[pc->a].i = amount;
    return true;
}

bool wc_op_posted(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    if (!wc_exec_charge_part(exec, WC_GAS_PART_BALANCE, 1, 0)) return false;
    const wc_party *party = wc_mem_party(r[pc->b].p);
    int64_t amount;
    wc_host_answer answer = exec->host->ops->posted(exec->host->self, party, pc->c, &amount);
    if (answer != WC_HOST_OK) return wc_exec_host_stop(exec);
    r[pc->a].i = amount;
    return true;
}
