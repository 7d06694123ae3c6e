/* What a parse can tell besides its tree, for tools. */
#ifndef WC_COMPILER_PARSE_WATCH_H
#define WC_COMPILER_PARSE_WATCH_H

#include "compiler/lex/lexer.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/syntax.h"

typedef struct wc_parse_watch {
    /* Every token of the text, comments too. A word that is a name where it stands has the kind
     * IDENT, whatever it means elsewhere. */
    wc_token *tokens;
    uint32_t token_count, token_capacity;
    /* The tokens that could stand at the end of the text, by kind; context words as such. */
    bool is_expected[WC_TOKEN_KINDS];
} wc_parse_watch;

/* As wc_parse; fills the watch, which is zeroed before. */
WC_MUST_USE wc_status wc_parse_watched(wc_arena *arena, wc_diags *diags, const wc_source *source,
                                       wc_parse_watch *watch, wc_ast_file **file);

#endif
