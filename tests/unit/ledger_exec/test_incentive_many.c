/* An epoch with as many accounts as it has places for, and one more: three sets of validators, each
 * of which has signed a block, are 256 operators. */
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/incentive.h"
#include "tests/unit/ledger_exec/refusals.h"

#define EPOCH    86400
#define ACCOUNTS 260u
#define I(x)     INT64_C(x)

static void keypair_of(wc_keypair *pair, uint32_t operator_number)
{
    world_keypair(pair, 3000000 + operator_number);
}

/* Gives accounts [0, ACCOUNTS) the role Validator, at most 60 in a transaction. */
static void make_operators(world *w)
{
    for (uint32_t first = 0; first < ACCOUNTS; first += 60) {
        letter l = world_letter(w, ADMIN_1);
        (void)letter_signer(&l, ADMIN_2);
        for (uint32_t i = first; i < first + 60 && i < ACCOUNTS; i++) {
            wc_address who = world_extra_address(w, i);
            (void)letter_native(&l, WC_NATIVE_role_grant,
                                world_abi(w, "phqq", &who, WC_ROLE_VALIDATOR, I(0), INT64_MAX));
        }
        assert_done(world_send(w, &l));
    }
}

/* The sequencer, for OPERATOR, and the operators [first, end). */
static void set_validators(world *w, wc_validators *validators, uint32_t first, uint32_t end)
{
    static uint8_t bytes[WC_PROPOSAL_BODY_MAX];
    wc_buf buf;
    *validators = (wc_validators){.count = (uint16_t)(1 + end - first)};
    memcpy(validators->list[0].pub, w->sequencer.public_key.bytes, 32);
    validators->list[0].power = 1;
    validators->list[0].operator_account = w->people[OPERATOR].address;
    for (uint32_t i = first; i < end; i++) {
        wc_validator *one = &validators->list[1 + i - first];
        wc_keypair pair;
        keypair_of(&pair, i);
        memcpy(one->pub, pair.public_key.bytes, 32);
        one->power = 1 + i;
        one->operator_account = world_extra_address(w, i);
    }
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_validators_put(&buf, validators);
    assert_done(governed(w, WC_PROPOSES_VALIDATORS, wc_buf_slice(&buf)));
}

/* A block that everybody but the sequencer has signed the one before of. */
static void sign_block(world *w, const wc_validators *validators)
{
    static wc_block_input input;
    letter l = plain_letter(w, ALICE);
    wc_slice raw = letter_raw(&l);
    wc_block_tx tx = {wc_tx_raw_hash(raw), raw};
    input = (wc_block_input){.form = WC_BLOCK_RAW,
                             .height = wc_chain_head(w->chain)->height + 1,
                             .time_s = w->now,
                             .tx_count = 1,
                             .txs = &tx};
    wc_proposer_of_key(input.proposer, validators->list[0].pub);
    for (uint16_t i = 1; i < validators->count; i++) {
        wc_block_signer *signer = &input.signers[input.signer_count++];
        wc_proposer_of_key(signer->validator, validators->list[i].pub);
        signer->flag = WC_SIGNER_COMMIT;
    }
    assert_status(wc_chain_seal_input(w->chain, &input, &w->sealed), WC_OK);
    w->people[ALICE].next_nonce++;
}

static uint64_t produced(world *w, uint32_t operator_number)
{
    wc_address who = world_extra_address(w, operator_number);
    return credit_now(w, &who).work[WC_WORK_PRODUCED];
}

static void an_epoch_has_places_for_256_accounts(void **state)
{
    (void)state;
    static wc_validators validators;
    world w;
    world_options options = {
        .gas_price = 1000000, .epoch_s = EPOCH, .extra_accounts = ACCOUNTS, .threads = 2};
    world_open(&w, &options);
    make_operators(&w);
    wc_address contract = incentive_open(&w, 4000, 3500, 2000);
    assert_done(governed(&w, WC_PROPOSES_INCENTIVE, wc_slice_of(contract.bytes, 32)));
    set_validators(&w, &validators, 0, 99);
    sign_block(&w, &validators);
    set_validators(&w, &validators, 99, 198);
    sign_block(&w, &validators);
    /* GRID made the first records, OPERATOR the others: two places beside the 198. */
    assert_int_equal(epoch_now(&w).credit_count, 200);
    set_validators(&w, &validators, 198, 253);
    sign_block(&w, &validators);
    assert_int_equal(epoch_now(&w).credit_count, WC_EPOCH_CREDITS_MAX - 1);
    set_validators(&w, &validators, 252, 255);
    sign_block(&w, &validators); /* 252 again, 253 takes the last place, 254 comes too late */
    assert_int_equal(epoch_now(&w).credit_count, WC_EPOCH_CREDITS_MAX);
    assert_int_equal(produced(&w, 252), 2);
    assert_int_equal(produced(&w, 253), 1);
    assert_int_equal(produced(&w, 254), 0);
    assert_receipt(attested(&w, AUDITOR_1), "TOO_MANY");

    w.now = epoch_now(&w).until_s;
    const wc_receipt_page *page = record_made(&w);
    size_t count;
    assert_done(page);
    int64_t pool = rewards_of(page, &count);
    assert_int_equal(count, WC_EPOCH_CREDITS_MAX + 1); /* and the treasury */
    assert_int_equal(fees_now(&w), 0);
    assert_true(pool > 0 && page->receipt.gas_used < 1000000);
    assert_int_equal(epoch_now(&w).credit_count, 0);
    sign_block(&w, &validators); /* a new epoch has all its places */
    assert_int_equal(produced(&w, 254), 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_epoch_has_places_for_256_accounts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
