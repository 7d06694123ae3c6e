/* Calls that contracts make, as they happen: the program `wattclause`, linked with the functions
 * that run calls wrapped (--wrap), writes a line of JSON for each to the file that WC_TRACE names.
 * A line holds the call, what was asked of the host with the answers, and the outcome; the module
 * stands in a line before its first call. tests/reference/replay_trace.py runs them on the second
 * engine. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/world.h"
#include "tests/support/sha256.h"

#define MODULES_MAX 8192u

void __real_wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                        void *memory, wc_outcome *outcome);
void __real_wc_deploy_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                          void *memory, wc_outcome *outcome);
void __wrap_wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                        void *memory, wc_outcome *outcome);
void __wrap_wc_deploy_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                          void *memory, wc_outcome *outcome);

/* The host of a call, with everything that it is asked. */
typedef struct tracer {
    const wc_host *host;
    json_t *asked;
    wc_host_element visit; /* of `elements` while it runs */
    void *context;
    json_t *seen;
} tracer;

static const char *const answers[] = {"ok",    "absent", "short", "refused",
                                      "limit", "failed", "stop"};

static json_t *party_hex(const wc_party *party)
{
    return world_hex(wc_slice_of(party->bytes, sizeof party->bytes));
}

static void note(tracer *t, json_t *row)
{
    wc_assert(row != NULL);
    json_array_append_new(t->asked, row);
}

static json_t *key_hex(const wc_storage_key *key)
{
    uint8_t bytes[3 + 72];
    bytes[0] = (uint8_t)key->part;
    wc_store_u16(bytes + 1, key->field);
    if (key->key.len != 0) memcpy(bytes + 3, key->key.data, key->key.len);
    return world_hex(wc_slice_of(bytes, 3 + key->key.len));
}

/* ---- the host's functions -----------------------------------------------------------------------
 */

static wc_host_answer load(void *self, const wc_storage_key *key, wc_slice *value)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->load(t->host->self, key, value);
    note(t, json_pack("[soo]", "load", key_hex(key),
                      answer == WC_HOST_OK ? world_hex(*value) : json_null()));
    return answer;
}

static wc_host_answer store(void *self, const wc_storage_key *key, wc_slice value)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->store(t->host->self, key, value);
    note(t, json_pack("[soos]", "store", key_hex(key), world_hex(value), answers[answer]));
    return answer;
}

static wc_host_answer remove_key(void *self, const wc_storage_key *key)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->remove(t->host->self, key);
    note(t, json_pack("[sos]", "remove", key_hex(key), answers[answer]));
    return answer;
}

static bool visit(void *context, wc_slice key, wc_slice value)
{
    tracer *t = context;
    json_array_append_new(t->seen, json_pack("[oo]", world_hex(key), world_hex(value)));
    return t->visit(t->context, key, value);
}

static wc_host_answer elements(void *self, uint16_t field, wc_host_element element, void *context)
{
    tracer *t = self;
    t->seen = json_array();
    t->visit = element;
    t->context = context;
    wc_host_answer answer = t->host->ops->elements(t->host->self, field, visit, t);
    note(t, json_pack("[sio]", "elements", (int)field, t->seen));
    return answer;
}

static wc_host_answer post(void *self, const wc_posting *posting, int64_t *have)
{
    static const char *const moves[] = {"lock", "unlock", "pay", "redeem"};
    tracer *t = self;
    wc_host_answer answer = t->host->ops->post(t->host->self, posting, have);
    wc_slice reference =
        posting->move == WC_MOVE_REDEEM ? posting->reference : wc_slice_of(NULL, 0);
    note(t, json_pack("[ssooiIoiisI]", "post", moves[posting->move], party_hex(&posting->from),
                      party_hex(&posting->to), (int)posting->currency, (json_int_t)posting->amount,
                      world_hex(reference), (int)posting->function, (int)posting->word,
                      answers[answer], (json_int_t)(answer == WC_HOST_SHORT ? *have : 0)));
    return answer;
}

static wc_host_answer escrow(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->escrow(t->host->self, party, currency, amount);
    note(t, json_pack("[soiI]", "escrow", party_hex(party), (int)currency, (json_int_t)*amount));
    return answer;
}

static wc_host_answer own_balance(void *self, uint16_t currency, int64_t *amount)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->own_balance(t->host->self, currency, amount);
    note(t, json_pack("[siI]", "own_balance", (int)currency, (json_int_t)*amount));
    return answer;
}

static wc_host_answer posted(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->posted(t->host->self, party, currency, amount);
    note(t, json_pack("[soiI]", "posted", party_hex(party), (int)currency, (json_int_t)*amount));
    return answer;
}

static wc_host_answer unlock_all(void *self, uint32_t *holders)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->unlock_all(t->host->self, holders);
    note(t, json_pack("[s]", "unlock_all"));
    return answer;
}

static wc_host_answer holder_count(void *self, uint32_t *holders)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->holder_count(t->host->self, holders);
    note(t, json_pack("[sI]", "holder_count", (json_int_t)*holders));
    return answer;
}

static wc_host_answer emit(void *self, uint16_t event, wc_slice args)
{
    tracer *t = self;
    wc_host_answer answer = t->host->ops->emit(t->host->self, event, args);
    note(t, json_pack("[sios]", "emit", (int)event, world_hex(args), answers[answer]));
    return answer;
}

