/* Modules, instances and offers against the golden vectors. */
#include "tests/support/test.h"

#include "node/ledger/instance.h"
#include "node/ledger/offer.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/vectors.h"
#include "vm/isa/module.h"

#define FILE_NAME "values.hex"

/* ---- instances
 * ----------------------------------------------------------------------------------- */

static wc_instance_entry golden_instance(void)
{
    wc_instance_entry instance;
    assert_status(wc_instance_decode(&instance, vector_bytes(FILE_NAME, "instance")), WC_OK);
    return instance;
}

static wc_status instance_status(const wc_instance_entry *instance)
{
    wc_status redecoded;
    REDECODE(wc_instance_entry, wc_instance_decode, wc_instance_put, instance);
    return redecoded;
}

static void the_golden_instance_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_instance_entry instance = golden_instance();
    assert_hash(&instance.code, "code");
    assert_int_equal(instance.version, 3);
    assert_int_equal(instance.status, WC_INSTANCE_LIVE);
    assert_int_equal(instance.state, 258);
    assert_int_equal(instance.entered_s, 1000);
    assert_int_equal(instance.deployed_s, 900);
    assert_int_equal(instance.due_s, 5000);
    assert_int_equal(instance.due_clause, 770);
    assert_int_equal(instance.fails, 2);
    assert_int_equal(instance.depth, 4);
    assert_int_equal(instance.holders, 1023);
    assert_hash(&instance.offer, "offer");
    assert_int_equal(instance.party_count, 3);
    wc_address bob = wc_instance_party(&instance, 1);
    assert_hash(&bob, "bob");
    assert_slice(instance.root, "root bytes");
}

static void an_instance_stays_within_its_limits(void **state)
{
    (void)state;
    static uint8_t root[WC_STATE_VALUE_MAX + 1];
    wc_instance_entry golden = golden_instance();
    wc_instance_entry instance = golden;
    instance.holders = WC_ESCROW_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.holders++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.depth = WC_INSTANCE_DEPTH_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.depth++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance.depth = 0;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.fails = WC_TIMER_TRIES_MAX;
    assert_status(instance_status(&instance), WC_OK);
    instance.fails++;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.due_s = WC_DUE_NONE; /* no time-out, and yet a clause */
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.version = 0;
    assert_status(instance_status(&instance), WC_OUT_OF_DOMAIN);
    instance = golden;
    instance.root = wc_slice_of(root, WC_STATE_VALUE_MAX - 1000);
    assert_status(instance_status(&instance), WC_OK);
}

static void the_golden_module_and_header_decode_to_their_fields(void **state)
{
    (void)state;
    wc_module_entry module;
    assert_status(wc_module_entry_decode(&module, vector_bytes(FILE_NAME, "module")), WC_OK);
    assert_hash(&module.deployer, "alice");
    assert_int_equal(module.deployed_s, 1662000000);
    assert_slice(module.module, "module bytes");
    static uint8_t large[WC_MODULE_SIZE_MAX + 1];
    wc_status redecoded;

    static const struct {
        size_t len;
        wc_status status;
    } sizes[] = {{0, WC_OUT_OF_DOMAIN},
                 {1, WC_OK},
                 {WC_MODULE_SIZE_MAX, WC_OK},
                 {WC_MODULE_SIZE_MAX + 1, WC_TOO_LARGE}};

    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        module.module = wc_slice_of(large, sizes[i].len);
        REDECODE(wc_module_entry, wc_module_entry_decode, wc_module_entry_put, &module);
        assert_status(redecoded, sizes[i].status);
    }
    wc_field_header header;
    wc_slice bytes = vector_bytes(FILE_NAME, "field_header");
    assert_int_equal(bytes.len, WC_FIELD_HEADER_SIZE);
    assert_status(wc_field_header_decode(&header, bytes), WC_OK);
    assert_int_equal(header.len, 66051);
    assert_int_equal(header.next_seq, UINT64_C(1) << 33);
}

/* ---- offers
 * -------------------------------------------------------------------------------------- */

static wc_offer golden_offer(void)
{
    wc_offer offer;
    assert_status(wc_offer_decode(&offer, vector_bytes(FILE_NAME, "offer")), WC_OK);
    return offer;
}

static wc_status offer_status(wc_offer *offer)
{
    wc_status redecoded;
    offer->terms_hash = wc_offer_terms_hash(offer);
    REDECODE(wc_offer, wc_offer_decode, wc_offer_put, offer);
    return redecoded;
}

static void the_golden_offer_decodes_to_its_fields(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    assert_int_equal(offer.status, WC_OFFER_OPEN);
    assert_hash(&offer.proposer, "alice");
    assert_hash(&offer.code, "code");
    assert_hash(&offer.counter_of, "earlier");
    assert_int_equal(offer.created_s, 1000);
    assert_int_equal(offer.valid_until_s, 9000);
    assert_vector_hash(FILE_NAME, "offer_terms", offer.terms_hash);
    assert_vector_hash(FILE_NAME, "offer_terms", wc_offer_terms_hash(&offer));
    assert_int_equal(offer.party_count, 5);
    assert_hash(&offer.parties[2].party, "carol");
    assert_int_equal(offer.parties[2].role, WC_ROLE_CONSUMER);
    assert_int_equal(offer.parties[2].flags, 7);
    assert_slice(offer.terms, "terms");
    assert_false(wc_offer_is_complete(&offer));
}

