/* What a sheet says, and that nothing an author wrote becomes markup in it. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/compiler.h"
#include "compiler/doc/model.h"
#include "node/crypto/crypto.h"
#include "tests/support/golden.h"
#include "tests/support/test.h"

#define TEXT ((size_t)1 << 20)

typedef struct page {
    wc_arena arena;
    void *memory;
    char *text;
    wc_compilation *compilation;
} page;

static void open_page(page *p, const char *source)
{
    p->memory = aligned_alloc(16, WC_COMPILE_ARENA);
    p->text = malloc(TEXT);
    assert_non_null(p->memory);
    assert_non_null(p->text);
    wc_arena_init(&p->arena, p->memory, WC_COMPILE_ARENA);
    wc_compile_options options = {.arena = &p->arena, .hash = wc_sha256, .sheets = true};
    assert_status(wc_compile(&options, WC_STR("demo.clause"), wc_str_of(source), &p->compilation),
                  WC_OK);
    assert_false(p->compilation->has_failed);
}

static void close_page(page *p)
{
    free(p->text);
    free(p->memory);
}

static const char *put(page *p, wc_doc_format format)
{
    wc_buf buf;
    uint16_t own = 0; /* contracts of the modules it uses stand before it */
    while (own + 1 < p->compilation->contract_count && !p->compilation->contracts[own].is_own)
        own++;
    const wc_doc *sheet = p->compilation->contracts[own].sheet;
    assert_non_null(sheet);
    wc_buf_init(&buf, p->text, TEXT - 1);
    wc_doc_put(sheet, format, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    p->text[buf.len] = 0;
    return p->text;
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("the sheet does not say: %s\n%s", part, text);
}

static void never_says(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) fail_msg("the sheet says: %s", part);
}

static const char sale[] =
    "// Sale: one delivery at a price.\n"
    "module demo;\n"
    "use std.energy;\n"
    "error TooMuch(delivered : Energy, most : Energy);\n"
    "error Seen();\n"
    "event Sold(delivered : Energy, amount : Yuan);     // what was paid\n"
    "contract Sale {\n"
    "    parties { seller, buyer : party; witness : role Auditor; }\n"
    "    signatory seller, buyer;\n"
    "    visible to witness;\n"
    "    terms {\n"
    "        price : Price;             // agreed\n"
    "        most  : dec<3, kWh, 0..1_000> = 20.000 kWh;\n"
    "    }\n"
    "    states { Open initial; Done final; }\n"
    "    storage { left : Energy = 5.000 kWh; used : Energy = 0.000 kWh; seen : set<int, 4>; }\n"
    "    invariant not_negative : self.left >= 0.000 kWh;\n"
    "\n"
    "    // Settles once.\n"
    "    // allow L0701: said to the compiler\n"
    "    action settle(delivered : Energy) by seller, buyer when Open -> Done\n"
    "        requires delivered <= most && !self.seen.has(1) : TooMuch(delivered, most);\n"
    "        ensures conserve(kWh);\n"
    "    {\n"
    "        self.left -= delivered;\n"
    "        self.used += delivered;\n"
    "        let amount : Yuan = round(delivered * price, half_even);\n"
    "        pay buyer -> seller : amount;\n"
    "        emit Sold(delivered, amount);\n"
    "        goto Done();\n"
    "    }\n"
    "    action note() by any(seller, buyer) when Open\n"
    "        requires now() >= deployed + 1 h : Seen();\n"
    "    { self.seen.add(2); }\n"
    "    after deployed + 720 h when Open -> Done { goto Done(); }\n"
    "}\n";

