/* Every kind of failure of an admitted transaction beside the refusals (test_refusals.c): each
 * trap, each built-in error, an error of a contract, gas that runs out at each stage, limits, a
 * failure in what was sent. Before it fails each has written, locked money, emitted and armed a
 * time-out; what is left is nonce and fee, key by key.
 *
 * The lists are those of vm/isa: a new trap or built-in error without a row here fails. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "tests/unit/ledger_exec/failures.h"
#include "tests/unit/ledger_exec/incentive.h"

#define ARENA ((size_t)64 << 20)
#define I(x)  INT64_C(x)

#define SOURCE WC_TEST_DATA "/faults.clause"

typedef struct fault_case {
    uint8_t trap;        /* 0: none */
    uint8_t builtin;     /* 0: none */
    const char *failure; /* as users see it */
    const char *action;  /* NULL: not met here, because ... */
    int64_t x;
    uint8_t calls;
    const char *reason;
} fault_case;

#define TRAP(name, action, x, calls)                                                               \
    {                                                                                              \
        WC_TRAP_##name, 0, "TRAP_" #name, action, x, calls, NULL                                   \
    }
#define BUILTIN(name, text, action, x)                                                             \
    {                                                                                              \
        0, WC_BUILTIN_##name, text, action, x, 1, NULL                                             \
    }
#define NO_TRAP(name, reason)                                                                      \
    {                                                                                              \
        WC_TRAP_##name, 0, "TRAP_" #name, NULL, 0, 0, reason                                       \
    }

static const fault_case faults[] = {
    TRAP(RANGE, "range", 11, 1),
    TRAP(DIVZERO, "zero", 0, 1),
    TRAP(INEXACT, "inexact", 1, 1),
    TRAP(INDEX, "index", 0, 1),
    TRAP(NO_KEY, "key", 7, 1),
    TRAP(MISSING, "missing", 0, 1),
    TRAP(NEG_AMOUNT, "negative", -1, 1),
    TRAP(CALENDAR, "calendar", 0, 1),
    TRAP(ENSURES, "ensured", 1, 1),
    TRAP(INVARIANT, "invariant_broken", 1, 1),
    TRAP(OUT_OF_GAS, "spin", 1, 1),
    TRAP(SEND_LIMIT, "sends", 1, 2),
    NO_TRAP(HOST, "the node stops"),
    NO_TRAP(ASSERT, "tests in Clause only"),
    NO_TRAP(UNMET, "tests in Clause only"),
    BUILTIN(NotAuthorised, "NOT_AUTHORISED", "by_b", 1),
    BUILTIN(WrongState, "WRONG_STATE", "in_later", 1),
    {0, WC_BUILTIN_TimedOut, "TIMED_OUT", NULL, 0, 0,
     "a due time-out runs before the transactions of its block; test_timers.c leaves one due"},
    BUILTIN(BadArguments, "BAD_ARGUMENTS", "mine", INT64_MIN),
    BUILTIN(InsufficientEscrow, "ESCROW_SHORT", "short", 1),
    BUILTIN(InstanceClosed, "INSTANCE_CLOSED", "ends", 1),
    BUILTIN(ResidualTooLarge, "RESIDUAL_TOO_LARGE", "residual", 1),
    BUILTIN(BadShares, "BAD_SHARES", "shares", 2),
    BUILTIN(Full, "FULL", "full", 1),
    {0, 0, "MINE", "mine", 5, 1, NULL},
    {0, 0, "MINE", "passes", 1000, 1, NULL}, /* in what was sent, when its sender has ended */
};

typedef struct stage {
    world w;
    wc_address faults;
    const wc_module *module;
} stage;

