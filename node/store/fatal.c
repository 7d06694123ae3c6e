/* How the process ends when storage fails: one fixed sentence, code 3, no exit handlers. Nothing of
 * the failed operation may reach a destructor or a log that another thread still writes. */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <unistd.h>

#include "node/store/store.h"

#define EXIT_ENVIRONMENT 3

static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* there is nobody left to tell */
}

void wc_store_fatal(const char *place, const char *reason)
{
    say("wattclause: storage failure: ");
    say(place);
    say(": ");
    say(reason);
    say("; stopped, nothing is half applied\n");
    _exit(EXIT_ENVIRONMENT);
}

/* Runs in signal context: only write and _exit. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    wc_store_fatal("storage library", "it aborted");
}

void wc_store_catch_abort(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_abort; /* std::terminate ends in abort() as well */
    int failed = sigaction(SIGABRT, &action, NULL);
    action.sa_handler =
        SIG_IGN; /* a file-size limit becomes an error of write(), which we report */
    failed |= sigaction(SIGXFSZ, &action, NULL);
    wc_assert(failed == 0);
}