static void says_what_the_contract_says(void **state)
{
    (void)state;
    page p;
    open_page(&p, sale);
    const char *text = put(&p, WC_DOC_MARKDOWN);
    says(text, "# Sale\n\nOne delivery at a price.");
    says(text, "| `witness` | holder of role `Auditor` | no | as anybody: `fund` |");
    says(text, "| `buyer` | **all that it has put into this contract**; never more | "
               "`settle` pays `amount` = `round(delivered * price, half_even)` from `buyer`'s "
               "escrow to `seller` (line 28)");
    says(text, "| `seller` | **nothing** | no clause takes from its money |");
    says(text, "| `price` | `Price`<br>CNY/kWh with 5 decimals | none: must be given | no | agreed "
               "| 12 |");
    says(text, "| `most` | `dec<3, kWh, 0..1_000>`<br>kWh with 3 decimals from 0.000 kWh to "
               "1000.000 kWh | `20.000 kWh` |");
    says(text, "`delivered` is at most `most` and `seen` has no entry `1`, else `TooMuch`");
    says(text, "the time of the call is at least `deployed + 1 h`, else `Seen`");
    says(text, "| `note` | `seller` or `buyer` | `Open` | stays |");
    says(text, "| `settle`<br>delivered: `Energy` | `seller` and `buyer` together |");
    says(text, "| Settles once. |");
    says(text, "at `deployed + 720 h` to `Done` | yes |");
    says(text, "`kWh` is conserved: what one place gains, another loses | **proved** for every "
               "path | `settle` |");
    says(text,
         "| `not_negative`: `left` is at least `0.000 kWh` | checked while it runs | when the "
         "contract is made, after `settle` |");
    says(text, "| `round(delivered * price, half_even)` | half even: to the nearest, a half to the "
               "even neighbour | CNY with 2 decimals | `settle` |");
    says(text,
         "| no money is held for ever: each state that can hold some has a way out by time or "
         "into the custody of a bank | **proved** |");
    says(text, "| `left` | storage | `seller`, `buyer`, `witness` |");
    says(text, "| `Sold` | `delivered` kWh with 3 decimals<br>`amount` CNY with 2 decimals | what "
               "was paid |");
    says(text, "Open to Done by settle. Open to Done by time: deployed + 720 h.");
    never_says(text, "allow L0701");
    close_page(&p);
}

static void links_rows_to_lines(void **state)
{
    (void)state;
    page p;
    open_page(&p, sale);
    const char *text = put(&p, WC_DOC_HTML);
    says(text, "<a href=\"#L21\">21</a>");
    says(text, "<span id=\"L21\"><a href=\"#L21\">21</a>    action settle(");
    says(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    says(text, "<g class=\"edge clock\">");
    never_says(text, "<script");
    never_says(text, "http://www.w3.org/1999"); /* nothing is loaded or named but the SVG space */
    close_page(&p);
}

static void writes_the_same_in_json(void **state)
{
    (void)state;
    page p;
    open_page(&p, sale);
    const char *text = put(&p, WC_DOC_JSON);
    says(text, "\"format\": \"wattclause-sheet/1\"");
    says(text, "\"name\": \"price\"");
    says(text, "\"type\": \"Price; CNY/kWh with 5 decimals\"");
    says(text, "\"requires\": \"delivered is at most most and seen has no entry 1, else TooMuch\"");
    close_page(&p);
}

/* Comments and texts of an author who wants to write the page himself. */
static const char hostile[] =
    "// </p><script>alert(1)</script> | `x` **b** <b>b</b> &amp; [a](javascript:x) \"q\" 'q'\n"
    "module demo;\n"
    "use std.energy;\n"
    "error Bad(why : text<64>);     // <img src=x onerror=alert(2)> | cell\n"
    "contract Evil {\n"
    "    parties { a : party; }     // \"><svg onload=alert(3)>\n"
    "    signatory a;\n"
    "    states { Open initial; Done final; }\n"
    "    action go(x : int) by a when Open -> Done\n"
    "        requires x < 3 && x > 1 : Bad(\"</code></td><script>alert(4)</script>|`\");\n"
    "    { goto Done(); }\n"
    "    after deployed + 720 h when Open -> Done { goto Done(); }\n"
    "}\n";

static void escapes_what_an_author_wrote(void **state)
{
    (void)state;
    page p;
    open_page(&p, hostile);
    const char *text = put(&p, WC_DOC_HTML);
    never_says(text, "<script");
    never_says(text, "<img");
    never_says(text, "<svg onload");
    says(text, "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt; | `x` **b**");
    says(text, "&quot;&gt;&lt;svg onload=alert(3)&gt;");
    says(text, "&quot;q&quot; &#39;q&#39;");

    text = put(&p, WC_DOC_MARKDOWN);
    never_says(text, "<script");
    never_says(text, "<img");
    never_says(text, "<svg");
    says(text, "&lt;/p\\>&lt;script\\>alert(1)&lt;/script\\> \\| \\`x\\` \\*\\*b\\*\\*");
    says(text, "\\[a\\](javascript:x)");
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, "| `Bad` |", 9) != 0) continue;
        unsigned bars = 0;
        for (const char *c = line; *c != '\n'; c++) bars += *c == '|' && c[-1] != '\\';
        assert_int_equal(bars, 5); /* name, carries, meaning, line */
    }
    text = put(&p, WC_DOC_JSON);
    says(text, "alert(1)</script> | `x` **b** <b>b</b> &amp; [a](javascript:x) \\\"q\\\"");
    close_page(&p);
}

