/* The run: genesis, the hours of all days in order, the replay. */
#include "node/demo/demo.h"

#define STEP_S       300
#define STEPS_OF_DAY (86400 / STEP_S)
#define EVENING_S    (4 * 3600) /* the first day's preparations begin at 20:00 */
#define AFTER_S      1800       /* and the last ends at 24:30 */
#define GATE_REFUSED 40u
#define READ_REFUSED 30u

static int64_t hm(int64_t hour, int64_t minute)
{
    return hour * 3600 + minute * 60;
}

/* ---- a moment of a day: offset counts from its start -------------------------------------------
 */

/* What is sent to be sealed in the block of this moment. */
static void send_at(wc_demo *demo, uint32_t day, int64_t offset)
{
    if (offset % 900 != 0) return;
    int64_t ordered = offset / 900 + 2, read = offset / 900 - 1;
    if (offset >= -hm(0, 30) && ordered < (int64_t)WC_DAY_QUARTERS) {
        wc_demo_orders(demo, day, (uint32_t)ordered);
    }
    if (read >= 0 && read < (int64_t)WC_DAY_QUARTERS) {
        wc_demo_readings(demo, day, (uint32_t)read);
    }
    if (offset == hm(17, 0)) wc_demo_call(demo, day);
}

static void prepare_at(wc_demo *demo, uint32_t day, int64_t offset)
{
    demo->client.counts_operators = false;
    if (day == 0 && offset == -hm(4, 0)) wc_demo_setup(demo);
    if (day == 0 && offset == -hm(3, 30)) wc_demo_evidence(demo, -(int64_t)WC_DEMO_PAST_DAYS, -1);
    if (offset == -hm(3, 0)) wc_demo_contracts(demo, day);
    if (offset == -hm(2, 30)) wc_demo_register(demo, day);
    if (offset == -hm(2, 0)) wc_demo_deposits(demo, day);
    demo->client.counts_operators = true;
    if (day == 0 && offset == hm(0, 5)) wc_demo_evidence(demo, -1, 0); /* yesterday is over now */
}

static void settle_at(wc_demo *demo, uint32_t day, int64_t offset)
{
    if (offset == hm(24, 5)) wc_demo_bank_accepts(demo, day);
    if (offset == hm(24, 10)) wc_demo_bank_books(demo, day);
    if (offset == hm(24, 15)) wc_demo_bank_reissues(demo, day);
    if (offset == hm(24, 20)) wc_demo_bank_accepts(demo, day);
    if (offset == hm(24, 25)) wc_demo_bank_books(demo, day);
    if (offset == hm(24, 30)) {
        if (day == 0) wc_demo_refuse_withdrawal(demo, day);
        wc_demo_bank_refunds(demo, day);
    }
}

static void refuse_at(wc_demo *demo, uint32_t day, int64_t offset)
{
    if (day != 0) return;
    if (offset == 900 * ((int64_t)READ_REFUSED + 1)) {
        wc_demo_refuse_readings(demo, day, READ_REFUSED);
    }
    if (offset == 900 * ((int64_t)GATE_REFUSED - 1)) wc_demo_refuse_gate(demo, day, GATE_REFUSED);
}

/* Signing takes its time: the preparations run past the steps that follow, up to the next quarter.
 */
static void clock_to(wc_client *client, int64_t time_s)
{
    if (time_s > client->now_s) wc_client_at(client, time_s);
}

/* One moment of the whole run. Only a day, the one before and the one after can be concerned. */
static void step(wc_demo *demo, int64_t time_s)
{
    int64_t first = (time_s - demo->first_s) / 86400 - 1;
    wc_client *client = &demo->client;
    clock_to(client, time_s);
    for (int64_t day = first; day <= first + 3; day++) {
        if (day < 0 || day >= (int64_t)demo->options->days) continue;
        send_at(demo, (uint32_t)day, time_s - demo->days[day].start_s);
    }
    wc_client_seal(client);
    clock_to(client, time_s + 1);
    for (int64_t day = first; day <= first + 3; day++) {
        if (day < 0 || day >= (int64_t)demo->options->days) continue;
        int64_t offset = time_s - demo->days[day].start_s;
        prepare_at(demo, (uint32_t)day, offset);
        refuse_at(demo, (uint32_t)day, offset);
        settle_at(demo, (uint32_t)day, offset);
    }
}

