/* A module: one contract's code, types and tables, as the compiler makes it and the node runs it.
 *
 * This is the decoded form. The stored form (docs/reference/bytecode.md) is
 *   "WCB" 00 | format u16 | isa u16 | schedule hash 32 | section count u16 | section*
 *   section = id u8 | length u32 | bytes        sections 1..16 in order, all present, maybe empty
 * big-endian, one canonical encoding; the code id is H("code/1", module bytes). A debug part (line
 * map) may follow the module in a .wcb file and is not hashed with it.
 *
 * Everything borrows from the bytes or from the arena it was decoded into. All indexes are u16 and
 * were range-checked by wc_module_decode; WC_NONE stands for "there is none". */
#ifndef WC_VM_ISA_MODULE_H
#define WC_VM_ISA_MODULE_H

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/calendar.h"
#include "vm/base/codec.h"
#include "vm/base/hash.h"
#include "vm/base/int.h"

#define WC_NONE ((uint16_t)0xffff)

#define WC_MODULE_SIZE_MAX    (192u * 1024u) /* bytes of the stored module, without debug part */
#define WC_MODULE_ARENA_SIZE  (4u * 1024u * 1024u) /* enough to decode and verify any module */
#define WC_FUNCTION_WORDS_MAX 65535u
#define WC_FUNCTIONS_MAX      1024u
#define WC_REGISTERS_MAX      256u
#define WC_TYPE_NESTING_MAX   16u
#define WC_BLOCK_TIME_MAX                                                                          \
    INT64_C(253402300799) /* seconds: a block's time is in [0, this], the year 9999 */
#define WC_MEM_MAX          (1024u * 1024u) /* bytes of call memory of an action */
#define WC_VIEW_MEM_MAX     (512u * 1024u)
#define WC_LOOP_TRIPS_MAX   1000000
#define WC_STATES_MAX       64u
#define WC_PARTIES_MAX      32u
#define WC_KEY_MAX          64u   /* bytes of a collection key, encoded */
#define WC_ELEMENT_MAX      4096u /* bytes of a stored element */
#define WC_BY_MAX           16u
#define WC_ARGS_MAX         (200u * 1024u) /* bytes of encoded arguments */
#define WC_ESCROW_MAX       1024u /* escrow sub-accounts (holders x assets) of an instance */
#define WC_STRINGS_MAX      16384u
#define WC_TYPES_MAX        4096u
#define WC_MEMBERS_MAX      1024u      /* fields of a tuple, variants of an enum */
#define WC_TYPE_SIZE_MAX    (1u << 30) /* bytes; only a stored collection may exceed WC_MEM_MAX */
#define WC_ENTRIES_MAX      512u
#define WC_SLOTS_MAX        1024u /* frame slots of a function */
#define WC_ROWS_MAX         1024u /* rows of every other table, and of methods */
#define WC_INVARIANTS_MAX   64u
#define WC_LOOP_NESTING_MAX 16u
#define WC_CALENDARS_MAX    8u
#define WC_SENDS_MAX        64u /* queued actions of one transaction */
#define WC_CALL_DEPTH_MAX   64u /* functions on the longest chain of calls */

typedef enum wc_type_kind {
    WC_TYPE_BOOL = 1,     /* i64: 0 or 1 */
    WC_TYPE_INT = 2,      /* i64 in [lo, hi] */
    WC_TYPE_DEC = 3,      /* i64 in [lo, hi]: value * 10^-scale of unit */
    WC_TYPE_TIME = 4,     /* i64 seconds since 1970-01-01T00:00:00Z */
    WC_TYPE_DATE = 5,     /* i64 days since 1970-01-01 */
    WC_TYPE_TAG = 6,      /* enum without data: i64 in [0, variant_count) */
    WC_TYPE_INTERVAL = 7, /* two times, start <= end */
    WC_TYPE_PARTY = 8,    /* 32 bytes; also contract_ref (item: interface) */
    WC_TYPE_BYTES = 9,    /* exactly capacity bytes */
    WC_TYPE_TEXT = 10,    /* up to capacity bytes of UTF-8 */
    WC_TYPE_TUPLE = 11,   /* fields in order: record, tuple, argument list, variant data */
    WC_TYPE_ENUM = 12,    /* tag and the data of that variant; option is {none, some(T)} */
    WC_TYPE_LIST = 13,    /* up to capacity items */
    WC_TYPE_SET = 14,     /* up to capacity keys, sorted */
    WC_TYPE_MAP = 15,     /* up to capacity entries, sorted by key */
    WC_TYPE_SORTED = 16,  /* up to capacity items by one field, then arrival */
    WC_TYPE_SERIES = 17   /* up to capacity i64 values with quality, one per step */
} wc_type_kind;

