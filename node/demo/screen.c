/* The screen of a run. */
#include "node/demo/screen.h"

#include <stdio.h>

#include "vm/base/text.h"

#define CELL_MAX 40

typedef struct cell {
    char text[CELL_MAX];
} cell;

/* ---- cells --------------------------------------------------------------------------------------
 */

static cell scaled(int64_t value, unsigned scale, bool has_sign)
{
    cell made;
    wc_buf buf;
    wc_buf_init(&buf, made.text, CELL_MAX - 1);
    if (has_sign && value >= 0) wc_buf_put_text(&buf, "+");
    wc_put_scaled(&buf, value, scale);
    made.text[buf.len] = '\0';
    return made;
}

/* 1,021 */
static cell grouped(uint64_t value)
{
    cell made;
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) made.text[at++] = ',';
        made.text[at++] = digits[i];
    }
    made.text[at] = '\0';
    return made;
}

/* 9f86d081...0a08 */
static cell short_hash(const wc_hash *hash)
{
    cell made;
    const uint8_t *b = hash->bytes;
    snprintf(made.text, CELL_MAX, "%02x%02x%02x%02x...%02x%02x", b[0], b[1], b[2], b[3], b[30],
             b[31]);
    return made;
}

static void put_line(wc_buf *text, const char *line)
{
    wc_buf_put_text(text, line);
    wc_buf_put_text(text, "\n");
}

/* ---- a day --------------------------------------------------------------------------------------
 */

typedef struct row_sums {
    int64_t bought, sold, deposited, paid, received;
} row_sums;

static void put_row(wc_buf *text, const char *name, const row_sums *sums, const char *bank)
{
    char line[400];
    cell bought = scaled(sums->bought, 3, false), sold = scaled(sums->sold, 3, false);
    cell deposited = scaled(sums->deposited, 2, false), paid = scaled(sums->paid, 2, false);
    cell received = scaled(sums->received, 2, false);
    cell net = scaled(sums->received - sums->paid, 2, true);
    snprintf(line, sizeof(line), "%-26s%12s%11s%11s%9s%10s%10s%9s", name, bought.text, sold.text,
             deposited.text, paid.text, received.text, net.text, bank);
    size_t length = strlen(line);
    while (length > 0 && line[length - 1] == ' ') line[--length] = '\0';
    put_line(text, line);
}

static row_sums sums_of(const wc_day_book *day, uint32_t row)
{
    return (row_sums){day->bought_wh[row], day->sold_wh[row], day->deposited[row], day->paid[row],
                      day->received[row]};
}

static void add(row_sums *total, const row_sums *sums)
{
    total->bought += sums->bought;
    total->sold += sums->sold;
    total->deposited += sums->deposited;
    total->paid += sums->paid;
    total->received += sums->received;
}

static const char *bank_state(const wc_day_book *day, uint32_t row)
{
    if (day->is_reissued[row]) return "reissued";
    return day->has_leg[row] ? "booked" : "-";
}

static void put_table(wc_buf *text, const wc_demo *demo, const wc_day_book *day)
{
    char rule[99];
    row_sums total = {0};
    memset(rule, '-', sizeof(rule) - 1);
    rule[sizeof(rule) - 1] = '\0';
    put_line(text,
             "party                       bought kWh   sold kWh  deposited     paid  received "
             "  net CNY     bank");
    put_line(text, rule);
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        row_sums sums = sums_of(day, row);
        add(&total, &sums);
        put_row(text, demo->cast.actors[row].name, &sums, bank_state(day, row));
    }
    put_line(text, rule);
    put_row(text, "total", &total, "");
}

static void put_head(wc_buf *text, const wc_demo *demo, uint32_t number)
{
    const wc_day_book *day = &demo->book.days[number];
    char line[400];
    wc_date_text date = wc_demo_date(demo->days[number].start_s);
    int64_t shown = (demo->options->day + number - 1) % WC_YEAR_DAYS + 1;
    snprintf(line, sizeof(line),
             "Wattclause demo   day %lld, %s %s   3 homes (measured, hourly), 1 generator (scaled "
             "PV), CNY",
             (long long)shown, date.weekday, date.date);
    put_line(text, line);
    cell volume = scaled(day->volume_wh, 3, false), low = scaled(day->price_low, 5, false);
    cell high = scaled(day->price_high, 5, false);
    cell response = scaled((day->response + 50) / 100, 3, false);
    int length = snprintf(line, sizeof(line),
                          "%u auctions cleared, %s kWh, %s-%s CNY/kWh   DR 18:00-19:00 %s kWh",
                          day->cleared, volume.text, low.text, high.text, response.text);
    if (number == 0) {
        snprintf(line + length, sizeof(line) - (size_t)length, "   %u refusals",
                 demo->client.refusal_count);
    }
    put_line(text, line);
    put_line(text, "");
}

