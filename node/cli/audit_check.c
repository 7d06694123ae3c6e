/* audit proof --check: is a proof file genuine? Needs no ledger: only what its reader trusts. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/audit_proof.h"
#include "node/proof/check.h"
#include "node/proof/words.h"
#include "vm/base/text.h"

typedef struct checking {
    const wc_cli *cli;
    wc_slice bytes;
    wc_hash record_hash, state_root;
    wc_public_key sequencer;
    wc_proof_trust trust;
    wc_proof_file file;
    wc_proof_scratch scratch;
} checking;

/* ---- what is given ---------------------------------------------------------------------------
 */

static bool read_digits(const wc_cli *cli, const char *name, uint8_t *bytes, bool *has)
{
    const char *text = wc_cli_option_of(cli, name);
    *has = text != NULL;
    if (text == NULL || wc_parse_hex(wc_str_of(text), bytes, WC_HASH_SIZE) == WC_OK) return true;
    (void)wc_cli_fail(cli, WC_EXIT_USAGE, "--%s takes 64 hex digits", name);
    return false;
}

static bool read_trust(checking *c)
{
    bool has_record, has_sequencer, has_root;
    if (!read_digits(c->cli, "record", c->record_hash.bytes, &has_record) ||
        !read_digits(c->cli, "sequencer", c->sequencer.bytes, &has_sequencer) ||
        !read_digits(c->cli, "state-root", c->state_root.bytes, &has_root)) {
        return false;
    }
    if (has_record) c->trust.record_hash = &c->record_hash;
    if (has_sequencer) c->trust.sequencer = &c->sequencer;
    if (has_root) c->trust.state_root = &c->state_root;
    if (has_record || has_sequencer || has_root) return true;
    (void)wc_cli_fail(
        c->cli, WC_EXIT_USAGE,
        "needs what you trust: --record HASH, or --sequencer KEY, or --state-root HASH");
    return false;
}

/* The member "file" of an answer of the API, or of --json; the bytes themselves otherwise. */
static bool unwrap(checking *c)
{
    size_t at = 0;
    while (at < c->bytes.len && strchr(" \t\r\n", c->bytes.data[at]) != NULL) at++;
    if (at == c->bytes.len || c->bytes.data[at] != '{') return true;
    json_t *root = json_loadb((const char *)c->bytes.data, c->bytes.len, 0, NULL);
    json_t *result = json_object_get(root, "result");
    const char *text = json_string_value(json_object_get(result != NULL ? result : root, "file"));
    size_t len = text != NULL ? strlen(text) / 2 : 0;
    wc_arena *arena = wc_cli_arena(len + 16);
    uint8_t *bytes = arena != NULL ? wc_arena_alloc(arena, len + 1, 1) : NULL;
    bool is_read =
        bytes != NULL && text != NULL && wc_parse_hex(wc_str_of(text), bytes, len) == WC_OK;
    json_decref(root);
    if (is_read) c->bytes = wc_slice_of(bytes, len);
    return is_read;
}

/* ---- the verdict -----------------------------------------------------------------------------
 */

static wc_exit refuse(const checking *c, wc_proof_reason reason, size_t bad)
{
    uint8_t memory[1024];
    wc_buf buf;
    wc_outline outline;
    wc_exit code = reason == WC_PROOF_REFUSED_NEWER_VERSION ? WC_EXIT_INCOMPATIBLE : WC_EXIT_FAILS;
    const char *name = wc_proof_reason_name(reason), *text = wc_proof_reason_text(reason);
    if (!c->cli->json) {
        if (reason == WC_PROOF_REFUSED_MALFORMED && bad > 0) {
            return wc_cli_fail(c->cli, code, "REFUSED: %s: byte %zu: %s", name, bad, text);
        }
        return wc_cli_fail(c->cli, code, "REFUSED: %s: %s", name, text);
    }
    wc_buf_init(&buf, memory, sizeof memory);
    wc_outline_begin(&outline, &buf, true);
    wc_outline_bool(&outline, "holds", false);
    wc_outline_str(&outline, "reason", wc_str_of(name));
    wc_outline_str(&outline, "text", wc_str_of(text));
    wc_outline_finish(&outline);
    return wc_cli_print(&buf) ? code : WC_EXIT_ENVIRONMENT;
}