enum {
    WC_TYPE_MAPPED = 64 /* places of a wc_type that have bits */
};

/* Where the fields of a type lie in call memory (EM 2): every type is a multiple of 8 bytes.
 * scalar 8 | interval 16 | party 32 | bytes pad8(N) | text pad8(4 + N) (u32 length first)
 * tuple: fields in order | enum: tag 8, then the data of every variant, side by side
 * list, set, sorted: length 8, items | map: length 8, entries {key, value}
 * series: start 8, length 8, values 8*N, qualities pad8(N)
 *
 * The variants of an enum do not share memory: so a place in memory has one type for ever, and a
 * ref into a variant stays a ref to a value of its type even after the enum has become another
 * variant. An empty tuple (0 bytes) is legal as argument list, terms, storage and parties, not
 * inside others; a SORTED is legal as type of a storage field or frame slot, not inside others. */
typedef struct wc_field {
    uint16_t name;   /* string index; WC_NONE in an unnamed tuple: all fields have names, or none */
    uint16_t type;   /* type index, lower than the owner's */
    uint32_t offset; /* derived: bytes from the start of the tuple */
} wc_field;

typedef struct wc_variant {
    uint16_t name;
    uint16_t data;   /* TUPLE type, or WC_NONE */
    uint32_t offset; /* derived: bytes from the start of the enum; 0 without data */
} wc_variant;

typedef struct wc_type {
    wc_type_kind kind;
    uint16_t name;     /* declared name for ABI and traces, or WC_NONE */
    uint8_t scale;     /* DEC: in [0, 19) */
    uint16_t unit;     /* DEC: unit index, WC_NONE for a plain number */
    int64_t lo, hi;    /* INT, DEC: inclusive bounds, without range the whole 64 bits; derived for
                          the others: BOOL [0, 1], TAG [0, count - 1], TIME and DATE 64 bits */
    uint32_t capacity; /* BYTES, TEXT, LIST, SET, MAP, SORTED, SERIES: >= 1 */
    uint16_t item;    /* LIST, SORTED, SERIES: element type; SET, MAP: key type; PARTY: interface */
    uint16_t value;   /* MAP: value type; SORTED: index of the ordering field in item */
    bool descending;  /* SORTED */
    uint32_t step;    /* SERIES: seconds */
    uint16_t count;   /* TUPLE: fields; ENUM, TAG: variants */
    wc_field *fields; /* TUPLE */
    wc_variant *variants; /* ENUM, TAG (data always WC_NONE) */
    /* derived by wc_module_layout, not stored: */
    uint32_t size;        /* bytes in call memory, multiple of 8 */
    uint32_t head_size;   /* bytes without the items of direct collections (those reached through
                             tuples only): what `new` writes; length and start words count */
    uint32_t encoded_max; /* bytes of the longest ABI encoding */
    uint32_t key_max; /* bytes of the longest key encoding, in [1, WC_KEY_MAX]; 0: not a key type */
    uint8_t depth;    /* nesting, in [1, WC_TYPE_NESTING_MAX] */
    /* Of its first WC_TYPE_MAPPED eights of bytes in call memory, a bit for each: */
    uint64_t starts;        /* TUPLE: where its fields begin */
    uint64_t loads, stores; /* wc_type_leaf_at finds something; and no SERIES */
} wc_type;

/* A unit as ABI and traces show it, canonical text such as "CNY/kWh"; the verifier ignores it. */
typedef struct wc_unit {
    uint16_t text;
} wc_unit;

typedef struct wc_currency {
    uint16_t code; /* string, for example "CNY"; the registry maps it to the asset */
    uint8_t minor; /* decimals */
} wc_currency;

typedef struct wc_bytes_const {
    uint16_t type;
    wc_slice abi; /* canonical ABI encoding of the value */
} wc_bytes_const;

/* A local calendar. Its whole table stands in the module: nothing else is read at execution. */
typedef struct wc_calendar {
    uint16_t zone;    /* string, for example "Europe/Berlin" */
    uint16_t version; /* string: release of the tz database, for example "2026a" */
    wc_zone table;
} wc_calendar;