static void signing_does_not_change_the_terms_and_anything_else_does(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    wc_hash before = offer.terms_hash;
    offer.parties[1].flags |= WC_OFFER_SIGNED;
    offer.parties[3].party = name32("a late meter");
    offer.parties[3].flags |= WC_OFFER_SIGNED;
    wc_hash after = wc_offer_terms_hash(&offer);
    assert_memory_equal(before.bytes, after.bytes, 32);
    assert_status(offer_status(&offer), WC_OK);
    assert_true(wc_offer_is_complete(&offer));

    wc_offer changed[] = {offer, offer, offer, offer, offer, offer};
    changed[0].terms = wc_slice_of("Terms", 5);
    changed[1].valid_until_s++;
    changed[2].parties[1].party = name32("eve");
    changed[3].parties[4].flags = WC_OFFER_MUST_SIGN;
    changed[4].code = name32("other code");
    changed[5].party_count--;
    for (size_t i = 0; i < WC_ARRAY_LEN(changed); i++) {
        after = wc_offer_terms_hash(&changed[i]);
        assert_memory_not_equal(before.bytes, after.bytes, 32);
        wc_status redecoded;
        REDECODE(wc_offer, wc_offer_decode, wc_offer_put, &changed[i]); /* with the old hash */
        assert_status(redecoded, WC_DIFFERS);
    }
}

static void an_offer_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
#define BROKEN_OFFER(expected, change)                                                             \
    do {                                                                                           \
        wc_offer offer = golden_offer();                                                           \
        change;                                                                                    \
        assert_status(offer_status(&offer), expected);                                             \
    } while (0)
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.status = WC_OFFER_ACCEPTED); /* without its instance */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.outcome = name32("x"));      /* open, and yet an outcome */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.valid_until_s = 1000);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.party_count = 0);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN,
                 offer.parties[4].flags = WC_OFFER_SIGNED); /* needs no signature */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[4].flags = 8);
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[4].party = (wc_address){{0}});
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[3].party = name32("x")); /* filled, not signed */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[3].role = 0); /* open to anybody at all */
    BROKEN_OFFER(WC_OUT_OF_DOMAIN, offer.parties[0].role = 17);
    BROKEN_OFFER(WC_OK, offer.status = WC_OFFER_WITHDRAWN);
    BROKEN_OFFER(WC_OK, offer.status = WC_OFFER_DECLINED; offer.outcome = name32("bob"));
}

static bool is_meter(void *context, uint16_t role)
{
    (void)context;
    return role == WC_ROLE_METER;
}

static bool is_nothing(void *context, uint16_t role)
{
    (void)context;
    (void)role;
    return false;
}

static void a_party_answers_at_its_own_position_or_at_an_open_one(void **state)
{
    (void)state;
    wc_offer offer = golden_offer();
    wc_address bob = name32("bob");
    wc_address meter = name32("a meter");
    assert_int_equal(wc_offer_position(&offer, &bob, is_meter, NULL), 1);
    assert_int_equal(wc_offer_position(&offer, &meter, is_meter, NULL), 3);
    assert_int_equal(wc_offer_position(&offer, &meter, is_nothing, NULL), -1);
}

static void the_largest_offer_fits_its_stated_size(void **state)
{
    (void)state;
    static uint8_t terms[WC_OFFER_TERMS_MAX + 1];
    static uint8_t bytes[WC_OFFER_SIZE_MAX + 1];
    wc_offer offer = golden_offer();
    offer.party_count = WC_OFFER_PARTIES_MAX;
    for (size_t i = 5; i < WC_OFFER_PARTIES_MAX; i++) offer.parties[i] = offer.parties[4];
    offer.terms = wc_slice_of(terms, WC_OFFER_TERMS_MAX);
    offer.terms_hash = wc_offer_terms_hash(&offer);
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_offer_put(&buf, &offer);
    assert_int_equal(buf.len, WC_OFFER_SIZE_MAX);
    assert_status(wc_offer_decode(&offer, wc_buf_slice(&buf)), WC_OK);
    offer.terms = wc_slice_of(terms, WC_OFFER_TERMS_MAX + 1);
    assert_status(offer_status(&offer), WC_TOO_LARGE);
    assert_true(WC_OFFER_SIZE_MAX <= WC_STATE_VALUE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_instance_decodes_to_its_fields),
        cmocka_unit_test(an_instance_stays_within_its_limits),
        cmocka_unit_test(the_golden_module_and_header_decode_to_their_fields),
        cmocka_unit_test(the_golden_offer_decodes_to_its_fields),
        cmocka_unit_test(signing_does_not_change_the_terms_and_anything_else_does),
        cmocka_unit_test(an_offer_that_contradicts_itself_is_refused),
        cmocka_unit_test(a_party_answers_at_its_own_position_or_at_an_open_one),
        cmocka_unit_test(the_largest_offer_fits_its_stated_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
