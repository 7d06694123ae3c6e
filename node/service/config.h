/* The node's configuration file: an INI text in which every mistake is an error with its line.
 *
 *   [api]
 *   listen = 127.0.0.1:26670
 *
 * Keys, defaults and bounds stand in config.def. An unknown section or key, a key given twice, a
 * value outside of its bounds: refused, with the nearest known name. Nothing is taken from the
 * environment. */
#ifndef WC_NODE_SERVICE_CONFIG_H
#define WC_NODE_SERVICE_CONFIG_H

#include "node/service/ini.h"
#include "vm/base/buf.h"

#define WC_CONFIG_TEXT_MAX 192u

/* One member for each key: section_key. */
typedef struct wc_config {
#define WC_CONFIG_CHARS(name)                                    char name[WC_CONFIG_TEXT_MAX];
#define WC_CONFIG_TEXT(section, key, value, text)                WC_CONFIG_CHARS(section##_##key)
#define WC_CONFIG_NUMBER(section, key, value, least, most, text) int64_t section##_##key;
#define WC_CONFIG_FLAG(section, key, value, text)                bool section##_##key;
#define WC_CONFIG_WORD(section, key, value, words, text)         WC_CONFIG_CHARS(section##_##key)
#include "node/service/config.def"
#undef WC_CONFIG_CHARS
#undef WC_CONFIG_TEXT
#undef WC_CONFIG_NUMBER
#undef WC_CONFIG_FLAG
#undef WC_CONFIG_WORD
} wc_config;

/* All defaults. */
void wc_config_init(wc_config *config);

/* Reads a file's text on top of what config holds. Errors: OUT_OF_DOMAIN, with problem->line and
 * the sentence; config then holds what stood before that line. */
WC_MUST_USE wc_status wc_config_read(wc_config *config, wc_ini_problem *problem, wc_str text);

/* What holds between keys: an address beyond loopback needs token_file, and TLS or behind_proxy;
 * certificate and key come together. OUT_OF_DOMAIN, with the sentence (line 0). */
WC_MUST_USE wc_status wc_config_check(const wc_config *config, wc_ini_problem *problem);

/* The effective configuration as a file that reads back as the same. Values that are secret do not
 * stand in it: secrets live in files of their own. */
void wc_config_put(wc_buf *text, const wc_config *config);

/* The host and port of "127.0.0.1:80", "[::1]:80" or "localhost:80". */
typedef struct wc_listen {
    char host[WC_CONFIG_TEXT_MAX]; /* without brackets */
    uint16_t port;
    bool is_loopback, is_ipv6;
} wc_listen;

/* OUT_OF_DOMAIN: not of this form; names are not resolved, but `localhost` is 127.0.0.1. */
WC_MUST_USE wc_status wc_listen_parse(wc_listen *listen, const char *text);

#endif
