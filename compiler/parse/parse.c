/* The parser's driver: feeds tokens to the generated engine, finds out what could have stood where
 * a token cannot, and puts the engine back on its feet after a syntax error.
 *
 * Each token is tried on the engine's tables before it is fed (accepts). So an error is found with
 * the stack as it was before the token, and the engine itself never meets one.
 *
 * Recovery drops symbols from the stack until BROKEN may stand on it, feeds BROKEN, and skips
 * tokens to the next `;` or `}` of the same depth behind which the parse can go on. Words that only
 * ever begin a declaration or member (action, contract ...) stop the skipping at any depth: a
 * missing brace costs one member, not the rest of the file. */
#include "compiler/parse/parse.h"

#include "compiler/allow.h"
#include "compiler/parse/build.h"
#include "compiler/parse/syntax.h"
#include "compiler/parse/watch.h"

#define NDEBUG /* the engine's own tracing needs stdio; the driver's assertions are wc_assert */
#define WcParse_ENGINEALWAYSONSTACK
#define YYNOERRORRECOVERY
#include "compiler/grammar.c"

_Static_assert(YYNTOKEN <= WC_TOKEN_KINDS, "every token has its place in wc_syntax_error");
_Static_assert(YYSTACKDEPTH == WC_PARSE_STACK, "the limit in limits.h is the engine's");

#define SIMULATION_MAX (WC_PARSE_STACK + 32)
#define RECOVERIES_MAX (2 * WC_ERRORS_MAX) /* then the rest of the file is left unread */

typedef struct driver {
    wc_parser p;
    yyParser engine;
    wc_lexer lexer;
    wc_token token; /* to be fed next */
    wc_token before;
    wc_token before_that;
    wc_span open[WC_PARSE_STACK]; /* the open braces, innermost last */
    uint32_t open_count;          /* may exceed WC_PARSE_STACK; the rest is not noted */
    uint32_t quiet_until;         /* no error is reported for a token that starts before this */
    uint32_t recovery_count;
    bool is_at_end;        /* the end of the file was reported as out of place */
    wc_parse_watch *watch; /* NULL: only the tree is wanted */
} driver;

void wc_parser_overflow(wc_parser *p)
{
    wc_assert(!p->is_too_deep); /* what is built makes room, so the next token fits */
    p->is_too_deep = true;
    wc_diag *diag = wc_diag_report(p->diags, WC_E0205, p->token.span, "this nests too deep");
    wc_diag_add_note(p->diags, diag, "give the inner parts names of their own");
}

/* ---- trying tokens ------------------------------------------------------------------------- */

/* The engine's action for kind in state; without falling back from a context word to a name unless
 * falls_back. */
static YYACTIONTYPE action_of(YYACTIONTYPE state, int kind, bool falls_back)
{
    if (state > YY_MAX_SHIFT || falls_back) return yy_find_shift_action((YYCODETYPE)kind, state);
    int at = yy_shift_ofst[state] + kind;
    return yy_lookahead[at] == kind ? yy_action[at] : yy_default[state];
}

/* The states of a stack, to be played with. */
typedef struct simulation {
    YYACTIONTYPE states[SIMULATION_MAX];
    size_t count; /* at least 1 */
} simulation;

static void simulation_start(simulation *sim, const yyParser *engine, const yyStackEntry *top)
{
    sim->count = 0;
    for (const yyStackEntry *entry = engine->yystack; entry <= top; entry++)
        sim->states[sim->count++] = entry->stateno;
}

/* Feeds kind to the simulation; false, and the simulation is spent, when kind cannot stand. */
static bool simulation_feed(simulation *sim, int kind, bool falls_back)
{
    for (;;) { /* ends: an LALR automaton does finitely many reductions on one lookahead */
        YYACTIONTYPE action = action_of(sim->states[sim->count - 1], kind, falls_back);
        if (action == YY_ERROR_ACTION) return false;
        if (action == YY_ACCEPT_ACTION) return true;
        wc_assert(sim->count + 1 < SIMULATION_MAX);
        if (action < YY_MIN_REDUCE) {
            bool is_pending = action > YY_MAX_SHIFT;
            int state = action + (is_pending ? YY_MIN_REDUCE - YY_MIN_SHIFTREDUCE : 0);
            sim->states[sim->count++] = (YYACTIONTYPE)state;
            return true;
        }
        unsigned rule = action - YY_MIN_REDUCE;
        sim->count -= (size_t)-yyRuleInfoNRhs[rule];
        YYACTIONTYPE below = sim->states[sim->count - 1];
        sim->states[sim->count++] = yy_find_reduce_action(below, yyRuleInfoLhs[rule]);
    }
}

