/* What the parts of the reference interpreter share: values, the world, frames.
 *
 *   exact.c    numbers            value.c   values by type      encode.c  canonical encodings
 *   eval.c     scalars            parts.c   aggregates and collections
 *   place.c    what is written    stmt.c    statements          money.c   postings, split, netting
 *   call.c     actions, views, deployment, time-outs           world.c   instances, accounts, undo
 *   test.c     statements of tests                              time.c    calendars, series
 *   upgrade.c  the next version of a contract    refer.c  references between contracts
 *
 * A failure leaves by longjmp to the transaction or the test that is running (wc_interp_attempt).
 * Every recursion counts `depth`; every expression and statement counts a step. */
#ifndef WC_COMPILER_INTERP_MACHINE_H
#define WC_COMPILER_INTERP_MACHINE_H

#include <setjmp.h>

#include "compiler/interp/exact.h"
#include "compiler/interp/interp.h"
#include "vm/base/buf.h"
#include "vm/isa/isa.h"

#define WC_INTERP_DEPTH_MAX     2000u
#define WC_INTERP_INSTANCES_MAX 256u
#define WC_INTERP_ACCOUNTS_MAX  16384u
#define WC_INTERP_SENDS_MAX     WC_SENDS_MAX
#define WC_INTERP_SIGNERS_MAX   16u
#define WC_INTERP_HOLDERS_MAX   1024u
#define WC_INTERP_MISSING       3u /* quality of an interval without a value */

/* --- values (value.c) --------------------------------------------------------------------------
 * Immutable: whoever changes one makes a new one. The type says which members mean something. */
typedef struct wc_ival wc_ival;

struct wc_ival {
    wc_exact number;      /* scalars; variant of an enum, option or state; start of a series */
    wc_slice bytes;       /* party, contract_ref, instance (32 bytes), bytes, text */
    uint32_t count;       /* of parts */
    const wc_ival *parts; /* members; data of the variant; elements; start and end of an interval */
    const wc_ival *keys;  /* map: of the parts; ascending */
    const uint8_t *qualities; /* series */
};

wc_ival wc_ival_number(int64_t number);
wc_ival wc_ival_bool(bool value);
wc_ival wc_ival_bytes(const void *data, size_t len);
wc_ival wc_ival_zero(wc_interp *in, const wc_sema_type *type);

/* Key order: < 0, 0, > 0. */
int wc_ival_compare(const wc_sema_type *type, const wc_ival *a, const wc_ival *b);

/* Whether the value is one of the type: bounds of numbers, order of intervals, start of series.
 * What stands inside of it, and how much, is examined where it gets in. */
bool wc_ival_fits(const wc_sema_type *type, const wc_ival *value);

/* Index of the key in a map or set, or where it would stand. */
bool wc_ival_find(const wc_sema_type *type, const wc_ival *collection, const wc_ival *key,
                  uint32_t *at);

/* Copies with one part more, less, or another. */
wc_ival wc_ival_insert(wc_interp *in, const wc_ival *all, uint32_t at, const wc_ival *key,
                       const wc_ival *part);
wc_ival wc_ival_remove(wc_interp *in, const wc_ival *all, uint32_t at);
wc_ival wc_ival_replace(wc_interp *in, const wc_ival *all, uint32_t at, const wc_ival *part);

/* --- encodings (encode.c) ----------------------------------------------------------------------
 */
void wc_interp_encode(wc_interp *in, wc_buf *buf, const wc_sema_type *type, const wc_ival *value);
wc_slice wc_interp_encoded(wc_interp *in, const wc_sema_member *members, uint16_t count,
                           const wc_ival *values);
/* Decodes `count` members; false: not canonical, or a value outside its type. */
bool wc_interp_decode(wc_interp *in, const wc_sema_member *members, uint16_t count, wc_slice bytes,
                      wc_ival *values);

/* --- the world (world.c) -----------------------------------------------------------------------
 */
typedef enum wc_instance_status {
    WC_LIVES,
    WC_IS_FINAL,
    WC_IS_STUCK
} wc_instance_status;

