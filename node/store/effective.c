/* Reads back what RocksDB says it uses: a line of its OPTIONS file for each option that guards
 * against silent loss. */
#include "node/store/effective.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/store/folder.h"

#define OPTIONS_FILE_MAX (256 * 1024)

/* What the effective options must say; lines of RocksDB's own OPTIONS file. */
static const char *const effective_options[] = {
    "wal_recovery_mode=kPointInTimeRecovery",
    "recycle_log_file_num=0",
    "paranoid_checks=true",
    "track_and_verify_wals_in_manifest=true",
    "verify_sst_unique_id_in_manifest=true",
    "atomic_flush=true",
    "db_write_buffer_size=536870912",
    "manual_wal_flush=false",
    "unordered_write=false",
    "allow_mmap_writes=false",
    "best_efforts_recovery=false",
};

/* Whether text holds `line` as a line of its own, blanks in front allowed. */
WC_MUST_USE static bool has_line(const char *text, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = strstr(text, line); at != NULL; at = strstr(at + 1, line)) {
        bool starts = at == text || at[-1] == ' ' || at[-1] == '\n';
        if (starts && (at[len] == '\n' || at[len] == '\0')) return true;
    }
    return false;
}

/* Reads the newest OPTIONS file, which RocksDB wrote while opening, into text. */
WC_MUST_USE static wc_status read_effective(const char *folder, char *text, size_t size)
{
    wc_path_text path;
    uint64_t number = 0;
    wc_status status = WC_OK;
    while (status == WC_OK) { /* ends after the last of a few files */
        status = wc_folder_next(&path, &number, folder, "OPTIONS-", "");
    }
    if (status != WC_NOT_FOUND || number == 0) return WC_IO;
    FILE *file = fopen(path.text, "rb");
    if (file == NULL) return WC_IO;
    size_t len = fread(text, 1, size - 1, file);
    bool is_whole = ferror(file) == 0 && feof(file) != 0;
    (void)fclose(file);
    text[len] = '\0';
    return is_whole ? WC_OK : WC_IO;
}

wc_status wc_store_check_options(const char *folder, wc_store_problem *problem)
{
    char *text = (char *)malloc(OPTIONS_FILE_MAX);
    if (text == NULL) wc_store_fatal("store", "out of memory");
    wc_status status = read_effective(folder, text, OPTIONS_FILE_MAX);
    if (status != WC_OK) {
        wc_store_say(problem, folder, "/db: its effective options cannot be read", NULL, NULL);
    }
    for (size_t i = 0; status == WC_OK && i < WC_ARRAY_LEN(effective_options); i++) {
        if (has_line(text, effective_options[i])) continue;
        status = WC_DIFFERS;
        wc_store_say(problem, folder, "/db: the effective options lack ", effective_options[i],
                     NULL);
    }
    free(text);
    return status;
}
