/* The compiler as its users see it: a source in, modules and diagnostics out.
 *
 *     wc_compile -> wc_compilation { diags, contracts, tests }
 *
 * Pure: no files, no clock; the same text gives the same bytes everywhere. Sources that a file uses
 * come from the standard library inside the program (`std.*`) or from the caller. Everything in a
 * compilation lives in the arena of the call.
 *
 * The node never calls this; only the command line and the API's source check do. */
#ifndef WC_COMPILER_COMPILER_H
#define WC_COMPILER_COMPILER_H

#include "compiler/arms.h"
#include "compiler/diag.h"
#include "compiler/doc/doc.h"
#include "compiler/index.h"
#include "compiler/source.h"
#include "vm/base/hash.h"
#include "vm/isa/module.h"

/* Bytes of arena that any program within the limits fits into, tests included. */
#define WC_COMPILE_ARENA ((size_t)512 << 20)

/* A source file inside the program. */
typedef struct wc_embedded {
    const char *path; /* module path: "std.energy" */
    const char *text; /* ends with a NUL that size does not count */
    size_t size;
} wc_embedded;

/* The standard library, ascending by path. */
extern const wc_embedded wc_stdlib_files[];
extern const size_t wc_stdlib_file_count;

typedef struct wc_compile_options {
    wc_arena *arena;
    wc_sha256_fn hash;

    /* Finds a module that is not `std.*`, for example "spot.spot": its text, and the name to show
     * in messages. False: there is none. NULL: there are no other modules. */
    bool (*find)(void *self, wc_str path, wc_str *name, wc_str *text);
    void *self;

    const wc_str *roles; /* role names that exist; role_count 0: any name will do */
    size_t role_count;
    bool check_only;     /* diagnostics, no code */
    bool lint;           /* lints, too: warnings that only `wattclause lint` looks for */
    bool no_tests;       /* the tests of the file are checked, but get no code */
    bool index;          /* an index is wanted, also of a text with errors */
    bool explain_traps;  /* a warning for each operation that may trap */
    bool deny_traps;     /* an error for each */
    bool explain_states; /* a warning for each state that one party alone can hold */
    bool sheets;         /* the file's own contracts get a sheet, too */

    /* The version before of the contract of the same name, verified; NULL: there is none. Its
     * storage is what `upgrade` reads, and gives the fields their numbers. */
    const wc_module *previous;
    bool compares; /* the caller looks itself at what has to stay: it is not reported here */
} wc_compile_options;

/* `ensures conserve(unit)` that the compiler has proved. */
typedef struct wc_compiled_proof {
    wc_str routine; /* "action settle", "time-out 2" */
    wc_str unit;
} wc_compiled_proof;

typedef struct wc_compiled_contract {
    wc_str name;
    wc_str module_path;
    bool is_own;                /* declared in the compiled file; else in one that it uses */
    wc_slice module;            /* canonical module bytes */
    wc_slice file;              /* module ‖ debug part: a .wcb file */
    const uint64_t *gas_limits; /* by entry of the module: `gas <= n`, UINT64_MAX where none is */
    wc_doc *sheet;              /* when it was asked for; else NULL */
    uint32_t proof_count;
    const wc_compiled_proof *proofs;
} wc_compiled_contract;

typedef struct wc_compiled_local {
    wc_str name;
    wc_str type; /* as messages show it: "dec<3, kWh>"; long ones end in "..." */
} wc_compiled_local;

typedef struct wc_compiled_test {
    wc_str title;
    uint16_t number; /* in the test image */
    wc_span span;
    wc_span header;       /* what stands before the block, parameters included */
    uint16_t param_count; /* > 0: a property */
    uint16_t party_count;
    const wc_str *parties; /* names, by number */
    uint16_t local_count;
    const wc_compiled_local *locals; /* in order of the source */
} wc_compiled_test;

typedef struct wc_compilation {
    wc_sources sources;
    wc_diags diags;
    bool has_failed;                       /* there are errors: no code */
    const struct wc_sema_program *program; /* the checked tree; NULL when there are errors */
    wc_str module;                         /* path of the compiled file's module */
    uint32_t use_count;
    wc_str *uses; /* paths of the modules it uses, as written */
    uint16_t contract_count;
    wc_compiled_contract *contracts; /* numbered as the test image numbers them */
    uint32_t arm_count;              /* of every `match` in the contracts; 0 without code */
    const wc_compiled_arm *arms;
    uint32_t test_count;
    wc_compiled_test *tests;
    wc_slice test_image;          /* module bytes; empty without tests */
    wc_slice test_file;           /* with its debug part */
    const wc_source_index *index; /* NULL when it was not wanted */
    uint32_t may_trap_count;      /* operations of the file that may trap; 0 when it has failed */
} wc_compilation;

/* Compiles one source. name is shown in messages.
 * Errors: NO_MEMORY - the arena is full; the compilation is not complete then. */
WC_MUST_USE wc_status wc_compile(const wc_compile_options *options, wc_str name, wc_str text,
                                 wc_compilation **compilation);

#endif
