/* Arguments that are no values: the reference interpreter refuses what the machine refuses, and
 * what both take comes back byte by byte. The first encodings are written by hand after
 * docs/reference/bytecode.md; from each come all cuts, one byte more, and changes of every byte. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_host.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "tests/unit/interp/outside.h"
#include "vm/isa/isa.h"
#include "vm/vm.h"

static const char source[] =
    "module codec;\n"
    "use std.energy;\n"
    "enum Plain { Red, Green, Blue }\n"
    "enum Rich { Nothing, Number(x : int<0..9>, of : Plain), Word(t : text<3>) }\n"
    "record Box { n : int<-3..9>; e : dec<1, kWh, 0..5>; flag : bool; }\n"
    "contract Codec {\n"
    "    parties { owner : party; }\n"
    "    states { On initial; Off final; }\n"
    "    view number(v : int<-3..9>) -> int<-3..9> { return v; }\n"
    "    view flag(v : bool) -> bool { return v; }\n"
    "    view day(v : date) -> date { return v; }\n"
    "    view span(v : interval) -> interval { return v; }\n"
    "    view who(v : party) -> party { return v; }\n"
    "    view word(v : text<5>) -> text<5> { return v; }\n"
    "    view raw(v : bytes<4>) -> bytes<4> { return v; }\n"
    "    view plain(v : Plain) -> Plain { return v; }\n"
    "    view rich(v : Rich) -> Rich { return v; }\n"
    "    view box(v : Box) -> Box { return v; }\n"
    "    view pair(v : (int<0..9>, bool)) -> (int<0..9>, bool) { return v; }\n"
    "    view perhaps(v : option<int<0..9>>) -> option<int<0..9>> { return v; }\n"
    "    view many(v : list<int<0..9>, 3>) -> list<int<0..9>, 3> { return v; }\n"
    "    view riches(v : list<Rich, 3>) -> list<Rich, 3> { return v; }\n"
    "    view few(v : set<int<-9..9>, 3>) -> set<int<-9..9>, 3> { return v; }\n"
    "    view words(v : set<text<3>, 3>) -> set<text<3>, 3> { return v; }\n"
    "    view raws(v : set<bytes<2>, 3>) -> set<bytes<2>, 3> { return v; }\n"
    "    view plains(v : set<Plain, 3>) -> set<Plain, 3> { return v; }\n"
    "    view pairs(v : set<(bool, int<0..9>), 3>) -> set<(bool, int<0..9>), 3> { return v; }\n"
    "    view table(v : map<int<0..9>, Box, 3>) -> map<int<0..9>, Box, 3> { return v; }\n"
    "    view load(v : series<dec<1, kWh, 0..5>, 15 min, 3>)\n"
    "        -> series<dec<1, kWh, 0..5>, 15 min, 3> { return v; }\n"
    "    action stop() by owner when On -> Off { goto Off(); }\n"
    "}\n";

#define MACHINE ((size_t)8 << 20) /* bytes for the image and a call */

#define I64(low) "00000000000000" low
#define MINUS1   "ffffffffffffffff"

static const struct {
    const char *view, *hex;
} valid[] = {
    {"number", I64("05")},
    {"number", "fffffffffffffffd"},
    {"flag", "01"},
    {"day", I64("10")},
    {"span", I64("10") I64("20")},
    {"who", "1111111111111111111111111111111111111111111111111111111111111111"},
    {"word", "00000002"
             "6162"},
    {"word", "00000004"
             "c3a4c3b6"},
    {"word", "00000000"},
    {"raw", "00ff1020"},
    {"plain", "0001"},
    {"rich", "0000"},
    {"rich", "0001" I64("07") "0002"},
    {"rich", "0002"
             "00000003"
             "616263"},
    {"box", I64("05") I64("32") "01"},
    {"pair", I64("09") "00"},
    {"perhaps", "0000"},
    {"perhaps", "0001" I64("03")},
    {"many", "00000000"},
    {"many", "00000003" I64("01") I64("09") I64("01")},
    {"riches", "00000002"
               "0001" I64("07") "0002"
                                "0002"
                                "00000001"
                                "61"},
    {"few", "00000003" MINUS1 I64("00") I64("05")},
    {"words", "00000003"
              "00000000"
              "00000001"
              "61"
              "00000002"
              "6161"},
    {"raws", "00000002"
             "0001"
             "0100"},
    {"plains", "00000002"
               "0000"
               "0002"},
    {"pairs", "00000003"
              "00" I64("01") "00" I64("02") "01" I64("00")},
    {"table", "00000002" I64("01") I64("02") I64("00") "00" I64("07") MINUS1 I64("01") "01"},
    {"load", "0000000000000384"
             "00000003" I64("05") I64("00") I64("00") "00"
                                                      "03"
                                                      "02"},
    {"load", "0000000000000000"
             "00000000"},
};

