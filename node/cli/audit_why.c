/* audit why: the derivation of an amount. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/why.h"
#include "node/cli/audit.h"
#include "node/cli/compile.h"
#include "node/query/outline.h"
#include "vm/base/text.h"

#define DEFAULT_LEDGER "./wattclause-demo"
#define TEXT_MAX       ((size_t)64 << 20)
#define PARTS_MAX      2u

static wc_store_problem problem;

/* ---- sources -----------------------------------------------------------------------------------
 */

static wc_str line_of(const wc_embedded *files, size_t count, wc_str module, uint32_t line)
{
    for (size_t i = 0; i < count; i++) {
        if (!wc_str_equal(wc_str_of(files[i].path), module)) continue;
        const char *at = files[i].text, *end = at + files[i].size;
        for (; line > 1 && at < end; line--) {
            const char *next = memchr(at, '\n', (size_t)(end - at));
            at = next != NULL ? next + 1 : end;
        }
        while (at < end && *at == ' ') at++;
        const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        return (wc_str){at, (size_t)((stop != NULL ? stop : end) - at)};
    }
    return WC_STR("");
}

/* Sources of the standard contracts and of the library are in the program. */
static wc_str source(void *self, wc_str module, uint32_t line)
{
    (void)self;
    wc_str text = line_of(wc_contract_files, wc_contract_file_count, module, line);
    return text.len > 0 ? text : line_of(wc_stdlib_files, wc_stdlib_file_count, module, line);
}

/* ---- what is asked for -------------------------------------------------------------------------
 */

typedef struct question {
    const char *ledger;
    uint64_t seq;
    uint32_t receipt;
    bool has_event;
    uint32_t event;
    const char *amount; /* NULL: the only one of the event */
} question;

static bool is_digits(const char *text)
{
    return strspn(text, "0123456789abcdef") == strlen(text) && strlen(text) >= 8;
}

/* The receipt of a transaction: by running all blocks once. */
static wc_exit find_transaction(const wc_cli *cli, question *q, const char *digits)
{
    wc_cli_rerun again;
    wc_exit code = wc_cli_rerun_open(cli, &again, q->ledger, WC_CLI_RERUN_FIRST);
    bool is_found = false;
    while (code == WC_EXIT_DONE && !is_found) {
        const wc_sealed *sealed;
        bool is_same;
        uint64_t seq = wc_chain_head(wc_rerun_chain(again.rerun))->seq + 1;
        if (seq > wc_rerun_last(again.rerun)) break;
        wc_status status = wc_rerun_block(again.rerun, &problem, NULL, &sealed, &is_same);
        if (status != WC_OK) code = wc_cli_audit_fail(cli, status, &problem);
        for (uint32_t i = 0; status == WC_OK && i < sealed->applied.tx_count && !is_found; i++) {
            char hex[2 * WC_HASH_SIZE + 1];
            for (size_t k = 0; k < WC_HASH_SIZE; k++) {
                (void)snprintf(hex + 2 * k, 3, "%02x", sealed->applied.txs[i].id.bytes[k]);
            }
            is_found = strncmp(hex, digits, strlen(digits)) == 0;
            q->seq = seq;
            q->receipt = sealed->applied.timer_count + i;
        }
    }
    if (code == WC_EXIT_DONE && !is_found) wc_cli_rerun_say_beginning(cli, &again, q->ledger);
    wc_cli_rerun_close(cli, &again);
    if (code != WC_EXIT_DONE || is_found) return code;
    return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: no transaction %.64s", q->ledger, digits);
}

/* What stands where the amount is named is no name of one. A ledger stands there for who knows the
 * other jobs, which take it first. */
static wc_exit refuse_place(const wc_cli *cli, const char *text)
{
    if (access(text, F_OK) != 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes a transaction by 8 or more digits of its hash, a receipt "
                           "RECORD.RECEIPT or an event RECORD.RECEIPT.EVENT, not `%.60s`",
                           text);
    }
    return wc_cli_fail(cli, WC_EXIT_USAGE,
                       "what is asked about comes first, the ledger behind --ledger: wattclause "
                       "audit why %.60s --ledger %.200s",
                       cli->argc == 3 ? cli->argv[2] : "TX|EVENT", text);
}

