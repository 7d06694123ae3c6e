/* What a node finds after a fault: opens the ledger of a node's folder as `node start` does, holds
 * every acknowledgement against it, and seals one more record behind the last one.
 *
 *   crash_judge cheapen FOLDER PASSPHRASE-FILE
 *       writes the sequencer's key again so that opening it costs no second
 *   crash_judge judge FOLDER PASSPHRASE-FILE ACKS
 *       ACKS: one acknowledgement a line, "SEQ RECORD-HASH INCARNATION SIGNATURE"
 *   crash_judge layout FOLDER HEX
 *       makes HEX the number of the ledger's layout, as another program would have; `-`: none
 *
 * `judge` prints one line and ends with 0: all is there and the chain goes on; 20: refused, the
 * line says why; 21: something acknowledged is missing or another; 3: storage failure. */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/chain/chain.h"
#include "node/crypto/keyfile.h"
#include "node/service/init.h"
#include "node/service/place.h"
#include "node/store/folder.h"
#include "node/store/store.h"
#include "vm/base/text.h"

#define CHEAP_OPS  1u
#define CHEAP_MEM  8192u
#define LINE_BYTES 1024

enum {
    IS_SOUND = 0,
    IS_REFUSED = 20,
    IS_SHORT = 21,
    IS_USAGE = 2
};

static int refuse(const char *what, const char *why)
{
    printf("refused: %s: %s\n", what, why);
    return IS_REFUSED;
}

static wc_status read_key(wc_keypair *pair, const char *folder, const char *file,
                          wc_passphrase *passphrase, wc_store_problem *why)
{
    WC_TRY(wc_passphrase_read(passphrase, why, file, false));
    return wc_node_read_key(pair, why, folder, passphrase);
}

static int cheapen(const char *folder, const char *file)
{
    wc_keypair pair;
    wc_passphrase passphrase;
    wc_store_problem why = {""};
    wc_keyfile_info info = {.purpose = WC_KEY_SEQUENCER,
                            .created_s = 0,
                            .ops_limit = CHEAP_OPS,
                            .mem_limit = CHEAP_MEM};
    wc_path_text path = wc_folder_path(folder, WC_PLACE_KEY);
    if (read_key(&pair, folder, file, &passphrase, &why) != WC_OK) {
        return refuse("the key", why.text);
    }
    if (unlink(path.text) != 0) return refuse("the key", "it cannot be replaced");
    wc_status status =
        wc_keyfile_write(path.text, &pair, &info, wc_slice_of(passphrase.text, passphrase.len));
    return status == WC_OK ? IS_SOUND : refuse("the key", wc_status_text(status));
}

/* ---- acknowledgements ------------------------------------------------------------------------ */

typedef struct acknowledgement {
    uint64_t seq;
    wc_hash record;
    uint32_t incarnation;
    uint8_t signature[WC_SIGNATURE_SIZE];
} acknowledgement;

static bool read_line(acknowledgement *ack, char *line)
{
    char *rest = line;
    line[strcspn(line, "\n")] = '\0';
    char *seq = strtok_r(rest, " ", &rest);
    char *record = strtok_r(rest, " ", &rest);
    char *incarnation = strtok_r(rest, " ", &rest);
    char *signature = strtok_r(rest, " ", &rest);
    if (signature == NULL) return false;
    ack->seq = strtoull(seq, NULL, 10);
    ack->incarnation = (uint32_t)strtoul(incarnation, NULL, 10);
    return wc_parse_hex(wc_str_of(record), ack->record.bytes, WC_HASH_SIZE) == WC_OK &&
           wc_parse_hex(wc_str_of(signature), ack->signature, WC_SIGNATURE_SIZE) == WC_OK;
}

/* False: there is no such record. Short of memory, nothing is found out. */
static bool read_record(wc_chain *chain, uint64_t seq, wc_chain_record *record)
{
    wc_status status = wc_chain_read_record(chain, seq, record);
    if (status == WC_NO_MEMORY) exit(refuse("reading a record", wc_status_text(status)));
    return status == WC_OK;
}

static bool is_kept(wc_chain *chain, const acknowledgement *ack)
{
    wc_chain_record found;
    if (!read_record(chain, ack->seq, &found)) return false;
    return wc_hash_equal(&found.hash, &ack->record) && found.has_certificate &&
           found.certificate.incarnation == ack->incarnation && found.certificate.sig_count == 1 &&
           memcmp(found.certificate.sigs[0].signature.bytes, ack->signature, WC_SIGNATURE_SIZE) ==
               0;
}

