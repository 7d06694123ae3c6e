/* audit bundle: one file that holds all a replay needs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/bundle.h"
#include "node/cli/audit.h"
#include "node/store/folder.h"

#define PATH_MAX_BYTES 4096

static wc_exit say_done(const wc_cli *cli, const wc_bundle_report *report, const char *path)
{
    if (cli->quiet || strcmp(path, "-") == 0) return WC_EXIT_DONE;
    char hash[2 * WC_HASH_SIZE + 1];
    for (size_t i = 0; i < WC_HASH_SIZE; i++) {
        (void)snprintf(hash + 2 * i, 3, "%02x", report->hash.bytes[i]);
    }
    uint8_t memory[PATH_MAX_BYTES + 256];
    char line[PATH_MAX_BYTES + 256];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    (void)snprintf(line, sizeof line,
                   cli->json ? "{\"records\":%llu,\"bytes\":%llu,\"content\":\"%s\"}\n"
                             : "%llu records, %llu bytes of content, content %s\n",
                   (unsigned long long)report->head.seq + 1, (unsigned long long)report->bytes,
                   hash);
    wc_buf_put_text(&buf, line);
    return wc_cli_print(&buf) ? WC_EXIT_DONE : WC_EXIT_ENVIRONMENT;
}

/* On the disk before it has its name, so that a power cut leaves no half of a bundle under it. */
static wc_status finish_file(wc_status status, int *code, FILE *file, const char *part,
                             const char *path)
{
    bool is_synced = status == WC_OK && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (status == WC_OK && !is_synced) *code = errno;
    bool is_closed = fclose(file) == 0;
    if (status != WC_OK) return status;
    if (is_synced && !is_closed) *code = errno;
    if (!is_synced || !is_closed) return WC_IO;
    if (rename(part, path) == 0 && wc_folder_sync_parent(path) == WC_OK) return WC_OK;
    *code = errno;
    return WC_IO;
}

static wc_exit write_file(const wc_cli *cli, const char *path, uint64_t last_seq, wc_coding coding)
{
    char part[PATH_MAX_BYTES];
    bool is_stdout = strcmp(path, "-") == 0;
    int len = snprintf(part, sizeof part, "%s.part", path);
    if (len < 0 || (size_t)len >= sizeof part) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "the name of the output is too long");
    }
    FILE *file = is_stdout ? stdout : fopen(part, "wb");
    if (file == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", part, strerror(errno));
    static wc_bundle_report report;
    wc_status status = wc_bundle_write_folder(&report, cli->argv[1], last_seq, coding, file);
    int code = errno;
    if (!is_stdout) status = finish_file(status, &code, file, part, path);
    if (status == WC_OK) return say_done(cli, &report, path);
    if (!is_stdout) (void)unlink(part);
    if (status == WC_IO && report.store.problem.text[0] == '\0') {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, strerror(code));
    }
    return wc_cli_audit_fail(cli, status, &report.store.problem);
}

wc_exit wc_cli_audit_bundle(const wc_cli *cli)
{
    const char *path = wc_cli_option_of(cli, "output");
    int64_t last = 0;
    bool has_last = wc_cli_option_of(cli, "to") != NULL;
    if (has_last && !wc_cli_number(cli, "to", 0, INT64_MAX, 0, &last)) return WC_EXIT_USAGE;
    if (path == NULL) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "needs --output FILE; `-` is standard output");
    }
    bool is_plain = wc_cli_option_of(cli, "plain") != NULL;
    return write_file(cli, path, has_last ? (uint64_t)last : WC_BUNDLE_NEWEST,
                      is_plain ? WC_CODING_PLAIN : WC_CODING_ZSTD);
}
