/* docs/reference/node.md: folder, configuration, genesis description of a node, from
 * node/service/config.def; docs/reference/metrics.md from node/service/metrics.def. */
#include "tests/docs/page.h"

static void put_key(const char *key, const char *value, const char *range, const char *text)
{
    doc_put("| `");
    doc_put(key);
    doc_put("` | ");
    if (value[0] != '\0') {
        doc_put("`");
        doc_put(value);
        doc_put("`");
    }
    doc_put(" | ");
    doc_put_prose(range);
    doc_put(" | ");
    doc_put_prose(text);
    doc_put(" |\n");
}

static void put_number_key(const char *key, int64_t value, int64_t least, int64_t most,
                           const char *text)
{
    uint8_t digits[64], range[96];
    wc_buf shown, bounds;
    wc_buf_init(&shown, digits, sizeof digits - 1);
    wc_buf_put_decimal(&shown, value);
    digits[shown.len] = '\0';
    wc_buf_init(&bounds, range, sizeof range - 1);
    wc_buf_put_decimal(&bounds, least);
    wc_buf_put_text(&bounds, " to ");
    wc_buf_put_decimal(&bounds, most);
    range[bounds.len] = '\0';
    put_key(key, (const char *)digits, (const char *)range, text);
}

static void put_words_key(const char *key, const char *value, const char *words, const char *text)
{
    char range[128];
    size_t len = 0;
    for (const char *at = words; *at != '\0' && len < sizeof range - 4; at++) {
        if (*at == '|') {
            range[len++] = ',';
            range[len++] = ' ';
        } else {
            range[len++] = *at;
        }
    }
    range[len] = '\0';
    put_key(key, value, range, text);
}

