/* Verifier: order of the passes, and findings. The proof that execution relies on:
 *   - every operand names something that exists and has the kind the instruction needs;
 *   - a register is read only after it was written on every path, always with its one type;
 *   - a ref leads to memory that has the ref's type and is initialised;
 *   - control stays in the function, goes forward except by counted loops, and ends;
 *   - frames are static, chains of calls bounded, memory within WC_MEM_MAX;
 *   - no path of a call is charged more than its entry's bound. */
#include "vm/isa/verify.h"

static const struct {
    const char *code, *text, *way_out;
} rules[] = {

#define WC_RULE(code, name, text, way_out) {#code, text, way_out},
#include "vm/isa/rules.def"
#undef WC_RULE
};

const char *wc_rule_way_out(const char *code)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(rules); i++) {
        if (wc_str_equal(wc_str_of(rules[i].code), wc_str_of(code))) return rules[i].way_out;
    }
    return NULL;
}

static wc_finding finding_of(wc_rule which)
{
    return (wc_finding){.code = rules[which].code, .text = rules[which].text, .function = WC_NONE};
}

wc_finding wc_module_finding(wc_status status, size_t offset)
{
    static const struct {
        wc_status status;
        wc_rule rule;
    } containers[] = {
        {WC_BAD_MAGIC, WC_RULE_BAD_MAGIC},         {WC_BAD_VERSION, WC_RULE_BAD_VERSION},
        {WC_TRUNCATED, WC_RULE_TRUNCATED},         {WC_TRAILING, WC_RULE_TRAILING},
        {WC_NOT_CANONICAL, WC_RULE_NOT_CANONICAL}, {WC_OUT_OF_DOMAIN, WC_RULE_OUT_OF_DOMAIN},
        {WC_TOO_LARGE, WC_RULE_TOO_LARGE},         {WC_DUPLICATE, WC_RULE_DUPLICATE},
        {WC_BAD_UTF8, WC_RULE_BAD_UTF8},           {WC_NO_MEMORY, WC_RULE_NO_MEMORY},
    };

    for (size_t i = 0;; i++) {
        wc_assert(i < WC_ARRAY_LEN(containers)); /* the decoder answers nothing else */
        if (containers[i].status != status) continue;
        wc_finding finding = finding_of(containers[i].rule);
        finding.offset = offset;
        return finding;
    }
}

wc_status wc_refuse(wc_verify *v, wc_rule rule)
{
    *v->finding = finding_of(rule);
    v->finding->function = v->index;
    v->finding->word = v->word;
    return WC_OUT_OF_DOMAIN;
}

wc_status wc_refuse_row(wc_verify *v, wc_rule rule, uint32_t row)
{
    *v->finding = finding_of(rule);
    v->finding->word = row;
    return WC_OUT_OF_DOMAIN;
}

static wc_status run(wc_verify *v)
{
    WC_TRY(wc_verify_tables(v));
    WC_TRY(wc_prepare_functions(v));
    for (uint16_t i = 0; i < v->module->function_count; i++) WC_TRY(wc_verify_function(v, i));
    WC_TRY(wc_verify_entries(v));
    return wc_verify_calls(v);
}

static wc_status verify(wc_verify *v)
{
    size_t mark = wc_arena_mark(v->arena);
    *v->finding = (wc_finding){.function = WC_NONE};
    wc_status status = run(v);
    if (status == WC_NO_MEMORY) *v->finding = finding_of(WC_RULE_NO_MEMORY);
    wc_arena_rewind(v->arena, mark);
    return status;
}

wc_status wc_module_verify(wc_module *module, wc_sha256_fn hash, wc_arena *arena,
                           wc_finding *finding)
{
    wc_verify v = {.module = module, .hash = hash, .arena = arena, .finding = finding};
    return verify(&v);
}

wc_status wc_module_verify_decoded(wc_module *module, wc_sha256_fn hash, wc_arena *arena,
                                   wc_finding *finding)
{
    wc_verify v = {.module = module,
                   .hash = hash,
                   .arena = arena,
                   .finding = finding,
                   .rows_are_checked = true};
    return verify(&v);
}

wc_status wc_module_bound(wc_module *module, wc_sha256_fn hash, wc_arena *arena,
                          wc_finding *finding)
{
    wc_verify v = {
        .module = module, .hash = hash, .arena = arena, .finding = finding, .sets_bounds = true};
    return verify(&v);
}
