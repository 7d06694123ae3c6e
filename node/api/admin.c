/* A thread that serves one connection after the other. */
#define _GNU_SOURCE

#include "node/api/admin.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/api/run.h"
#include "node/service/backup.h"
#include "node/service/log.h"

#define PATIENCE_S 5 /* for a request, and for taking its answer */

struct wc_admin {
    wc_admin_options options;
    pthread_t thread;
    int listening, ending; /* ending: an eventfd */
    wc_path_text path;
};

/* A socket's address in a folder of any length: through the folder's descriptor. *folder is to be
 * closed after the address was used. */
static bool fill_address(struct sockaddr_un *address, const char *folder_path, int *folder)
{
    wc_path_text run = wc_folder_path(folder_path, WC_PLACE_RUN);
    *folder = open(run.text, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (*folder < 0) return false;
    (void)snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/admin.sock",
                   *folder);
    return true;
}

static void set_patience(int file)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    (void)setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/* Reads up to the first line end; 0: nothing whole came. */
static size_t read_line(int file, char *line, size_t size)
{
    size_t len = 0;
    while (len < size - 1) {
        ssize_t got = recv(file, line + len, size - 1 - len, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        char *end = memchr(line + len, '\n', (size_t)got);
        len += (size_t)got;
        if (end == NULL) continue;
        *end = '\0';
        return (size_t)(end - line);
    }
    return 0;
}

static void write_all(int file, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(file, text, len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        text += sent;
        len -= (size_t)sent;
    }
}

/* ---- methods --------------------------------------------------------------------------------- */

static json_t *error_of(const char *text)
{
    return json_pack("{s:s}", "error", text);
}

static json_t *answer_status(wc_admin *admin)
{
    wc_node *node = admin->options.node;
    uint8_t *memory = malloc(WC_ADMIN_ANSWER_MAX);
    if (memory == NULL) return error_of("out of memory");
    wc_buf buf;
    wc_buf_init(&buf, memory, WC_ADMIN_ANSWER_MAX);
    wc_json json = wc_json_to(&buf);
    wc_chain *reader = wc_stage_enter(node->stage);
    wc_api_run run = {.node = node, .chain = reader, .json = &json};
    wc_api_error error = wc_answer_status(&run);
    wc_stage_leave(node->stage, reader);
    json_t *result =
        error == WC_API_OK && !buf.full ? json_loadb((const char *)memory, buf.len, 0, NULL) : NULL;
    free(memory);
    if (result == NULL) return error_of("the status cannot be written");
    (void)json_object_set_new(result, "pid", json_integer(getpid()));
    (void)json_object_set_new(result, "port", json_integer(wc_api_port(admin->options.api)));
    (void)json_object_set_new(result, "listen", json_string(node->config.api_listen));
    return json_pack("{s:o}", "result", result);
}

typedef struct backup_job {
    const char *to;
    wc_backup_info info;
    wc_store_problem problem;
    wc_status status;
} backup_job;

static void run_backup(void *self, wc_chain *chain)
{
    backup_job *job = self;
    job->status = wc_backup_copy(&job->info, &job->problem, chain, job->to);
}

static json_t *answer_backup(wc_admin *admin, const json_t *request)
{
    wc_node *node = admin->options.node;
    const char *to = json_string_value(json_object_get(request, "to"));
    if (to == NULL || to[0] != '/') return error_of("`to` is an absolute path");
    if (node->writer == NULL) {
        return error_of("a follower is not backed up while it runs: stop it first, or back up the "
                        "node that it follows");
    }
    backup_job job = {.to = to, .status = WC_IO};
    if (!wc_writer_run(node->writer, run_backup, &job))
        return error_of("the node is being stopped");
    if (job.status == WC_OK) job.status = wc_backup_list(&job.info, &job.problem, to);
    if (job.status != WC_OK) {
        return error_of(job.problem.text[0] != '\0' ? job.problem.text
                                                    : wc_status_text(job.status));
    }
    WC_LOG(INFO, "backed_up", WC_LOG_TEXT("to", to), WC_LOG_NUMBER("seq", job.info.seq),
           WC_LOG_NUMBER("bytes", job.info.bytes));
    wc_hash_text record = wc_hash_hex(&job.info.record_hash);
    return json_pack("{s:{s:I,s:s,s:I,s:I}}", "result", "seq", (json_int_t)job.info.seq,
                     "record_hash", record.text, "files", (json_int_t)job.info.files, "bytes",
                     (json_int_t)job.info.bytes);
}

static json_t *answer_snapshot(wc_admin *admin, const json_t *request)
{
    wc_node *node = admin->options.node;
    const char *to = json_string_value(json_object_get(request, "to"));
    char path[WC_SNAPSHOTS_PATH_SIZE];
    wc_snap_info info;
    wc_store_problem problem = {""};
    if (to != NULL && to[0] != '/') return error_of("`to` is an absolute path");
    wc_chain *reader = wc_stage_enter(node->stage);
    wc_status status = WC_OK;
    if (to == NULL) {
        wc_snapshots_path(path, node->folder, wc_chain_head(reader)->seq);
        status = wc_snapshots_place(&problem, node->folder);
        to = path;
    }
    if (status == WC_OK) status = wc_snapshots_take(&info, &problem, reader, to, NULL);
    wc_stage_leave(node->stage, reader);
    if (status != WC_OK) {
        return error_of(problem.text[0] != '\0' ? problem.text : wc_status_text(status));
    }
    wc_hash_text hash = wc_hash_hex(&info.hash), record = wc_hash_hex(&info.record_hash);
    WC_LOG(INFO, "snapshot_made", WC_LOG_NUMBER("seq", info.seq), WC_LOG_TEXT("to", to),
           WC_LOG_TEXT("snapshot", hash.text), WC_LOG_NUMBER("bytes", info.bytes));
    return json_pack("{s:{s:s,s:s,s:s,s:I,s:s,s:I,s:I,s:I}}", "result", "snapshot", to, "hash",
                     hash.text, "chain", info.chain_id, "seq", (json_int_t)info.seq, "record_hash",
                     record.text, "entries", (json_int_t)info.leaf_count, "chunks",
                     (json_int_t)info.chunk_count, "bytes", (json_int_t)info.bytes);
}

static json_t *answer_line(wc_admin *admin, const char *line, size_t len)
{
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    const char *method = json_string_value(json_object_get(request, "method"));
    json_t *answer;
    if (method == NULL) {
        answer = error_of("a request is {\"method\": \"admin.status\"}");
    } else if (strcmp(method, "admin.status") == 0) {
        answer = answer_status(admin);
    } else if (strcmp(method, "admin.backup") == 0) {
        answer = answer_backup(admin, request);
    } else if (strcmp(method, "admin.snapshot") == 0) {
        answer = answer_snapshot(admin, request);
    } else if (strcmp(method, "admin.log") == 0) {
        const char *level = json_string_value(json_object_get(request, "level"));
        answer = level != NULL && wc_log_set_level(level)
                     ? json_pack("{s:{s:s}}", "result", "level", level)
                     : error_of("`level` is debug, info, warn or error");
    } else if (strcmp(method, "admin.stop") == 0) {
        admin->options.stop();
        answer = json_pack("{s:{}}", "result");
    } else {
        answer = error_of("there is no such method of the administration");
    }
    json_decref(request);
    return answer;
}

/* ---- serving --------------------------------------------------------------------------------- */

static bool is_ours(int file)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(file, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

static void serve(wc_admin *admin, int file)
{
    char line[WC_API_ADMIN_LINE_MAX];
    set_patience(file);
    if (!is_ours(file)) {
        WC_LOG_PLAIN(WARN, "admin_refused");
        return;
    }
    size_t len = read_line(file, line, sizeof line);
    json_t *answer = len > 0 ? answer_line(admin, line, len)
                             : error_of("no whole line of at most 8191 bytes came");
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    if (text != NULL) {
        write_all(file, text, strlen(text));
        write_all(file, "\n", 1);
    }
    free(text);
    json_decref(answer);
}

static void *run_admin(void *self)
{
    wc_admin *admin = self;
    struct pollfd files[2] = {{.fd = admin->listening, .events = POLLIN},
                              {.fd = admin->ending, .events = POLLIN}};
    for (;;) { /* ends when the eventfd says so */
        int ready = poll(files, 2, -1);
        if (ready < 0 && errno != EINTR) return NULL;
        if (files[1].revents != 0) return NULL;
        if (ready <= 0 || files[0].revents == 0) continue;
        int file = accept4(admin->listening, NULL, NULL, SOCK_CLOEXEC);
        if (file < 0) continue;
        serve(admin, file);
        (void)close(file);
    }
}

static bool listen_at(wc_admin *admin)
{
    struct sockaddr_un address;
    int folder;
    admin->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (admin->listening < 0 || !fill_address(&address, admin->options.node->folder, &folder)) {
        return false;
    }
    (void)unlink(admin->path.text); /* of a node that ended badly: the folder's lock is ours */
    mode_t before = umask(0177);
    bool is_bound = bind(admin->listening, (const struct sockaddr *)&address, sizeof address) == 0;
    (void)umask(before);
    (void)close(folder);
    return is_bound && listen(admin->listening, 8) == 0;
}

wc_status wc_admin_start(wc_admin **admin, wc_store_problem *problem,
                         const wc_admin_options *options)
{
    wc_admin *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->options = *options;
    started->path = wc_folder_path(options->node->folder, WC_PLACE_SOCKET);
    started->listening = -1;
    started->ending = eventfd(0, EFD_CLOEXEC);
    bool is_good = started->ending >= 0 && listen_at(started) &&
                   pthread_create(&started->thread, NULL, run_admin, started) == 0;
    if (!is_good) {
        wc_store_say(problem, started->path.text, ": ", strerror(errno), NULL);
        if (started->listening >= 0) (void)close(started->listening);
        if (started->ending >= 0) (void)close(started->ending);
        free(started);
        return WC_IO;
    }
    *admin = started;
    return WC_OK;
}

void wc_admin_stop(wc_admin *admin)
{
    if (admin == NULL) return;
    (void)eventfd_write(admin->ending, 1);
    (void)pthread_join(admin->thread, NULL);
    (void)close(admin->listening);
    (void)close(admin->ending);
    (void)unlink(admin->path.text);
    free(admin);
}

/* ---- asking ---------------------------------------------------------------------------------- */

wc_status wc_admin_ask(const char *folder, const char *request, char answer[WC_ADMIN_ANSWER_MAX],
                       size_t *len, wc_store_problem *problem)
{
    struct sockaddr_un address;
    int below = -1;
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = file >= 0 && fill_address(&address, folder, &below) &&
                    connect(file, (const struct sockaddr *)&address, sizeof address) == 0;
    if (below >= 0) (void)close(below);
    *len = 0;
    if (is_there) {
        write_all(file, request, strlen(request));
        write_all(file, "\n", 1);
        *len = read_line(file, answer, WC_ADMIN_ANSWER_MAX);
    }
    if (file >= 0) (void)close(file);
    if (!is_there) {
        wc_store_say(problem, folder, ": no node runs on this folder", NULL, NULL);
        return WC_NOT_FOUND;
    }
    if (*len > 0) return WC_OK;
    wc_store_say(problem, folder, ": the node did not answer; it runs as another user, or stops",
                 NULL, NULL);
    return WC_IO;
}
