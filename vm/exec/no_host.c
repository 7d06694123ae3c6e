/* The host of a test's own code: there is none. A test acts through contracts; an instruction of
 * its own that asks for state or money finds a node that cannot serve it, trap HOST. */
#include "vm/exec/no_host.h"

static wc_host_answer load(void *self, const wc_storage_key *key, wc_slice *value)
{
    (void)self, (void)key, (void)value;
    return WC_HOST_STOP;
}

static wc_host_answer store(void *self, const wc_storage_key *key, wc_slice value)
{
    (void)self, (void)key, (void)value;
    return WC_HOST_STOP;
}

static wc_host_answer remove_key(void *self, const wc_storage_key *key)
{
    (void)self, (void)key;
    return WC_HOST_STOP;
}

static wc_host_answer elements(void *self, uint16_t field, wc_host_element visit, void *context)
{
    (void)self, (void)field, (void)visit, (void)context;
    return WC_HOST_STOP;
}

static wc_host_answer post(void *self, const wc_posting *posting, int64_t *have)
{
    (void)self, (void)posting, (void)have;
    return WC_HOST_STOP;
}

static wc_host_answer party_balance(void *self, const wc_party *party, uint16_t currency,
                                    int64_t *amount)
{
    (void)self, (void)party, (void)currency, (void)amount;
    return WC_HOST_STOP;
}

static wc_host_answer own_balance(void *self, uint16_t currency, int64_t *amount)
{
    (void)self, (void)currency, (void)amount;
    return WC_HOST_STOP;
}

static wc_host_answer count(void *self, uint32_t *holders)
{
    (void)self, (void)holders;
    return WC_HOST_STOP;
}

static wc_host_answer emit(void *self, uint16_t event, wc_slice args)
{
    (void)self, (void)event, (void)args;
    return WC_HOST_STOP;
}

static wc_host_answer view(void *self, const wc_party *instance, uint32_t method, wc_slice args,
                           uint64_t *gas, wc_buf *result)
{
    (void)self, (void)instance, (void)method, (void)args, (void)gas, (void)result;
    return WC_HOST_STOP;
}

static wc_host_answer send(void *self, const wc_party *instance, uint32_t method, wc_slice args)
{
    (void)self, (void)instance, (void)method, (void)args;
    return WC_HOST_STOP;
}

static wc_host_answer is_signer(void *self, const wc_party *party, bool *answer)
{
    (void)self, (void)party, (void)answer;
    return WC_HOST_STOP;
}

static wc_host_answer holds_role(void *self, const wc_party *party, wc_str role, bool *answer)
{
    (void)self, (void)party, (void)role, (void)answer;
    return WC_HOST_STOP;
}

static const wc_host_ops ops = {
    .load = load,
    .store = store,
    .remove = remove_key,
    .elements = elements,
    .post = post,
    .escrow = party_balance,
    .own_balance = own_balance,
    .posted = party_balance,
    .unlock_all = count,
    .holder_count = count,
    .emit = emit,
    .view = view,
    .send = send,
    .is_signer = is_signer,
    .holds_role = holds_role,
};

const wc_host wc_no_host = {&ops, NULL};
