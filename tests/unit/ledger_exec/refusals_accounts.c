/* 250, 252, 261..: what native calls on accounts and on the chain's rules refuse, and 280.. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/refusals.h"

static const wc_receipt_page *key_exists(world *w)
{
    return key_added(w, SPARE, 2); /* revoked long ago, and its number stays taken */
}

static const wc_receipt_page *policy_unreachable(world *w)
{
    return native_sent(w, ALICE, ACTOR_COUNT, WC_NATIVE_threshold_set,
                       world_abi(w, "ph", &w->people[ALICE].address, 2));
}

static const wc_receipt_page *duties_conflict(world *w)
{
    return native_sent(w, ADMIN_1, ADMIN_2, WC_NATIVE_role_grant,
                       world_abi(w, "phqq", &w->people[BANK].address, WC_ROLE_METER_OPERATOR,
                                 INT64_C(0), INT64_MAX));
}

static const wc_receipt_page *not_approved(world *w)
{
    wc_slice body = params_with_price(w, 7);
    assert_done(native_sent(w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make,
                            proposal_args(w, WC_PROPOSES_PARAMETERS, body)));
    wc_hash id = wc_proposal_id(WC_PROPOSES_PARAMETERS, body);
    return native_sent(w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_run, world_abi(w, "p", &id));
}

static const wc_receipt_page *already_proposed(world *w)
{
    wc_slice args = proposal_args(w, WC_PROPOSES_PARAMETERS, params_with_price(w, 7));
    assert_done(native_sent(w, ADMIN_1, ACTOR_COUNT, WC_NATIVE_proposal_make, args));
    return native_sent(w, ADMIN_2, ACTOR_COUNT, WC_NATIVE_proposal_make, args);
}

static const wc_receipt_page *delay_too_short(world *w)
{
    world_actor bob = BOB;
    return native_sent(w, ALICE, ACTOR_COUNT, WC_NATIVE_guardians_set,
                       guardian_args(w, ALICE, 1, 86399, &bob, 1));
}

static const wc_receipt_page *key_limited(world *w)
{
    return key_added(w, CAPPED, 1);
}

static const wc_receipt_page *account_status(world *w)
{
    wc_hash document = wc_sha256_one(wc_slice_of("order", 5));
    return native_sent(w, ADMIN_1, ADMIN_2, WC_NATIVE_account_release,
                       world_abi(w, "pp", &w->people[ALICE].address, &document));
}

static const wc_receipt_page *no_incentive(world *w)
{
    wc_hash record = wc_chain_head(w->chain)->record_hash;
    return native_sent(w, AUDITOR_1, ACTOR_COUNT, WC_NATIVE_audit_attest,
                       world_abi(w, "qp", INT64_C(0), &record));
}

static void incentive_begun(world *w)
{
    wc_address contract = incentive_open(w, 4000, 3500, 2000);
    assert_done(governed(w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
}

static const wc_receipt_page *record_differs(world *w)
{
    incentive_begun(w);
    wc_epoch epoch = epoch_now(w);
    epoch.record.bytes[0] ^= 1;
    return native_sent(w, AUDITOR_1, ACTOR_COUNT, WC_NATIVE_audit_attest,
                       world_abi(w, "qp", (int64_t)epoch.seq, &epoch.record));
}

static const wc_receipt_page *already_attested(world *w)
{
    incentive_begun(w);
    assert_done(attested(w, AUDITOR_1));
    return attested(w, AUDITOR_1);
}

static const wc_receipt_page *shares_differ(world *w)
{
    wc_address contract = incentive_open_bad(w, BAD_SHORT);
    assert_done(governed(w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    w->now = epoch_now(w).until_s;
    return record_made(w);
}

const refusal_case refusals_of_accounts[] = {
    {WC_REFUSAL_KEY_EXISTS, key_exists, NULL},
    {WC_REFUSAL_POLICY_UNREACHABLE, policy_unreachable, NULL},
    {WC_REFUSAL_DUTIES_CONFLICT, duties_conflict, NULL},
    {WC_REFUSAL_NOT_APPROVED, not_approved, NULL},
    {WC_REFUSAL_ALREADY_PROPOSED, already_proposed, NULL},
    {WC_REFUSAL_DELAY_TOO_SHORT, delay_too_short, NULL},
    {WC_REFUSAL_KEY_LIMITED, key_limited, NULL},
    {WC_REFUSAL_ACCOUNT_STATUS, account_status, NULL},
    {WC_REFUSAL_SHARES_DIFFER, shares_differ, NULL},
    {WC_REFUSAL_NO_INCENTIVE, no_incentive, NULL},
    {WC_REFUSAL_RECORD_DIFFERS, record_differs, NULL},
    {WC_REFUSAL_ALREADY_ATTESTED, already_attested, NULL},
};
const size_t refusals_of_accounts_count = WC_ARRAY_LEN(refusals_of_accounts);
