/* Inside vm/isa: the assembler's state, shared by asm_line.c (words of a line), asm_tables.c (rows)
 * and asm.c (functions, instructions, lines). */
#ifndef WC_VM_ISA_ASM_H
#define WC_VM_ISA_ASM_H

#include "vm/isa/builder_state.h"
#include "vm/isa/text_form.h"

#define WC_ASM_WORD_MAX 65536u /* bytes of one word of a line, unquoted */

/* A label of the open function: where it stands, or who waits for it. */
typedef struct wc_asm_label {
    wc_str name;
    uint32_t word; /* WC_NOT_PLACED until it stands */
} wc_asm_label;

typedef struct wc_asm_use {
    uint32_t label; /* index */
    uint32_t word;
    uint8_t operand; /* 0..5 */
    uint32_t line;
} wc_asm_use;

typedef struct wc_asm {
    wc_arena *arena;
    wc_sha256_fn hash;
    wc_builder *builder; /* NULL until the `module` line */
    wc_str text;
    size_t at;      /* start of the rest of the line */
    uint32_t line;  /* from 1 */
    char *scratch;  /* the last quoted word */
    bool is_quoted; /* the last word was quoted, so `-` and `%1` are texts */
    wc_vector labels, uses;
} wc_asm;

/* The next word of the line; OUT_OF_DOMAIN at its end. A quoted word is valid until the next. */
WC_MUST_USE wc_status wc_asm_word(wc_asm *a, wc_str *word);
bool wc_asm_at_end(wc_asm *a);
/* True, and the word is taken, when the next word is this one. */
bool wc_asm_take(wc_asm *a, const char *word);

/* OUT_OF_DOMAIN when the next word is not of the form or outside its range. */
WC_MUST_USE wc_status wc_asm_number(wc_asm *a, uint64_t max, uint64_t *value);
WC_MUST_USE wc_status wc_asm_u16(wc_asm *a, uint16_t *value);
WC_MUST_USE wc_status wc_asm_signed(wc_asm *a, int64_t *value);
WC_MUST_USE wc_status wc_asm_wide(wc_asm *a, wc_i128 *value);
WC_MUST_USE wc_status wc_asm_hex(wc_asm *a, uint8_t *out, size_t size);
/* Hex of any length, or `-` for none; borrowed from the arena. */
WC_MUST_USE wc_status wc_asm_bytes(wc_asm *a, wc_slice *bytes);
/* A string's index, or WC_NONE for `-`. */
WC_MUST_USE wc_status wc_asm_string(wc_asm *a, uint16_t *index);
/* A name that must be there. */
WC_MUST_USE wc_status wc_asm_name(wc_asm *a, wc_str *name);
/* `prefix` and a number, or `-`: WC_NONE. */
WC_MUST_USE wc_status wc_asm_index(wc_asm *a, char prefix, uint16_t *index);
WC_MUST_USE wc_status wc_asm_row(wc_asm *a, wc_operand kind, uint16_t *row);
/* The word, or `-`. */
WC_MUST_USE wc_status wc_asm_flag(wc_asm *a, const char *word, bool *is_set);
/* One of count words; *index counts from 0. */
WC_MUST_USE wc_status wc_asm_choice(wc_asm *a, const char *const *words, size_t count,
                                    uint16_t *index);

/* A line of the tables; NOT_FOUND when `keyword` begins none. */
WC_MUST_USE wc_status wc_asm_table_line(wc_asm *a, wc_str keyword);

#endif
