/* Tests, and transactions from outside: what a test of a Clause source does to the world. */
#include "compiler/interp/machine.h"

/* --- transactions ----------------------------------------------------------------------------- */

typedef struct action_job {
    uint16_t instance;
    const wc_sema_routine *routine;
    const wc_ival *args;
    const wc_sema_contract *next; /* of an upgrade */
    wc_ival result;
} action_job;

static void run_action(wc_interp *in, void *context)
{
    action_job *job = context;
    wc_interp_run_action(in, job->instance, job->routine, job->args);
}

static void run_view(wc_interp *in, void *context)
{
    action_job *job = context;
    job->result = wc_interp_run_view(in, job->instance, job->routine, job->args);
}

typedef struct deploy_job {
    const wc_sema_contract *contract;
    const wc_ival *parties, *terms;
    uint16_t instance;
} deploy_job;

/* What the ledger refuses before it runs anything: a reference that does not fit. */
static uint16_t deploy_on(wc_interp *in, const wc_sema_contract *contract, const wc_ival *parties,
                          const wc_ival *terms)
{
    if (!wc_interp_references_fit(in, contract, terms)) {
        wc_interp_builtin(in, NULL, WC_BUILTIN_NotAuthorised, contract->span);
    }
    return wc_interp_run_deploy(in, contract, parties, terms);
}

static void run_deploy(wc_interp *in, void *context)
{
    deploy_job *job = context;
    job->instance = deploy_on(in, job->contract, job->parties, job->terms);
}

/* The transaction failed: so does the test, unless it expects that. */
static WC_NORETURN void call_failed(wc_interp *in)
{
    in->is_call_failure = true;
    longjmp(*in->catch, 1);
}

/* --- expressions of tests --------------------------------------------------------------------- */

/* Every signatory signs a deployment; without one, the first party does. */
static void choose_deployers(wc_interp *in, const wc_sema_contract *contract,
                             const wc_ival *parties)
{
    in->signer_count = 0;
    for (uint16_t i = 0; i < contract->party_count; i++) {
        wc_interp_party party = wc_interp_id(&parties[i]);
        bool is_instance = wc_interp_instance_of(in, &party) != WC_NO_INSTANCE;
        if (is_instance) continue;
        if (contract->parties[i].role.len > 0) {
            wc_interp_grant(in, &party, contract->parties[i].role);
        }
        if (!contract->parties[i].is_signatory) continue;
        if (in->signer_count == WC_INTERP_SIGNERS_MAX) wc_interp_limit(in);
        in->signers[in->signer_count++] = party;
    }
    for (uint16_t i = 0; i < contract->party_count && in->signer_count == 0; i++) {
        wc_interp_party party = wc_interp_id(&parties[i]);
        if (wc_interp_instance_of(in, &party) == WC_NO_INSTANCE) {
            in->signers[in->signer_count++] = party;
        }
    }
}

/* The contract of that name in the program before; it has the same parties and terms (UP-4). */
static const wc_sema_contract *version_before(wc_interp *in, const wc_sema_contract *contract)
{
    for (uint32_t i = 0; in->before != NULL && i < in->before->contract_count; i++) {
        const wc_sema_contract *old = in->before->contracts[i];
        if (wc_str_equal(old->name, contract->name)) return old;
    }
    wc_interp_limit(in);
}

static wc_ival deploy(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    const wc_ival *values = wc_interp_eval_all(in, frame, expr->args, expr->arg_count);
    const wc_sema_contract *contract = expr->contract;
    if (expr->index != 0) contract = version_before(in, contract);
    deploy_job job = {contract, values, values + contract->party_count, 0};
    choose_deployers(in, contract, values);
    if (in->signer_count == 0) wc_interp_trap(in, frame, WC_TRAP_HOST, expr->span);
    wc_interp_timeouts(in);
    choose_deployers(in, contract, values);
    if (!wc_interp_transaction(in, run_deploy, &job)) call_failed(in);
    return wc_interp_party_value(in, &in->world->instances[job.instance].id);
}

static uint16_t instance_at(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    wc_ival value = wc_interp_eval(in, frame, expr);
    wc_interp_party party = wc_interp_id(&value);
    uint16_t instance = wc_interp_instance_of(in, &party);
    wc_assert(instance != WC_NO_INSTANCE);
    return instance;
}

