/* The cast: the same keys everywhere, a genesis that decodes, public keys only on demo chains. */
#include "node/demo/cast.h"
#include "tests/support/test.h"

static wc_cast cast;
static uint8_t memory[2][1 << 20];

static wc_slice genesis_of(wc_cast *of, int64_t time_s, unsigned where)
{
    wc_buf buf;
    wc_buf_init(&buf, memory[where], sizeof(memory[where]));
    wc_keypair sequencer = wc_cast_sequencer();
    wc_cast_make(of);
    wc_cast_genesis(of, &sequencer, time_s, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void two_casts_are_the_same_byte_for_byte(void **state)
{
    static wc_cast again;
    (void)state;
    assert_true(wc_slice_equal(genesis_of(&cast, 1000, 0), genesis_of(&again, 1000, 1)));
    assert_memory_equal(&cast, &again, sizeof(cast));
}

static void no_two_actors_share_a_key_or_an_address(void **state)
{
    (void)state;
    wc_cast_make(&cast);
    for (uint32_t i = 0; i < WC_ACTOR_COUNT; i++) {
        const wc_actor *a = &cast.actors[i];
        for (uint32_t j = 0; j < i; j++) {
            const wc_actor *b = &cast.actors[j];
            assert_memory_not_equal(&a->keys[0].public_key, &b->keys[0].public_key, 32);
            assert_string_not_equal(a->id, b->id);
            if (!a->is_meter) assert_memory_not_equal(&a->address, &b->address, 32);
        }
    }
    const wc_actor *bank = &cast.actors[WC_ACTOR_BANK];
    assert_int_equal(bank->key_count, 2);
    assert_memory_not_equal(&bank->keys[0].public_key, &bank->keys[1].public_key, 32);
}

static void the_genesis_decodes_and_holds_everybody_but_the_meters(void **state)
{
    static wc_genesis genesis;
    size_t bad = 0;
    (void)state;
    wc_slice bytes = genesis_of(&cast, 1000, 0);
    assert_status(wc_genesis_decode(&genesis, &bad, bytes), WC_OK);
    assert_int_equal(genesis.account_count, WC_ACTOR_METER_FIRST);
    assert_int_equal(genesis.clock, WC_CLOCK_SCRIPTED);
    assert_int_equal(genesis.time_s, 1000);
    wc_genesis_cursor cursor = {0};
    wc_address address;
    wc_slice value;
    for (uint32_t i = 0; i < WC_ACTOR_METER_FIRST; i++) {
        assert_status(wc_genesis_next_account(&genesis, &cursor, &address, &value), WC_OK);
        assert_memory_equal(&address, &cast.actors[i].address, 32);
    }
}

static void published_keys_do_not_open_a_chain_that_is_no_demo(void **state)
{
    static wc_genesis genesis;
    size_t bad = 0;
    (void)state;
    wc_slice bytes = genesis_of(&cast, 1000, 0);
    for (size_t i = 0; i + 4 <= bytes.len; i++) {
        if (memcmp(memory[0] + i, "demo", 4) == 0) {
            memcpy(memory[0] + i, "real", 4);
            break;
        }
    }
    /* a scripted clock is refused there, so nobody's day can be scripted with these keys */
    assert_status(wc_genesis_decode(&genesis, &bad, bytes), WC_OUT_OF_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_casts_are_the_same_byte_for_byte),
        cmocka_unit_test(no_two_actors_share_a_key_or_an_address),
        cmocka_unit_test(the_genesis_decodes_and_holds_everybody_but_the_meters),
        cmocka_unit_test(published_keys_do_not_open_a_chain_that_is_no_demo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