typedef struct wc_interp_instance {
    const wc_sema_contract *contract;
    wc_interp_party id;
    wc_instance_status status;
    const wc_ival *parties, *terms;
    wc_ival *fields; /* replaced as a whole by an undo */
    wc_ival state;   /* number: which; parts: data */
    int64_t entered, deployed;
    bool has_due;
    int64_t due;
    uint16_t due_clause; /* index in contract->afters */
    uint8_t fails;
} wc_interp_instance;

/* Money of one party in one currency, by place. instance WC_NO_INSTANCE: its free balance. */
#define WC_NO_INSTANCE ((uint16_t)0xffff)

typedef struct wc_interp_account {
    wc_interp_party party;
    uint16_t instance, currency;
    int64_t amount;           /* free, or escrow at the instance */
    int64_t posted, redeemed; /* at the instance, since its deployment */
    int64_t mandate;          /* what the instance may still draw */
    bool is_given;            /* the party is known by it (wc_interp_give) */
} wc_interp_account;

typedef struct wc_interp_world {
    uint16_t instance_count, instance_room;
    uint32_t account_count, account_room;
    wc_interp_instance *instances;
    wc_interp_account *accounts; /* by instance, party, currency */
} wc_interp_world;

typedef struct wc_interp_sent {
    uint16_t from, to;
    const wc_sema_routine *routine;
    const wc_ival *args;
} wc_interp_sent;

typedef struct wc_interp_role {
    wc_interp_party party;
    wc_str role;
} wc_interp_role;

/* --- frames ------------------------------------------------------------------------------------
 */
typedef enum wc_frame_place {
    WC_AT_ACTION,
    WC_AT_SENT,
    WC_AT_TIMEOUT,
    WC_AT_VIEW,
    WC_AT_DEPLOY,
    WC_AT_TEST
} wc_frame_place;

typedef struct wc_interp_posted {
    struct wc_interp_posted *next;
    wc_interp_party party;
    uint16_t currency;
    int64_t amount;
} wc_interp_posted;

typedef struct wc_interp_frame {
    wc_frame_place place;
    const wc_sema_contract *contract; /* NULL in tests */
    uint16_t instance;
    wc_interp_party caller; /* ACTION, SENT */
    wc_ival *locals;
    const struct wc_interp_place *current; /* of the enclosing ASSIGN */
    wc_ival result;
    bool has_moved;   /* a goto was executed */
    bool has_amended; /* a term was assigned */
    wc_interp_posted *posted;
} wc_interp_frame;

typedef enum wc_flow {
    WC_FLOW_NEXT,
    WC_FLOW_BREAK,
    WC_FLOW_END
} wc_flow;

struct wc_interp {
    wc_arena *arena;
    const wc_sema_program *program, *before;
    bool any_payee;
    bool has_next_id;
    wc_interp_party next_id;
    void (*fired)(void *self, const wc_interp *in, uint16_t instance,
                  const wc_interp_outcome *outcome);
    void *self; /* of fired */
    const wc_str *party_names;
    uint16_t party_count;
    int64_t now;
    uint64_t steps_left;
    uint32_t depth;
    jmp_buf *catch;
    wc_interp_outcome failure;
    wc_interp_world *world;
    wc_interp_role roles[256];
    uint32_t role_count;
    wc_interp_party signers[WC_INTERP_SIGNERS_MAX]; /* of the running call, principal last */
    uint16_t signer_count;
    wc_interp_sent sends[WC_INTERP_SENDS_MAX];
    uint16_t send_count;
    uint32_t event_count;
    wc_interp_event *events;
    wc_interp_party as[WC_INTERP_SIGNERS_MAX]; /* of the open `as` of a test, outermost first */
    uint16_t as_count;
    bool is_call_failure; /* it failed, not the test's own code */
};

/* References (refer.c): whether each in the terms names an instance with its interface; whether a
 * contract refers to the instance; whether a version keeps the actions and views of the one before;
 * the instance that a reference names, and its routine for a method. */
bool wc_interp_references_fit(const wc_interp *in, const wc_sema_contract *contract,
                              const wc_ival *terms);
