/* Running the system's compiler. */
#define _GNU_SOURCE 1 /* close_range */

#include "node/native/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/native/native.h"

#define ARGUMENTS_MAX 48u
#define TEXT_OF(x)    #x
#define TEXT(x)       TEXT_OF(x)

/* Fixed, so that the text alone decides what comes out:
 *   - what C leaves undefined and the machine does not: overflow wraps, types do not part memory;
 *   - no calls of the C library; where a compiler makes one of a loop or a copy, linking fails;
 *   - a frame is bounded, which with the bounded chain of calls bounds the stack;
 *   - one symbol a module is visible. */
static const char *const fixed_flags[] = {
    "-x",
    "c",
    "-std=gnu11",
    "-O2",
    "-w",
    "-fPIC",
    "-shared",
    "-nostdlib",
    "-ffreestanding",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-asynchronous-unwind-tables",
    "-fno-stack-protector",
    "-fvisibility=hidden",
    ("-Werror=frame-larger-than=" TEXT(WC_NATIVE_FRAME_MAX)),
    "-Wl,-z,relro",
    "-Wl,-z,now",
    "-Wl,-z,defs",
    "-Wl,-z,noexecstack",
    "-Wl,-s",
};

static bool is_program(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, X_OK) == 0;
}

/* Looks for `name` in the absolute folders of PATH. */
static bool find_in_path(const char *name, char *path)
{
    const char *folder = getenv("PATH");
    while (folder != NULL && *folder != 0) {
        size_t len = strcspn(folder, ":");
        if (len > 0 && folder[0] == '/') {
            int count = snprintf(path, WC_NATIVE_PATH_MAX, "%.*s/%s", (int)len, folder, name);
            if (count > 0 && count < (int)WC_NATIVE_PATH_MAX && is_program(path)) return true;
        }
        folder += len;
        if (*folder == ':') folder++;
    }
    return false;
}

wc_status wc_native_find_compiler(wc_native_compiler *compiler)
{
    *compiler = (wc_native_compiler){.flags = NULL};
    if (find_in_path("cc", compiler->path) || find_in_path("gcc", compiler->path)) return WC_OK;
    return WC_NOT_FOUND;
}

/* ---- the process --------------------------------------------------------------------------------
 */

/* The type of the first argument of setrlimit differs between libraries: it is a constant here. */
#define BOUND(what, value)                                                                         \
    do {                                                                                           \
        const struct rlimit limit = {(value), (value)};                                            \
        if (setrlimit((what), &limit) != 0) _exit(126);                                            \
    } while (0)

/* In the new process: only calls that are safe between fork and exec. */
static void become(const wc_native_compiler *compiler, char *const *arguments)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) _exit(126);
    if (!compiler->is_loud && dup2(null, STDERR_FILENO) < 0) _exit(126);
    if (compiler->background != NULL) {
        sigset_t none;
        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        if (setpgid(0, 0) != 0 || close_range(STDERR_FILENO + 1, ~0u, 0) != 0) _exit(126);
        (void)setpriority(PRIO_PROCESS, 0, 19);
    }
    BOUND(RLIMIT_CPU, WC_NATIVE_CPU_MAX);
    BOUND(RLIMIT_AS, WC_NATIVE_HEAP_MAX);
    BOUND(RLIMIT_FSIZE, (size_t)64 << 20);
    BOUND(RLIMIT_CORE, 0);
    (void)execv(compiler->path, arguments);
    _exit(127);
}

/* ---- in the background ---- */

bool wc_native_process_init(wc_native_process *process)
{
    process->group = 0;
    process->is_ended = false;
    return pthread_mutex_init(&process->lock, NULL) == 0;
}

void wc_native_process_end(wc_native_process *process)
{
    (void)pthread_mutex_lock(&process->lock);
    process->is_ended = true;
    if (process->group > 0) (void)kill(-process->group, SIGKILL);
    (void)pthread_mutex_unlock(&process->lock);
}

void wc_native_process_free(wc_native_process *process)
{
    (void)pthread_mutex_destroy(&process->lock);
}

/* The new process and those that it starts are a group, which is known before anybody may end it.
 */