/* method id = first 32 bits of SHA-256 of the canonical signature (EM 7) */
typedef struct wc_method {
    uint16_t name;
    uint32_t id;
    bool is_view;
    uint16_t args;   /* TUPLE */
    uint16_t result; /* type, or WC_NONE */
} wc_method;

typedef struct wc_interface {
    uint16_t name;
    uint16_t count;
    uint16_t first; /* index into methods */
} wc_interface;

typedef struct wc_party_decl {
    uint16_t name;
    uint16_t role; /* string: bound party must hold that role; WC_NONE: any party */
    bool signatory;
    bool visible;
} wc_party_decl;

typedef struct wc_term {
    bool amendable;
    bool has_default;
    uint16_t default_const; /* byte constant, or WC_NONE */
} wc_term;

/* Scalars and records live in the root record; collections have one key per element. */
typedef struct wc_storage_field {
    uint16_t name;
    uint16_t id; /* stable number in storage keys, never reused */
    uint16_t type;
    uint16_t since;   /* source version that introduced it, from 0 */
    uint16_t root;    /* position in the root record, or WC_NONE for a collection */
    uint16_t initial; /* byte constant, or WC_NONE: zero */
} wc_storage_field;

typedef struct wc_state_decl {
    uint16_t name;
    uint16_t data; /* TUPLE or WC_NONE */
    bool initial;
    bool final;
    /* derived by the verifier, not stored: gas of all time-outs that can follow by time alone once
     * the state is entered; charged by the ACTION or deployment that enters it, never by an AFTER
     */
    uint64_t prepaid;
} wc_state_decl;

typedef struct wc_signature_decl { /* an error or an event */
    uint16_t name;
    uint16_t args; /* TUPLE */
} wc_signature_decl;

typedef enum wc_reg_kind {
    WC_REG_I64 = 0,
    WC_REG_I128 = 1,
    WC_REG_I128_HIGH = 2,
    WC_REG_REF = 3,
    WC_REG_REFMUT = 4
} wc_reg_kind;

typedef struct wc_reg {
    uint8_t kind;  /* wc_reg_kind; I128_HIGH follows each I128 */
    uint16_t type; /* REF, REFMUT: pointee; I64, I128: unit-carrying type for traces, or WC_NONE */
} wc_reg;

typedef struct wc_function {
    uint16_t name;
    uint16_t reg_count; /* in [0, WC_REGISTERS_MAX] */
    wc_reg *regs;
    uint16_t slot_count;   /* frame slots, laid out in order */
    uint16_t *slots;       /* types */
    uint16_t param_count;  /* registers [0, param_count) are assigned on entry */
    uint16_t result_count; /* registers */
    uint8_t *result_kinds; /* wc_reg_kind of each: I64, or I128 followed by I128_HIGH */
    uint32_t first_word;   /* in module.words; functions follow one another (not stored) */
    uint32_t word_count;   /* in [1, WC_FUNCTION_WORDS_MAX] */
    /* derived by the verifier, not stored: */
    uint32_t frame_size;  /* bytes of own slots */
    uint32_t memory_size; /* own frame and the deepest chain of calls */
    uint32_t stack_regs;  /* own registers and those of the chain of calls with most of them */
    uint32_t
        call_depth; /* functions on the longest chain, this one included; <= WC_CALL_DEPTH_MAX */
    uint64_t gas_bound; /* saturating */
} wc_function;

typedef enum wc_entry_kind {
    WC_ENTRY_ACTION = 1,    /* function(ref args) */
    WC_ENTRY_VIEW = 2,      /* function(ref args, refmut result), or in registers: see below */
    WC_ENTRY_AFTER = 3,     /* function(): body of a time-out */
    WC_ENTRY_DUE = 4,       /* function() -> i64 time: when the AFTER entry `args` is due */
    WC_ENTRY_INVARIANT = 5, /* function() -> i64 */
    WC_ENTRY_DEPLOY = 6,    /* function(): runs once after the root is set up; checks share sums */
    WC_ENTRY_UPGRADE = 7    /* function(ref args): args is the storage of the version before */
} wc_entry_kind;

typedef enum wc_by_kind {
    WC_BY_NONE = 0,
    WC_BY_ALL = 1,
    WC_BY_ANY = 2,
    WC_BY_QUORUM = 3,
    WC_BY_ANY_PARTY = 4
} wc_by_kind;

