/* What `audit bisect` has found, in words and as JSON. */
#include <stdio.h>
#include <string.h>

#include "node/cli/audit_bisect.h"

#define VALUE_MAX 4096u

static const char *const verdicts[] = {"same",  "prefix", "other_chain",
                                       "input", "result", "record"};

static wc_str text_of(const wc_buf *buf)
{
    return (wc_str){(const char *)buf->data, buf->len};
}

static const char *name_of(const wc_cli_bisect *b, int index)
{
    return b->paths[index] != NULL ? b->paths[index] : "what this program computes of A";
}

static void put_sides(wc_outline *outline, const wc_cli_bisect *b)
{
    static const char *const keys[] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        wc_outline_open(outline, keys[i]);
        wc_outline_str(outline, "ledger", wc_str_of(name_of(b, i)));
        uint64_t first = b->sides[i].first, last = b->report.last_seq[i];
        if (first > 0) wc_outline_number(outline, "first_record", (int64_t)first);
        wc_outline_number(outline, "last_record", (int64_t)last);
        wc_outline_hash(outline, "genesis", &b->report.genesis[i]);
        wc_outline_hash(outline, "record_hash", &b->report.hash[i]);
        wc_outline_close(outline);
        if (first > 0) {
            wc_outline_line(outline, "%c             %s, records %llu to %llu", "AB"[i],
                            name_of(b, i), (unsigned long long)first, (unsigned long long)last);
        } else {
            wc_outline_line(outline, "%c             %s, %llu records", "AB"[i], name_of(b, i),
                            (unsigned long long)last + 1);
        }
    }
}

/* ---- verdicts ----------------------------------------------------------------------------------
 */

static void put_hex(wc_outline *outline, const char *label, const wc_hash *hash)
{
    wc_outline_line(outline, "%s%02x%02x%02x%02x%02x%02x%02x%02x...", label, hash->bytes[0],
                    hash->bytes[1], hash->bytes[2], hash->bytes[3], hash->bytes[4], hash->bytes[5],
                    hash->bytes[6], hash->bytes[7]);
}

static void put_genesis(wc_outline *outline, const wc_bisect_report *report)
{
    wc_outline_line(outline, "verdict       two different chains: they have no record in common");
    put_hex(outline, "genesis of A  ", &report->genesis[0]);
    put_hex(outline, "genesis of B  ", &report->genesis[1]);
}

static void put_agreement(wc_outline *outline, const wc_cli_bisect *b)
{
    const wc_bisect_report *report = &b->report;
    unsigned long long seq = (unsigned long long)report->seq;
    if (report->verdict == WC_BISECT_SAME) {
        wc_outline_line(outline, "verdict       the same: all records, 0 to %llu", seq);
        if (b->paths[1] != NULL) {
            wc_outline_line(outline,
                            "next          `wattclause audit replay %s` tells whether what "
                            "is stored follows from it",
                            b->paths[0]);
        }
        return;
    }
    bool is_a_longer = report->last_seq[0] > report->last_seq[1];
    wc_outline_line(outline,
                    "verdict       %c is the beginning of %c: the same up to record %llu, where it "
                    "ends",
                    is_a_longer ? 'B' : 'A', is_a_longer ? 'A' : 'B', seq);
}

static void put_record_line(wc_outline *outline, const wc_cli_bisect *b)
{
    const wc_bisect_report *report = &b->report;
    unsigned long long seq = (unsigned long long)report->seq;
    wc_outline_line(outline,
                    "record        %llu is the first that differs; 0 to %llu are the same "
                    "(%llu compared)",
                    seq, seq - 1, (unsigned long long)report->compared);
    if (report->verdict == WC_BISECT_INPUT) {
        wc_outline_line(outline, "verdict       the two were given different blocks: no result can "
                                 "be compared");
    }
}

/* ---- the receipt -------------------------------------------------------------------------------
 */