static const char *trusted_text(const checking *c)
{
    if (c->trust.record_hash != NULL && c->trust.sequencer != NULL) {
        return "the record's hash, and the sequencer's certificate over it";
    }
    if (c->trust.record_hash != NULL) return "the record's hash, as given";
    if (c->trust.sequencer != NULL) return "the sequencer's key, which certified this record";
    return "the state root, as given; it does not say of which record it is";
}

static wc_exit tell(checking *c, wc_proof_words *words, void *memory, size_t size)
{
    wc_buf text, answer;
    wc_outline outline;
    wc_buf_init(&text, memory, WC_PROOF_TEXT_MAX);
    wc_buf_init(&answer, (uint8_t *)memory + WC_PROOF_TEXT_MAX, size - WC_PROOF_TEXT_MAX);
    wc_outline_begin(&outline, &answer, c->cli->json);
    wc_outline_bool(&outline, "holds", true);
    wc_proof_tell(&outline, &text, words);
    wc_outline_both(&outline, "trusted", "trusted", wc_str_of(trusted_text(c)));
    if (c->file.is_record_known && c->trust.sequencer == NULL) {
        bool has = c->file.certificate_bytes.len > 0;
        wc_outline_line(&outline, "certificate   %s",
                        has ? "not looked at: --sequencer KEY asks for it" : "none in the file");
    }
    wc_outline_finish(&outline);
    wc_assert(!answer.full);
    if (c->cli->quiet && !c->cli->json) return WC_EXIT_DONE;
    return wc_cli_print(&answer) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit check(checking *c)
{
    size_t bad = 0, room, size = WC_PROOF_TEXT_MAX * 3u;
    if (!unwrap(c)) return refuse(c, WC_PROOF_REFUSED_NO_PROOF_FILE, 0);
    wc_proof_reason reason = wc_proof_check(&c->file, &bad, &c->scratch, c->bytes, &c->trust);
    wc_arena *arena = wc_cli_arena(WC_PROOF_WORDS_ARENA), *texts = wc_cli_arena(size);
    if (arena == NULL || texts == NULL) {
        return wc_cli_fail(c->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_proof_words words = {.file = &c->file, .arena = arena};
    if (reason == WC_PROOF_HOLDS && !wc_words_has_focus(&words)) {
        reason = WC_PROOF_REFUSED_FIELD_UNKNOWN;
    }
    if (reason != WC_PROOF_HOLDS) return refuse(c, reason, bad);
    return tell(c, &words, wc_arena_ahead(texts, &room), size);
}

wc_exit wc_cli_audit_check(const wc_cli *cli)
{
    static const char *const of_making[] = {"seq",    "bare",   "as",         "threads",
                                            "native", "output", "record-hash"};
    for (size_t i = 0; i < WC_ARRAY_LEN(of_making); i++) {
        if (wc_cli_option_of(cli, of_making[i]) == NULL) continue;
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--%s does not go with --check", of_making[i]);
    }
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--check FILE takes no folder and no fact");
    }
    wc_arena *arena = wc_cli_arena(sizeof(checking) + 2u * WC_PROOF_FILE_MAX + 4096);
    checking *c = arena != NULL ? WC_ARENA_NEW(arena, checking) : NULL;
    if (c == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    c->cli = cli;
    if (!read_trust(c)) return WC_EXIT_USAGE;
    const char *path = wc_cli_option_of(cli, "check");
    if (!wc_cli_read(cli, path, 2u * WC_PROOF_FILE_MAX, arena, &c->bytes)) {
        return WC_EXIT_ENVIRONMENT;
    }
    return check(c);
}
