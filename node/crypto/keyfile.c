/* Key file: layout, checks in a fixed order (form, limits, password, key), and the file itself. */
#define _POSIX_C_SOURCE 200809L

#include "node/crypto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/codec.h"

#define MARK           "wattclause-key-1\n"
#define MARK_LEN       (sizeof MARK - 1)
#define KDF_ARGON2ID13 1
#define HEADER_SIZE    94
#define FILE_SIZE      (HEADER_SIZE + WC_SEED_SIZE + WC_BOX_TAG_SIZE)
#define BASE64_LEN     192

_Static_assert(WC_KEYFILE_TEXT_LEN == MARK_LEN + BASE64_LEN + 1, "mark, base64, line end");
_Static_assert((FILE_SIZE + 2) / 3 * 4 == BASE64_LEN, "base64 of 142 bytes");

typedef struct wc_keyfile_parts {
    wc_keyfile_info info;
    uint8_t bytes[FILE_SIZE];
    uint8_t salt[WC_SALT_SIZE];
    uint8_t nonce[WC_BOX_NONCE_SIZE];
} wc_keyfile_parts;

WC_MUST_USE static wc_status check_limits(const wc_keyfile_info *info)
{
    if (info->ops_limit > WC_KEYFILE_OPS_MAX) return WC_TOO_LARGE;
    if (info->mem_limit > WC_KEYFILE_MEM_MAX) return WC_TOO_LARGE;
    return WC_OK;
}

wc_status wc_keyfile_encode(wc_buf *text, const wc_keypair *pair, const wc_keyfile_info *info,
                            wc_slice password)
{
    uint8_t bytes[FILE_SIZE];
    uint8_t salt[WC_SALT_SIZE];
    uint8_t nonce[WC_BOX_NONCE_SIZE];
    wc_box_key key;
    wc_buf out;
    WC_TRY(check_limits(info));
    wc_random_bytes(salt, sizeof salt);
    wc_random_bytes(nonce, sizeof nonce);
    WC_TRY(wc_stretch_password(&key, password, salt, info->ops_limit, info->mem_limit));

    wc_buf_init(&out, bytes, sizeof bytes);
    wc_buf_put_u8(&out, (uint8_t)info->purpose);
    wc_buf_put_i64(&out, info->created_s);
    wc_buf_put(&out, pair->public_key.bytes, WC_PUBLIC_KEY_SIZE);
    wc_buf_put_u8(&out, KDF_ARGON2ID13);
    wc_buf_put_u32(&out, info->ops_limit);
    wc_buf_put_u64(&out, info->mem_limit);
    wc_buf_put(&out, salt, sizeof salt);
    wc_buf_put(&out, nonce, sizeof nonce);
    wc_assert(out.len == HEADER_SIZE && !out.full);
    wc_box_close(bytes + HEADER_SIZE, wc_slice_of(pair->seed.bytes, WC_SEED_SIZE),
                 wc_slice_of(bytes, HEADER_SIZE), nonce, &key);
    wc_forget(&key, sizeof key);

    wc_buf_put(text, MARK, MARK_LEN);
    wc_base64_encode(text, wc_slice_of(bytes, sizeof bytes));
    wc_buf_put(text, "\n", 1);
    return wc_buf_status(text);
}

/* Reads the 94 bytes of the header; they are there, so no read can fail. */
WC_MUST_USE static wc_status parse_header(wc_keyfile_parts *parts)
{
    wc_reader reader = wc_reader_of(wc_slice_of(parts->bytes, HEADER_SIZE));
    uint8_t purpose = 0;
    uint8_t kdf = 0;
    WC_TRY(wc_read_u8(&reader, &purpose));
    WC_TRY(wc_read_i64(&reader, &parts->info.created_s));
    WC_TRY(wc_read_bytes(&reader, parts->info.public_key.bytes, WC_PUBLIC_KEY_SIZE));
    WC_TRY(wc_read_u8(&reader, &kdf));
    WC_TRY(wc_read_u32(&reader, &parts->info.ops_limit));
    WC_TRY(wc_read_u64(&reader, &parts->info.mem_limit));
    WC_TRY(wc_read_bytes(&reader, parts->salt, sizeof parts->salt));
    WC_TRY(wc_read_bytes(&reader, parts->nonce, sizeof parts->nonce));
    WC_TRY(wc_read_end(&reader));
    if (purpose < WC_KEY_ACCOUNT || purpose > WC_KEY_WITNESS) return WC_OUT_OF_DOMAIN;
    if (kdf != KDF_ARGON2ID13) return WC_OUT_OF_DOMAIN;
    parts->info.purpose = (wc_key_purpose)purpose;
    return check_limits(&parts->info);
}

WC_MUST_USE static wc_status parse(wc_keyfile_parts *parts, wc_str text)
{
    if (text.len < MARK_LEN || memcmp(text.data, MARK, MARK_LEN) != 0) return WC_BAD_MAGIC;
    if (text.len != WC_KEYFILE_TEXT_LEN) return WC_OUT_OF_DOMAIN;
    if (text.data[text.len - 1] != '\n') return WC_OUT_OF_DOMAIN;
    wc_str base64 = {text.data + MARK_LEN, BASE64_LEN};
    WC_TRY(wc_base64_decode(parts->bytes, sizeof parts->bytes, base64));
    return parse_header(parts);
}