/* What a call means in the version that the instance runs: the routine of that name. */
static const wc_sema_routine *in_use(wc_interp *in, wc_interp_frame *frame, uint16_t instance,
                                     const wc_sema_expr *expr)
{
    const wc_sema_contract *own = in->world->instances[instance].contract;
    const wc_sema_routine *named = expr->routine;
    if (own == expr->contract || named->kind == WC_ROUTINE_UPGRADE) return named;
    bool is_view = named->kind == WC_ROUTINE_VIEW;
    uint16_t count = is_view ? own->view_count : own->action_count;
    wc_sema_routine *const *all = is_view ? own->views : own->actions;
    for (uint16_t i = 0; i < count; i++) {
        if (wc_str_equal(all[i]->name, named->name)) return all[i];
    }
    wc_interp_trap(in, frame, WC_TRAP_HOST, expr->span); /* the test cannot go on */
}

/* An error of the version before is the one of that name. */
static void translate(wc_interp *in, const wc_sema_contract *to)
{
    wc_interp_outcome *failure = &in->failure;
    bool is_older = failure->contract != NULL && failure->contract != to && in->before != NULL &&
                    wc_str_equal(failure->contract->name, to->name);
    if (!is_older || failure->end != WC_INTERP_ERROR) return;
    for (uint16_t i = 0; i < to->error_count; i++) {
        if (!wc_str_equal(to->errors[i]->name, failure->error->name)) continue;
        failure->error = to->errors[i];
        failure->contract = to;
    }
}

static void run_upgrade(wc_interp *in, void *context)
{
    const action_job *job = context;
    wc_interp_run_upgrade(in, job->instance, job->next);
}

static wc_ival call(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    uint16_t instance = instance_at(in, frame, expr->a);
    action_job job = {.instance = instance, .next = expr->contract};
    job.routine = in_use(in, frame, instance, expr);
    bool is_upgrade = expr->routine->kind == WC_ROUTINE_UPGRADE;
    job.args = wc_interp_eval_all(in, frame, expr->args, expr->arg_count);
    if (expr->routine->kind == WC_ROUTINE_VIEW) {
        bool is_answered = wc_interp_transaction(in, run_view, &job);
        if (!is_answered) translate(in, expr->contract);
        if (!is_answered) call_failed(in);
        return job.result;
    }
    wc_interp_timeouts(in);
    in->signer_count = in->as_count;
    for (uint16_t i = 0; i < in->as_count; i++) in->signers[i] = in->as[i];
    if (in->as_count == 0) { /* nobody signed */
        in->failure = (wc_interp_outcome){
            .end = WC_INTERP_BUILTIN, .code = WC_BUILTIN_NotAuthorised, .span = expr->span};
        call_failed(in);
    }
    bool is_done = wc_interp_transaction(in, is_upgrade ? run_upgrade : run_action, &job);
    if (!is_done) translate(in, expr->contract);
    if (!is_done) call_failed(in);
    return (wc_ival){.count = 0};
}

static wc_ival money(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    uint16_t instance = instance_at(in, frame, expr->a);
    wc_ival who = wc_interp_eval(in, frame, expr->b);
    wc_interp_party party = wc_interp_id(&who);
    uint16_t c = expr->index;
    switch (expr->which) {
    case WC_FIGURE_POSTED:
        return wc_ival_number(wc_interp_account_of(in, instance, c, &party)->posted);
    case WC_FIGURE_REDEEMED:
        return wc_ival_number(wc_interp_account_of(in, instance, c, &party)->redeemed);
    case WC_FIGURE_ESCROW: return wc_ival_number(wc_interp_amount(in, instance, c, &party));
    case WC_FIGURE_FREE: break;
    }
    return wc_ival_number(wc_interp_amount(in, WC_NO_INSTANCE, c, &party));
}

/* Bytes that are no value of the type were refused when the test was compiled (E0418). */
static wc_ival encoded(wc_interp *in, const wc_sema_expr *expr)
{
    wc_sema_member member = {.type = expr->type};
    wc_ival value;
    wc_slice bytes = wc_slice_of(expr->text.data, expr->text.len);
    wc_assert(wc_interp_decode(in, &member, 1, bytes, &value));
    return value;
}