typedef struct machine {
    wc_image *image;
    wc_arena arena;
    void *memory;
    wc_fake_host host;
    wc_slice root;
} machine;

static void start(machine *m, wc_slice module)
{
    static const wc_party own = {{0xff}};
    wc_finding finding;
    wc_arena *arena = &m->arena;
    void *memory = aligned_alloc(16, MACHINE);
    assert_non_null(memory);
    wc_arena_init(arena, memory, MACHINE);
    assert_status(wc_image_load(module, wc_test_sha256, arena, &m->image, &finding), WC_OK);
    m->memory = wc_arena_alloc(arena, wc_call_memory_size(m->image), 1);
    assert_non_null(m->memory);
    wc_fake_host_init(&m->host, &own);
    wc_outcome outcome;
    wc_party owner = {{0x50}};
    wc_fake_account_of(&m->host, &owner)->is_signer = true;
    wc_instance instance = {
        .image = m->image, .id = own, .parties = wc_slice_of(owner.bytes, sizeof owner.bytes)};
    wc_call call = {.principal = owner, .has_principal = true, .gas_limit = 1000000000};
    wc_host host = {&wc_fake_host_ops, &m->host};
    wc_deploy_run(&instance, &call, &host, m->memory, &outcome);
    assert_int_equal(outcome.kind, WC_OUTCOME_OK);
    uint8_t *copy = wc_arena_alloc(arena, outcome.root.len + 1, 1);
    assert_non_null(copy);
    memcpy(copy, outcome.root.data, outcome.root.len);
    m->root = wc_slice_of(copy, outcome.root.len);
}

static uint16_t entry_of(const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (wc_str_equal(module->strings[module->entries[i].name], name)) return i;
    }
    fail();
    return 0;
}

/* Whether the machine answers; *result is then what. Else it has refused the arguments. */
static bool machine_takes(machine *m, wc_str view, wc_slice args, wc_slice *result)
{
    wc_outcome outcome;
    wc_instance instance = {.image = m->image, .id = m->host.own, .root = m->root};
    wc_call call = {
        .entry = entry_of(wc_image_module(m->image), view), .args = args, .gas_limit = 1000000000};
    wc_host host = {&wc_fake_host_ops, &m->host};
    wc_call_run(&instance, &call, &host, m->memory, &outcome);
    *result = outcome.result;
    if (outcome.kind == WC_OUTCOME_OK) return true;
    assert_int_equal(outcome.kind, WC_OUTCOME_BUILTIN);
    assert_int_equal(outcome.code, WC_BUILTIN_BadArguments);
    return false;
}

static bool interpreter_takes(wc_interp *in, const wc_sema_routine *view, wc_slice args,
                              wc_slice *result)
{
    wc_interp_outcome outcome;
    wc_interp_call call = {.routine = view, .args = args};
    wc_interp_call_run(in, &call, &outcome);
    *result = outcome.result;
    if (outcome.end == WC_INTERP_OK) return true;
    outside_assert_builtin(&outcome, WC_BUILTIN_BadArguments);
    return false;
}

typedef struct world {
    machine m;
    wc_interp *in;
    const wc_sema_contract *contract;
} world;