/* One side's version of the event that differs. */
static bool put_event(wc_buf *text, const wc_cli_bisect *b, int index)
{
    const wc_side *side = &b->sides[index];
    wc_chain_key key = wc_chain_receipt_key(b->report.seq, b->report.difference.receipt);
    wc_pin pin;
    wc_receipt_page page;
    wc_event event;
    size_t bad;
    if (!b->has_again || b->again.query == NULL) return false;
    if (!wc_store_pin(side->audit.store, NULL, WC_CF_CHAIN, wc_chain_key_slice(&key), &pin)) {
        return false;
    }
    bool is_there = wc_receipt_page_decode(&page, &bad, pin.value) == WC_OK &&
                    wc_query_event(&page, b->report.event, &event) == WC_OK;
    if (is_there) wc_query_put_event(text, b->again.query, &event, 8);
    wc_store_unpin(side->audit.store, &pin);
    return is_there;
}

static void put_values(wc_outline *outline, const wc_cli_bisect *b)
{
    const wc_replay_difference *difference = &b->report.difference;
    const char *const plain[] = {difference->stored, difference->recomputed};
    static const char *const keys[] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        uint8_t memory[VALUE_MAX];
        wc_buf text;
        wc_buf_init(&text, memory, sizeof memory);
        if (!b->report.has_event || !put_event(&text, b, i)) {
            text.len = 0;
            wc_buf_put_text(&text, plain[i]);
        }
        wc_outline_str(outline, keys[i], text_of(&text));
        wc_outline_line(outline, "%c           %.*s", "AB"[i], WC_STR_ARG(text_of(&text)));
    }
}

static void put_difference(wc_outline *outline, const wc_cli_bisect *b)
{
    const wc_replay_difference *difference = &b->report.difference;
    wc_outline_open(outline, "difference");
    wc_outline_number(outline, "record", (int64_t)difference->seq);
    if (difference->has_receipt) wc_outline_number(outline, "receipt", difference->receipt);
    if (difference->has_tx) wc_outline_hash(outline, "transaction", &difference->tx_id);
    wc_outline_str(outline, "place", wc_str_of(difference->place));
    wc_outline_str(outline, "field", wc_str_of(difference->field));
    put_values(outline, b);
    wc_outline_close(outline);
}

static void put_difference_head(wc_outline *outline, const wc_cli_bisect *b)
{
    const wc_replay_difference *difference = &b->report.difference;
    if (difference->has_tx) {
        wc_outline_line(outline,
                        "receipt       %u, transaction %02x%02x%02x%02x%02x%02x...: %s%s%s",
                        difference->receipt, difference->tx_id.bytes[0], difference->tx_id.bytes[1],
                        difference->tx_id.bytes[2], difference->tx_id.bytes[3],
                        difference->tx_id.bytes[4], difference->tx_id.bytes[5], difference->place,
                        difference->field[0] != '\0' ? ", " : "", difference->field);
    } else if (difference->has_receipt) {
        wc_outline_line(outline, "receipt       %u, a time-out: %s%s%s", difference->receipt,
                        difference->place, difference->field[0] != '\0' ? ", " : "",
                        difference->field);
    } else {
        wc_outline_line(outline, "differs       %s, %s", difference->place, difference->field);
    }
}

/* ---- state key and instruction -----------------------------------------------------------------
 */

static void put_key(wc_outline *outline, wc_cli_bisect *b)
{
    static uint8_t memory[4][VALUE_MAX];
    static const char *const keys[] = {"a", "b", "before"};
    static const char *const labels[] = {"A     ", "B     ", "before"};
    wc_buf name, values[3];
    if (!b->key.is_found) {
        wc_outline_line(outline, "state key     %s",
                        b->has_again ? "not known: a bundle holds no state, and this program does "
                                       "not compute what it was made of; take a folder"
                                     : "none");
        return;
    }
    wc_buf_init(&name, memory[3], VALUE_MAX);
    for (int i = 0; i < 3; i++) wc_buf_init(&values[i], memory[i], VALUE_MAX);
    wc_bisect_put_key(&name, values, b->again.query, &b->key);
    wc_outline_open(outline, "state_key");
    wc_outline_str(outline, "name", text_of(&name));
    wc_outline_bool(outline, "of_receipt", !b->key.is_of_record);
    for (int i = 0; i < 3; i++) {
        wc_outline_str(outline, keys[i], text_of(&values[i]));
    }
    wc_outline_close(outline);
    wc_outline_line(outline, "state key     %s%.*s",
                    b->key.is_of_record ? "those of the receipt are the same; of the record: " : "",
                    WC_STR_ARG(text_of(&name)));
    for (int i = 2; i >= 0; i--) {
        if (values[i].len == 0) continue;
        wc_outline_line(outline, "  %s      %.*s", labels[i], WC_STR_ARG(text_of(&values[i])));
    }
}