wc_ival wc_interp_test_value(wc_interp *in, wc_interp_frame *frame, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_TEST_PARTY) {
        wc_interp_party party = wc_interp_test_party(expr->index);
        return wc_interp_party_value(in, &party);
    }
    if (expr->op == WC_OPER_DEPLOY) return deploy(in, frame, expr);
    if (expr->op == WC_OPER_TEST_CALL) return call(in, frame, expr);
    if (expr->op == WC_OPER_TEST_MONEY) return money(in, frame, expr);
    if (expr->op == WC_OPER_ENCODED) return encoded(in, expr);
    wc_assert(expr->op == WC_OPER_TEST_STATE);
    return (wc_ival){.number = in->world->instances[instance_at(in, frame, expr->a)].state.number};
}

/* --- statements of tests ---------------------------------------------------------------------- */

typedef struct body_job {
    wc_interp_frame *frame;
    const wc_sema_block *body;
    wc_flow flow;
} body_job;

static void run_body(wc_interp *in, void *context)
{
    body_job *job = context;
    job->flow = wc_interp_block(in, job->frame, job->body);
}

static bool is_expected(const wc_interp *in, const wc_sema_stmt *stmt)
{
    const wc_interp_outcome *failure = &in->failure;
    bool ends_test = failure->end == WC_INTERP_TRAP &&
                     (failure->code == WC_TRAP_ASSERT || failure->code == WC_TRAP_HOST);
    if (!in->is_call_failure && ends_test) return false;
    switch (stmt->expected) {
    case WC_EXPECT_ERROR:
        return failure->end == WC_INTERP_ERROR && failure->error == stmt->signature;
    case WC_EXPECT_BUILTIN:
        return failure->end == WC_INTERP_BUILTIN && failure->code == stmt->index;
    case WC_EXPECT_TRAP: break;
    }
    return failure->end == WC_INTERP_TRAP && failure->code == stmt->index;
}

static wc_flow expect(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    uint16_t as_count = in->as_count;
    body_job job = {frame, stmt->body, WC_FLOW_NEXT};
    if (wc_interp_attempt(in, run_body, &job)) {
        if (job.flow != WC_FLOW_NEXT) return job.flow;
        wc_interp_trap(in, frame, WC_TRAP_UNMET, stmt->span);
    }
    if (!is_expected(in, stmt)) longjmp(*in->catch, 1);
    in->as_count = as_count;
    return WC_FLOW_NEXT;
}

static wc_flow as(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_ival who = wc_interp_eval(in, frame, stmt->a);
    if (in->as_count == WC_INTERP_SIGNERS_MAX) wc_interp_limit(in);
    in->as[in->as_count++] = wc_interp_id(&who);
    wc_flow flow = wc_interp_block(in, frame, stmt->body);
    in->as_count--;
    return flow;
}

static void mandate(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    uint16_t instance = instance_at(in, frame, stmt->a);
    int64_t limit = wc_interp_int(in, frame, stmt->b);
    if (limit < 0) wc_interp_trap(in, frame, WC_TRAP_NEG_AMOUNT, stmt->span);
    if (in->as_count == 0) wc_interp_trap(in, frame, WC_TRAP_HOST, stmt->span);
    wc_interp_timeouts(in);
    const wc_interp_party *giver = &in->as[in->as_count - 1];
    wc_interp_account_of(in, instance, stmt->index, giver)->mandate = limit;
}

static void move_clock(wc_interp *in, int64_t seconds)
{
    int64_t target = in->now + seconds, due;
    while (wc_interp_next_due(in, &due) && due <= target) {
        if (due > in->now) in->now = due;
        wc_interp_timeouts(in);
    }
    in->now = target;
}

wc_flow wc_interp_test_stmt(wc_interp *in, wc_interp_frame *frame, const wc_sema_stmt *stmt)
{
    wc_flow flow = WC_FLOW_NEXT;
    if (stmt->kind == WC_DO_ASSERT) {
        if (!wc_interp_true(in, frame, stmt->a)) {
            wc_interp_trap(in, frame, WC_TRAP_ASSERT, stmt->span);
        }
    } else if (stmt->kind == WC_DO_ADVANCE) {
        int64_t seconds = wc_interp_int(in, frame, stmt->a);
        if (seconds < 0) wc_interp_trap(in, frame, WC_TRAP_RANGE, stmt->span);
        move_clock(in, seconds);
    } else if (stmt->kind == WC_DO_MANDATE) {
        mandate(in, frame, stmt);
    } else if (stmt->kind == WC_DO_EXPECT) {
        flow = expect(in, frame, stmt);
    } else {
        wc_assert(stmt->kind == WC_DO_AS);
        flow = as(in, frame, stmt);
    }
    return flow;
}