/* Both take the bytes and give them back, or both refuse them. */
static bool both_take(world *w, const char *name, wc_slice args)
{
    wc_slice by_machine, by_interpreter;
    const wc_sema_routine *view = outside_view(w->contract, name);
    bool is_taken = machine_takes(&w->m, view->name, args, &by_machine);
    if (is_taken != interpreter_takes(w->in, view, args, &by_interpreter)) {
        for (size_t i = 0; i < args.len; i++) print_message("%02x", args.data[i]);
        fail_msg(" as %s: the machine %s it", name, is_taken ? "takes" : "refuses");
    }
    if (is_taken) {
        assert_true(wc_slice_equal(by_machine, args));
        assert_true(wc_slice_equal(by_interpreter, args));
    }
    return is_taken;
}

static uint8_t digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t from_hex(const char *hex, uint8_t *bytes)
{
    size_t len = strlen(hex) / 2;
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    }
    return len;
}

static void change_each_byte(world *w, const char *view, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t kept = bytes[i];
        uint8_t others[] = {0,
                            0xff,
                            (uint8_t)(kept + 1),
                            (uint8_t)(kept - 1),
                            (uint8_t)(kept ^ 0x80),
                            (uint8_t)(kept + 0x0a)};
        for (size_t k = 0; k < WC_ARRAY_LEN(others); k++) {
            bytes[i] = others[k];
            (void)both_take(w, view, wc_slice_of(bytes, len));
        }
        bytes[i] = kept;
    }
}

static void open_world(world *w)
{
    const wc_compilation *compilation = outside_compile(source);
    wc_interp_options options = {
        .arena = outside_arena(OUTSIDE_RUN), .program = compilation->program, .steps = 100000000};
    w->contract = outside_contract(compilation, "Codec");
    start(&w->m, compilation->contracts[0].module);
    w->in = wc_interp_open(&options);
    assert_non_null(w->in);
    (void)outside_deploy(w->in, w->contract, wc_slice_of(NULL, 0));
}

static void close_world(world *w)
{
    wc_fake_host_drop(&w->m.host);
    free(w->m.arena.base);
}

static void test_every_kind_of_value(void **state)
{
    (void)state;
    static world w;
    uint8_t bytes[256];
    open_world(&w);
    for (size_t i = 0; i < WC_ARRAY_LEN(valid); i++) {
        size_t len = from_hex(valid[i].hex, bytes);
        if (!both_take(&w, valid[i].view, wc_slice_of(bytes, len))) {
            fail_msg("%s refuses %s", valid[i].view, valid[i].hex);
        }
        for (size_t cut = 0; cut < len; cut++) {
            assert_false(both_take(&w, valid[i].view, wc_slice_of(bytes, cut)));
        }
        bytes[len] = 0;
        assert_false(both_take(&w, valid[i].view, wc_slice_of(bytes, len + 1)));
        change_each_byte(&w, valid[i].view, bytes, len);
    }
    close_world(&w);
}

/* What one change of a byte does not make of the encodings above. */
static void test_values_that_no_encoding_has(void **state)
{
    (void)state;

    static const struct {
        const char *view, *hex;
    } broken[] = {
        {"few", "00000002" I64("05") I64("05")}, /* a key twice */
        {"few", "00000002" I64("05") I64("04")}, /* keys that fall */
        {"words", "00000002"
                  "00000001"
                  "62"
                  "00000001"
                  "61"},
        {"raws", "00000002"
                 "0100"
                 "0001"},
        {"table", "00000002" I64("07") MINUS1 I64("01") "01" I64("01") I64("02") I64("00") "00"},
        {"span", I64("20") I64("10")}, /* ends before it begins */
        {"word", "00000002"
                 "c328"}, /* no UTF-8 */
        {"word", "00000001"
                 "07"},                 /* a control character */
        {"load", I64("01") "00000000"}, /* begins off the step */
        {"load", "0000000000000000"
                 "00000001" I64("33") "00"}, /* beyond 5.0 kWh */
        {"load", "0000000000000000"
                 "00000001" I64("01") "03"}, /* missing, with a value */
    };

    static world w;
    uint8_t bytes[256];
    open_world(&w);
    for (size_t i = 0; i < WC_ARRAY_LEN(broken); i++) {
        size_t len = from_hex(broken[i].hex, bytes);
        assert_false(both_take(&w, broken[i].view, wc_slice_of(bytes, len)));
    }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_of_value),
        cmocka_unit_test(test_values_that_no_encoding_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