static pid_t start(const wc_native_compiler *compiler, char *const *arguments)
{
    wc_native_process *background = compiler->background;
    if (background != NULL) (void)pthread_mutex_lock(&background->lock);
    pid_t child = background != NULL && background->is_ended ? -1 : fork();
    if (child == 0) become(compiler, arguments);
    if (background != NULL) {
        if (child > 0) (void)setpgid(child, child); /* whoever comes first */
        background->group = child > 0 ? child : 0;
        (void)pthread_mutex_unlock(&background->lock);
    }
    return child;
}

/* Waits until it has ended. Its number stays taken until nobody may send it a signal any more. */
static bool await(const wc_native_compiler *compiler, pid_t child, int *result)
{
    wc_native_process *background = compiler->background;
    siginfo_t about;
    if (background != NULL) {
        while (waitid(P_PID, (id_t)child, &about, WEXITED | WNOWAIT) != 0) {
            if (errno != EINTR) return false;
        }
        (void)pthread_mutex_lock(&background->lock);
        background->group = 0;
        (void)pthread_mutex_unlock(&background->lock);
    }
    while (waitpid(child, result, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return true;
}

static wc_status run(const wc_native_compiler *compiler, char *const *arguments)
{
    pid_t child = start(compiler, arguments);
    int result = 0;
    if (child < 0 || !await(compiler, child, &result)) return WC_IO;
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0) return WC_OK;
    bool is_started = !WIFEXITED(result) || WEXITSTATUS(result) < 126;
    return is_started ? WC_NOT_SUPPORTED : WC_IO;
}

/* The arguments of exec are not const; nobody writes to them. */
static char *argument(const char *text)
{
    union {
        const char *given;
        char *taken;
    } both = {.given = text};

    return both.taken;
}

static wc_status compile(const wc_native_compiler *compiler, const char *source, const char *object)
{
    char *arguments[ARGUMENTS_MAX];
    size_t count = 0;
    arguments[count++] = argument(compiler->path);
    for (size_t i = 0; i < WC_ARRAY_LEN(fixed_flags); i++) {
        arguments[count++] = argument(fixed_flags[i]);
    }
    for (const char *const *flag = compiler->flags; flag != NULL && *flag != NULL; flag++) {
        wc_assert(count < ARGUMENTS_MAX - 4);
        arguments[count++] = argument(*flag);
    }
    arguments[count++] = argument("-o");
    arguments[count++] = argument(object);
    arguments[count++] = argument(source);
    arguments[count] = NULL;
    return run(compiler, arguments);
}

/* ---- files --------------------------------------------------------------------------------------
 */

static wc_status write_file(const char *path, wc_slice bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return WC_IO;
    size_t at = 0;
    while (at < bytes.len) {
        ssize_t count = write(file, bytes.data + at, bytes.len - at);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        at += (size_t)count;
    }
    bool is_whole = close(file) == 0 && at == bytes.len;
    return is_whole ? WC_OK : WC_IO;
}

/* On disk before it gets its name: half an object must not be found after a power cut. */
static bool settle(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    bool is_done = fchmod(file, 0644) == 0 && fsync(file) == 0;
    return close(file) == 0 && is_done;
}

wc_status wc_native_compile(const wc_native_compiler *compiler, wc_slice text, const char *object)
{
    char source[WC_NATIVE_PATH_MAX], made[WC_NATIVE_PATH_MAX];
    int pid = (int)getpid();
    int first = snprintf(source, sizeof source, "%s.%d.c", object, pid);
    int second = snprintf(made, sizeof made, "%s.%d.new", object, pid);
    if (first < 0 || second < 0 || (size_t)second >= sizeof made) return WC_IO;
    (void)unlink(source); /* of a process with this number that was stopped */
    wc_status status = write_file(source, text);
    if (status == WC_OK) status = compile(compiler, source, made);
    if (status == WC_OK && !settle(made)) status = WC_IO;
    if (status == WC_OK && rename(made, object) != 0) status = WC_IO;
    (void)unlink(source);
    if (status != WC_OK) (void)unlink(made);
    return status;
}