/* --- from outside ----------------------------------------------------------------------------- */

typedef struct test_job {
    const wc_sema_test *test;
    wc_slice given;
} test_job;

static const wc_ival *decoded(wc_interp *in, const wc_sema_member *members, uint16_t count,
                              wc_slice bytes, wc_span span);

static void run_test(wc_interp *in, void *context)
{
    const test_job *job = context;
    const wc_sema_routine *routine = job->test->routine;
    wc_interp_frame frame = {.place = WC_AT_TEST, .instance = WC_NO_INSTANCE};
    frame.locals = WC_INTERP_ARRAY(in, wc_ival, routine->local_count);
    wc_sema_member *members = WC_INTERP_ARRAY(in, wc_sema_member, routine->param_count);
    for (uint16_t i = 0; i < routine->param_count; i++) members[i].type = routine->locals[i]->type;
    const wc_ival *given = decoded(in, members, routine->param_count, job->given, routine->span);
    for (uint16_t i = 0; i < routine->param_count; i++) frame.locals[i] = given[i];
    (void)wc_interp_block(in, &frame, routine->body);
}

static void end(wc_interp *in, bool done, wc_interp_outcome *outcome)
{
    *outcome = done ? (wc_interp_outcome){.end = WC_INTERP_OK} : in->failure;
}

void wc_interp_property(wc_interp *in, const wc_sema_test *test, wc_slice given,
                        wc_interp_outcome *outcome)
{
    test_job job = {test, given};
    end(in, wc_interp_attempt(in, run_test, &job), outcome);
}

void wc_interp_test(wc_interp *in, const wc_sema_test *test, wc_interp_outcome *outcome)
{
    wc_assert(test->routine->param_count == 0);
    wc_interp_property(in, test, wc_slice_of(NULL, 0), outcome);
}

typedef struct outer_job {
    const wc_interp_call *call;
    const wc_sema_contract *contract;
    const wc_interp_party *parties;
    wc_slice terms;
    uint16_t instance;
    wc_slice result;
} outer_job;

static const wc_ival *decoded(wc_interp *in, const wc_sema_member *members, uint16_t count,
                              wc_slice bytes, wc_span span)
{
    wc_ival *values = WC_INTERP_ARRAY(in, wc_ival, count);
    uint8_t *copy = WC_INTERP_ARRAY(in, uint8_t, bytes.len); /* values borrow it for ever */
    if (bytes.len > 0) memcpy(copy, bytes.data, bytes.len);
    bytes.data = copy;
    if (!wc_interp_decode(in, members, count, bytes, values)) {
        wc_interp_builtin(in, NULL, WC_BUILTIN_BadArguments, span);
    }
    return values;
}

static void outer_deploy(wc_interp *in, void *context)
{
    outer_job *job = context;
    const wc_sema_contract *contract = job->contract;
    wc_sema_member *members = WC_INTERP_ARRAY(in, wc_sema_member, contract->term_count);
    wc_ival *parties = WC_INTERP_ARRAY(in, wc_ival, contract->party_count);
    for (uint16_t i = 0; i < contract->term_count; i++) members[i].type = contract->terms[i].type;
    in->signer_count = 0;
    for (uint16_t i = 0; i < contract->party_count; i++) {
        parties[i] = wc_interp_party_value(in, &job->parties[i]);
        in->signers[in->signer_count++] = job->parties[i];
        if (contract->parties[i].role.len > 0) {
            wc_interp_grant(in, &job->parties[i], contract->parties[i].role);
        }
    }
    const wc_ival *terms = decoded(in, members, contract->term_count, job->terms, contract->span);
    job->instance = deploy_on(in, contract, parties, terms);
}

void wc_interp_deploy(wc_interp *in, const wc_sema_contract *contract,
                      const wc_interp_party *parties, wc_slice terms, uint16_t *instance,
                      wc_interp_outcome *outcome)
{
    wc_assert(contract->party_count <= WC_INTERP_SIGNERS_MAX);
    outer_job job = {.contract = contract, .parties = parties, .terms = terms};
    end(in, wc_interp_transaction(in, outer_deploy, &job), outcome);
    *instance = job.instance;
}

