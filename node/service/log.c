/* Lines of the log, in either form. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/query/when.h"
#include "vm/base/buf.h"
#include "vm/base/json.h"

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static atomic_int least = WC_LOG_INFO;
static atomic_bool is_json;

bool wc_log_set_level(const char *level)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(level_names); i++) {
        if (strcmp(level_names[i], level) != 0) continue;
        atomic_store(&least, (int)i);
        return true;
    }
    return false;
}

void wc_log_setup(const char *level, const char *form)
{
    (void)wc_log_set_level(level);
    atomic_store(&is_json, strcmp(form, "json") == 0);
}

/* "2026-12-01T08:00:00.123Z" */
static void put_now(wc_buf *line)
{
    struct timespec now;
    char milliseconds[32];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    wc_put_time(line, (int64_t)now.tv_sec);
    if (line->len > 0) line->len--; /* the Z */
    (void)snprintf(milliseconds, sizeof milliseconds, ".%03ldZ", now.tv_nsec / 1000000);
    wc_buf_put_text(line, milliseconds);
}

/* A logfmt value stands in quotes unless it is a plain word. */
static void put_value(wc_buf *line, const char *text)
{
    bool is_plain = text[0] != '\0';
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at == '"' || *at == '=' || *at == '\\' || *at == 0x7f) is_plain = false;
    }
    if (is_plain) {
        wc_buf_put_text(line, text);
    } else {
        wc_json_quote(line, wc_str_of(text));
    }
}

static void put_field(wc_buf *line, bool json, const wc_log_field *field)
{
    wc_buf_put_text(line, json ? ",\"" : " ");
    wc_buf_put_text(line, field->name);
    wc_buf_put_text(line, json ? "\":" : "=");
    if (field->text == NULL) {
        wc_buf_put_decimal(line, field->number);
    } else if (json) {
        wc_json_quote(line, wc_str_of(field->text));
    } else {
        put_value(line, field->text);
    }
}

void wc_log_write(wc_log_level level, const char *event, const wc_log_field *fields, size_t count)
{
    char memory[WC_LOG_LINE_MAX];
    wc_buf line;
    if ((int)level < atomic_load(&least)) return;
    bool json = atomic_load(&is_json);
    wc_buf_init(&line, memory, sizeof memory - 2); /* room for the end */
    wc_buf_put_text(&line, json ? "{\"ts\":\"" : "ts=");
    put_now(&line);
    wc_buf_put_text(&line, json ? "\",\"level\":\"" : " level=");
    wc_buf_put_text(&line, level_names[level]);
    wc_buf_put_text(&line, json ? "\",\"event\":\"" : " event=");
    wc_buf_put_text(&line, event);
    if (json) wc_buf_put_text(&line, "\"");
    for (size_t i = 0; i < count; i++) {
        size_t before = line.len;
        put_field(&line, json, &fields[i]);
        if (line.full) line.len = before;
    }
    if (json) memory[line.len++] = '}';
    memory[line.len++] = '\n';
    ssize_t written = write(STDERR_FILENO, memory, line.len);
    (void)written; /* a log that cannot be written stops nothing */
}

wc_hash_text wc_hash_hex(const wc_hash *hash)
{
    wc_hash_text hex;
    wc_buf buf;
    wc_buf_init(&buf, hex.text, sizeof hex.text - 1);
    wc_buf_put_hex(&buf, wc_slice_of(hash->bytes, sizeof hash->bytes));
    hex.text[sizeof hex.text - 1] = '\0';
    return hex;
}
