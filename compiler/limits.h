/* Every limit of the compiler's front end in one place; each is tested at -1, 0 and +1.
 *
 * They bound memory and recursion on hostile input. None is reached by text a person wrote. */
#ifndef WC_COMPILER_LIMITS_H
#define WC_COMPILER_LIMITS_H

#define WC_SOURCE_MAX       (1u << 20) /* bytes of one source file */
#define WC_SOURCES_MAX      1024u      /* files of one compilation */
#define WC_TOKENS_MAX       1000000u   /* tokens of one file, comments not counted */
#define WC_NAME_MAX         64u        /* bytes of a name */
#define WC_STRING_MAX       4096u      /* bytes of a string, escapes resolved */
#define WC_DIGITS_MAX       38u        /* digits of a number: 10^38 - 1 < 2^127 */
#define WC_DECIMALS_MAX     18u        /* digits after the point; a percentage may use two fewer */
#define WC_UNIT_FACTORS_MAX 16u        /* names in one unit expression */
#define WC_DEPTH_MAX        200u       /* nesting of expressions, so of every recursion over them */
#define WC_PARSE_STACK      256u       /* entries of the parser's stack; keep %stack_size equal */
#define WC_ERRORS_MAX       50u        /* errors kept of one compilation; the rest is counted */

#endif