static void outer_call(wc_interp *in, void *context)
{
    outer_job *job = context;
    const wc_sema_routine *routine = job->call->routine;
    wc_sema_member *members = WC_INTERP_ARRAY(in, wc_sema_member, routine->param_count);
    for (uint16_t i = 0; i < routine->param_count; i++) members[i].type = routine->locals[i]->type;
    const wc_ival *args =
        decoded(in, members, routine->param_count, job->call->args, routine->span);
    in->signer_count = 0;
    for (uint16_t i = 0; i < job->call->signer_count; i++) {
        in->signers[in->signer_count++] = job->call->signers[i];
    }
    if (routine->kind != WC_ROUTINE_VIEW) {
        wc_interp_run_action(in, job->call->instance, routine, args);
        return;
    }
    wc_ival result = wc_interp_run_view(in, job->call->instance, routine, args);
    wc_sema_member member = {.type = routine->result};
    job->result = wc_interp_encoded(in, &member, 1, &result);
}

void wc_interp_call_run(wc_interp *in, const wc_interp_call *call, wc_interp_outcome *outcome)
{
    wc_assert(call->signer_count <= WC_INTERP_SIGNERS_MAX);
    outer_job job = {.call = call};
    end(in, wc_interp_transaction(in, outer_call, &job), outcome);
    outcome->result = job.result;
}

typedef struct upgrade_job {
    uint16_t instance;
    const wc_sema_contract *next;
    const wc_interp_party *signers;
    uint16_t signer_count;
} upgrade_job;

static void outer_upgrade(wc_interp *in, void *context)
{
    const upgrade_job *job = context;
    in->signer_count = 0;
    for (uint16_t i = 0; i < job->signer_count; i++) {
        in->signers[in->signer_count++] = job->signers[i];
    }
    wc_interp_run_upgrade(in, job->instance, job->next);
}

void wc_interp_upgrade(wc_interp *in, uint16_t instance, const wc_sema_contract *next,
                       const wc_interp_party *signers, uint16_t signer_count,
                       wc_interp_outcome *outcome)
{
    wc_assert(signer_count <= WC_INTERP_SIGNERS_MAX);
    upgrade_job job = {instance, next, signers, signer_count};
    end(in, wc_interp_transaction(in, outer_upgrade, &job), outcome);
}

void wc_interp_name_next(wc_interp *in, const wc_interp_party *id)
{
    in->next_id = *id;
    in->has_next_id = true;
}

static void outer_advance(wc_interp *in, void *context)
{
    move_clock(in, *(const int64_t *)context);
}

bool wc_interp_advance(wc_interp *in, int64_t seconds, wc_interp_outcome *outcome)
{
    wc_assert(seconds >= 0);
    bool done = wc_interp_attempt(in, outer_advance, &seconds);
    end(in, done, outcome);
    return done;
}

typedef struct gift_job {
    const wc_interp_party *party;
    uint16_t currency;
    int64_t amount;
} gift_job;

static void outer_give(wc_interp *in, void *context)
{
    const gift_job *job = context;
    wc_interp_account *account =
        wc_interp_account_of(in, WC_NO_INSTANCE, job->currency, job->party);
    account->amount += job->amount;
    account->is_given = true;
}

bool wc_interp_give(wc_interp *in, const wc_interp_party *party, uint16_t currency, int64_t amount)
{
    gift_job job = {party, currency, amount};
    return wc_interp_attempt(in, outer_give, &job);
}

uint16_t wc_interp_state_of(const wc_interp *in, uint16_t instance)
{
    return (uint16_t)wc_exact_i64(&in->world->instances[instance].state.number);
}

int64_t wc_interp_free(const wc_interp *in, const wc_interp_party *party, uint16_t currency)
{
    return wc_interp_amount(in, WC_NO_INSTANCE, currency, party);
}

int64_t wc_interp_escrow(const wc_interp *in, uint16_t instance, const wc_interp_party *party,
                         uint16_t currency)
{
    return wc_interp_amount(in, instance, currency, party);
}

typedef struct field_job {
    const wc_interp_instance *instance;
    uint16_t field;
    wc_slice bytes;
} field_job;

static void encode_field(wc_interp *in, void *context)
{
    field_job *job = context;
    wc_sema_member member = {.type = job->instance->contract->fields[job->field].type};
    job->bytes = wc_interp_encoded(in, &member, 1, &job->instance->fields[job->field]);
}

wc_slice wc_interp_field(wc_interp *in, uint16_t instance, uint16_t field)
{
    field_job job = {.instance = &in->world->instances[instance], .field = field};
    (void)wc_interp_attempt(in, encode_field, &job);
    return job.bytes;
}