#define WC_BY_ROLE                                                                                 \
    0x8000u /* who[] value: WC_BY_ROLE | string index of a role; else a party index */

typedef struct wc_entry {
    wc_entry_kind kind;
    uint16_t name; /* string, or WC_NONE */
    uint16_t function;
    uint16_t args;   /* ACTION, VIEW: TUPLE of the parameters; DUE: entry index of its AFTER;
                        UPGRADE: TUPLE of the root fields of version n-1; others: WC_NONE */
    uint16_t result; /* VIEW: type */
    wc_by_kind by;
    uint8_t quorum; /* QUORUM: signatures needed */
    uint8_t who_count;
    uint16_t who[WC_BY_MAX];
    uint64_t when;       /* bit per state; 0: every non-final state (views: every state) */
    uint64_t leads_to;   /* bit per state that setst may name; 0: no setst */
    uint64_t invariants; /* bit per INVARIANT entry to run afterwards, in entry order */
    uint32_t repeats;    /* AFTER: times it can fire in a row by time alone, >= 1; others: 0 */
    uint64_t gas_bound;  /* worst case under the module's schedule, as stored */
    /* derived by the verifier under this build's schedule, not stored: */
    uint64_t derived_bound;
    uint32_t method_id; /* ACTION, VIEW: of its signature; else 0 */
} wc_entry;

/* A view of scalars alone may take them in registers: function(i64 each) -> i64. */
#define WC_VIEW_REGISTERS_MAX 16u /* parameters of such a view */

typedef struct wc_module {
    uint16_t format, isa;
    wc_hash schedule;
    uint16_t string_count;
    wc_str *strings;  /* 0: contract name, 1: module path */
    uint8_t *is_name; /* 1: wc_is_identifier; set by the decoder only */
    uint16_t unit_count;
    wc_unit *units;
    uint16_t currency_count;
    wc_currency *currencies;
    uint16_t type_count;
    wc_type *types;
    uint16_t number_count;
    wc_i128 *numbers;
    uint16_t bytes_count;
    wc_bytes_const *bytes;
    uint16_t calendar_count;
    wc_calendar *calendars; /* no two of one zone and version */
    uint16_t interface_count;
    wc_interface *interfaces;
    uint16_t method_count;
    wc_method *methods;
    uint16_t party_count;
    wc_party_decl *parties;
    uint16_t parties_type; /* TUPLE of PARTY, in order of parties */
    uint16_t terms_type;   /* TUPLE */
    uint16_t term_count;
    wc_term *terms; /* in order of the tuple's fields */
    uint16_t field_count;
    wc_storage_field *fields;
    uint16_t storage_type; /* TUPLE of the root fields */
    uint16_t state_count;
    wc_state_decl *states;
    uint16_t state_type; /* ENUM or TAG over the states, variant i = state i */
    uint16_t error_count;
    wc_signature_decl *errors;
    uint16_t event_count;
    wc_signature_decl *events;
    uint16_t function_count;
    wc_function *functions;
    uint32_t word_count;
    uint64_t *words; /* host order: op<<48 | a<<32 | b<<16 | c */
    uint16_t entry_count;
    wc_entry *entries;
    uint16_t source_version; /* n of `upgrade n`, else 0 */
    bool is_test_image; /* section 16 is present: test instructions are allowed; never deployed */
    uint16_t test_count;
    wc_signature_decl *tests; /* name; args = function index */
} wc_module;

/* Decodes the one canonical encoding. The arena receives the tables; strings and byte constants
 * borrow from bytes. Checks container and every index, computes layouts; does not look at
 * instructions. Errors: BAD_MAGIC, BAD_VERSION, TRUNCATED, TRAILING, NOT_CANONICAL, TOO_LARGE,
 * OUT_OF_DOMAIN, DUPLICATE, BAD_UTF8, NO_MEMORY; *bad is the offset of the first byte that could
 * not be accepted. */
WC_MUST_USE wc_status wc_module_decode(wc_slice bytes, wc_arena *arena, wc_module **module,
                                       size_t *bad);

/* Appends the canonical encoding; the caller checks the buffer. Requires a decoded module, or one
 * that wc_module_bound accepted. */
void wc_module_encode(const wc_module *module, wc_buf *buf);

