/* docs/reference/cli.md: every verb and option, from node/cli/commands.def. */
#include "node/cli/cli.h"
#include "tests/docs/page.h"

typedef struct option_row {
    const char *command, *name, *value, *text;
} option_row;

static const option_row options[] = {
#define WC_COMMAND(name, function, arguments, line, audience, example)
#define WC_OPTION(command, name, value, text) {#command, name, value, text},
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION
};

static void put_option(const char *name, const char *value, const char *text)
{
    doc_put("| `--");
    doc_put(name);
    if (value[0] != '\0') doc_put("=");
    doc_put(value);
    doc_put("` | ");
    doc_put_prose(text);
    doc_put(" |\n");
}

static void put_command(const char *name, const char *arguments, const char *line,
                        const char *audience, const char *example)
{
    doc_put("### ");
    doc_put(name);
    doc_put("\n\n");
    wc_buf_put_u8(&doc_page, (uint8_t)(line[0] - 'a' + 'A')); /* help prints it inside a line */
    doc_put_prose(line + 1);
    doc_put(". For: ");
    doc_put(audience);
    doc_put(".\n\n```\nwattclause ");
    doc_put(name);
    doc_put(" [OPTION...]");
    if (arguments[0] != '\0') doc_put(" ");
    doc_put(arguments);
    doc_put("\n```\n\n");
    bool is_first = true;
    for (size_t i = 0; i < WC_ARRAY_LEN(options); i++) {
        if (strcmp(options[i].command, name) != 0) continue;
        if (is_first) DOC_HEAD("option", "what it does");
        is_first = false;
        put_option(options[i].name, options[i].value, options[i].text);
    }
    doc_put(is_first ? "Example: `" : "\nExample: `");
    doc_put(example);
    doc_put("`\n\n");
}

static void put_exits(void)
{
    static const struct {
        wc_exit code;
        const char *text;
    } exits[] = {
        {WC_EXIT_DONE, "done"},
        {WC_EXIT_FAILS, "the input was examined and fails: errors in a source, a refused module, a "
                        "replay that differs, a look-up that finds nothing"},
        {WC_EXIT_USAGE, "the command was written wrongly; nothing was done"},
        {WC_EXIT_ENVIRONMENT, "a file, the disk or the memory failed; try again when that is "
                              "mended"},
        {WC_EXIT_TESTS, "tests of contracts ran and failed"},
        {WC_EXIT_DISPROVED, "reserved: a property was disproved"},
        {WC_EXIT_UNDECIDED, "reserved: a property could neither be proved nor disproved"},
        {WC_EXIT_INCOMPATIBLE, "the folder or file belongs to another version of the protocol"},
        {WC_EXIT_BUG, "an error of the program itself; please report what it printed"},
    };

    doc_put("## Exit codes\n\n");
    DOC_HEAD("code", "meaning");
    for (size_t i = 0; i < WC_ARRAY_LEN(exits); i++) {
        doc_put("| ");
        doc_put_number((uint64_t)exits[i].code);
        doc_put(" | ");
        doc_put_prose(exits[i].text);
        doc_put(" |\n");
    }
}

void doc_cli(void)
{
    doc_put_title("Command line", "node/cli/commands.def");
    doc_put(
        "`wattclause VERB [OPTION...] [ARGUMENT...]`. Data goes to standard output, messages to "
        "standard error. `wattclause help VERB` prints what stands here.\n\n");
    DOC_HEAD("verb", "what it does", "for");
#define WC_COMMAND(name, function, arguments, line, audience, example)                             \
    DOC_ROW("[" #name "](#" #name ")", line, audience);
#define WC_OPTION(command, name, value, text)
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION
    doc_put("\n## Options of every verb\n\n");
    DOC_HEAD("option", "what it does");
    put_option("json", "", "machine-readable output");
    put_option("quiet", "", "no progress and no remarks");
    put_option("color", "WHEN",
               "`auto`, `always` or `never`; NO_COLOR in the environment means "
               "`never` where `auto` would decide");
    put_option("help", "", "print the verb's options");
    doc_put("\n");
    put_exits();
    doc_put("\n## Verbs\n\n");
#define WC_COMMAND(name, function, arguments, line, audience, example)                             \
    put_command(#name, arguments, line, audience, example);
#define WC_OPTION(command, name, value, text)
#include "node/cli/commands.def"
#undef WC_COMMAND
#undef WC_OPTION
    doc_page.len--; /* one line end, not two, closes the page */
}
