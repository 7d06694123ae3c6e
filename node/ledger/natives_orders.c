/* Native methods of the supervisor: an account is frozen and released by order. Its money stays
 * where it is; it can be given more, and its contracts run on by time. */
#include "node/ledger/accounts.h"
#include "node/ledger/authority.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

/* A regulator signs alone; the administration by its rule. */
static wc_status require_supervisor(wc_job *job, const wc_tx_call *call)
{
    bool is_regulator;
    WC_TRY(wc_role_is_held(job->ledger, wc_call_principal(job, call), WC_ROLE_REGULATOR,
                           &is_regulator));
    if (!is_regulator) wc_require_admin(job);
    return WC_OK;
}

static void announce_order(wc_job *job, const wc_tx_call *call, const wc_address *address,
                           wc_account_status status, const wc_hash *document)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, address);
    wc_buf_put_u8(buf, (uint8_t)status);
    wc_buf_put_hash(buf, wc_call_principal(job, call));
    wc_buf_put_hash(buf, document);
    wc_job_announce(job, WC_EVENT_ACCOUNT_ORDERED, wc_buf_slice(buf));
}

/* Moves an account from one status to the other; an order names its document. */
static wc_status order(wc_job *job, const wc_tx_call *call, wc_slice args, wc_account_status from,
                       wc_account_status to)
{
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    wc_hash document = {{0}};
    bool parses = wc_read_hash(&reader, &address) == WC_OK &&
                  wc_read_hash(&reader, &document) == WC_OK && wc_read_end(&reader) == WC_OK;
    if (!parses || wc_hash_is_zero(&document)) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    WC_TRY(require_supervisor(job, call));
    if (job->is_failed) return WC_OK;
    wc_account account;
    WC_TRY(wc_accounts_load(job, &address, &account));
    if (job->is_failed) return WC_OK;
    if (account.status != from) wc_job_refuse(job, WC_REFUSAL_ACCOUNT_STATUS);
    if (job->is_failed) return WC_OK;
    account.status = to;
    wc_accounts_store(job, &address, &account);
    announce_order(job, call, &address, to, &document);
    return WC_OK;
}

wc_status wc_native_account_freeze(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    return order(job, call, args, WC_ACCOUNT_ACTIVE, WC_ACCOUNT_FROZEN);
}

wc_status wc_native_account_release(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    return order(job, call, args, WC_ACCOUNT_FROZEN, WC_ACCOUNT_ACTIVE);
}