wc_status wc_keyfile_inspect(wc_keyfile_info *info, wc_str text)
{
    wc_keyfile_parts parts;
    WC_TRY(parse(&parts, text));
    *info = parts.info;
    return WC_OK;
}

wc_status wc_keyfile_decode(wc_keypair *pair, wc_str text, wc_slice password)
{
    wc_keyfile_parts parts;
    wc_box_key key;
    wc_seed seed;
    wc_keypair result;
    WC_TRY(parse(&parts, text));
    WC_TRY(wc_stretch_password(&key, password, parts.salt, parts.info.ops_limit,
                               parts.info.mem_limit));
    wc_status status =
        wc_box_open(seed.bytes, wc_slice_of(parts.bytes + HEADER_SIZE, FILE_SIZE - HEADER_SIZE),
                    wc_slice_of(parts.bytes, HEADER_SIZE), parts.nonce, &key);
    wc_forget(&key, sizeof key);
    if (status != WC_OK) return WC_BAD_PASSWORD;

    wc_keypair_of_seed(&result, &seed);
    wc_forget(&seed, sizeof seed);
    bool is_same =
        memcmp(result.public_key.bytes, parts.info.public_key.bytes, WC_PUBLIC_KEY_SIZE) == 0;
    if (is_same) *pair = result;
    wc_forget(&result, sizeof result);
    return is_same ? WC_OK : WC_BAD_KEY;
}

/* The folder that holds path, so that the name of a new file survives a power cut. */
WC_MUST_USE static wc_status sync_parent(const char *path)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 1 : (size_t)(slash - path) + 1;
    if (len >= sizeof parent) return WC_IO;
    memcpy(parent, slash == NULL ? "." : path, len);
    parent[len] = '\0';
    int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return WC_IO;
    int result = fsync(folder);
    (void)close(folder);
    return result == 0 ? WC_OK : WC_IO;
}

/* A key file is one write: 210 bytes. */
WC_MUST_USE static wc_status write_all(int file, const char *text, size_t len)
{
    if (write(file, text, len) != (ssize_t)len) return WC_IO;
    return fsync(file) == 0 ? WC_OK : WC_IO;
}

wc_status wc_keyfile_write(const char *path, const wc_keypair *pair, const wc_keyfile_info *info,
                           wc_slice password)
{
    char text[WC_KEYFILE_TEXT_LEN];
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text);
    WC_TRY(wc_keyfile_encode(&buf, pair, info, password));

    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return errno == EEXIST ? WC_EXISTS : WC_IO;
    wc_status status = write_all(file, text, buf.len);
    if (close(file) != 0) status = WC_IO;
    if (status == WC_OK) status = sync_parent(path);
    if (status != WC_OK) (void)unlink(path);
    return status;
}

/* One byte more than a key file has, so that a longer one is noticed. */
WC_MUST_USE static wc_status read_text(int file, char *text, size_t size, size_t *len)
{
    struct stat about;
    if (fstat(file, &about) != 0) return WC_IO;
    if (!S_ISREG(about.st_mode) || (about.st_mode & 077) != 0) return WC_BAD_MODE;
    *len = 0;
    while (*len < size) { /* ends: each turn reads at least a byte or leaves */
        ssize_t got = read(file, text + *len, size - *len);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return WC_IO;
        if (got == 0) break;
        *len += (size_t)got;
    }
    return WC_OK;
}

wc_status wc_keyfile_read(wc_keypair *pair, const char *path, wc_slice password)
{
    char text[WC_KEYFILE_TEXT_LEN + 1];
    size_t len = 0;
    /* NONBLOCK: a pipe in the file's place is refused, not waited for. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
    wc_status status = read_text(file, text, sizeof text, &len);
    (void)close(file);
    WC_TRY(status);
    return wc_keyfile_decode(pair, (wc_str){text, len}, password);
}

/* Where the general text of a status would leave the owner of a file without the way out. */
typedef struct file_fault {
    wc_status status;
    const char *text;
} file_fault;

static const file_fault file_faults[] = {
    {WC_EXISTS, "is there already, and a key file is never overwritten"},
    {WC_NOT_FOUND, "No such file or directory"},
    {WC_BAD_MODE, "others may read or write it; `chmod 600` it first"},
    {WC_BAD_MAGIC, "this is no key file"},
    {WC_OUT_OF_DOMAIN, "this is no key file, or it was altered"},
    {WC_TOO_LARGE, "it asks for more time or memory than a key file may"},
    {WC_BAD_KEY, "the secret in it does not belong to its public key"},
};

const char *wc_keyfile_fault(wc_status status)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(file_faults); i++) {
        if (file_faults[i].status == status) return file_faults[i].text;
    }
    return wc_status_text(status);
}
