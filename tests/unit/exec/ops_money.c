/* Money instructions: postings, balances, every trap and error. Sums are checked after each run:
 * nothing but redemption takes money out of the world. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)
#define CNY  0
#define EUR  1

/* alice: 1,000 free and 500 in escrow; bank: 200 in escrow; the instance: 50 of its own. CNY. */
static void open_money(wc_rig *rig, wc_op subject)
{
    rig_case(rig, subject);
    wc_fake_account_of(&rig->host, &rig->alice)->free[CNY] = 1000;
    wc_fake_account_of(&rig->host, &rig->alice)->escrow[CNY] = 500;
    wc_fake_account_of(&rig->host, &rig->bank)->escrow[CNY] = 200;
    wc_fake_account_of(&rig->host, &rig->own)->free[CNY] = 50;
}

static void run_money(wc_rig *rig)
{
    rig_close(rig);
    int64_t before = wc_fake_total(&rig->host, CNY);
    rig_run(rig);
    assert_true(wc_fake_total(&rig->host, CNY) == before);
}

static void traps(wc_rig *rig, wc_trap trap)
{
    run_money(rig);
    rig_expect_trap(rig, trap);
    rig_drop(rig);
}

static void refused(wc_rig *rig, wc_builtin builtin, wc_slice args)
{
    run_money(rig);
    rig_expect_builtin(rig, builtin, args);
    rig_drop(rig);
}

static wc_slice short_of(wc_rig *rig, const wc_party *party, int64_t need, int64_t have)
{
    return rig_abi(rig, "pwqq", party, CNY, need, have);
}

static int64_t free_of(wc_rig *rig, const wc_party *party)
{
    return wc_fake_account_of(&rig->host, party)->free[CNY];
}

static int64_t escrow_of(wc_rig *rig, const wc_party *party)
{
    return wc_fake_account_of(&rig->host, party)->escrow[CNY];
}

/* ---- single postings ----------------------------------------------------------------------------
 */

static void locking_moves_free_money_into_escrow(void **state)
{
    (void)state;
    static const int64_t amounts[] = {0, 1, 1000, 1001};
    for (size_t i = 0; i < WC_ARRAY_LEN(amounts); i++) {
        wc_rig rig;
        open_money(&rig, WC_OP_lock);
        uint16_t alice = rig_party_ref(&rig, &rig.alice);
        RIG_EMIT(&rig, lock, alice, rig_number(&rig, amounts[i]), CNY);
        if (i == 3) {
            wc_slice args = short_of(&rig, &rig.alice, 1001, 1000);
            refused(&rig, WC_BUILTIN_InsufficientEscrow, args);
            continue;
        }
        run_money(&rig);
        rig_expect_out(&rig, 0);
        assert_int_equal(free_of(&rig, &rig.alice), 1000 - amounts[i]);
        assert_int_equal(escrow_of(&rig, &rig.alice), 500 + amounts[i]);
        rig_drop(&rig);
    }
}