/* Whether kind can stand on top of the stack. As simulation_feed, but the states below are read
 * where they are: this runs for every token. */
static bool accepts(const yyParser *engine, int kind, bool falls_back)
{
    YYACTIONTYPE pushed[32]; /* above top; a run of empty rules is shorter than that */
    size_t count = 0;
    const yyStackEntry *top = engine->yytos;
    for (;;) { /* ends: see simulation_feed */
        YYACTIONTYPE state = count == 0 ? top->stateno : pushed[count - 1];
        YYACTIONTYPE action = action_of(state, kind, falls_back);
        if (action == YY_ERROR_ACTION) return false;
        if (action < YY_MIN_REDUCE) return true;
        unsigned rule = action - YY_MIN_REDUCE;
        size_t pops = (size_t)-yyRuleInfoNRhs[rule];
        size_t own = pops < count ? pops : count;
        count -= own;
        top -= pops - own;
        YYACTIONTYPE below = count == 0 ? top->stateno : pushed[count - 1];
        wc_assert(count < WC_ARRAY_LEN(pushed));
        pushed[count++] = yy_find_reduce_action(below, yyRuleInfoLhs[rule]);
    }
}

/* ---- tokens -------------------------------------------------------------------------------- */

static void note_brace(driver *d, wc_token token)
{
    if (token.kind == WC_TOKEN_LB) {
        if (d->open_count < WC_PARSE_STACK) d->open[d->open_count] = token.span;
        d->open_count++;
    }
    if (token.kind == WC_TOKEN_RB && d->open_count > 0) d->open_count--;
}

/* A word that means something in some places is a name until the grammar takes it otherwise. */
static void watch_token(driver *d, wc_token token)
{
    wc_parse_watch *watch = d->watch;
    if (watch == NULL || token.kind == WC_TOKEN_END) return;
    if (watch->token_count == watch->token_capacity) {
        uint32_t capacity = watch->token_capacity == 0 ? 256 : 2 * watch->token_capacity;
        wc_token *tokens = WC_ARENA_ARRAY(d->p.arena, wc_token, capacity);
        if (tokens == NULL) {
            d->p.no_memory = true;
            return;
        }
        if (watch->token_count > 0) {
            memcpy(tokens, watch->tokens, watch->token_count * sizeof(*tokens));
        }
        watch->tokens = tokens;
        watch->token_capacity = capacity;
    }
    bool is_word = wc_token_is_keyword(token.kind) && !wc_token_is_reserved(token.kind);
    if (is_word) token.kind = WC_TOKEN_IDENT;
    watch->tokens[watch->token_count++] = token;
}

/* The token is fed next. */
static void watch_feed(driver *d)
{
    wc_parse_watch *watch = d->watch;
    if (watch == NULL || d->token.kind == WC_TOKEN_END) return;
    wc_assert(watch->token_count > 0); /* watch_token has seen it */
    if (accepts(&d->engine, d->token.kind, false)) {
        watch->tokens[watch->token_count - 1].kind = d->token.kind;
    }
}

/* Noted once: what is done at the end of a broken text says nothing about what could follow. */
static void watch_end(driver *d)
{
    if (d->watch == NULL) return;
    for (int kind = 1; kind < YYNTOKEN; kind++) {
        if (kind == WC_TOKEN_COMMENT || kind == WC_TOKEN_BROKEN) continue;
        if (accepts(&d->engine, kind, false)) d->watch->is_expected[kind] = true;
    }
}

/* Moves to the next token; comments are passed over. */
static void advance(driver *d)
{
    note_brace(d, d->token);
    d->before_that = d->before;
    d->before = d->token;
    do { /* ends: the text does */
        d->token = wc_lexer_next(&d->lexer);
        watch_token(d, d->token);
    } while (d->token.kind == WC_TOKEN_COMMENT);
}