static wc_exit parse(const wc_cli *cli, question *q)
{
    const char *text = cli->argv[1];
    char whole[64];
    wc_event_id id;
    q->ledger = wc_cli_option_of(cli, "ledger");
    if (q->ledger == NULL) q->ledger = DEFAULT_LEDGER;
    q->amount = cli->argc == 3 ? cli->argv[2] : NULL;
    q->has_event = wc_event_id_parse(&id, wc_str_of(text));
    (void)snprintf(whole, sizeof whole, "%.50s.0", text);
    bool is_place = q->has_event || wc_event_id_parse(&id, wc_str_of(whole));
    if (is_place && id.seq > 0) {
        q->seq = id.seq;
        q->receipt = id.receipt;
        q->event = id.event;
        return WC_EXIT_DONE;
    }
    if (is_digits(text)) return find_transaction(cli, q, text);
    return refuse_place(cli, text);
}

/* "16.61" or "16.61 CNY". */
static bool is_meant(const question *q, const wc_why_amount *amount)
{
    int64_t value;
    if (q->has_event && amount->event != q->event) return false;
    if (q->amount == NULL) return true;
    wc_str text = wc_str_of(q->amount);
    const char *space = memchr(text.data, ' ', text.len);
    if (space != NULL) {
        wc_str unit = wc_str_of(space + 1);
        if (!wc_str_equal(unit, amount->unit)) return false;
        text.len = (size_t)(space - text.data);
    }
    return wc_parse_scaled(text, amount->scale, &value) == WC_OK && value == amount->value;
}

/* ---- the answer --------------------------------------------------------------------------------
 */

static void put_amount(wc_buf *text, const wc_why_amount *amount)
{
    wc_put_scaled(text, amount->value, amount->scale);
    if (amount->unit.len == 0) return;
    wc_buf_put_text(text, " ");
    wc_buf_put(text, amount->unit.data, amount->unit.len);
}

static wc_exit refuse(const wc_cli *cli, const question *q, const wc_why *why)
{
    uint8_t memory[1024];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    unsigned shown = 0;
    for (uint32_t i = 0; i < why->amount_count && shown < 8; i++) {
        if (q->has_event && why->amounts[i].event != q->event) continue;
        wc_buf_put_text(&text, shown++ == 0 ? "; it has " : ", ");
        put_amount(&text, &why->amounts[i]);
    }
    return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: no such amount in its events%.*s", cli->argv[1],
                       text.full ? 1024 : (int)text.len, (const char *)memory);
}

/* What no contract computed: fees and native calls. */
static void put_native(wc_outline *outline, wc_cli_rerun *again, const wc_sealed *sealed,
                       const question *q, const wc_event *event)
{
    wc_ledger_posting posting;
    const wc_receipt *receipt = &sealed->applied.receipts[q->receipt].receipt;
    if (wc_posting_decode(&posting, event->data) != WC_OK) return;
    if (posting.cause == WC_CAUSE_FEE) {
        uint64_t price = wc_chain_params(wc_rerun_chain(again->rerun))->gas_price;
        wc_outline_str(outline, "how", WC_STR("fee"));
        wc_outline_number(outline, "gas_used", (int64_t)receipt->gas_used);
        wc_outline_number(outline, "gas_price", (int64_t)price);
        wc_outline_line(outline,
                        "fee           gas used %llu, less what a reading quota covers, × price "
                        "%llu / 1,000,000, rounded up to a unit of the sixth decimal",
                        (unsigned long long)receipt->gas_used, (unsigned long long)price);
        return;
    }
    wc_outline_str(outline, "how", WC_STR("argument"));
    wc_outline_number(outline, "call", posting.call);
    wc_outline_line(outline,
                    "argument      of call %u of the transaction, by its signers' words; no "
                    "contract computed it",
                    posting.call);
}

/* Who answers for the arguments. */
static void put_signers(wc_outline *outline, const wc_cli_rerun *again, const wc_sealed *sealed,
                        const question *q)
{
    const wc_applied *applied = &sealed->applied;
    uint32_t index = q->receipt - applied->timer_count;
    bool is_tx = q->receipt >= applied->timer_count && index < applied->tx_count;
    const wc_tx *tx = is_tx ? applied->txs[index].tx : NULL;
    wc_outline_open_list(outline, "signed_by");
    for (uint8_t i = 0; tx != NULL && i < tx->auth_count; i++) {
        uint8_t memory[256];
        wc_buf text;
        wc_buf_init(&text, memory, sizeof memory);
        wc_query_put_party(&text, again->query, &tx->auth[i].address);
        wc_outline_str(outline, NULL, (wc_str){(const char *)memory, text.len});
        wc_outline_line(outline, "arguments were signed by %.*s", (int)text.len,
                        (const char *)memory);
    }
    wc_outline_close(outline);
    if (tx == NULL) wc_outline_line(outline, "a time-out: nobody signed it");
}