static void nobody_locks_what_the_owner_did_not_sign_for(void **state)
{
    (void)state;
    wc_rig rig;
    open_money(&rig, WC_OP_lock);
    RIG_EMIT(&rig, lock, rig_party_ref(&rig, &rig.carol), rig_number(&rig, 1), CNY);
    refused(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
    open_money(&rig, WC_OP_lock);
    rig.host.holders_max = 2;
    RIG_EMIT(&rig, lock, rig_party_ref(&rig, &rig.own), rig_number(&rig, 1), CNY);
    refused(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", (int)WC_HOST_HOLDERS_MAX));
}

static void unlocking_gives_escrow_back_to_its_owner(void **state)
{
    (void)state;
    wc_rig rig;
    open_money(&rig, WC_OP_unlock);
    RIG_EMIT(&rig, unlock, rig_party_ref(&rig, &rig.bank), rig_number(&rig, 200), CNY);
    run_money(&rig);
    rig_expect_out(&rig, 0);
    assert_int_equal(free_of(&rig, &rig.bank), 200);
    rig_drop(&rig);
    open_money(&rig, WC_OP_unlock);
    RIG_EMIT(&rig, unlock, rig_party_ref(&rig, &rig.bank), rig_number(&rig, 201), CNY);
    refused(&rig, WC_BUILTIN_InsufficientEscrow, short_of(&rig, &rig.bank, 201, 200));
}

static void paying_debits_escrow_and_credits_free_money(void **state)
{
    (void)state;
    wc_rig rig;
    open_money(&rig, WC_OP_pay);
    uint16_t alice = rig_party_ref(&rig, &rig.alice);
    uint16_t carol = rig_party_ref(&rig, &rig.carol);
    uint16_t own = rig_party_ref(&rig, &rig.own);
    RIG_EMIT(&rig, pay, alice, carol, rig_number(&rig, 500), CNY);
    RIG_EMIT(&rig, pay, own, carol, rig_number(&rig, 50), CNY); /* from its own balance */
    RIG_EMIT(&rig, pay, own, carol, rig_number(&rig, 0), EUR);
    run_money(&rig);
    rig_expect_out(&rig, 0);
    assert_int_equal(free_of(&rig, &rig.carol), 550);
    assert_int_equal(escrow_of(&rig, &rig.alice), 0);
    assert_int_equal(free_of(&rig, &rig.alice), 1000);
    rig_drop(&rig);
    open_money(&rig, WC_OP_pay);
    alice = rig_party_ref(&rig, &rig.alice);
    carol = rig_party_ref(&rig, &rig.carol);
    RIG_EMIT(&rig, pay, alice, carol, rig_number(&rig, 501), CNY);
    refused(&rig, WC_BUILTIN_InsufficientEscrow, short_of(&rig, &rig.alice, 501, 500));
}

static void redeeming_takes_money_out_under_a_reference(void **state)
{
    (void)state;
    for (int answer = 0; answer < 2; answer++) {
        wc_rig rig;
        open_money(&rig, WC_OP_redeem);
        rig.host.refuses_bank = answer == 1;
        uint16_t alice = rig_party_ref(&rig, &rig.alice);
        uint16_t bank = rig_party_ref(&rig, &rig.bank);
        uint16_t text = rig_value(&rig, rig.t.text, rig_abi(&rig, "t", "E2E-1"));
        RIG_EMIT(&rig, redeem, alice, bank, rig_number(&rig, 300), text, CNY);
        uint16_t bytes = rig_value(&rig, rig.t.bytes, rig_abi(&rig, "s", "ten bytes."));
        RIG_EMIT(&rig, redeem, alice, bank, rig_number(&rig, 0), bytes, CNY);
        if (answer == 1) {
            refused(&rig, WC_BUILTIN_NotAuthorised, wc_slice_of(NULL, 0));
            continue;
        }
        run_money(&rig);
        rig_expect_out(&rig, 0);
        assert_int_equal(escrow_of(&rig, &rig.alice), 200);
        assert_int_equal(wc_fake_account_of(&rig.host, &rig.alice)->redeemed[CNY], 300);
        wc_slice log = wc_fake_log(&rig.host);
        bool has_reference = false;
        for (size_t i = 0; i + 5 <= log.len; i++) {
            has_reference |= memcmp(log.data + i, "E2E-1", 5) == 0;
        }
        assert_true(has_reference);
        rig_drop(&rig);
    }
    wc_rig rig;
    open_money(&rig, WC_OP_redeem);
    uint16_t alice = rig_party_ref(&rig, &rig.alice);
    uint16_t text = rig_value(&rig, rig.t.text, rig_abi(&rig, "t", ""));
    RIG_EMIT(&rig, redeem, alice, alice, rig_number(&rig, 501), text, CNY);
    refused(&rig, WC_BUILTIN_InsufficientEscrow, short_of(&rig, &rig.alice, 501, 500));
}

static void no_amount_is_negative(void **state)
{
    (void)state;
    static const wc_op ops[] = {WC_OP_lock, WC_OP_unlock, WC_OP_pay, WC_OP_redeem, WC_OP_split};
    static const int64_t amounts[] = {-1, INT64_MIN};
    for (size_t i = 0; i < WC_ARRAY_LEN(ops) * 2; i++) {
        wc_rig rig;
        wc_op op = ops[i / 2];
        open_money(&rig, op);
        uint16_t alice = rig_party_ref(&rig, &rig.alice);
        uint16_t amount = rig_number(&rig, amounts[i % 2]);
        uint16_t text = rig_value(&rig, rig.t.text, rig_abi(&rig, "t", "x"));
        uint16_t shares = rig_value(&rig, rig.t.shares, rig_abi(&rig, "w", 0));
        uint16_t whole = rig_constant(&rig, 100);
        if (op == WC_OP_lock) RIG_EMIT(&rig, lock, alice, amount, CNY);
        if (op == WC_OP_unlock) RIG_EMIT(&rig, unlock, alice, amount, CNY);
        if (op == WC_OP_pay) RIG_EMIT(&rig, pay, alice, alice, amount, CNY);
        if (op == WC_OP_redeem) RIG_EMIT(&rig, redeem, alice, alice, amount, text, CNY);
        if (op == WC_OP_split) RIG_EMIT(&rig, split, alice, amount, shares, 0, CNY, whole);
        traps(&rig, WC_TRAP_NEG_AMOUNT);
    }
}

static void all_escrow_goes_back_at_once(void **state)
{
    (void)state;
    wc_rig rig;
    open_money(&rig, WC_OP_unlockall);
    RIG_EMIT(&rig, unlockall, 0);
    RIG_EMIT(&rig, unlockall, 0); /* nothing is left: no work */
    run_money(&rig);
    rig_expect_out(&rig, 0);
    assert_int_equal(free_of(&rig, &rig.alice), 1500);
    assert_int_equal(free_of(&rig, &rig.bank), 200);
    rig_drop(&rig);
}

static void balances_are_read(void **state)
{
    (void)state;
    static const wc_op subjects[] = {WC_OP_escrow, WC_OP_ownbal, WC_OP_posted};
    for (size_t i = 0; i < WC_ARRAY_LEN(subjects); i++) {
        wc_rig rig;
        open_money(&rig, subjects[i]);
        uint16_t alice = rig_party_ref(&rig, &rig.alice);
        uint16_t own = rig_party_ref(&rig, &rig.own);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, escrow, x, alice, CNY);
        rig_put(&rig, x);
        RIG_EMIT(&rig, escrow, x, alice, EUR);
        rig_put(&rig, x);
        RIG_EMIT(&rig, ownbal, x, CNY);
        rig_put(&rig, x);
        RIG_EMIT(&rig, pay, alice, own, rig_number(&rig, 70), CNY);
        RIG_EMIT(&rig, unlock, alice, rig_number(&rig, 5), CNY);
        RIG_EMIT(&rig, posted, x, alice, CNY);
        rig_put(&rig, x);
        RIG_EMIT(&rig, posted, x, own, CNY);
        rig_put(&rig, x);
        run_money(&rig);
        rig_expect_out(&rig, 5, I(500), I(0), I(50), I(-70), I(70));
        rig_drop(&rig);
    }
}

/* ---- split --------------------------------------------------------------------------------------
 */

typedef struct share {
    uint8_t who; /* byte of the party */
    int64_t share, weight;
} share;

static wc_slice encode_shares(wc_rig *rig, const share *shares, size_t count)
{
    uint8_t *memory = wc_arena_alloc(&rig->arena, 4 + 48 * 8, 1);
    wc_buf buf;
    wc_buf_init(&buf, memory, 4 + 48 * 8);
    wc_buf_put_u32(&buf, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wc_party party = wc_fake_party(shares[i].who);
        wc_buf_put(&buf, party.bytes, 32);
        wc_buf_put_i64(&buf, shares[i].share);
        wc_buf_put_i64(&buf, shares[i].weight);
    }
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void open_split(wc_rig *rig, int64_t gross, const share *shares, size_t count, uint16_t mode,
                       int64_t whole)
{
    rig_case(rig, WC_OP_split);
    wc_fake_account_of(&rig->host, &rig->alice)->escrow[CNY] = gross > 0 ? gross : 0;
    uint16_t list = rig_value(rig, rig->t.shares, encode_shares(rig, shares, count));
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    RIG_EMIT(rig, split, alice, rig_number(rig, gross), list, mode, CNY, rig_constant(rig, whole));
}

static void split_gives(int64_t gross, const share *shares, size_t count, uint16_t mode,
                        int64_t whole, const int64_t *expected)
{
    wc_rig rig;
    open_split(&rig, gross, shares, count, mode, whole);
    run_money(&rig);
    rig_expect_out(&rig, 0);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        wc_party party = wc_fake_party(shares[i].who);
        assert_int_equal(free_of(&rig, &party), expected[i]);
        sum += expected[i];
    }
    assert_true(sum == gross);
    assert_int_equal(escrow_of(&rig, &rig.alice), 0);
    rig_drop(&rig);
}

#define SPLIT(gross, mode, whole, expected, ...)                                                   \
    split_gives((gross), (const share[]){__VA_ARGS__},                                             \
                sizeof((share[]){__VA_ARGS__}) / sizeof(share), (mode), (whole),                   \
                (const int64_t[]){WC_EXPAND expected})
#define WC_EXPAND(...) __VA_ARGS__

static void the_largest_remainders_get_the_units_that_are_left(void **state)
{
    (void)state;
    /* 100.00 over 1:1:1; 800.00 over 500:400:300; 10.01 over 3:3:4 (example A24) */
    SPLIT(10000, 8, 1, (3334, 3333, 3333), {1, -1, 1}, {2, -1, 1}, {3, -1, 1});
    SPLIT(80000, 8, 1, (33333, 26667, 20000), {1, -1, 500}, {2, -1, 400}, {3, -1, 300});
    SPLIT(1001, 8, 1, (300, 300, 401), {1, -1, 3}, {2, -1, 3}, {3, -1, 4});
    /* 60 % fixed, the rest pro rata 1:2 of 1.01: 0.606, 0.13467, 0.26933 */
    SPLIT(101, 8, 100, (61, 13, 27), {1, 60, 0}, {2, -1, 1}, {3, -1, 2});
    /* shares alone, together one whole: 33.3, 33.3, 33.4 % of 1.00 */
    SPLIT(100, 8, 1000, (33, 33, 34), {1, 333, 0}, {2, 333, 0}, {3, 334, 0});
    SPLIT(0, 8, 1, (0, 0), {1, -1, 1}, {2, -1, 1});
    SPLIT(1, 8, 1, (1, 0), {1, -1, 1}, {2, -1, 1});
    SPLIT(5, 8, 1, (5), {1, -1, 7});
    /* nothing is left for the rest, and a weight of zero gets nothing */
    SPLIT(7, 8, 10, (7, 0), {1, 10, 0}, {2, -1, 1});
    SPLIT(7, 8, 10, (0, 7), {1, -1, 0}, {2, -1, 1});
    /* the widest operands */
    SPLIT(INT64_MAX, 8, INT64_MAX, (INT64_MAX / 2 + 1, INT64_MAX / 2), {1, -1, INT64_MAX / 2},
          {2, -1, INT64_MAX / 2});
    SPLIT(INT64_MAX, 8, INT64_MAX, (INT64_MAX - 1, 1), {1, INT64_MAX - 1, 0}, {2, -1, INT64_MAX});
}

static void rounded_shares_leave_the_rest_to_its_owner(void **state)
{
    (void)state;
    /* 25 % and 12.5 % of 10.05: 2.5125 and 1.25625 */
    SPLIT(1005, WC_ROUND_HALF_EVEN, 1000, (251, 126, 628), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    SPLIT(1005, WC_ROUND_UP, 1000, (252, 126, 627), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    SPLIT(1005, WC_ROUND_DOWN, 1000, (251, 125, 629), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    SPLIT(1005, WC_ROUND_FLOOR, 1000, (251, 125, 629), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    SPLIT(1005, WC_ROUND_CEIL, 1000, (252, 126, 627), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    SPLIT(1000, WC_ROUND_EXACT, 1000, (250, 125, 625), {1, 250, 0}, {2, 125, 0}, {3, -1, 1});
    /* a tie: 50 % of 5 */
    SPLIT(5, WC_ROUND_HALF_EVEN, 2, (2, 3), {1, 1, 0}, {2, -1, 1});
    SPLIT(5, WC_ROUND_HALF_UP, 2, (3, 2), {1, 1, 0}, {2, -1, 1});
    SPLIT(5, WC_ROUND_HALF_DOWN, 2, (2, 3), {1, 1, 0}, {2, -1, 1});
    /* two halves rounded up: the second gets what is left */
    SPLIT(5, WC_ROUND_UP, 2, (3, 0, 2), {1, 1, 0}, {2, -1, 1}, {3, 1, 0});
    SPLIT(0, WC_ROUND_UP, 2, (0, 0), {1, 1, 0}, {2, -1, 1});
}

static void split_refuses(uint16_t mode, int64_t whole, const share *shares, size_t count)
{
    wc_rig rig;
    open_split(&rig, 100, shares, count, mode, whole);
    refused(&rig, WC_BUILTIN_BadShares, wc_slice_of(NULL, 0));
}

#define BAD(mode, whole, ...)                                                                      \
    split_refuses((mode), (whole), (const share[]){__VA_ARGS__},                                   \
                  sizeof((share[]){__VA_ARGS__}) / sizeof(share))

static void shares_that_do_not_make_one_whole_are_refused(void **state)
{
    (void)state;
    BAD(0, 100, {1, 101, 0}, {2, -1, 1});
    BAD(0, 100, {1, 50, 0}, {2, 51, 0}, {3, -1, 1});
    BAD(0, 100, {1, INT64_MAX, 0}, {2, INT64_MAX, 0}, {3, -1, 1});
    BAD(0, INT64_MAX, {1, INT64_MAX, 0}, {2, 1, 0}, {3, -1, 1}); /* a sum beyond 64 bits */
    BAD(0, 100, {1, -2, 0}, {2, -1, 1});
    BAD(0, 100, {1, INT64_MIN, 0}, {2, -1, 1});
    BAD(0, 100, {1, 50, 0}, {2, 50, 0});         /* nobody gets the rest */
    BAD(0, 100, {1, -1, 1}, {2, -1, 1});         /* two do */
    BAD(0, 100, {1, 50, 0}, {2, -1, 2});         /* with a weight */
    BAD(8, 100, {1, 50, 0}, {2, 49, 0});         /* 1 % is nobody's */
    BAD(8, 100, {1, 50, 0}, {2, -1, 0});         /* no weight at all */
    BAD(8, 100, {1, -1, -1}, {2, -1, 2});        /* a negative weight */
    BAD(8, 100, {1, -1, INT64_MAX}, {2, -1, 1}); /* weights beyond 64 bits */
}

static void split_traps(void **state)
{
    (void)state;
    wc_rig rig;
    const share inexact[] = {{1, 333, 0}, {2, -1, 1}};
    open_split(&rig, 100, inexact, 2, WC_ROUND_EXACT, 1000);
    traps(&rig, WC_TRAP_INEXACT);
    open_split(&rig, 100, inexact, 2, 8, 1000);
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[CNY] = 99;
    refused(&rig, WC_BUILTIN_InsufficientEscrow, short_of(&rig, &rig.alice, 67, 66));
}

/* ---- netting ------------------------------------------------------------------------------------
 */

typedef struct net {
    uint8_t who;
    int64_t amount;
} net;

static void open_net(wc_rig *rig, const net *entries, size_t count, uint8_t owner, int64_t limit)
{
    rig_case(rig, WC_OP_clearnet);
    uint8_t *memory = wc_arena_alloc(&rig->arena, 4 + 40 * 8, 1);
    wc_buf buf;
    wc_buf_init(&buf, memory, 4 + 40 * 8);
    wc_buf_put_u32(&buf, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        wc_party party = wc_fake_party(entries[i].who);
        wc_fake_account_of(&rig->host, &party)->escrow[CNY] = 1000;
        wc_buf_put(&buf, party.bytes, 32);
        wc_buf_put_i64(&buf, entries[i].amount);
    }
    wc_party residual = wc_fake_party(owner);
    wc_fake_account_of(&rig->host, &residual)->escrow[CNY] = 1000;
    uint16_t map = rig_value(rig, rig->t.net, wc_buf_slice(&buf));
    uint16_t who = rig_party_ref(rig, &residual);
    RIG_EMIT(rig, clearnet, map, who, rig_number(rig, limit), CNY);
}

/* free: what each has free afterwards; everybody starts with 1,000 in escrow and nothing free. */
static void net_gives(const net *entries, size_t count, uint8_t owner, int64_t limit,
                      int64_t residual)
{
    wc_rig rig;
    open_net(&rig, entries, count, owner, limit);
    run_money(&rig);
    rig_expect_out(&rig, 0);
    bool owner_is_entry = false;
    for (size_t i = 0; i < count; i++) {
        wc_party party = wc_fake_party(entries[i].who);
        int64_t gain = entries[i].amount;
        if (entries[i].who == owner) {
            owner_is_entry = true;
            gain += residual;
        }
        int64_t have = free_of(&rig, &party) + escrow_of(&rig, &party) - 1000;
        assert_true(have == gain);
    }
    wc_party party = wc_fake_party(owner);
    int64_t have = free_of(&rig, &party) + escrow_of(&rig, &party) - 1000;
    if (!owner_is_entry) assert_true(have == residual);
    assert_int_equal(free_of(&rig, &rig.own), 0); /* the instance keeps nothing */
    rig_drop(&rig);
}

#define NET(owner, limit, residual, ...)                                                           \
    net_gives((const net[]){__VA_ARGS__}, sizeof((net[]){__VA_ARGS__}) / sizeof(net), (owner),     \
              (limit), (residual))

static void netting_gives_everybody_their_entry_and_the_owner_the_residual(void **state)
{
    (void)state;
    NET(9, -1, 0, {1, -300}, {2, 100}, {3, 200});
    NET(9, -1, 1, {1, -301}, {2, 100}, {3, 200});
    NET(9, -1, -1, {1, -299}, {2, 100}, {3, 200});
    NET(2, -1, 1, {1, -301}, {2, 100}, {3, 200}); /* the owner has an entry, too */
    NET(9, 50, 50, {1, -350}, {2, 300});
    NET(9, 50, -50, {1, -250}, {2, 300});
    NET(9, -1, 0, {1, 0}, {2, 0});
    NET(9, 0, 0, {1, -1000}, {2, 1000});
}

static void net_refused(const net *entries, size_t count, int64_t limit, int64_t residual,
                        int64_t shown)
{
    wc_rig rig;
    open_net(&rig, entries, count, 9, limit);
    refused(&rig, WC_BUILTIN_ResidualTooLarge, rig_abi(&rig, "qq", residual, shown));
}

static void a_residual_beyond_its_limit_is_refused(void **state)
{
    (void)state;
    const net two[] = {{1, -302}, {2, 300}};
    const net three[] = {{1, -302}, {2, 100}, {3, 200}};
    const net gain[] = {{1, -248}, {2, 300}};
    net_refused(two, 2, -1, 2, 1); /* default: half a unit per entry */
    net_refused(three, 3, -1, 2, 1);
    net_refused(gain, 2, 51, -52, 51);
    net_refused(two, 2, 0, 2, 0);
}

static void netting_traps(void **state)
{
    (void)state;
    wc_rig rig;
    const net lowest[] = {{1, INT64_MIN}};
    open_net(&rig, lowest, 1, 9, INT64_MAX);
    traps(&rig, WC_TRAP_RANGE);
    const net beyond[] = {{1, INT64_MAX}, {2, INT64_MAX}};
    open_net(&rig, beyond, 2, 9, INT64_MAX);
    traps(&rig, WC_TRAP_RANGE);
    const net turned[] = {{1, INT64_MIN}, {2, INT64_MAX}}; /* -2^63 has no opposite */
    open_net(&rig, turned, 2, 9, INT64_MAX);
    traps(&rig, WC_TRAP_RANGE);
    const net just_beyond[] = {{1, INT64_MAX}, {2, 1}};
    open_net(&rig, just_beyond, 2, 9, INT64_MAX);
    traps(&rig, WC_TRAP_RANGE);
    const net poor[] = {{1, -1001}, {2, 1001}};
    open_net(&rig, poor, 2, 9, -1);
    wc_party party = wc_fake_party(1);
    refused(&rig, WC_BUILTIN_InsufficientEscrow, short_of(&rig, &party, 1001, 1000));
}

int ops_money(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locking_moves_free_money_into_escrow),
        cmocka_unit_test(nobody_locks_what_the_owner_did_not_sign_for),
        cmocka_unit_test(unlocking_gives_escrow_back_to_its_owner),
        cmocka_unit_test(paying_debits_escrow_and_credits_free_money),
        cmocka_unit_test(redeeming_takes_money_out_under_a_reference),
        cmocka_unit_test(no_amount_is_negative),
        cmocka_unit_test(all_escrow_goes_back_at_once),
        cmocka_unit_test(balances_are_read),
        cmocka_unit_test(the_largest_remainders_get_the_units_that_are_left),
        cmocka_unit_test(rounded_shares_leave_the_rest_to_its_owner),
        cmocka_unit_test(shares_that_do_not_make_one_whole_are_refused),
        cmocka_unit_test(split_traps),
        cmocka_unit_test(netting_gives_everybody_their_entry_and_the_owner_the_residual),
        cmocka_unit_test(a_residual_beyond_its_limit_is_refused),
        cmocka_unit_test(netting_traps),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