static void makes_the_same_bytes_again(void **state)
{
    (void)state;
    page p, q;
    open_page(&p, sale);
    open_page(&q, sale);
    for (int format = WC_DOC_HTML; format <= WC_DOC_JSON; format++) {
        assert_string_equal(put(&p, (wc_doc_format)format), put(&q, (wc_doc_format)format));
    }
    close_page(&p);
    close_page(&q);
}

static const char sized[] =
    "module demo;\nuse std.energy;\ninterface Market { action ping(n : int); }\ncontract C {\n"
    "  parties { a : party; }\n  terms { market : contract_ref<Market>; }\n"
    "  states { Open initial; Late; Closed final; }\n  storage { m : map<int, int, 32>; }\n"
    "  action fill(xs : list<int, 16>) by a when Open -> Open, Late {\n"
    "    for x in xs { self.m[x] = x; }\n    for n in 0 .. 3 { send market.ping(n); }\n"
    "    if xs.len() > 3 { goto Late(); }\n    goto Open();\n  }\n"
    "  action one() by a when Open { send market.ping(1); }\n"
    "  view all() -> int { return sum((k, v) in self.m : v); }\n"
    "  after deployed + 24 h when Open -> Closed { goto Closed(); }\n"
    "  after deployed + 48 h when Late -> Closed { goto Closed(); }\n}\n";

/* Gas by size, and how many calls of others an action makes. */
static void says_what_calls_cost_by_size(void **state)
{
    (void)state;
    page p;
    open_page(&p, sized);
    const char *text = put(&p, WC_DOC_MARKDOWN);
    says(text, "## What calls cost");
    says(text, " \xc2\xb7 `n(xs)`");
    says(text, " \xc2\xb7 `n(self.m)`");
    says(text, " \xc2\xb7 `n(-> Late)`");
    says(text, "at most 3 calls of other contracts");
    never_says(text, "at most 1 calls");
    says(put(&p, WC_DOC_JSON), "\"by_size\"");
    wc_doc_hide_gas(p.compilation->contracts[0].sheet);
    text = put(&p, WC_DOC_MARKDOWN);
    never_says(text, "What calls cost");
    never_says(text, "n(xs)");
    says(text, "## Where numbers are rounded");
    close_page(&p);
}

