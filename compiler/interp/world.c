/* The world of the reference interpreter: instances, accounts, roles; failing and undoing. */
#include "compiler/interp/machine.h"

/* --- failing ---------------------------------------------------------------------------------- */

void wc_interp_fail(wc_interp *in, const wc_interp_outcome *failure)
{
    in->failure = *failure;
    in->is_call_failure = false;
    longjmp(*in->catch, 1);
}

static const wc_sema_contract *contract_of(const wc_interp_frame *frame)
{
    return frame == NULL ? NULL : frame->contract;
}

void wc_interp_trap(wc_interp *in, const wc_interp_frame *frame, uint16_t trap, wc_span span)
{
    wc_interp_fail(
        in, &(wc_interp_outcome){
                .end = WC_INTERP_TRAP, .code = trap, .contract = contract_of(frame), .span = span});
}

void wc_interp_builtin(wc_interp *in, const wc_interp_frame *frame, uint16_t code, wc_span span)
{
    wc_interp_fail(in, &(wc_interp_outcome){.end = WC_INTERP_BUILTIN,
                                            .code = code,
                                            .contract = contract_of(frame),
                                            .span = span});
}

void wc_interp_limit(wc_interp *in)
{
    wc_interp_fail(in, &(wc_interp_outcome){.end = WC_INTERP_LIMIT});
}

void wc_interp_claim(wc_interp *in, wc_span span)
{
    wc_interp_fail(in, &(wc_interp_outcome){.end = WC_INTERP_CLAIM, .span = span});
}

void wc_interp_step(wc_interp *in)
{
    if (in->steps_left == 0) wc_interp_limit(in);
    in->steps_left--;
}

void wc_interp_down(wc_interp *in)
{
    if (in->depth == WC_INTERP_DEPTH_MAX) wc_interp_limit(in);
    in->depth++;
}

void wc_interp_up(wc_interp *in)
{
    in->depth--;
}

void *wc_interp_alloc(wc_interp *in, size_t count, size_t size)
{
    void *memory = wc_arena_alloc(in->arena, count, size);
    if (memory == NULL) wc_interp_limit(in);
    return memory;
}

bool wc_interp_attempt(wc_interp *in, void (*job)(wc_interp *in, void *context), void *context)
{
    jmp_buf here;
    jmp_buf *outer = in->catch;
    uint32_t depth = in->depth;
    in->catch = &here;
    if (setjmp(here) != 0) {
        in->catch = outer;
        in->depth = depth;
        return false;
    }
    job(in, context);
    in->catch = outer;
    return true;
}

/* --- undo ------------------------------------------------------------------------------------- */

/* Everything that a transaction can change stands in the world; values are immutable. */

static wc_ival *copy_fields(wc_interp *in, const wc_interp_instance *instance)
{
    uint16_t count = instance->contract->field_count;
    wc_ival *copy = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) copy[i] = instance->fields[i];
    return copy;
}

static wc_interp_world *copy_world(wc_interp *in, const wc_interp_world *from)
{
    wc_interp_world *to = WC_INTERP_ARRAY(in, wc_interp_world, 1);
    to->instance_room = (uint16_t)(from->instance_count + 2);
    to->account_room = from->account_count + 8;
    to->instances = WC_INTERP_ARRAY(in, wc_interp_instance, to->instance_room);
    to->accounts = WC_INTERP_ARRAY(in, wc_interp_account, to->account_room);
    for (uint16_t i = 0; i < from->instance_count; i++) {
        to->instances[i] = from->instances[i];
        to->instances[i].fields = copy_fields(in, &from->instances[i]);
    }
    for (uint32_t i = 0; i < from->account_count; i++) to->accounts[i] = from->accounts[i];
    to->instance_count = from->instance_count;
    to->account_count = from->account_count;
    return to;
}

/* Works on a copy; the original comes back by pointer. The copy is made inside the attempt, so that
 * a full arena is a failure like another. */
typedef struct transaction {
    wc_interp_world *before;
    void (*job)(wc_interp *in, void *context);
    void *context;
} transaction;

static void run_transaction(wc_interp *in, void *context)
{
    const transaction *self = context;
    in->world = copy_world(in, self->before);
    self->job(in, self->context);
}

