/* Inside the debug adapter: its state, and what its files share. */
#ifndef WC_NODE_DAP_INSIDE_H
#define WC_NODE_DAP_INSIDE_H

#include "node/dap/dap.h"
#include "node/debug/scope.h"
#include "node/rpc/json.h"

#define WC_DAP_FILES_MAX 512u

/* A file of the line maps as the client knows it. */
typedef struct wc_dap_file {
    wc_str path;        /* of the line maps */
    char *absolute;     /* from malloc; NULL: it is inside the program */
    uint32_t reference; /* of its text, for those; 0: the client reads the file */
} wc_dap_file;

/* Behind a variablesReference. */
typedef enum wc_dap_reference_kind {
    WC_DAP_HANDLE_SCOPE,
    WC_DAP_HANDLE_VALUE,
    WC_DAP_HANDLE_MONEY,
    WC_DAP_HANDLE_PARTY, /* its balances */
    WC_DAP_HANDLE_CALL   /* gas and time */
} wc_dap_reference_kind;

typedef struct wc_dap_reference {
    wc_dap_reference_kind kind;
    uint32_t frame;
    wc_dbg_scope scope;
    wc_dbg_value value;
    wc_address party;
} wc_dap_reference;

struct wc_dap {
    wc_dap_options options;
    json_int_t seq;
    bool is_launched, is_running; /* running: configurationDone has come */
    bool stop_on_entry;
    bool has_ended; /* `terminated` was sent */
    bool lines_from_0, columns_from_0;
    wc_dbg_travel travel;
    uint32_t file_count;
    wc_dap_file files[WC_DAP_FILES_MAX];
    uint32_t handle_count; /* of this stop; handle n is variablesReference n + 1 */
    wc_dap_reference *handles;
    uint8_t *text; /* of one name or value */
};

#define WC_DAP_TEXT_MAX ((size_t)256 << 10)

/* What a request answers with: a body, taken over, or why it failed. */
typedef struct wc_dap_reply {
    json_t *body;              /* NULL: none */
    char failure[1024];        /* "": it has not failed */
    void (*then)(wc_dap *dap); /* after the answer was sent; NULL: nothing */
    bool is_last;
} wc_dap_reply;

typedef void (*wc_dap_request)(wc_dap *dap, const json_t *arguments, wc_dap_reply *reply);

#define WC_DAP_REQUEST(name)                                                                       \
    void wc_dap_on_##name(wc_dap *dap, const json_t *arguments, wc_dap_reply *reply)

void wc_dap_fail(wc_dap_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void wc_dap_event(wc_dap *dap, const char *event, json_t *body); /* takes body over */

/* A whole number in [0, 2^31); false: there is none. */
bool wc_dap_number(const json_t *from, const char *key, uint32_t *value);

/* breaks.c */
WC_DAP_REQUEST(set_breakpoints);
WC_DAP_REQUEST(set_function_breakpoints);
WC_DAP_REQUEST(set_data_breakpoints);
WC_DAP_REQUEST(data_breakpoint_info);
WC_DAP_REQUEST(set_exception_breakpoints);

/* variables.c */
WC_DAP_REQUEST(stack_trace);
WC_DAP_REQUEST(scopes);
WC_DAP_REQUEST(variables);
WC_DAP_REQUEST(evaluate);

/* sources.c */
bool wc_dap_files_open(wc_dap *dap); /* false: out of memory */
void wc_dap_files_close(wc_dap *dap);
const wc_dap_file *wc_dap_file_of(const wc_dap *dap, wc_str path); /* of the line maps */
/* The file that a Source of the client means; NULL: none of the program's. */
const wc_dap_file *wc_dap_file_meant(const wc_dap *dap, const json_t *source);
json_t *wc_dap_source_of(const wc_dap_file *file);
WC_DAP_REQUEST(source);
WC_DAP_REQUEST(loaded_sources);

#endif
