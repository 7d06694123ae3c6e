/* What the parts of the server share. Nothing outside node/lsp includes this.
 *
 *   dispatch.c   messages, life cycle        complete.c   completion; context.c, dotted.c
 *   document.c   open texts, their edits     signature.c  arguments of the call under way
 *   file.c       uris, modules, workspace    navigate.c   definition, references, highlights
 *   analysis.c   a text compiled             rename.c     new names, proved before they are given
 *   json.c       reading and making JSON     symbols.c    outline, folding
 *   publish.c    diagnostics, their fixes    tokens.c     semantic tokens, hints, lenses
 *   hover.c      what a name means           serve.c      input and output
 *
 * Out of memory: jansson's makers accept NULL and hand it on, so a result that could not be made is
 * NULL in the end, and the request is answered with an error. */
#ifndef WC_NODE_LSP_INSIDE_H
#define WC_NODE_LSP_INSIDE_H

#include <jansson.h>

#include "node/lsp/lsp.h"
#include "node/lsp/position.h"
#include "node/rpc/json.h"

/* JSON-RPC's numbers, then LSP's. */
typedef enum wc_lsp_code {
    WC_LSP_PARSE_ERROR = -32700,
    WC_LSP_INVALID_REQUEST = -32600,
    WC_LSP_METHOD_NOT_FOUND = -32601,
    WC_LSP_INVALID_PARAMS = -32602,
    WC_LSP_INTERNAL_ERROR = -32603,
    WC_LSP_NOT_INITIALIZED = -32002,
    WC_LSP_REQUEST_FAILED = -32803
} wc_lsp_code;

#define WC_LSP_ANALYSES 4 /* texts kept compiled */

/* --- documents -------------------------------------------------------------------------------- */

typedef struct wc_document {
    char *uri;
    char *path; /* absolute, without dots; NULL: not a file */
    char *text; /* size bytes and a NUL */
    size_t size;
    json_int_t version;
    bool is_dirty; /* its diagnostics are not published yet */
} wc_document;

/* --- analyses --------------------------------------------------------------------------------- */

typedef struct wc_analysis {
    wc_arena arena;
    void *memory;
    char *name;          /* path or uri of the text; NULL: nothing here */
    uint64_t generation; /* of the texts it was made from */
    uint64_t used;       /* turn of its last use */
    wc_compilation *out;
    const wc_source_index *index;
    wc_lined_text *texts; /* by number of the source; lines NULL: not needed yet */
} wc_analysis;

/* A text that stands in for a file while something is tried. */
typedef struct wc_overlay {
    const struct wc_overlay *next;
    const char *name; /* as in wc_analysis */
    wc_str text;
} wc_overlay;

/* --- the server ------------------------------------------------------------------------------- */

typedef enum wc_lsp_phase {
    WC_LSP_CREATED,
    WC_LSP_RUNNING,
    WC_LSP_SHUT_DOWN,
    WC_LSP_EXITED_EARLY,
    WC_LSP_EXITED
} wc_lsp_phase;

struct wc_lsp {
    const wc_lsp_options *options;
    wc_lsp_phase phase;
    wc_encoding encoding;
    char *root;          /* folder of the workspace; NULL: none */
    bool takes_tree;     /* outlines as a tree */
    bool takes_versions; /* edits of documents with their version */
    bool takes_snippets;
    wc_document **documents;
    size_t document_count;
    uint64_t generation; /* raised whenever a text changes */
    uint64_t turn;
    wc_analysis analyses[WC_LSP_ANALYSES];
    wc_analysis trial; /* what is not kept */
    const wc_overlay *overlay;
};

/* Why a request has no result. */
typedef struct wc_lsp_failure {
    wc_lsp_code code;
    char text[256]; /* "": none */
} wc_lsp_failure;

typedef json_t *(*wc_lsp_request)(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure);
typedef void (*wc_lsp_notice)(wc_lsp *lsp, const json_t *params);

#define WC_LSP_REQUEST(method, function)                                                           \
    json_t *wc_lsp_##function(wc_lsp *lsp, const json_t *params, wc_lsp_failure *failure);
#define WC_LSP_NOTICE(method, function) void wc_lsp_##function(wc_lsp *lsp, const json_t *params);
#include "node/lsp/methods.def"
#undef WC_LSP_REQUEST
#undef WC_LSP_NOTICE