static const char plain[] =
    "module demo;\nuse std.energy;\nerror No();\n"
    "interface Market { view fits(n : int) -> bool; view open() -> bool; }\n"
    "func small(n : int) -> bool { return n < 9; }\n"
    "const half : int = round<int>(7\n/ 2, up);\n"
    "//\tplain: {a} thing   \n// allow L0301: nobody reads it\n// allow 5 of them\r\n"
    "contract C {\n  parties { a, b : party; watcher : party; }\n"
    "  terms { market : contract_ref<Market>; }\n"
    "  states { Open initial; Late; Closed final; }\n"
    "  storage { name : text<8>; flag : bool; known : set<int, 4>; n : int; }\n"
    "  // ---- actions ----\n  // Changes it.\n"
    "  action go(n : int, k : bool) by a when Open -> Open, Late\n"
    "    requires self.flag : No();\n    requires small(n) : No();\n"
    "    requires !market.fits(n) : No();\n    requires market.open() : No();\n"
    "    ensures k || self.n == n;\n"
    "  { self.n = n;\n    if k { goto Late(); }\n  }\n"
    "  action close() by b when Late -> Closed { goto Closed(); }\n"
    "  action flip() by b when Open { self.flag = !self.flag;\n    self.name = \"x\";\n"
    "    self.known.add(half); }\n"
    "  after entered + 9 h when Late -> Closed\n    ensures self.n == old(self.n);\n"
    "  { goto Closed(); }\n"
    "  view n() -> int { return self.n; }\n"
    "  view name() -> text<8> { return self.name; }\n"
    "  view has(n : int) -> bool { return self.known.has(n); }\n"
    "}"; /* no end of line */

/* Conditions in plain words, states that only somebody leaves, a contract without money. */
static void says_what_is_plain(void **state)
{
    (void)state;
    page p;
    open_page(&p, plain);
    const char *text = put(&p, WC_DOC_MARKDOWN);
    says(text, "allow 5 of them");
    never_says(text, "nobody reads it");
    says(text, "Changes it.");
    never_says(text, "---- actions");
    says(text, "`flag`, else `No`");
    says(text, "`small(n)`, else `No`");
    says(text, "not `market.fits(n)`, else `No`");
    says(text, "`market.open()`, else `No`");
    says(text, ", or stays");
    says(text, "never; somebody must act");
    says(text, "This contract moves no money.");
    says(text, "the time-out of `Late`");
    says(text, "| empty |");
    says(text, "nothing");
    says(put(&p, WC_DOC_HTML), "return self.known.has(n); }</span>"); /* the source is in it */
    close_page(&p);
}

static const char drawn[] =
    "module demo;\nuse std.energy;\ncontract C {\n  parties { a, b : party; }\n"
    "  states { Open initial; Closed final; }\n  storage { n : int; }\n"
    "  action draw(x : Yuan) by b when Open { lock(a, x); }\n"
    "  after deployed + 24 h when Open -> Closed { goto Closed(); }\n"
    "}\n";

/* Money that is drawn on a mandate, and what a time-out promises. */
static void says_what_is_drawn(void **state)
{
    (void)state;
    page p;
    open_page(&p, drawn);
    const char *text = put(&p, WC_DOC_MARKDOWN);
    says(text, "mandate");
    close_page(&p);
}

/* What a mix-in's actions need stands there like the author's own, and who takes whose place. */
static void says_what_a_mixin_brings(void **state)
{
    (void)state;
    page p;
    open_page(&p, "module demo;\nuse std.energy;\nuse std.lifecycle;\n"
                  "contract C {\n  parties { a, b : party; }\n"
                  "  states { Open initial; Closed final; }\n"
                  "  use std.lifecycle.assign(holder: a, counterparty: b, c: CNY);\n"
                  "  after deployed + 24 h when Open -> Closed { goto Closed(); }\n}\n");
    const char *text = put(&p, WC_DOC_MARKDOWN);
    says(text, "`successor_agreed`, else `ConsentMissing`");
    says(text, "the caller takes the place of `a`");
    close_page(&p);
}