static wc_exit answer(const wc_cli *cli, wc_cli_rerun *again, const question *q, const wc_why *why,
                      const wc_why_amount *amount)
{
    const wc_sealed *sealed = why->sealed;
    wc_buf buf, text;
    wc_outline outline;
    wc_event event;
    uint8_t memory[4096];
    void *room = wc_arena_alloc(again->arena, TEXT_MAX, 1);
    const wc_receipt_page *page = &sealed->applied.receipts[q->receipt];
    if (room == NULL || wc_query_event(page, amount->event, &event) != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&buf, room, TEXT_MAX);
    wc_outline_begin(&outline, &buf, cli->json);
    const wc_event_id id = {q->seq, q->receipt, amount->event};
    wc_buf_init(&text, memory, sizeof memory);
    wc_event_id_put(&text, &id);
    wc_outline_both(&outline, "id", "event", (wc_str){(const char *)memory, text.len});
    wc_buf_init(&text, memory, sizeof memory);
    wc_query_put_event(&text, again->query, &event, 8);
    wc_str words = {(const char *)memory, text.full ? sizeof memory : text.len};
    wc_outline_str(&outline, "event", words);
    wc_outline_line(&outline, "%.*s", (int)words.len, words.data);
    wc_buf_init(&text, memory, sizeof memory);
    put_amount(&text, amount);
    wc_outline_str(&outline, "field", amount->field);
    wc_outline_str(&outline, "amount", (wc_str){(const char *)memory, text.len});
    wc_outline_line(&outline, "%.*s is", (int)amount->field.len, amount->field.data);
    wc_status status = WC_OK;
    if (amount->node == 0) {
        put_native(&outline, again, sealed, q, &event);
    } else {
        wc_why_view view = {
            .why = why, .outline = &outline, .source = source, .parts_max = PARTS_MAX};
        status = wc_why_show(&view, amount);
    }
    put_signers(&outline, again, sealed, q);
    wc_outline_finish(&outline);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    if (buf.full) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "the answer is too long");
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

static wc_exit ask(const wc_cli *cli, wc_cli_rerun *again, const question *q)
{
    wc_why why;
    uint64_t last = wc_rerun_last(again->rerun);
    if (q->seq > last) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "%s: there is no record %llu; the newest is %llu",
                           q->ledger, (unsigned long long)q->seq, (unsigned long long)last);
    }
    const wc_why_question asked = {again->rerun, q->seq, q->receipt, again->query, again->arena};
    wc_status status = wc_why_run(&why, &problem, &asked);
    wc_exit code = WC_EXIT_DONE;
    if (status == WC_NOT_FOUND) { /* the receipt */
        code = wc_cli_fail(cli, WC_EXIT_FAILS, "%s: %s", q->ledger, problem.text);
    } else if (status != WC_OK) {
        code = wc_cli_audit_fail(cli, status, &problem);
    } else if (!why.is_same) {
        code = wc_cli_fail(cli, WC_EXIT_FAILS,
                           "record %llu is stored otherwise than this program computes it; `audit "
                           "replay` names the difference",
                           (unsigned long long)q->seq);
    } else if (why.is_full) {
        code = wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                           "the receipt computes more numbers than are kept; nothing is shown in "
                           "part");
    } else {
        uint32_t i = 0;
        while (i < why.amount_count && !is_meant(q, &why.amounts[i])) i++;
        code = i < why.amount_count ? answer(cli, again, q, &why, &why.amounts[i])
                                    : refuse(cli, q, &why);
    }
    wc_why_close(&why);
    return code;
}

wc_exit wc_cli_audit_why(const wc_cli *cli)
{
    question q = {0};
    wc_cli_rerun again = {0};
    wc_exit code = parse(cli, &q);
    if (code != WC_EXIT_DONE) return code;
    code = wc_cli_rerun_open(cli, &again, q.ledger, q.seq - 1);
    if (code == WC_EXIT_DONE) code = ask(cli, &again, &q);
    wc_cli_rerun_close(cli, &again);
    return code;
}