static void feed(driver *d, int kind, wc_span span)
{
    d->p.token = (wc_token){span, (int16_t)kind, d->token.is_spoilt};
    WcParse(&d->engine, kind, d->p.token);
}

static bool is_stopped(const driver *d)
{
    return d->p.no_memory || d->p.is_too_deep || d->p.diags->no_memory || d->is_at_end ||
           d->recovery_count > RECOVERIES_MAX;
}

/* ---- recovery ------------------------------------------------------------------------------ */

static bool is_on_new_line(const driver *d)
{
    const char *text = d->p.source->text.data;
    size_t between = d->token.span.start - d->before.span.end;
    return memchr(text + d->before.span.end, '\n', between) != NULL;
}

/* The token can begin something: the text before it ended a line or a unit. */
static bool is_at_start(const driver *d)
{
    int before = d->before.kind; /* WC_TOKEN_END at the start of the file */
    return before == WC_TOKEN_SEMI || before == WC_TOKEN_RB || before == WC_TOKEN_END ||
           is_on_new_line(d);
}

/* Words that only ever begin a declaration of a module, at a place where it could begin. */
static bool begins_item(const driver *d)
{
    int kind = d->token.kind;
    bool is_word = kind == WC_TOKEN_CONTRACT || kind == WC_TOKEN_INTERFACE ||
                   kind == WC_TOKEN_ENUM || kind == WC_TOKEN_RECORD || kind == WC_TOKEN_ERROR ||
                   kind == WC_TOKEN_EVENT || kind == WC_TOKEN_CONST || kind == WC_TOKEN_TYPE ||
                   kind == WC_TOKEN_PROPERTY;
    return is_word && is_at_start(d);
}

/* The same for members of a contract. */
static bool begins_member(const driver *d)
{
    int kind = d->token.kind;
    bool is_word = kind == WC_TOKEN_ACTION || kind == WC_TOKEN_INVARIANT || kind == WC_TOKEN_VIEW ||
                   kind == WC_TOKEN_FUNC;
    return is_word && is_at_start(d);
}

static wc_syntax_error error_of(const driver *d)
{
    wc_syntax_error error = {d->token, d->before, d->before_that, {false}};
    for (int kind = 0; kind < YYNTOKEN; kind++) {
        bool is_hidden = kind == WC_TOKEN_COMMENT || kind == WC_TOKEN_BROKEN;
        error.is_expected[kind] = !is_hidden && accepts(&d->engine, kind, false);
    }
    return error;
}

/* Whether the parse goes on with the token when count tokens of kind are put before it. */
static bool goes_on_after(const driver *d, int kind, size_t count)
{
    simulation sim;
    simulation_start(&sim, &d->engine, d->engine.yytos);
    for (size_t i = 0; i < count; i++) {
        if (!simulation_feed(&sim, kind, false)) return false;
    }
    return simulation_feed(&sim, d->token.kind, true);
}

/* A `;` is missing where with it the parse goes on, and the line or the block ends there. Not
 * between two words of one line: there a keyword is more likely misspelt; not behind a word that
 * stands for a keyword elsewhere. */
static bool insert_semicolon(driver *d, const wc_syntax_error *error, bool is_quiet)
{
    bool is_end =
        is_on_new_line(d) || d->token.kind == WC_TOKEN_RB || wc_token_is_reserved(d->token.kind);
    if (!is_end || wc_syntax_is_habit(d->p.source, d->before)) return false;
    if (!goes_on_after(d, WC_TOKEN_SEMI, 1)) return false;
    if (!is_quiet) wc_syntax_report_semicolon(d->p.diags, error);
    feed(d, WC_TOKEN_SEMI, (wc_span){d->before.span.end, d->before.span.end, d->before.span.file});
    return true;
}

/* Closing braces are missing where with them the parse goes on at the end of the file or at a word
 * that begins a declaration. */