/* ---- the end ------------------------------------------------------------------------------------
 */

static cell recomputed(const wc_screen *screen)
{
    cell made = {"not recomputed"};
    if (screen->recompute->answer == WC_RECOMPUTE_NOT_RUN) return made;
    return scaled(screen->recompute->difference, 2, false);
}

static void put_differences(wc_buf *text, const wc_screen *screen)
{
    char line[400];
    const wc_differences *found = &screen->demo->differences;
    cell ledger = scaled(found->ledger, 2, false), bank = scaled(found->bank, 2, false);
    cell csv = recomputed(screen), energy = scaled(found->energy, 3, false);
    snprintf(line, sizeof(line),
             "difference   ledger %s   bank statement %s   recomputed from the CSV %s   energy %s "
             "kWh",
             ledger.text, bank.text, csv.text, energy.text);
    put_line(text, line);
    if (screen->recompute->answer != WC_RECOMPUTE_EQUAL) {
        wc_buf_put_text(text, "             ");
        put_line(text, screen->recompute->text);
    }
}

/* In the order in which they are told, not in that of the day; some with the name of who tried. */
static const struct {
    const char *code;
    bool has_name;
} told[] = {{"KEY_NOT_METER", true},
            {"READING_EXISTS", true},
            {"GATE_CLOSED", false},
            {"TERMS_DIFFER", false},
            {"ESCROW_SHORT", true}};

static void put_refusals(wc_buf *text, const wc_client *client)
{
    wc_buf_put_text(text, "refused ");
    for (size_t i = 0; i < WC_ARRAY_LEN(told); i++) {
        for (uint32_t j = 0; j < client->refusal_count; j++) {
            const wc_refusal_seen *seen = &client->refusals[j];
            if (strcmp(seen->code, told[i].code) != 0) continue;
            wc_buf_put_text(text, i == 0 ? " " : " | ");
            wc_buf_put_text(text, seen->code);
            if (!told[i].has_name) continue;
            wc_buf_put_text(text, " ");
            wc_buf_put_text(text, seen->who);
        }
    }
    wc_buf_put_text(text, "\n");
}

static void put_end(wc_buf *text, const wc_screen *screen)
{
    const wc_demo *demo = screen->demo;
    char line[4400];
    cell txs = grouped(demo->client.tx_count), blocks = grouped(demo->client.block_count);
    cell gas = scaled((int64_t)((demo->client.gas_used + 50000) / 100000), 1, false);
    cell seconds = scaled((int64_t)((screen->duration_ns + 50000000) / 100000000), 1, false);
    cell root = short_hash(&demo->state_root), again = short_hash(&demo->replay_root);
    bool is_same = wc_hash_equal(&demo->state_root, &demo->replay_root);
    snprintf(line, sizeof(line), "%s transactions  %s blocks  gas %s M  %s s", txs.text,
             blocks.text, gas.text, seconds.text);
    put_line(text, line);
    snprintf(line, sizeof(line), "root     %s   replay from genesis  %s  %s", root.text, again.text,
             is_same ? "identical" : "DIFFERENT");
    put_line(text, line);
    put_line(text, "data     measured homes stand for small businesses; hours cut into quarters; "
                   "response simulated");
    snprintf(line, sizeof(line),
             "next     wattclause audit replay %.2000s      wattclause explain GATE_CLOSED",
             screen->folder);
    put_line(text, line);
}

void wc_screen_put_text(wc_buf *text, const wc_screen *screen)
{
    const wc_demo *demo = screen->demo;
    for (uint32_t day = 0; day < demo->options->days; day++) {
        put_head(text, demo, day);
        put_table(text, demo, &demo->book.days[day]);
        put_line(text, "");
    }
    put_differences(text, screen);
    put_refusals(text, &demo->client);
    put_end(text, screen);
}

bool wc_screen_is_clean(const wc_screen *screen)
{
    const wc_demo *demo = screen->demo;
    const wc_differences *found = &demo->differences;
    return found->ledger == 0 && found->bank == 0 && found->energy == 0 &&
           screen->recompute->answer != WC_RECOMPUTE_DIFFERS &&
           wc_hash_equal(&demo->state_root, &demo->replay_root);
}

/* ---- JSON ---------------------------------------------------------------------------------------
 */

static void put_member(wc_buf *text, const char *name, const char *value, const char *after)
{
    wc_buf_put_text(text, "\"");
    wc_buf_put_text(text, name);
    wc_buf_put_text(text, "\":\"");
    wc_buf_put_text(text, value);
    wc_buf_put_text(text, "\"");
    wc_buf_put_text(text, after);
}

