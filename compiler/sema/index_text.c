/* Texts of the index: comments as documentation, declarations on one line, what a routine may do.
 */
#include "compiler/sema/index_parts.h"

#define WRITTEN_MAX 400u /* bytes of a declaration; a longer one is cut */

/* --- comments --------------------------------------------------------------------------------- */

static wc_str trim(wc_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && (uint8_t)text.data[text.len - 1] <= ' ') text.len--;
    return text;
}

/* The comment of a line that has nothing else; false: it has. */
static bool whole_comment(wc_str line, wc_str *comment)
{
    line = trim(line);
    if (line.len < 2 || line.data[0] != '/' || line.data[1] != '/') return false;
    *comment = trim((wc_str){line.data + 2, line.len - 2});
    return true;
}

static wc_str comment_above(wc_sema *sema, const wc_source *source, uint32_t line)
{
    wc_str part;
    uint32_t first = line;
    while (first > 1 && whole_comment(wc_source_line(source, first - 1), &part)) first--;
    wc_str text = {"", 0};
    for (uint32_t at = first; at < line; at++) {
        (void)whole_comment(wc_source_line(source, at), &part);
        const wc_str parts[] = {text, at == first ? WC_STR("") : WC_STR("\n"), part};
        text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    return text;
}

/* Behind the declaration come at most a few characters that belong to it, then `//`. */
static wc_str comment_behind(const wc_source *source, uint32_t end)
{
    wc_str text = source->text;
    size_t at = end;
    while (at < text.len && text.data[at] != '\n' && text.data[at] != '/') at++;
    if (at + 1 >= text.len || text.data[at] != '/' || text.data[at + 1] != '/') {
        return (wc_str){"", 0};
    }
    size_t start = at + 2;
    while (at < text.len && text.data[at] != '\n') at++;
    return trim((wc_str){text.data + start, at - start});
}

wc_str wc_sema_index_doc(wc_sema *sema, const wc_source *source, wc_span full)
{
    uint32_t line = wc_source_place(source, full.start).line;
    wc_str above = comment_above(sema, source, line);
    return above.len > 0 ? above : comment_behind(source, full.end);
}

/* --- declarations ----------------------------------------------------------------------------- */

wc_str wc_sema_index_written(wc_sema *sema, const wc_source *source, wc_span span)
{
    char bytes[WRITTEN_MAX];
    size_t len = 0;
    wc_str text = wc_source_text(source, span);
    bool is_blank = false;
    for (size_t i = 0; i < text.len && text.data[i] != '{' && len + 1 < sizeof(bytes); i++) {
        bool is_comment = text.data[i] == '/' && text.data[i + 1] == '/'; /* the line has an end */
        while (is_comment && text.data[i] != '\n') i++;
        bool is_space = (uint8_t)text.data[i] <= ' ';
        if (!is_space && is_blank) bytes[len++] = ' ';
        if (!is_space) bytes[len++] = text.data[i];
        is_blank = is_space;
    }
    wc_assert(len > 0); /* it begins with a word */
    if (bytes[len - 1] == ';') len--;
    bool is_cut = len + 1 >= sizeof(bytes);
    while (is_cut && ((uint8_t)bytes[len - 1] & 0xC0) == 0x80) len--;
    if (is_cut && (uint8_t)bytes[len - 1] >= 0xC0) len--; /* the last character may lack a byte */
    const wc_str part = trim((wc_str){bytes, len});
    return wc_sema_join(sema, &part, 1);
}

/* --- routines --------------------------------------------------------------------------------- */

static wc_str list_add(wc_sema *sema, wc_str list, const char *between, wc_str name)
{
    const wc_str parts[] = {list, list.len > 0 ? wc_str_of(between) : WC_STR(""), name};
    return wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
}

static wc_str callers(wc_sema *sema, const wc_sema_routine *routine,
                      const wc_sema_contract *contract)
{
    if (routine->by == WC_BY_ANY_PARTY) return WC_STR("any party");
    const char *between = routine->by == WC_BY_ALL ? " and " : " or ";
    if (routine->by == WC_BY_QUORUM) between = ", ";
    wc_str names = {"", 0};
    for (uint8_t i = 0; i < routine->who_count; i++) {
        const wc_sema_who *who = &routine->who[i];
        wc_str name = who->is_role ? WC_SEMA_TEXT(sema, "role {}", who->role)
                                   : contract->parties[who->party].name;
        names = list_add(sema, names, between, name);
    }
    if (routine->by != WC_BY_QUORUM) return names;
    return WC_SEMA_TEXT(sema, "{} of {}", routine->quorum, names);
}

static wc_str state_names(wc_sema *sema, const wc_sema_contract *contract, uint64_t bits)
{
    wc_str names = {"", 0};
    for (uint16_t i = 0; i < contract->state_count; i++) {
        if ((bits >> i & 1) != 0) names = list_add(sema, names, ", ", contract->states[i].name);
    }
    return names;
}

static bool any_field(const uint64_t *fields)
{
    for (unsigned i = 0; i < WC_FIELD_WORDS; i++) {
        if (fields[i] != 0) return true;
    }
    return false;
}

static unsigned effects_of(const wc_sema_body *body)
{
    unsigned effects = 0;
    unsigned reads = WC_EFFECT_READS_STATE | WC_EFFECT_READS_MONEY;
    if (any_field(body->reads) || (body->effects & reads) != 0) effects |= WC_INDEX_READS;
    if (any_field(body->writes)) effects |= WC_INDEX_WRITES;
    if ((body->effects & WC_EFFECT_MONEY) != 0) effects |= WC_INDEX_MONEY;
    if ((body->effects & WC_EFFECT_VIEW) != 0) effects |= WC_INDEX_VIEWS;
    if ((body->effects & WC_EFFECT_SEND) != 0) effects |= WC_INDEX_SENDS;
    return effects;
}

void wc_sema_index_routine(wc_sema *sema, const wc_sema_body *body, wc_index_def *def)
{
    const wc_sema_routine *routine = body->out;
    def->effects = effects_of(body);
    for (uint32_t i = 0; i < body->errors.count; i++) {
        const wc_sema_signature *error = wc_sema_at(&body->errors, i);
        def->raises = list_add(sema, def->raises, ", ", error->name);
    }
    if (body->contract == NULL) return;
    if (def->kind == WC_INDEX_ACTION) def->callers = callers(sema, routine, body->contract);
    def->states = state_names(sema, body->contract, routine->when);
    def->leads = state_names(sema, body->contract, routine->leads_to);
}