static bool insert_braces(driver *d, const wc_syntax_error *error, bool is_quiet)
{
    bool is_place = d->token.kind == WC_TOKEN_END || begins_item(d) || begins_member(d);
    if (!is_place) return false;
    size_t open_max = d->open_count < WC_PARSE_STACK ? d->open_count : WC_PARSE_STACK;
    size_t count = 1;
    while (count <= open_max && !goes_on_after(d, WC_TOKEN_RB, count)) count++;
    if (count > open_max) return false;
    if (!is_quiet) wc_syntax_report_brace(d->p.diags, d->p.source, error, d->open[open_max - 1]);
    for (size_t i = 0; i < count; i++) {
        feed(d, WC_TOKEN_RB,
             (wc_span){d->token.span.start, d->token.span.start, d->token.span.file});
        d->open_count--;
    }
    return true;
}

/* Characters in front of what begins the line of a place; tabs count as one. */
static size_t indent_of(const driver *d, size_t place)
{
    const char *text = d->p.source->text.data;
    size_t start = place, at;
    while (start > 0 && text[start - 1] != '\n') start--;
    for (at = start; at < place && (text[at] == ' ' || text[at] == '\t'); at++) {
    }
    return at - start;
}

/* A declaration among the statements of a body, no missing brace before the next one: its line is
 * further in than that of the open brace. */
static bool is_in_body(const driver *d)
{
    if (!begins_item(d) && !begins_member(d)) return false;
    if (!accepts(&d->engine, WC_TOKEN_LET, false)) return false;
    if (d->open_count == 0 || d->open_count > WC_PARSE_STACK) return false;
    size_t outside = indent_of(d, d->open[d->open_count - 1].start);
    return is_on_new_line(d) && indent_of(d, d->token.span.start) > outside;
}

/* The declaration is one statement that is lost. */
static void pass_declaration(driver *d)
{
    size_t depth = 0;
    feed(d, WC_TOKEN_BROKEN, d->token.span);
    while (d->token.kind != WC_TOKEN_END) { /* ends: each turn takes a token */
        int kind = d->token.kind;
        if (kind == WC_TOKEN_RB && depth == 0) return;
        advance(d);
        if (kind == WC_TOKEN_LB) depth++;
        if (kind == WC_TOKEN_RB) depth--;
        if (depth == 0 && (kind == WC_TOKEN_SEMI || kind == WC_TOKEN_RB)) return;
    }
}

/* Drops symbols until BROKEN and then the token can stand; only for one that begins something. */
static bool drop_to_beginning(driver *d)
{
    if (!begins_item(d) && !begins_member(d)) return false;
    yyParser *engine = &d->engine;
    for (yyStackEntry *top = engine->yytos; top >= engine->yystack; top--) {
        simulation sim;
        simulation_start(&sim, engine, top);
        if (!simulation_feed(&sim, WC_TOKEN_BROKEN, false)) continue;
        if (!simulation_feed(&sim, d->token.kind, true)) continue;
        engine->yytos = top;
        return true;
    }
    return false;
}

/* Drops symbols until BROKEN can stand. The bottom of the stack takes it for the module. */
static void drop_symbols(driver *d)
{
    while (!accepts(&d->engine, WC_TOKEN_BROKEN, false)) {
        wc_assert(d->engine.yytos > d->engine.yystack);
        d->engine.yytos--;
    }
}

/* Whether the skipping stops before the token, which stands `depth` braces deeper than the text
 * that broke; is_behind: the token before ended a unit of text at depth 0. */
static bool stops_before(const driver *d, size_t depth, bool is_behind)
{
    int kind = d->token.kind;
    if (kind == WC_TOKEN_END) return true;
    if (kind == WC_TOKEN_RB && depth == 0) return true;
    if (kind == WC_TOKEN_LB && depth == 0 && accepts(&d->engine, kind, true)) return true;
    bool is_inside_contract = !accepts(&d->engine, WC_TOKEN_CONTRACT, false);
    if (begins_item(d) || (begins_member(d) && is_inside_contract)) return true;
    bool is_start = is_behind || (wc_token_is_reserved(kind) && depth == 0 && is_on_new_line(d));
    return is_start && accepts(&d->engine, kind, true);
}

static void skip(driver *d)
{
    size_t depth = 0;
    bool is_behind = false;
    while (!stops_before(d, depth, is_behind)) { /* ends: each turn takes a token */
        int kind = d->token.kind;
        if (kind == WC_TOKEN_LB) depth++;
        if (kind == WC_TOKEN_RB) depth--;
        is_behind = depth == 0 && (kind == WC_TOKEN_SEMI || kind == WC_TOKEN_RB);
        advance(d);
    }
}