/* Both contracts compiled, deployed and made: ALICE is a, BOB is b. */
static void open_stage(stage *s, const world_options *options)
{
    static wc_slice modules[2];
    static char source[16384];
    world_open(&s->w, options);
    FILE *file = fopen(SOURCE, "rb");
    assert_non_null(file);
    size_t len = fread(source, 1, sizeof source - 1, file);
    (void)fclose(file);
    assert_in_range(len, 1, sizeof source - 2);
    uint8_t *memory = aligned_alloc(16, ARENA);
    assert_non_null(memory);
    wc_arena arena;
    wc_arena_init(&arena, memory, ARENA);
    wc_compile_options compile = {.arena = &arena, .hash = wc_sha256, .no_tests = true};
    wc_compilation *made;
    assert_status(wc_compile(&compile, WC_STR("faults.clause"), (wc_str){source, len}, &made),
                  WC_OK);
    if (made->has_failed) fail_msg("%.*s", WC_STR_ARG(made->diags.first->message));
    for (size_t i = 0; i < 2; i++) modules[i] = world_abi(&s->w, "x", made->contracts[i].module);
    free(memory);
    world_actor alice = ALICE;
    wc_hash inner_code = world_deploy(&s->w, modules[0]), code = world_deploy(&s->w, modules[1]);
    const wc_address *a = &s->w.people[ALICE].address, *b = &s->w.people[BOB].address;
    wc_address inner = world_instance(&s->w, &inner_code, 1, &alice, world_abi(&s->w, "p", a));
    s->faults = world_instance(&s->w, &code, 1, &alice, world_abi(&s->w, "ppp", a, b, &inner));
    world_deposit(&s->w, ALICE, 100000);
    assert_status(wc_chain_module(s->w.chain, &code, &s->module), WC_OK);
}

static uint16_t action_of(const wc_module *module, const char *name)
{
    uint16_t number = 0;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (wc_str_equal(module->strings[module->entries[i].name], wc_str_of(name))) return number;
        number++;
    }
    fail_msg("no action %s", name);
    return number;
}

static letter letter_of(stage *s, const char *action, int64_t x, uint8_t calls)
{
    letter l = world_letter(&s->w, ALICE);
    for (uint8_t i = 0; i < calls; i++) {
        wc_slice args = world_abi(&s->w, "q", x);
        if (x == INT64_MIN) args.len = 3; /* no encoding of a number */
        uint8_t call =
            letter_call(&l, WC_CALL_ACTION, &s->faults, action_of(s->module, action), args);
        letter_ceiling(&l, call, ALICE, WORLD_CNY, 1000);
    }
    return l;
}

static void check_case(const fault_case *row, uint64_t gas_price)
{
    stage s;
    world_options options = {.gas_price = gas_price};
    open_stage(&s, &options);
    if (row->builtin == WC_BUILTIN_InstanceClosed) {
        letter first = letter_of(&s, row->action, row->x, 1);
        assert_done(world_send(&s.w, &first));
    }
    letter l = letter_of(&s, row->action, row->x, row->calls);
    if (row->trap == WC_TRAP_OUT_OF_GAS) l.draft.tx.gas_limit = 300000;
    const wc_receipt_page *page = world_send(&s.w, &l);
    assert_string_equal(world_failure(&s.w, page), row->failure);
    failure_changed_nonce_and_fee_only(&s.w, page);
    world_close(&s.w);
}

static void every_trap_and_every_error_leaves_nonce_and_fee(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(faults); i++) {
        if (faults[i].action == NULL) continue;
        check_case(&faults[i], 0);
        check_case(&faults[i], 7);
    }
}

static size_t rows_of(bool is_trap, uint16_t number)
{
    size_t found = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(faults); i++) {
        assert_true((faults[i].action == NULL) == (faults[i].reason != NULL));
        found += (is_trap ? faults[i].trap : faults[i].builtin) == number;
    }
    return found;
}

static void every_trap_and_every_error_has_a_case_or_a_reason(void **state)
{
    (void)state;
#define WC_TRAP(number, name, text, way) assert_int_equal(rows_of(true, number), 1);
#include "vm/isa/traps.def"
#undef WC_TRAP
#define WC_BUILTIN(number, name, args, text) assert_int_equal(rows_of(false, number), 1);
#include "vm/isa/builtin_errors.def"
#undef WC_BUILTIN
}