static void put_line(wc_outline *outline, const char *key, const char *label, wc_str line)
{
    wc_outline_str(outline, key, line);
    uint8_t memory[VALUE_MAX];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory);
    wc_str kind = wc_steps_column(line, 1);
    if (line.len == 0) wc_buf_put_text(&text, "nothing more");
    for (unsigned i = 2; wc_steps_column(line, i).len > 0; i++) {
        wc_str part = wc_steps_column(line, i);
        if (wc_str_equal(kind, WC_STR("set")) && part.data[0] == '#') continue;
        if (i > 2) wc_buf_put_text(&text, i == 3 && kind.data[1] == 'e' ? " = " : "   ");
        wc_buf_put(&text, part.data, part.len);
    }
    wc_outline_line(outline, "%s%.*s", label, WC_STR_ARG(text_of(&text)));
}

static void put_instruction(wc_outline *outline, const wc_cli *cli, const wc_cli_bisect *b)
{
    const wc_diverge *d = &b->diverge;
    const char *other = wc_cli_option_of(cli, "other");
    if (!d->has_parted) {
        wc_outline_line(outline, "instruction   %s",
                        other != NULL ? "none: both programs run the same instructions with the "
                                        "same results; what differs was made outside contracts"
                                      : "name the other program with --other to find it");
        return;
    }
    wc_str place = wc_steps_column(d->instruction, 2), source = wc_steps_column(d->instruction, 5);
    wc_str code = wc_steps_column(d->instruction, 3);
    if (d->instruction.len == 0) {
        wc_outline_line(outline, "instruction   none had run");
    } else {
        wc_outline_line(outline, "instruction   %.*s   %.*s%s", WC_STR_ARG(place), WC_STR_ARG(code),
                        d->is_at_event ? "   (made it here)" : "");
    }
    wc_outline_open(outline, "instruction");
    wc_outline_str(outline, "place", place);
    wc_outline_str(outline, "instruction", code);
    wc_outline_str(outline, "source", source);
    wc_outline_bool(outline, "made_event", d->is_at_event);
    wc_outline_number(outline, "steps_before", (int64_t)d->steps - 1);
    if (source.len > 0) wc_outline_line(outline, "source      %.*s", WC_STR_ARG(source));
    if (!d->is_at_event) {
        put_line(outline, "this_program", "this        ", d->ours);
        put_line(outline, "other_program", "other       ", d->theirs);
    }
    wc_outline_close(outline);
    if (d->is_at_event) {
        wc_outline_line(outline, "              --other PROGRAM compares each instruction with the "
                                 "program that made the other ledger");
    }
}

static void put_programs(wc_outline *outline, const wc_cli_bisect *b)
{
    bool is_a = b->computes[0], is_b = b->computes[1];
    wc_outline_str(outline, "this_program_computes",
                   wc_str_of(is_a   ? "a"
                             : is_b ? "b"
                                    : "neither"));
    if (b->paths[1] == NULL) return;
    wc_outline_line(outline, "program       this one computes %s",
                    is_a   ? "what A holds"
                    : is_b ? "what B holds"
                           : "neither what A holds nor what B holds");
}

void wc_cli_bisect_show(wc_outline *outline, const wc_cli *cli, wc_cli_bisect *b)
{
    wc_bisect_verdict verdict = b->report.verdict;
    wc_outline_str(outline, "verdict", wc_str_of(verdicts[verdict]));
    wc_outline_number(outline, "record", (int64_t)b->report.seq);
    wc_outline_number(outline, "compared", (int64_t)b->report.compared);
    put_sides(outline, b);
    if (verdict == WC_BISECT_OTHER_CHAIN) {
        put_genesis(outline, &b->report);
        return;
    }
    if (verdict == WC_BISECT_SAME || verdict == WC_BISECT_PREFIX) {
        put_agreement(outline, b);
        return;
    }
    put_record_line(outline, b);
    put_difference_head(outline, b);
    put_difference(outline, b);
    if (verdict == WC_BISECT_INPUT) return;
    put_key(outline, b);
    put_programs(outline, b);
    put_instruction(outline, cli, b);
}