static void report(const driver *d, const wc_syntax_error *error)
{
    if (accepts(&d->engine, WC_TOKEN_MODULE, false))
        wc_syntax_report_module(d->p.diags, d->p.source, error->found);
    else if (error->found.kind == WC_TOKEN_RB && accepts(&d->engine, WC_TOKEN_CONTRACT, false))
        wc_syntax_report_stray(d->p.diags, error->found);
    else
        wc_syntax_report(d->p.diags, d->p.source, error);
}

/* Makes the engine ready for the token, or for a later one that is next then. */
static void resume(driver *d, bool is_again)
{
    wc_span span = d->token.span;
    if (d->token.kind == WC_TOKEN_END) {
        d->is_at_end = true;
        return;
    }
    if (drop_to_beginning(d)) {
        feed(d, WC_TOKEN_BROKEN, span);
        return;
    }
    drop_symbols(d);
    feed(d, WC_TOKEN_BROKEN, span);
    bool is_stray = d->token.kind == WC_TOKEN_RB && !accepts(&d->engine, WC_TOKEN_RB, false);
    if (is_again || is_stray) advance(d);
    if (is_stray) return;
    skip(d);
    d->quiet_until = d->token.span.start + 1;
}

/* The token cannot stand where it is. Reports it, unless something about it was reported before,
 * and puts the engine where the parse goes on. */
static void recover(driver *d)
{
    bool is_again = d->token.span.start < d->quiet_until;
    bool is_quiet = is_again || d->token.is_spoilt;
    d->quiet_until = d->token.span.start + 1;
    d->recovery_count++;

    wc_syntax_error error = error_of(d);
    if (!is_again && insert_semicolon(d, &error, is_quiet)) return;
    if (is_in_body(d)) { /* also behind broken text: it is a fault of its own */
        if (!d->token.is_spoilt) wc_syntax_report_inner(d->p.diags, d->p.source, error.found);
        pass_declaration(d);
        return;
    }
    if (!is_again && insert_braces(d, &error, is_quiet)) return;
    if (!is_quiet) report(d, &error);
    resume(d, is_again);
}

/* ---- the parse ----------------------------------------------------------------------------- */

static void run(driver *d)
{
    bool has_ended = false;
    while (!is_stopped(d)) {
        if (d->token.kind == WC_TOKEN_END && !has_ended) watch_end(d);
        has_ended = d->token.kind == WC_TOKEN_END;
        if (!accepts(&d->engine, d->token.kind, true)) {
            recover(d);
            continue;
        }
        watch_feed(d);
        feed(d, d->token.kind, d->token.span);
        if (d->token.kind == WC_TOKEN_END) return;
        advance(d);
    }
}

wc_status wc_parse(wc_arena *arena, wc_diags *diags, const wc_source *source, wc_ast_file **file)
{
    return wc_parse_watched(arena, diags, source, NULL, file);
}

wc_status wc_parse_watched(wc_arena *arena, wc_diags *diags, const wc_source *source,
                           wc_parse_watch *watch, wc_ast_file **file)
{
    driver *d = WC_ARENA_NEW(arena, driver);
    wc_ast_file *parsed = WC_ARENA_NEW(arena, wc_ast_file);
    if (d == NULL || parsed == NULL) return WC_NO_MEMORY;
    parsed->source = source;
    d->p.arena = arena;
    d->p.diags = diags;
    d->p.source = source;
    d->p.next_id = 1;
    d->token.span.file = source->file;
    d->p.file = parsed;
    d->watch = watch;

    wc_allow_read(diags, source);
    wc_lexer_init(&d->lexer, diags, source);
    WcParseInit(&d->engine, &d->p);
    if (!source->is_too_large) {
        advance(d);
        run(d);
    }
    WcParseFinalize(&d->engine);
    WC_TRY(wc_diags_status(diags));
    if (d->p.no_memory) return WC_NO_MEMORY;
    parsed->node_count = d->p.next_id;
    *file = parsed;
    return WC_OK;
}