static void put_section(const char *section, const char *shown)
{
    doc_put("\n### [");
    doc_put(section);
    doc_put("]\n\n");
    doc_put(shown);
    DOC_HEAD("key", "default", "values", "what it does");
#define WC_CONFIG_TEXT(part, key, value, text)                                                     \
    if (strcmp(section, #part) == 0) put_key(#key, value, "text", text);
#define WC_CONFIG_NUMBER(part, key, value, least, most, text)                                      \
    if (strcmp(section, #part) == 0) put_number_key(#key, value, least, most, text);
#define WC_CONFIG_FLAG(part, key, value, text)                                                     \
    if (strcmp(section, #part) == 0) put_key(#key, (value) ? "yes" : "no", "yes, no", text);
#define WC_CONFIG_WORD(part, key, value, words, text)                                              \
    if (strcmp(section, #part) == 0) put_words_key(#key, value, words, text);
#include "node/service/config.def"
#undef WC_CONFIG_TEXT
#undef WC_CONFIG_NUMBER
#undef WC_CONFIG_FLAG
#undef WC_CONFIG_WORD
}

static void put_folder(void)
{
    doc_put("## Folder\n\n");
    DOC_HEAD("place", "what", "in a backup");
    DOC_ROW("`node.conf`", "configuration, see below", "no");
    DOC_ROW("`genesis.txt`", "the description from which the genesis was made, as given", "no");
    DOC_ROW("`names.json`", "names of the genesis accounts; nobody has signed them", "no");
    DOC_ROW("`data/`", "the ledger", "yes");
    DOC_ROW("`keys/sequencer.key`", "the encrypted key that signs certificates, mode 0600",
            "never");
    DOC_ROW("`keys/SEAL`",
            "the signer's memory of the newest record it sealed; locked by the node that seals",
            "never");
    DOC_ROW("`keys/INCARNATION`",
            "how often sealed records were lost in a restore: `N HASH`, HASH the first 16 hex "
            "digits of "
            "SHA-256(`wattclause/incarnation N`)",
            "never");
    DOC_ROW("`run/api`", "host and port of a running node", "no");
    DOC_ROW("`run/admin.sock`", "the administration of a running node, mode 0600, same user only",
            "no");
}

static void put_genesis(void)
{
    doc_put(
        "\n## Genesis description\n\n`node init --genesis FILE` compiles a text to the canonical "
        "genesis. It has the form of the configuration file; repeated keys are marked. The "
        "order of the accounts is theirs in the genesis, from which their addresses "
        "follow.\n\n");
    DOC_HEAD("section", "keys");
    DOC_ROW("`[chain]`", "`id`, `time` (UTC), `clock` (`system`, or `scripted` for chains whose id "
                         "begins with `demo-` or `test-`), `initial_height`");
    DOC_ROW("`[params]`", "any parameter of the chain by its name; the rest has its default");
    DOC_ROW("`[asset CODE]`", "`number` (1: the network unit, in which fees are paid, of scale 6), "
                              "`scale`, `issuer` (an account)");
    DOC_ROW("`[account NAME]`",
            "`role` (repeated; a name of Clause), `key` (repeated; 64 hex digits, "
            "and a weight if it is not 1), `threshold`, `balance` (repeated; "
            "`12.34 CNY`), `owner` (the operator of a device)");
    DOC_ROW("`[admin]`", "`threshold`, `member` (repeated; accounts): who changes the chain");
    DOC_ROW("`[validator ACCOUNT]`",
            "`key` (64 hex digits, or `sequencer`: the key that init makes), "
            "`power`; the first one seals");
    DOC_ROW("`[modules]`", "`file` (repeated): modules that are deployed from the beginning");
    doc_put("\n```\n"
            "[chain]\nid = north-grid\ntime = 2026-12-01T00:00:00Z\n\n"
            "[asset UNIT]\nnumber = 1\nissuer = grid\n\n"
            "[asset CNY]\nnumber = 2\nscale = 2\nissuer = bank\n\n"
            "[account grid]\nrole = Admin\nrole = GridOperator\nkey = d75a98...511a\n\n"
            "[account bank]\nrole = SettlementBank\nkey = 3d4017...660c\nkey = fc51cd...8025\n"
            "threshold = 2\n\n"
            "[admin]\nthreshold = 1\nmember = grid\n\n"
            "[validator grid]\nkey = sequencer\n```\n");
}

void doc_node(void)
{
    doc_put_title("Node", "node/service/config.def");
    doc_put("What a node's folder holds, and what its files say. How to use them: "
            "[run-a-node.md](../how-to/run-a-node.md).\n\n");
    put_folder();
    doc_put(
        "\n## Configuration\n\n`node.conf` has sections in brackets and lines `key = value`; `;` "
        "and "
        "`#` begin a comment. Every mistake is an error with file and line: an unknown section or "
        "key (the nearest known one is named), a key given twice, a value outside of its bounds, a "
        "line of more than 198 characters or one that begins with a blank. `node start FOLDER "
        "--print-config` prints the effective configuration, which reads back as the same. Nothing "
        "is taken from the environment, and no secret stands in the file.\n");
    put_section("node", "");
    put_section("log", "One line for each event, on standard error.\n\n");
    put_section("api", "Limits of the program itself stand in [api.md](api.md).\n\n");
    put_genesis();
}

void doc_metrics(void)
{
    doc_put_title("Metrics", "node/service/metrics.def");
    doc_put(
        "What `/metrics` shows, in Prometheus' text format. A dashboard for Grafana "
        "(`node/service/monitoring/dashboard.json`) and alert rules (`alerts.yml` beside it) use "
        "these names; a test holds both against this table.\n\n");
    DOC_HEAD("metric", "kind", "label", "what it is");
#define COUNTER                                "counter"
#define GAUGE                                  "gauge"
#define SECONDS                                "histogram"
#define WC_METRIC(id, name, kind, label, text) DOC_ROW("`" name "`", kind, label, text);
#include "node/service/metrics.def"
#undef WC_METRIC
}