/* Gas may run out anywhere: before the first call, in a call, while the ledger writes or emits. */
static void gas_that_ends_anywhere_leaves_nonce_and_fee(void **state)
{
    (void)state;
    stage s;
    world_options options = {.gas_price = 1000000};
    open_stage(&s, &options);
    letter l = letter_of(&s, "passes", 1, 2);
    assert_done(world_send(&s.w, &l)); /* makes the keys, which costs more than changing them */
    l = letter_of(&s, "passes", 1, 2);
    const wc_receipt_page *page = world_send(&s.w, &l);
    assert_done(page);
    uint64_t needed = page->receipt.gas_used;
    for (uint64_t i = 0; i <= 40; i++) {
        l = letter_of(&s, "passes", 1, 2);
        l.draft.tx.gas_limit = i == 40 ? needed - 1 : 1 + needed * i / 40;
        page = world_send(&s.w, &l);
        assert_string_equal(world_failure(&s.w, page), "TRAP_OUT_OF_GAS");
        assert_int_equal(page->receipt.gas_used, l.draft.tx.gas_limit);
        failure_changed_nonce_and_fee_only(&s.w, page);
    }
    l = letter_of(&s, "passes", 1, 2);
    l.draft.tx.gas_limit = needed;
    assert_done(world_send(&s.w, &l));
    world_close(&s.w);
}

/* What a block may hold: a success that does not fit fails, and a failure that does not fit is
 * refused and costs nothing. */
static void what_does_not_fit_leaves_nonce_and_fee_or_nothing(void **state)
{
    (void)state;
    for (uint32_t room = 100; room <= 600; room += 500) {
        stage s;
        uint8_t bytes[WC_PARAMS_SIZE];
        wc_buf buf;
        world_options options = {.gas_price = 7};
        open_stage(&s, &options);
        wc_params params = *wc_chain_params(s.w.chain);
        params.block_write_bytes_max = room;
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_params_put(&buf, &params);
        assert_done(governed(&s.w, WC_PROPOSES_PARAMETERS, wc_buf_slice(&buf)));
        letter l = letter_of(&s, "enters", 1, 1);
        const wc_receipt_page *page = world_send(&s.w, &l);
        assert_receipt(page, room == 100 ? "BLOCK_FULL" : "WRITE_LIMIT");
        if (room == 100) {
            failure_changed_nothing(&s.w, page);
        } else {
            failure_changed_nonce_and_fee_only(&s.w, page);
        }
        world_close(&s.w);
    }
}

/* The nonce that is used up is the sender's, the fee the payer's, also where these differ. */
static void another_payer_pays_for_the_failure(void **state)
{
    (void)state;
    stage s;
    world_options options = {.gas_price = 7};
    open_stage(&s, &options);
    letter l = letter_of(&s, "mine", 5, 1);
    l.draft.tx.payer = letter_signer(&l, PAYER);
    const wc_receipt_page *page = world_send(&s.w, &l);
    assert_string_equal(world_failure(&s.w, page), "MINE");
    assert_memory_equal(page->receipt.payer.bytes, s.w.people[PAYER].address.bytes, 32);
    failure_changed_nonce_and_fee_only(&s.w, page);
    l = letter_of(&s, "mine", 5, 1); /* a lane with a window, out of order */
    l.draft.tx.lane = WC_LANE_WINDOW_FIRST;
    l.draft.tx.nonce = 9;
    page = world_send(&s.w, &l);
    failure_changed_nonce_and_fee_only(&s.w, page);
    world_close(&s.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trap_and_every_error_has_a_case_or_a_reason),
        cmocka_unit_test(every_trap_and_every_error_leaves_nonce_and_fee),
        cmocka_unit_test(gas_that_ends_anywhere_leaves_nonce_and_fee),
        cmocka_unit_test(what_does_not_fit_leaves_nonce_and_fee_or_nothing),
        cmocka_unit_test(another_payer_pays_for_the_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