bool wc_interp_is_referred_to(const wc_interp *in, const wc_interp_party *id);
bool wc_interp_keeps_interface(const wc_sema_contract *old, const wc_sema_contract *next);
uint16_t wc_interp_target(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
const wc_sema_routine *wc_interp_routine_of(const wc_interp *in, uint16_t instance,
                                            const wc_sema_method *method);

/* Assignments of a term, and of a place in the party table (call.c). */
void wc_interp_amend(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);
void wc_interp_rebind(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);

/* --- failing (world.c) -------------------------------------------------------------------------
 */
WC_NORETURN void wc_interp_fail(wc_interp *in, const wc_interp_outcome *failure);
WC_NORETURN void wc_interp_trap(wc_interp *in, const wc_interp_frame *frame, uint16_t trap,
                                wc_span span);
WC_NORETURN void wc_interp_builtin(wc_interp *in, const wc_interp_frame *frame, uint16_t code,
                                   wc_span span);
WC_NORETURN void wc_interp_limit(wc_interp *in);
WC_NORETURN void wc_interp_claim(wc_interp *in, wc_span span);
void wc_interp_step(wc_interp *in);
void wc_interp_down(wc_interp *in); /* one recursion deeper */
void wc_interp_up(wc_interp *in);
void *wc_interp_alloc(wc_interp *in, size_t count, size_t size);
#define WC_INTERP_ARRAY(in, type, count) ((type *)wc_interp_alloc((in), (count), sizeof(type)))

/* Runs job; false when it failed: in->failure says how. */
bool wc_interp_attempt(wc_interp *in, void (*job)(wc_interp *in, void *context), void *context);
/* The same as one transaction: a failure leaves nothing behind. */
bool wc_interp_transaction(wc_interp *in, void (*job)(wc_interp *in, void *context), void *context);

wc_interp_party wc_interp_id(const wc_ival *value);
wc_ival wc_interp_party_value(wc_interp *in, const wc_interp_party *party);
bool wc_interp_same(const wc_interp_party *a, const wc_interp_party *b);
wc_interp_party wc_interp_test_party(uint16_t number);
uint16_t wc_interp_instance_of(const wc_interp *in, const wc_interp_party *party);
wc_interp_instance *wc_interp_self(const wc_interp *in, const wc_interp_frame *frame);
wc_interp_account *wc_interp_account_of(wc_interp *in, uint16_t instance, uint16_t currency,
                                        const wc_interp_party *party);
int64_t wc_interp_amount(const wc_interp *in, uint16_t instance, uint16_t currency,
                         const wc_interp_party *party);
bool wc_interp_is_known(const wc_interp *in, const wc_interp_party *party);
bool wc_interp_holds(const wc_interp *in, const wc_interp_party *party, wc_str role);
void wc_interp_grant(wc_interp *in, const wc_interp_party *party, wc_str role);
void wc_interp_note(wc_interp *in, const wc_interp_event *event);
uint16_t wc_interp_new_instance(wc_interp *in, const wc_sema_contract *contract);

/* --- evaluation --------------------------------------------------------------------------------
 */
wc_ival wc_interp_eval(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
bool wc_interp_true(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
int64_t wc_interp_int(wc_interp *in, wc_interp_frame *frame,
                      const wc_sema_expr *expr); /* 64 bits */
wc_ival *wc_interp_eval_all(wc_interp *in, wc_interp_frame *frame, wc_sema_expr *const *exprs,
                            uint16_t count);
wc_ival wc_interp_parts(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);

/* Element number `at` of a collection becomes the value of the binders, those that are there. */
typedef struct wc_interp_binders {
    const wc_sema_expr *over;
    const wc_sema_local *key, *item;
} wc_interp_binders;

void wc_interp_bind(wc_interp *in, wc_interp_frame *frame, const wc_interp_binders *binders,
                    const wc_ival *all, uint32_t at);
wc_ival wc_interp_element(wc_interp *in, wc_interp_frame *frame, const wc_sema_type *type,
                          const wc_ival *all, const wc_exact *index, wc_span span);
void wc_interp_set(wc_interp *in, wc_interp_frame *frame, const wc_sema_local *local,
                   const wc_ival *value);

/* A place: a local or a field, then members, elements and keys, its operands evaluated. */
#define WC_INTERP_STEPS_MAX 32u

typedef struct wc_interp_place {
    const wc_sema_expr *root; /* LOCAL or FIELD */
    uint16_t count;
    const wc_sema_expr *steps[WC_INTERP_STEPS_MAX]; /* MEMBER, INDEX, MAP_GET */
    wc_ival operands[WC_INTERP_STEPS_MAX];
} wc_interp_place;

void wc_interp_place_of(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                        wc_interp_place *place);
/* Value after the first `depth` steps; traps INDEX and NO_KEY. */
wc_ival wc_interp_place_read(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                             uint16_t depth);
void wc_interp_place_write(wc_interp *in, wc_interp_frame *frame, const wc_interp_place *place,
                           const wc_ival *value);
bool wc_interp_set_add(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
bool wc_interp_removed(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);

/* --- time.c: calendars and series --------------------------------------------------------------
 */

/* A series or a window of it: intervals [first, end), and the time at which they start. */
typedef struct wc_interp_view_of {
    wc_ival series;
    uint32_t first, end;
    wc_exact start;
} wc_interp_view_of;

/* What a loop goes over and binds; see tree.h. The caller sets the first five. */
typedef struct wc_interp_way {
    const wc_sema_expr *over, *other;
    const wc_sema_local *key, *item, *zip;
    wc_ival all, second;
    uint32_t first, end, second_first;
} wc_interp_way;

wc_interp_view_of wc_interp_series(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
/* START, LEN, SPAN, QCOUNT, QUALITY, INDEX, AT of a window. */
wc_ival wc_interp_window_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
void wc_interp_way_open(wc_interp *in, wc_interp_frame *frame, wc_interp_way *way, wc_span span);
void wc_interp_way_bind(wc_interp *in, wc_interp_frame *frame, const wc_interp_way *way,
                        uint32_t at);
/* False: not an operation on calendars or one that makes a series. */
bool wc_interp_time_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr,
                          wc_ival *value);
void wc_interp_series_set(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);

wc_flow wc_interp_block(wc_interp *in, wc_interp_frame *frame, const wc_sema_block *block);
bool wc_interp_collection_stmt(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);
bool wc_interp_money(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);
wc_flow wc_interp_test_stmt(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);
wc_ival wc_interp_test_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
WC_NORETURN void wc_interp_raise(wc_interp *in, wc_interp_frame *frame,
                                 const wc_sema_signature *error, wc_sema_expr *const *args,
                                 wc_span span);

/* --- calls (call.c) ----------------------------------------------------------------------------
 */
wc_ival wc_interp_function(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
wc_ival wc_interp_view(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr);
wc_ival wc_interp_run_view(wc_interp *in, uint16_t instance, const wc_sema_routine *view,
                           const wc_ival *args);
/* One action and the sends it queues. */
void wc_interp_run_action(wc_interp *in, uint16_t instance, const wc_sema_routine *action,
                          const wc_ival *args);
void wc_interp_send(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt);
uint16_t wc_interp_run_deploy(wc_interp *in, const wc_sema_contract *contract,
                              const wc_ival *parties, const wc_ival *terms);
/* Deploy checks and all invariants: the end of a deployment and of an upgrade. */
void wc_interp_check_whole(wc_interp *in, wc_interp_frame *frame);
wc_interp_frame wc_interp_frame_of(wc_interp *in, wc_frame_place place, uint16_t instance,
                                   uint16_t local_count);
void wc_interp_set_timer(wc_interp *in, uint16_t instance); /* of the present state */
void wc_interp_run_upgrade(wc_interp *in, uint16_t instance, const wc_sema_contract *next);
void wc_interp_timeouts(wc_interp *in); /* what is due now */
void wc_interp_release(wc_interp *in, uint16_t instance, bool with_own);
bool wc_interp_next_due(const wc_interp *in, int64_t *due);

#endif