static void run_days(wc_demo *demo)
{
    const wc_demo_options *options = demo->options;
    int64_t start = demo->first_s - EVENING_S;
    int64_t end = demo->first_s + (int64_t)options->days * 86400 + AFTER_S;
    uint32_t total = (uint32_t)((end - start) / STEP_S) + STEPS_OF_DAY / 4, done = 0;
    for (int64_t time = start; time <= end && !demo->client.has_failed; time += STEP_S) {
        if (options->on_step != NULL) options->on_step(options->on_step_self, done++, total);
        step(demo, time);
    }
}

/* ---- opening ------------------------------------------------------------------------------------
 */

static wc_status open_chain(wc_demo *demo, wc_arena *arena)
{
    const wc_demo_options *options = demo->options;
    size_t size = (size_t)1 << 20;
    uint8_t *memory = wc_arena_alloc(arena, size, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf genesis;
    wc_buf_init(&genesis, memory, size);
    wc_keypair sequencer = wc_cast_sequencer();
    wc_cast_genesis(&demo->cast, &sequencer, demo->first_s - EVENING_S, &genesis);
    WC_TRY(wc_buf_status(&genesis));
    wc_chain_options chain = {.folder = options->folder,
                              .genesis = wc_buf_slice(&genesis),
                              .create = true,
                              .threads = options->threads,
                              .sequencer = &sequencer,
                              .native = options->native};
    return wc_chain_open(&demo->chain, &demo->report, &chain);
}

static wc_status prepare(wc_demo *demo, wc_arena *arena)
{
    const wc_demo_options *options = demo->options;
    uint8_t *memory = wc_arena_alloc(arena, WC_DEMO_BLOCK_ARENA, 1);
    demo->bank = WC_ARENA_NEW(arena, wc_bank);
    demo->days = WC_ARENA_ARRAY(arena, wc_day_contracts, options->days);
    if (memory == NULL || demo->bank == NULL || demo->days == NULL) return WC_NO_MEMORY;
    wc_arena_init(&demo->block_arena, memory, WC_DEMO_BLOCK_ARENA);
    for (uint32_t i = 0; i < options->days; i++) {
        demo->days[i].start_s = demo->first_s + 86400 * (int64_t)i;
    }
    wc_cast_make(&demo->cast);
    wc_bank_open(demo->bank);
    wc_bank_change_account(demo->bank, WC_ACTOR_HOME_2); /* it has closed its first one */
    WC_TRY(open_chain(demo, arena));
    WC_TRY(
        wc_client_open(&demo->client, &demo->cast, demo->chain, &demo->block_arena, options->seed));
    return wc_book_open(&demo->book, &demo->client, options->shelf, arena, demo->first_s,
                        options->days);
}

wc_status wc_demo_run(wc_demo *demo, const wc_demo_options *options, wc_arena *arena)
{
    *demo = (wc_demo){.options = options,
                      .arena = arena,
                      .first_s = ((int64_t)WC_YEAR_FIRST_DAY + options->day - 1) * 86400};
    WC_TRY(prepare(demo, arena));
    run_days(demo);
    if (demo->client.has_failed) return WC_OK;
    demo->state_root = wc_chain_state_root(demo->chain);
    demo->differences.ledger = wc_book_ledger_difference(&demo->book);
    for (uint32_t day = 0; day < options->days; day++) {
        demo->differences.energy += wc_book_energy_difference(&demo->book, day);
    }
    if (demo->client.refusal_count != WC_DEMO_REFUSALS) {
        wc_client_fail(&demo->client, "%u refusals instead of %u", demo->client.refusal_count,
                       WC_DEMO_REFUSALS);
    }
    wc_demo_replay(demo);
    return WC_OK;
}

void wc_demo_close(wc_demo *demo)
{
    if (demo->client.solo != NULL) wc_client_close(&demo->client);
    wc_chain_close(demo->chain);
    demo->chain = NULL;
}