/* Sets the failure, printf-like; returns NULL. */
json_t *wc_lsp_fail(wc_lsp_failure *failure, wc_lsp_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends a notification; takes params over. */
void wc_lsp_notify(wc_lsp *lsp, const char *method, json_t *params);

/* --- json.c ----------------------------------------------------------------------------------- */

bool wc_json_position(const json_t *from, wc_position *position);
json_t *wc_json_range(const wc_lsp *lsp, wc_analysis *analysis, wc_span span);
json_t *wc_json_markdown(const wc_buf *text); /* NULL when the buffer is full */

/* --- document.c, file.c ----------------------------------------------------------------------- */

wc_document *wc_document_find(const wc_lsp *lsp, wc_str uri);
wc_document *wc_document_of_path(const wc_lsp *lsp, const char *path);
void wc_documents_close(wc_lsp *lsp);
const char *wc_document_name(const wc_document *document); /* path, else uri */

/* From malloc; NULL: not a file's uri. */
char *wc_path_of_uri(wc_str uri);
char *wc_uri_of_path(const char *path);

/* The uri of a source: of a file its own, of a module inside the program that of a copy in the
 * cache, which is written when asked for. NULL: it has none. From malloc. */
char *wc_source_uri(wc_lsp *lsp, wc_str name, bool write);

/* The uri of a page that explains a code, in the cache. NULL: there is none. From malloc. */
char *wc_explain_uri(const wc_lsp *lsp, wc_diag_code code);

/* The name is that of a module inside the program. */
bool wc_is_embedded(const wc_lsp *lsp, wc_str name);

/* The text of a module, as wc_compile_options.find; self is a wc_finder. */
typedef struct wc_finder {
    wc_lsp *lsp;
    wc_arena *arena;
    const char *name; /* of the compiled text */
} wc_finder;

bool wc_lsp_find_module(void *self, wc_str path, wc_str *name, wc_str *text);

/* The text of a name: overlay, open document, file. The arena keeps it. False: there is none. */
bool wc_lsp_text_of(const wc_lsp *lsp, const char *name, wc_arena *arena, wc_str *text);

/* Calls visit for each source of the workspace and each open one, in order of their names, until it
 * says false. */
typedef bool (*wc_lsp_visit)(void *self, const char *name);
void wc_lsp_each_source(wc_lsp *lsp, wc_lsp_visit visit, void *self);

/* --- analysis.c ------------------------------------------------------------------------------- */

/* The named text compiled with its index; kept until others push it out or a text changes.
 * NULL: there is no such text, or memory is out. */
wc_analysis *wc_analysis_of(wc_lsp *lsp, const char *name);

/* The same, not kept: good until the next call. With a text it stands for the file's own. */
wc_analysis *wc_analysis_try(wc_lsp *lsp, const char *name, const wc_str *text);
void wc_analyses_close(wc_lsp *lsp);

/* The text of a source of the analysis with its lines. */
const wc_lined_text *wc_analysis_text(wc_analysis *analysis, uint16_t file);
wc_str wc_analysis_words(const wc_analysis *analysis, wc_span span);

/* The place that a request is about. */
typedef struct wc_place_asked {
    wc_document *document;
    wc_analysis *analysis;
    uint32_t offset;
} wc_place_asked;

/* False after setting the failure. With position NULL the whole document is meant. */
bool wc_lsp_asked(wc_lsp *lsp, const json_t *params, bool has_position, wc_place_asked *asked,
                  wc_lsp_failure *failure);

/* The name at the offset, or just before it: its place and what it means; NULL: nothing. */
const wc_index_def *wc_meaning_at(const wc_source_index *index, uint32_t offset, wc_span *span);
const wc_index_value *wc_value_at(const wc_source_index *index, uint32_t offset);  /* innermost */
const wc_index_value *wc_value_ending(const wc_source_index *index, uint32_t end); /* longest */
/* The last token that starts before the offset; token_count: none. */
uint32_t wc_token_before(const wc_source_index *index, uint32_t offset);
/* The definition around the offset that has the kind; NULL: none. */
const wc_index_def *wc_def_around(const wc_source_index *index, uint32_t offset,
                                  wc_index_kind kind);

/* --- hover.c ---------------------------------------------------------------------------------- */

/* Everything a reader wants to know of a definition, as Markdown. */
void wc_lsp_describe(wc_buf *buf, const wc_source_index *index, const wc_index_def *def);
void wc_lsp_describe_type(wc_buf *buf, const wc_index_type *type);
void wc_put_str(wc_buf *buf, wc_str text);

/* --- publish.c, navigate.c -------------------------------------------------------------------- */

void wc_lsp_publish(wc_lsp *lsp, wc_document *document);

/* {uri, range} of a span; NULL: its source cannot be shown. */
json_t *wc_lsp_location(wc_lsp *lsp, wc_analysis *analysis, wc_span span);

/* A definition by place, the same in every analysis. */
typedef struct wc_identity {
    char *uri; /* from malloc */
    uint32_t start;
} wc_identity;

bool wc_identity_of(wc_lsp *lsp, const wc_analysis *analysis, const wc_index_def *def,
                    wc_identity *identity);
/* The definition in another analysis, or NULL. */
const wc_index_def *wc_identity_find(wc_lsp *lsp, const wc_analysis *analysis,
                                     const wc_identity *identity);

/* --- symbols.c -------------------------------------------------------------------------------- */

int wc_lsp_symbol_kind(wc_index_kind kind); /* LSP's SymbolKind; 0: not shown */

#endif