/* Number of acknowledgements that hold; -1: one does not, and it is printed. */
static long hold_all(wc_chain *chain, const char *path)
{
    char line[LINE_BYTES];
    long count = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        exit(refuse("the acknowledgements", "they cannot be read"));
    }
    while (count >= 0 && fgets(line, sizeof line, file) != NULL) {
        acknowledgement ack;
        if (read_line(&ack, line) && is_kept(chain, &ack)) {
            count++;
            continue;
        }
        printf("record %" PRIu64 " was acknowledged and is not there as it was\n", ack.seq);
        count = -1;
    }
    (void)fclose(file);
    return count;
}

/* Bytes that are no transaction make a record of a rejected receipt: a block without any key. */
static int seal_one(wc_chain *chain, long acks)
{
    const wc_sealed *sealed;
    wc_chain_record record;
    uint64_t seq = wc_chain_head(chain)->seq;
    wc_hash last = wc_chain_head(chain)->record_hash;
    wc_slice bytes = wc_slice_of("one more", 8);
    wc_status status = wc_chain_seal(chain, wc_chain_head(chain)->time_s, &bytes, 1, &sealed);
    if (status != WC_OK) return refuse("sealing", wc_status_text(status));
    bool goes_on = sealed->head.seq == seq + 1 && read_record(chain, seq + 1, &record) &&
                   wc_hash_equal(&record.record.prev_record_hash, &last);
    if (!goes_on) {
        printf("the chain does not go on from record %" PRIu64 "\n", seq);
        return IS_SHORT;
    }
    printf("sound: record %" PRIu64 ", %ld acknowledged\n", seq, acks);
    return IS_SOUND;
}

static int judge(const char *folder, const char *file, const char *acks_path)
{
    wc_keypair pair;
    wc_passphrase passphrase;
    wc_store_problem why = {""};
    wc_chain *chain;
    wc_chain_report report;
    uint32_t incarnation;
    wc_status status = read_key(&pair, folder, file, &passphrase, &why);
    if (status != WC_OK) return refuse("the key", why.text);
    status = wc_place_read_incarnation(&why, folder, &incarnation);
    if (status != WC_OK) return refuse("the incarnation", why.text);
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    wc_path_text seal = wc_folder_path(folder, WC_PLACE_SEAL);
    wc_chain_options options = {.folder = data.text,
                                .threads = 1,
                                .sequencer = &pair,
                                .seal_path = seal.text,
                                .incarnation = incarnation};
    status = wc_chain_open(&chain, &report, &options);
    if (status != WC_OK) return refuse(wc_status_name(status), report.store.problem.text);
    long acks = hold_all(chain, acks_path);
    int code = acks < 0 ? IS_SHORT : seal_one(chain, acks);
    wc_chain_close(chain);
    return code;
}

static int number_layout(const char *folder, const char *hex)
{
    uint8_t bytes[8];
    wc_store store;
    wc_store_report report;
    wc_store_options options = {0};
    wc_path_text data = wc_folder_path(folder, WC_PLACE_DATA);
    wc_slice key = wc_slice_of("schema", 6);
    size_t len = strlen(hex) / 2;
    if (wc_store_open(&store, &report, data.text, &options) != WC_OK) {
        return refuse("store", report.problem.text);
    }
    wc_batch *batch = wc_batch_create(1024);
    if (batch == NULL) return IS_USAGE;
    wc_status status = WC_OK;
    if (strcmp(hex, "-") == 0) {
        wc_batch_delete(batch, WC_CF_META, key);
    } else {
        status = len > sizeof bytes ? WC_TOO_LARGE : wc_parse_hex(wc_str_of(hex), bytes, len);
        if (status == WC_OK) wc_batch_put(batch, WC_CF_META, key, wc_slice_of(bytes, len));
    }
    if (status == WC_OK) status = wc_store_commit(&store, batch);
    wc_batch_destroy(batch);
    wc_store_close(&store);
    return status == WC_OK ? IS_SOUND : refuse("layout", wc_status_text(status));
}

int main(int argc, char **argv)
{
    if (wc_crypto_start() != WC_OK) return IS_USAGE;
    if (argc == 4 && strcmp(argv[1], "cheapen") == 0) return cheapen(argv[2], argv[3]);
    if (argc == 5 && strcmp(argv[1], "judge") == 0) return judge(argv[2], argv[3], argv[4]);
    if (argc == 4 && strcmp(argv[1], "layout") == 0) return number_layout(argv[2], argv[3]);
    (void)fprintf(stderr, "usage: crash_judge cheapen FOLDER FILE | judge FOLDER FILE ACKS | "
                          "layout FOLDER HEX\n");
    return IS_USAGE;
}