static void put_number(wc_buf *text, const char *name, const char *value)
{
    wc_buf_put_text(text, "\"");
    wc_buf_put_text(text, name);
    wc_buf_put_text(text, "\":");
    wc_buf_put_text(text, value);
    wc_buf_put_text(text, ",\n ");
}

/* JSON string contents: only the folder comes from outside. */
static void put_escaped(wc_buf *text, const char *from)
{
    for (; *from != '\0'; from++) {
        unsigned char c = (unsigned char)*from;
        char escape[8];
        if (c < 0x20) {
            snprintf(escape, sizeof(escape), "\\u%04x", c);
            wc_buf_put_text(text, escape);
            continue;
        }
        if (c == '"' || c == '\\') wc_buf_put_text(text, "\\");
        wc_buf_put_u8(text, c);
    }
}

static void put_hash(wc_buf *text, const char *name, const wc_hash *hash)
{
    wc_buf_put_text(text, "\"");
    wc_buf_put_text(text, name);
    wc_buf_put_text(text, "\":\"");
    wc_buf_put_hex(text, wc_slice_of(hash->bytes, sizeof(hash->bytes)));
    wc_buf_put_text(text, "\",\n ");
}

static void put_json_differences(wc_buf *text, const wc_screen *screen)
{
    const wc_differences *found = &screen->demo->differences;
    wc_buf_put_text(text, "{\"difference\":{");
    put_member(text, "ledger", scaled(found->ledger, 2, false).text, ",");
    put_member(text, "bank_statement", scaled(found->bank, 2, false).text, ",");
    if (screen->recompute->answer == WC_RECOMPUTE_NOT_RUN) {
        wc_buf_put_text(text, "\"recomputed\":null,");
    } else {
        put_member(text, "recomputed", recomputed(screen).text, ",");
    }
    put_member(text, "energy", scaled(found->energy, 3, false).text, "},\n ");
}

static void put_json_parties(wc_buf *text, const wc_demo *demo)
{
    wc_buf_put_text(text, "\"parties\":[");
    for (uint32_t row = 0; row < WC_ACTOR_ROWS; row++) {
        row_sums total = {0};
        const char *bank = "-";
        for (uint32_t day = 0; day < demo->options->days; day++) {
            row_sums sums = sums_of(&demo->book.days[day], row);
            add(&total, &sums);
            const char *state = bank_state(&demo->book.days[day], row);
            if (strcmp(bank, "reissued") != 0 && strcmp(state, "-") != 0) bank = state;
        }
        wc_buf_put_text(text, row == 0 ? "\n  {" : ",\n  {");
        put_member(text, "id", demo->cast.actors[row].id, ",");
        put_member(text, "name", demo->cast.actors[row].name, ",");
        put_member(text, "bought_kwh", scaled(total.bought, 3, false).text, ",");
        put_member(text, "sold_kwh", scaled(total.sold, 3, false).text, ",");
        put_member(text, "deposited", scaled(total.deposited, 2, false).text, ",");
        put_member(text, "paid", scaled(total.paid, 2, false).text, ",");
        put_member(text, "received", scaled(total.received, 2, false).text, ",");
        put_member(text, "net", scaled(total.received - total.paid, 2, false).text, ",");
        put_member(text, "bank", bank, "}");
    }
    wc_buf_put_text(text, "],\n ");
}

static void put_json_refusals(wc_buf *text, const wc_client *client)
{
    wc_buf_put_text(text, "\"refusals\":[");
    for (uint32_t i = 0; i < client->refusal_count; i++) {
        const wc_refusal_seen *seen = &client->refusals[i];
        char sentence[256];
        wc_buf_put_text(text, i == 0 ? "\n  {" : ",\n  {");
        put_member(text, "code", seen->code, ",");
        snprintf(sentence, sizeof(sentence), "%s %s", seen->who, seen->what);
        put_member(text, "text", sentence, "}");
    }
    wc_buf_put_text(text, "]}\n");
}

void wc_screen_put_json(wc_buf *text, const wc_screen *screen)
{
    const wc_demo *demo = screen->demo;
    char number[32];
    put_json_differences(text, screen);
    put_hash(text, "state_root", &demo->state_root);
    put_hash(text, "replay_root", &demo->replay_root);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)demo->client.block_count);
    put_number(text, "blocks", number);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)demo->client.tx_count);
    put_number(text, "transactions", number);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)demo->client.gas_used);
    put_number(text, "gas", number);
    put_number(text, "seconds", scaled((int64_t)(screen->duration_ns / 1000000), 3, false).text);
    put_number(text, "seconds_signatures",
               scaled((int64_t)(demo->signature_ns / 1000000), 3, false).text);
    wc_buf_put_text(text, "\"ledger_dir\":\"");
    put_escaped(text, screen->folder);
    wc_buf_put_text(text, "\",\n ");
    put_json_parties(text, demo);
    put_json_refusals(text, &demo->client);
}