/* Markdown without gas, which changes with prices. */
static void open_golden(page *p, const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "../../golden/doc/%s.clause", name);
    wc_slice source = wc_test_read_file(path);
    open_page(p, (const char *)source.data);
    free((void *)(uintptr_t)source.data);
    for (uint16_t i = 0; i < p->compilation->contract_count; i++) {
        wc_doc *sheet = p->compilation->contracts[i].sheet;
        if (sheet != NULL) wc_doc_hide_gas(sheet);
    }
    put(p, WC_DOC_MARKDOWN);
    (void)snprintf(path, sizeof path, "../../golden/doc/%s.md", name);
    wc_golden_check(path, wc_slice_of((uint8_t *)p->text, strlen(p->text)));
}

/* Every kind of type, condition, payment and promise, and what is said of it. */
static void says_everything(void **state)
{
    (void)state;
    page p;
    open_golden(&p, "wide");
    says(put(&p, WC_DOC_HTML), "yes or no");
    says(put(&p, WC_DOC_JSON), "\"Kind; one of Plain, Rich (n whole number, who party)\"");
    close_page(&p);
}

/* Comments in every place and form, texts that look like them, members from the library. */
static void says_the_odd_things_too(void **state)
{
    (void)state;
    page p;
    open_golden(&p, "odd");
    const char *text = put(&p, WC_DOC_HTML);
    says(text, "a comment behind a text");
    says(text, "<td class=\"place\" data-label=\"line\"><div>std.lifecycle:");
    says(text, "accepts the value that is proposed");
    says(put(&p, WC_DOC_JSON), "\"std.lifecycle\"");
    close_page(&p);
}

static const char *put_by_hand(const wc_doc *doc, wc_doc_format format)
{
    static uint8_t memory[1 << 16];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory - 1);
    wc_doc_put(doc, format, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    memory[buf.len] = 0;
    return (const char *)memory;
}

/* A document made without a source: a place in another file, whose name is one that a shell can
 * make, and characters that the scanner takes from nobody. */
static void shows_places_elsewhere_and_no_control_characters(void **state)
{
    (void)state;
    static _Alignas(16) uint8_t memory[1 << 16];
    wc_arena arena;
    wc_sources sources;
    const wc_source *own, *other;
    wc_arena_init(&arena, memory, sizeof memory);
    wc_sources_init(&sources, &arena);
    assert_status(wc_sources_add(&sources, WC_STR("own.clause"), WC_STR("a\n"), &own), WC_OK);
    assert_status(wc_sources_add(&sources, WC_STR("two\nlines\x1b<"), WC_STR("a\nb\n"), &other),
                  WC_OK);
    wc_doc doc = {.arena = &arena,
                  .sources = &sources,
                  .source = own,
                  .contract = WC_STR("C"),
                  .module = WC_STR("own")};
    wc_doc_section_open(&doc, "s", "S");
    wc_doc_para(&doc);
    wc_doc_place(&doc, (wc_span){2, 3, other->file});
    wc_doc_words(&doc, WC_STR(" right\xe2\x80\xaeleft, up\ndown"));
    assert_false(doc.no_memory);
    const char *text = put_by_hand(&doc, WC_DOC_HTML);
    says(text, "<p>two\\u{0a}lines\\u{1b}&lt;:2 right\xef\xbf\xbdleft, up\ndown</p>");
    text = put_by_hand(&doc, WC_DOC_MARKDOWN);
    says(text, "left, up down");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_contract_says),
        cmocka_unit_test(says_everything),
        cmocka_unit_test(says_what_calls_cost_by_size),
        cmocka_unit_test(says_the_odd_things_too),
        cmocka_unit_test(says_what_is_plain),
        cmocka_unit_test(says_what_is_drawn),
        cmocka_unit_test(says_what_a_mixin_brings),
        cmocka_unit_test(links_rows_to_lines),
        cmocka_unit_test(writes_the_same_in_json),
        cmocka_unit_test(escapes_what_an_author_wrote),
        cmocka_unit_test(makes_the_same_bytes_again),
        cmocka_unit_test(shows_places_elsewhere_and_no_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
