/* Upgrades of contracts. */
#include "tests/unit/ledger_exec/refusals.h"
#include "tests/unit/ledger_exec/sale.h"

static const wc_receipt_page *upgraded(world *w, const wc_address *sale, sale_version version)
{
    wc_hash code = world_deploy(w, sale_module(w, version));
    return sale_upgrade(w, sale, &code, true);
}

static const wc_receipt_page *upgrade_unfit(world *w)
{
    wc_address sale = sale_open(w);
    return upgraded(w, &sale, SALE_3);
}

static const wc_receipt_page *upgrade_state(world *w)
{
    wc_address sale = sale_open(w);
    assert_done(sale_call(w, &sale, SALE_HOLD, wc_slice_of(NULL, 0)));
    return upgraded(w, &sale, SALE_2_WITHOUT_HELD);
}

static const wc_receipt_page *interface_in_use(world *w)
{
    wc_address sale = sale_open(w);
    (void)sale_reader(w, &sale);
    return upgraded(w, &sale, SALE_2_WITHOUT_SOLD);
}

const refusal_case refusals_of_upgrades[] = {
    {WC_REFUSAL_UPGRADE_UNFIT, upgrade_unfit, NULL},
    {WC_REFUSAL_UPGRADE_STATE, upgrade_state, NULL},
    {WC_REFUSAL_INTERFACE_IN_USE, interface_in_use, NULL},
};
const size_t refusals_of_upgrades_count = WC_ARRAY_LEN(refusals_of_upgrades);