bool wc_interp_transaction(wc_interp *in, void (*job)(wc_interp *in, void *context), void *context)
{
    transaction self = {in->world, job, context};
    in->event_count = 0;
    in->send_count = 0;
    if (wc_interp_attempt(in, run_transaction, &self)) return true;
    in->world = self.before;
    in->event_count = 0;
    return false;
}

/* --- parties and instances -------------------------------------------------------------------- */

bool wc_interp_same(const wc_interp_party *a, const wc_interp_party *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

wc_interp_party wc_interp_id(const wc_ival *value)
{
    wc_interp_party party;
    wc_assert(value->bytes.len == sizeof party.bytes);
    memcpy(party.bytes, value->bytes.data, sizeof party.bytes);
    return party;
}

wc_ival wc_interp_party_value(wc_interp *in, const wc_interp_party *party)
{
    wc_interp_party *copy = WC_INTERP_ARRAY(in, wc_interp_party, 1);
    *copy = *party;
    return wc_ival_bytes(copy->bytes, sizeof copy->bytes);
}

wc_interp_party wc_interp_test_party(uint16_t number)
{
    wc_interp_party party = {{0}};
    party.bytes[0] = 0x50; /* 'P' */
    party.bytes[30] = (uint8_t)(number >> 8);
    party.bytes[31] = (uint8_t)number;
    return party;
}

static wc_interp_party instance_id(uint16_t number)
{
    wc_interp_party party = {{0}};
    party.bytes[0] = 0xff;
    party.bytes[30] = (uint8_t)(number >> 8);
    party.bytes[31] = (uint8_t)number;
    return party;
}

wc_interp_party wc_interp_party_of(const wc_interp *in, uint16_t instance)
{
    bool is_there = instance < in->world->instance_count;
    return is_there ? in->world->instances[instance].id : instance_id(instance);
}

uint16_t wc_interp_instance_of(const wc_interp *in, const wc_interp_party *party)
{
    uint16_t i = 0;
    while (i < in->world->instance_count && !wc_interp_same(&in->world->instances[i].id, party))
        i++;
    return i < in->world->instance_count ? i : WC_NO_INSTANCE;
}

wc_interp_instance *wc_interp_self(const wc_interp *in, const wc_interp_frame *frame)
{
    wc_assert(frame->instance < in->world->instance_count);
    return &in->world->instances[frame->instance];
}

uint16_t wc_interp_new_instance(wc_interp *in, const wc_sema_contract *contract)
{
    wc_interp_world *world = in->world;
    if (world->instance_count == WC_INTERP_INSTANCES_MAX) wc_interp_limit(in);
    wc_assert(world->instance_count < world->instance_room); /* one a transaction: copy_world */
    uint16_t number = world->instance_count++;
    wc_interp_party id = in->has_next_id ? in->next_id : instance_id(number);
    world->instances[number] = (wc_interp_instance){.contract = contract, .id = id};
    in->has_next_id = false;
    return number;
}

/* Test parties and whoever was given money; instances that have not ended. */
bool wc_interp_is_known(const wc_interp *in, const wc_interp_party *party)
{
    if (in->any_payee) return true;
    uint16_t instance = wc_interp_instance_of(in, party);
    if (instance != WC_NO_INSTANCE) return in->world->instances[instance].status == WC_LIVES;
    for (uint16_t i = 0; i < in->party_count; i++) {
        wc_interp_party known = wc_interp_test_party(i);
        if (wc_interp_same(&known, party)) return true;
    }
    for (uint32_t i = 0; i < in->world->account_count; i++) {
        const wc_interp_account *account = &in->world->accounts[i];
        if (account->is_given && wc_interp_same(&account->party, party)) return true;
    }
    return false;
}

bool wc_interp_holds(const wc_interp *in, const wc_interp_party *party, wc_str role)
{
    for (uint32_t i = 0; i < in->role_count; i++) {
        if (wc_interp_same(&in->roles[i].party, party) && wc_str_equal(in->roles[i].role, role)) {
            return true;
        }
    }
    return false;
}

void wc_interp_grant(wc_interp *in, const wc_interp_party *party, wc_str role)
{
    if (wc_interp_holds(in, party, role)) return;
    if (in->role_count == WC_ARRAY_LEN(in->roles)) wc_interp_limit(in);
    in->roles[in->role_count++] = (wc_interp_role){*party, role};
}

/* --- accounts --------------------------------------------------------------------------------- */

static int compare_accounts(const wc_interp_account *a, uint16_t instance, uint16_t currency,
                            const wc_interp_party *party)
{
    if (a->instance != instance) return a->instance < instance ? -1 : 1;
    int order = memcmp(a->party.bytes, party->bytes, sizeof party->bytes);
    if (order != 0) return order;
    return (a->currency > currency) - (a->currency < currency);
}

static bool find_account(const wc_interp *in, uint16_t instance, uint16_t currency,
                         const wc_interp_party *party, uint32_t *at)
{
    uint32_t low = 0, high = in->world->account_count;
    while (low < high) {
        *at = low + (high - low) / 2;
        int order = compare_accounts(&in->world->accounts[*at], instance, currency, party);
        if (order == 0) return true;
        if (order < 0) {
            low = *at + 1;
        } else {
            high = *at;
        }
    }
    *at = low;
    return false;
}

static void grow_accounts(wc_interp *in)
{
    wc_interp_world *world = in->world;
    world->account_room = 2 * world->account_room + 8;
    wc_interp_account *accounts = WC_INTERP_ARRAY(in, wc_interp_account, world->account_room);
    for (uint32_t i = 0; i < world->account_count; i++) accounts[i] = world->accounts[i];
    world->accounts = accounts;
}

/* The pointer lives until the next account is made. */
wc_interp_account *wc_interp_account_of(wc_interp *in, uint16_t instance, uint16_t currency,
                                        const wc_interp_party *party)
{
    uint32_t at;
    wc_interp_world *world = in->world;
    if (find_account(in, instance, currency, party, &at)) return &world->accounts[at];
    if (world->account_count == WC_INTERP_ACCOUNTS_MAX) wc_interp_limit(in);
    if (world->account_count == world->account_room) grow_accounts(in);
    for (uint32_t i = world->account_count; i > at; i--)
        world->accounts[i] = world->accounts[i - 1];
    world->account_count++;
    world->accounts[at] =
        (wc_interp_account){.party = *party, .instance = instance, .currency = currency};
    return &world->accounts[at];
}

int64_t wc_interp_amount(const wc_interp *in, uint16_t instance, uint16_t currency,
                         const wc_interp_party *party)
{
    uint32_t at;
    return find_account(in, instance, currency, party, &at) ? in->world->accounts[at].amount : 0;
}

/* --- events ----------------------------------------------------------------------------------- */

void wc_interp_note(wc_interp *in, const wc_interp_event *event)
{
    if (in->event_count == WC_INTERP_EVENTS_MAX) wc_interp_limit(in);
    in->events[in->event_count++] = *event;
}

const wc_interp_event *wc_interp_events(const wc_interp *in, uint32_t *count)
{
    *count = in->event_count;
    return in->events;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void give_money(wc_interp *in, void *context)
{
    (void)context;
    for (uint16_t p = 0; p < in->party_count; p++) {
        wc_interp_party party = wc_interp_test_party(p);
        for (uint16_t c = 0; c < in->program->currency_count; c++) {
            wc_interp_account_of(in, WC_NO_INSTANCE, c, &party)->amount = WC_INTERP_MONEY;
        }
    }
}

wc_interp *wc_interp_open(const wc_interp_options *options)
{
    wc_interp *in = WC_ARENA_NEW(options->arena, wc_interp);
    if (in == NULL) return NULL;
    in->arena = options->arena;
    in->program = options->program;
    in->before = options->before;
    in->any_payee = options->any_payee;
    in->fired = options->fired;
    in->self = options->self;
    in->party_names = options->parties;
    in->party_count = options->party_count;
    in->now = WC_INTERP_START_S;
    in->steps_left = options->steps != 0 ? options->steps : WC_INTERP_STEPS;
    in->world = WC_ARENA_NEW(options->arena, wc_interp_world);
    in->events = WC_ARENA_ARRAY(options->arena, wc_interp_event, WC_INTERP_EVENTS_MAX);
    if (in->world == NULL || in->events == NULL) return NULL;
    return wc_interp_attempt(in, give_money, NULL) ? in : NULL;
}
