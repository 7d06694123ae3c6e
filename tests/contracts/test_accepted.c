/* Every standard contract is accepted by a chain whose parameters nobody has changed: by the
 * chain's own transaction, signed by its administration, as on a node. And what is too dear there
 * is refused by a test in Clause, too, because tests run under the same parameters.
 *
 * usage: test_accepted CONTRACTS FILE.clause...   modules that a file uses are looked for in
 * CONTRACTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "node/crypto/crypto.h"
#include "node/ledger/params.h"
#include "node/runner/world.h"
#include "tests/contracts/sources.h"
#include "tests/support/test.h"

#define MEMORY ((size_t)768 << 20)

static int file_count;
static char **file_names; /* the folder of contracts, then sources */

/* Parties and the network's own money; the currency is in the genesis of the chain. */
static const char first_contract[] =
    "module first;\nuse std.energy;\ncontract First {\n  parties { a, b : party; }\n"
    "  states { Open initial; Closed final; }\n"
    "  action close(x : Yuan) by a when Open -> Closed { pay a -> b : x; goto Closed(); }\n"
    "  after deployed + 1 h when Open -> Closed { goto Closed(); }\n}\n";

static const char dear_contract[] =
    "module dear;\nuse std.energy;\ncontract Dear {\n  parties { a : party; }\n"
    "  states { Open initial; Closed final; }\n  storage { n : int; }\n"
    "  action work() by a when Open -> Closed {\n    for i in 0 .. 60_000 {\n"
    "      for j in 0 .. 1_000 { self.n = mod(self.n * 3 + j, 1_000); }\n    }\n"
    "    goto Closed();\n  }\n"
    "  after deployed + 1 h when Open -> Closed { goto Closed(); }\n}\n"
    "test \"it can be made\" { let c = Dear.deploy(a: alice); }\n";

static const wc_compilation *compile_text(wc_arena *arena, const char *name, const char *text)
{
    wc_compilation *made;
    wc_compile_options options = {.arena = arena, .hash = wc_sha256};
    assert_status(wc_compile(&options, wc_str_of(name), wc_str_of(text), &made), WC_OK);
    assert_false(made->has_failed);
    return made;
}

/* A chain with the module of `first_contract`. */
static wc_world *open_world(wc_arena *arena, const wc_slice *modules)
{
    static const wc_str parties[] = {{"bank", 4}};
    wc_runner_job *job = WC_ARENA_NEW(arena, wc_runner_job);
    wc_runner_test *test = WC_ARENA_NEW(arena, wc_runner_test);
    wc_world *world = WC_ARENA_NEW(arena, wc_world);
    assert_true(job != NULL && test != NULL && world != NULL);
    *job = (wc_runner_job){.arena = arena, .contracts = modules, .contract_count = 1};
    *test = (wc_runner_test){.parties = parties, .party_count = 1};
    assert_status(wc_world_open(world, job, test), WC_OK);
    assert_status(wc_world_start(world), WC_OK);
    return world;
}

static uint16_t deploy(wc_world *world, wc_slice module)
{
    uint16_t admin = world->party_count;
    wc_world_call call = {
        .kind = WC_CALL_DEPLOY, .args = module, .signers = &admin, .signer_count = 1};
    wc_receipt_page page;
    assert_status(wc_world_send(world, &call, &page), WC_OK);
    return page.receipt.status;
}

/* By their encoding: what lies between the fields of a struct is not said. */
static void assert_same_params(const wc_params *left, const wc_params *right)
{
    uint8_t one[256], other[256];
    wc_buf first, second;
    wc_buf_init(&first, one, sizeof one);
    wc_buf_init(&second, other, sizeof other);
    wc_params_put(&first, left);
    wc_params_put(&second, right);
    assert_status(wc_buf_status(&first), WC_OK);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(one, other, first.len);
}

static void standard_contracts_deploy_under_the_default_parameters(void **state)
{
    (void)state;
    void *memory = aligned_alloc(16, MEMORY);
    wc_arena arena;
    unsigned deployed = 0;
    assert_non_null(memory);
    wc_arena_init(&arena, memory, MEMORY);
    wc_slice first = compile_text(&arena, "first.clause", first_contract)->contracts[0].module;
    size_t mark = wc_arena_mark(&arena);
    for (int i = 1; i < file_count; i++) {
        wc_sources_finder finder = {.arena = &arena, .folder = file_names[0]};
        const wc_compilation *made = sources_compile(&finder, file_names[i]);
        for (uint16_t k = 0; k < made->contract_count; k++) {
            if (!made->contracts[k].is_own) continue;
            wc_world *world = open_world(&arena, &first);
            const wc_params params = wc_params_default();
            assert_same_params(wc_chain_params(world->chain), &params);
            uint16_t status = deploy(world, made->contracts[k].module);
            if (status != WC_RECEIPT_OK) {
                print_error("%.*s: refused with %u\n", WC_STR_ARG(made->contracts[k].name), status);
            }
            assert_int_equal(status, WC_RECEIPT_OK);
            wc_world_close(world);
            deployed++;
        }
        wc_arena_rewind(&arena, mark);
    }
    print_message("%u contracts\n", deployed);
    assert_true(deployed > 0);
    free(memory);
}

static void what_a_node_refuses_a_test_refuses(void **state)
{
    (void)state;
    void *memory = aligned_alloc(16, MEMORY);
    wc_arena arena;
    assert_non_null(memory);
    wc_arena_init(&arena, memory, MEMORY);
    wc_slice first = compile_text(&arena, "first.clause", first_contract)->contracts[0].module;
    const wc_compilation *dear = compile_text(&arena, "dear.clause", dear_contract);
    wc_slice module = dear->contracts[0].module;
    wc_world *world = open_world(&arena, &first);
    assert_int_equal(deploy(world, module), WC_REFUSAL_GAS_BOUND_TOO_HIGH);
    wc_world_close(world);

    wc_runner_job job = {
        .arena = &arena, .image = dear->test_image, .contracts = &module, .contract_count = 1};
    wc_runner_test one = {.number = dear->tests[0].number,
                          .parties = dear->tests[0].parties,
                          .party_count = dear->tests[0].party_count};
    wc_runner_result result;
    assert_status(wc_runner_run(&job, &one, &result), WC_OK);
    assert_false(result.has_passed);
    assert_non_null(strstr(result.text, "Dear"));
    assert_non_null(strstr(result.text, "work"));
    free(memory);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_contracts_deploy_under_the_default_parameters),
        cmocka_unit_test(what_a_node_refuses_a_test_refuses),
    };
    if (argc < 3 || wc_crypto_start() != WC_OK) return EXIT_FAILURE;
    file_count = argc - 1;
    file_names = argv + 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