/* Checks all types and computes their derived members, in index order. OUT_OF_DOMAIN, TOO_LARGE,
 * DUPLICATE; *bad is the type index. Decoder and builder have done it for what they return. */
WC_MUST_USE wc_status wc_module_layout(wc_module *module, size_t *bad);

static inline bool wc_type_is_scalar(const wc_type *type)
{
    return type->kind <= WC_TYPE_TAG;
}

/* Types whose values, and keys, are encoded in 8 bytes. */
static inline bool wc_type_is_number(const wc_type *type)
{
    return type->kind >= WC_TYPE_INT && type->kind <= WC_TYPE_DATE;
}

/* Whether a verified VIEW takes its parameters in registers and returns its result in one. */
static inline bool wc_view_in_registers(const wc_module *module, const wc_entry *view)
{
    return module->functions[view->function].result_count == 1;
}

static inline bool wc_type_is_collection(const wc_type *type)
{
    return type->kind >= WC_TYPE_LIST && type->kind <= WC_TYPE_SORTED;
}

/* Byte offset of field `index` of a TUPLE in call memory. Requires computed layouts. */
uint32_t wc_type_field_offset(const wc_module *module, const wc_type *tuple, uint16_t index);

/* Byte offset of the data of variant `index` of an ENUM. Requires that it has data. */
uint32_t wc_type_variant_offset(const wc_type *type, uint16_t index);

/* Bytes of one entry in memory of a LIST, SET, SORTED (item) or MAP (key and value). */
uint32_t wc_type_entry_size(const wc_module *module, const wc_type *type);

/* The leaf at byte `offset` of type, found through tuples: a scalar, an INTERVAL (two times, both
 * offsets) or a SERIES (its start only). Returns the leaf's type index, or WC_NONE when no scalar
 * starts exactly there. This is what `ldf` and, SERIES excepted, `stf` may reach. */
uint16_t wc_type_leaf_at(const wc_module *module, uint16_t type, uint32_t offset);

/* The field at byte `offset` of the TUPLE type, directly or inside nested tuples, that fits
 * `wanted`; returns its own type, or WC_NONE. This is what `fref` may reach. */
uint16_t wc_type_field_at(const wc_module *module, uint16_t type, uint32_t offset, uint16_t wanted);

/* True when a value of type `given` may be used where `wanted` is asked: the same type, or a
 * contract reference where any party will do. */
WC_MUST_USE bool wc_type_fits(const wc_module *module, uint16_t wanted, uint16_t given);

/* Longest key of a stored element: MAP, SET the key; LIST 4; SORTED order key and number. */
uint32_t wc_collection_key_max(const wc_module *module, const wc_type *collection);
/* Longest value stored under such a key: MAP the value, LIST and SORTED the item, SET 0. */
uint32_t wc_collection_value_max(const wc_module *module, const wc_type *collection);

/* Most escrow sub-accounts of an instance: WC_ESCROW_MAX, or 0 for a contract without currencies,
 * which cannot lock anything. */
uint32_t wc_module_holders_max(const wc_module *module);

/* Bytes of the longest root record (vm/vm.h) of an instance. */
uint64_t wc_module_root_max(const wc_module *module);

/* Bytes of call memory that every call of the module needs besides arguments, result and frames:
 * byte constants, terms, storage root, parties, state value, own id, caller. */
uint64_t wc_module_base_memory(const wc_module *module);

/* The states in which an entry is available: `when`, or its default (every non-final state; VIEW
 * and INVARIANT every state). */
uint64_t wc_entry_states(const wc_module *module, const wc_entry *entry);

/* The same when every state and the states that are not final (`open`) are at hand. */
static inline uint64_t wc_entry_states_among(const wc_entry *entry, uint64_t every, uint64_t open)
{
    bool is_everywhere = entry->kind == WC_ENTRY_VIEW || entry->kind == WC_ENTRY_INVARIANT;
    return entry->when != 0 ? entry->when : is_everywhere ? every : open;
}

/* Bits of the states, final ones included or not. */
uint64_t wc_module_states(const wc_module *module, bool final_too);

/* Bytes of the module at the start of a .wcb file, found from the section lengths alone; what
 * follows is the debug part. TRUNCATED, BAD_MAGIC, NOT_CANONICAL, TOO_LARGE. */
WC_MUST_USE wc_status wc_module_length(wc_slice file, size_t *len);

#endif