static wc_host_answer view(void *self, const wc_party *instance, uint32_t method, wc_slice args,
                           uint64_t *gas, wc_buf *result)
{
    tracer *t = self;
    uint64_t before = *gas;
    json_t *given = world_hex(args); /* the callee may use the same memory */
    size_t at = result->len;
    wc_host_answer answer = t->host->ops->view(t->host->self, instance, method, args, gas, result);
    wc_slice bytes = wc_slice_of(result->data + at, result->len - at);
    note(t, json_pack("[soIoIsIo]", "view", party_hex(instance), (json_int_t)method, given,
                      (json_int_t)before, answers[answer], (json_int_t)(before - *gas),
                      world_hex(bytes)));
    return answer;
}

static wc_host_answer send(void *self, const wc_party *instance, uint32_t method, wc_slice args)
{
    tracer *t = self;
    json_t *given = world_hex(args);
    wc_host_answer answer = t->host->ops->send(t->host->self, instance, method, args);
    note(t, json_pack("[soIos]", "send", party_hex(instance), (json_int_t)method, given,
                      answers[answer]));
    return answer;
}

static wc_host_answer is_signer(void *self, const wc_party *party, bool *answer)
{
    tracer *t = self;
    wc_host_answer status = t->host->ops->is_signer(t->host->self, party, answer);
    note(t, json_pack("[sob]", "is_signer", party_hex(party), (int)*answer));
    return status;
}

static wc_host_answer holds_role(void *self, const wc_party *party, wc_str role, bool *answer)
{
    tracer *t = self;
    wc_host_answer status = t->host->ops->holds_role(t->host->self, party, role, answer);
    note(t, json_pack("[soob]", "holds_role", party_hex(party), json_stringn(role.data, role.len),
                      (int)*answer));
    return status;
}

static const wc_host_ops traced_ops = {
    .load = load,
    .store = store,
    .remove = remove_key,
    .elements = elements,
    .post = post,
    .escrow = escrow,
    .own_balance = own_balance,
    .posted = posted,
    .unlock_all = unlock_all,
    .holder_count = holder_count,
    .emit = emit,
    .view = view,
    .send = send,
    .is_signer = is_signer,
    .holds_role = holds_role,
};

/* ---- lines --------------------------------------------------------------------------------------
 */

static FILE *trace_file(void)
{
    static FILE *file;
    const char *path = getenv("WC_TRACE");
    if (file == NULL && path != NULL) file = fopen(path, "w");
    return file;
}

static void write_line(json_t *line)
{
    wc_assert(line != NULL && json_dumpf(line, trace_file(), JSON_COMPACT) == 0);
    (void)fputc('\n', trace_file());
    json_decref(line);
}

/* The number of a module; the first time it is written, too. */
static int number_of(const wc_module *module)
{
    static wc_hash known[MODULES_MAX];
    static int count;
    static uint8_t bytes[WC_MODULE_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_module_encode(module, &buf);
    wc_slice all = wc_buf_slice(&buf);
    wc_hash hash = wc_test_sha256(&all, 1);
    for (int i = 0; i < count; i++) {
        if (wc_hash_equal(&known[i], &hash)) return i;
    }
    wc_assert(count < (int)MODULES_MAX);
    known[count] = hash;
    write_line(json_pack("{so}", "module", world_hex(all)));
    return count++;
}

/* Begins a line before the call runs: its arguments may lie in memory that the call uses. */
static json_t *begin(const char *run, const wc_instance *instance, const wc_call *call)
{
    json_t *principal = call->has_principal ? party_hex(&call->principal) : json_null();
    json_t *line = json_pack("{sssisisososososIsI}", "run", run, "module",
                             number_of(wc_image_module(instance->image)), "entry", (int)call->entry,
                             "own", party_hex(&instance->id), "args", world_hex(call->args),
                             "principal", principal, "parties", world_hex(instance->parties), "now",
                             (json_int_t)call->now, "gas", (json_int_t)call->gas_limit);
    wc_assert(line != NULL);
    if (strcmp(run, "call") == 0) json_object_set_new(line, "root", world_hex(instance->root));
    return line;
}

static void end(json_t *line, tracer *t, const wc_outcome *outcome)
{
    json_object_set_new(line, "host", t->asked);
    json_object_set_new(line, "expect", world_describe_outcome(outcome));
    write_line(line);
}

void __wrap_wc_call_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                        void *memory, wc_outcome *outcome)
{
    if (trace_file() == NULL) {
        __real_wc_call_run(instance, call, host, memory, outcome);
        return;
    }
    tracer t = {.host = host, .asked = json_array()};
    wc_host traced = {&traced_ops, &t};
    json_t *line = begin("call", instance, call);
    __real_wc_call_run(instance, call, &traced, memory, outcome);
    end(line, &t, outcome);
}

void __wrap_wc_deploy_run(const wc_instance *instance, const wc_call *call, const wc_host *host,
                          void *memory, wc_outcome *outcome)
{
    if (trace_file() == NULL) {
        __real_wc_deploy_run(instance, call, host, memory, outcome);
        return;
    }
    tracer t = {.host = host, .asked = json_array()};
    wc_host traced = {&traced_ops, &t};
    json_t *line = begin("deploy", instance, call);
    __real_wc_deploy_run(instance, call, &traced, memory, outcome);
    end(line, &t, outcome);
}
