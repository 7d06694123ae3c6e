/* Outputs of verbs; see output.h. Whoever runs as root and writes to /dev/null means the device: it
 * must not become a file. */
#include "node/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/folder.h"

_Static_assert(WC_CLI_PATH_BYTES >= PATH_MAX, "room for realpath");

/* ---- opening --------------------------------------------------------------------------------- */

static bool fail(const wc_cli *cli, const char *path, const char *text)
{
    (void)wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", path, text);
    return false;
}

/* The file that is meant, behind links that may be followed. */
static bool find_file(const wc_cli *cli, wc_cli_output *output, const char *path)
{
    struct stat about;
    bool is_link = lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
    if (!is_link) {
        if (strlen(path) >= sizeof output->path) return fail(cli, path, strerror(ENAMETOOLONG));
        memcpy(output->path, path, strlen(path) + 1);
        return true;
    }
    if (about.st_uid != geteuid() && about.st_uid != 0) {
        return fail(cli, path, "is a link that somebody else made; name the file itself");
    }
    return realpath(path, output->path) != NULL || fail(cli, path, strerror(errno));
}

static bool open_stream(const wc_cli *cli, wc_cli_output *output, const char *path, int flags)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    output->file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (output->file != NULL) return true;
    int code = errno;
    if (descriptor >= 0) (void)close(descriptor);
    return fail(cli, path, strerror(code));
}

/* What has the name is removed, never opened: what a stop left, or a link that somebody laid. */
static bool open_part(const wc_cli *cli, wc_cli_output *output)
{
    int len = snprintf(output->part, sizeof output->part, "%s.part", output->path);
    if (len < 0 || (size_t)len >= sizeof output->part) {
        return fail(cli, output->path, strerror(ENAMETOOLONG));
    }
    if (unlink(output->part) != 0 && errno != ENOENT) {
        return fail(cli, output->part, strerror(errno));
    }
    struct stat about;
    if (!open_stream(cli, output, output->part, O_CREAT | O_EXCL)) return false;
    output->inode = fstat(fileno(output->file), &about) == 0 ? about.st_ino : 0;
    return true;
}

bool wc_cli_output_open(const wc_cli *cli, wc_cli_output *output, const char *path)
{
    struct stat about;
    *output = (wc_cli_output){.file = stdout};
    if (path == NULL) return true;
    bool is_there = stat(path, &about) == 0;
    if (is_there && S_ISDIR(about.st_mode)) return fail(cli, path, strerror(EISDIR));
    bool is_device = is_there && !S_ISREG(about.st_mode);
    if (!is_device) return find_file(cli, output, path) && open_part(cli, output);
    (void)snprintf(output->path, sizeof output->path, "%s", path);
    return open_stream(cli, output, path, 0);
}

/* ---- closing --------------------------------------------------------------------------------- */

/* Still under its name: another run for the same output takes it away. */
static bool has_part(const wc_cli_output *output)
{
    struct stat about;
    return lstat(output->part, &about) == 0 && about.st_ino == output->inode;
}

/* On the disk before it has its name, so that a power cut leaves no half of it there. */
static bool finish_part(wc_cli_output *output)
{
    bool is_synced = fflush(output->file) == 0 && fsync(fileno(output->file)) == 0;
    int code = errno;
    bool is_closed = fclose(output->file) == 0;
    if (!is_synced) errno = code;
    if (!is_synced || !is_closed) return false;
    if (!has_part(output)) {
        errno = EBUSY;
        return false;
    }
    return rename(output->part, output->path) == 0 && wc_folder_sync_parent(output->path) == WC_OK;
}

bool wc_cli_output_close(const wc_cli *cli, wc_cli_output *output, bool is_whole)
{
    bool is_file = output->part[0] != '\0', is_done;
    if (is_file && is_whole) {
        is_done = finish_part(output);
    } else if (output->file != stdout) {
        is_done = fclose(output->file) == 0 || !is_whole;
    } else {
        is_done = fflush(stdout) == 0 || !is_whole;
    }
    int code = errno;
    if (is_file && !(is_whole && is_done) && has_part(output)) (void)unlink(output->part);
    if (!is_done) {
        (void)fail(cli, output->path[0] != '\0' ? output->path : "output", strerror(code));
    }
    return is_done;
}

bool wc_cli_write(const wc_cli *cli, const char *path, wc_slice bytes)
{
    wc_cli_output output;
    if (!wc_cli_output_open(cli, &output, path)) return false;
    bool is_written = fwrite(bytes.data, 1, bytes.len, output.file) == bytes.len;
    int code = errno;
    if (!wc_cli_output_close(cli, &output, is_written)) return false;
    return is_written || fail(cli, path, strerror(code));
}
