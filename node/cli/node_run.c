/* The main thread of a running node: starting in order, signals, the watchdog, stopping in order.
 *
 *   start   ledger -> API listens -> sealing (or following) -> API answers -> administration ->
 *           READY
 *   stop    STOPPING -> no new connections -> sealing ends: block at hand finished, everything
 *           that waits answered -> requests finish -> ledger closed
 *
 * A stop takes at most 20 s: then the process ends where it is, which a ledger survives as it does
 * a power cut. A second signal ends it at once. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "node/api/admin.h"
#include "node/cli/node.h"
#include "node/crypto/crypto.h"
#include "node/service/log.h"
#include "node/service/metrics.h"
#include "node/service/notify.h"

#define STOP_SECONDS 20u
#define TICK_NS      INT64_C(1000000000)
#define BEAT_MAX_NS  INT64_C(60000000000) /* a sealing thread that is silent for longer hangs */

typedef struct running {
    wc_node *node;
    wc_api *api;
    wc_admin *admin;
} running;

static const char late_text[] =
    "wattclause: the node did not stop within 20 s; ended here, nothing is half applied\n";

static void on_alarm(int number)
{
    (void)number;
    ssize_t written = write(STDERR_FILENO, late_text, sizeof late_text - 1);
    (void)written;
    _exit(WC_EXIT_ENVIRONMENT);
}

static void on_second_signal(int number)
{
    (void)number;
    _exit(WC_EXIT_ENVIRONMENT);
}

static void catch_signal(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    (void)sigaction(number, &action, NULL);
}

static void ask_to_stop(void)
{
    (void)kill(getpid(), SIGTERM);
}

static void notify(const char *lines)
{
    if (wc_notify(lines) == WC_IO) WC_LOG_PLAIN(WARN, "notify_failed");
}

/* As many descriptors as allowed: connections and tables of the database take one each. */
static void raise_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- start ----------------------------------------------------------------------------------- */

static void write_address(const running *run)
{
    char text[WC_CONFIG_TEXT_MAX + 16];
    wc_listen listen;
    wc_store_problem why;
    if (wc_listen_parse(&listen, run->node->config.api_listen) != WC_OK) return;
    int len = snprintf(text, sizeof text, listen.is_ipv6 ? "[%s]:%u\n" : "%s:%u\n", listen.host,
                       wc_api_port(run->api));
    wc_path_text path = wc_folder_path(run->node->folder, WC_PLACE_ADDRESS);
    if (wc_place_write(&why, path.text, 0644, wc_slice_of(text, (size_t)len)) != WC_OK) {
        WC_LOG(WARN, "address_not_written", WC_LOG_TEXT("why", why.text));
    }
}

static wc_exit start(const wc_cli *cli, running *run, const wc_node_options *options)
{
    wc_store_problem why;
    wc_ini_problem problem;
    wc_listen listen;
    wc_node_options own = *options;
    own.readers = wc_api_readers(options->config) + 1; /* the administration */
    wc_status status = wc_node_open(&run->node, &why, &own);
    if (status != WC_OK) return wc_cli_fail(cli, wc_cli_node_exit(status), "%s", why.text);
    if (strncmp(run->node->chain_id, "demo-", 5) == 0 &&
        (wc_listen_parse(&listen, options->config->api_listen) != WC_OK || !listen.is_loopback)) {
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "%s: a chain of the demo has keys that everybody knows; it is served on "
                           "loopback only",
                           options->config->api_listen);
    }
    status = wc_api_start(&run->api, &problem, run->node);
    if (status != WC_OK) return wc_cli_node_refuse(cli, wc_cli_node_exit(status), "api", &problem);
    status = wc_node_start(run->node, &own);
    if (status != WC_OK) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    }
    wc_api_serve(run->api);
    wc_admin_options admin = {run->node, run->api, ask_to_stop};
    wc_path_text own_place = wc_folder_path(run->node->folder, WC_PLACE_RUN);
    status = wc_place_make(&why, own_place.text, 0700); /* a copy of the folder may lack it */
    if (status == WC_OK) status = wc_admin_start(&run->admin, &why, &admin);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", why.text);
    write_address(run);
    wc_metric_set(WC_METRIC_START_TIME, 0, (int64_t)time(NULL));
    WC_LOG(INFO, "serving", WC_LOG_TEXT("listen", run->node->config.api_listen),
           WC_LOG_NUMBER("port", wc_api_port(run->api)),
           WC_LOG_TEXT("mode", run->node->writer != NULL ? "sequencer" : "follower"),
           WC_LOG_NUMBER("pid", getpid()));
    notify("READY=1\nSTATUS=serving\n");
    return WC_EXIT_DONE;
}

/* ---- running --------------------------------------------------------------------------------- */

static bool is_alive(const running *run)
{
    return run->node->writer == NULL ||
           wc_now_ns() - wc_writer_beat_ns(run->node->writer) < BEAT_MAX_NS;
}

static wc_exit run_until_asked(running *run, const sigset_t *awaited)
{
    int64_t pulse_ns = (int64_t)wc_notify_watchdog_ms() * 1000000;
    int64_t tend_ns = 0, fed_ns = 0;
    int64_t step = pulse_ns > 0 && pulse_ns < TICK_NS ? pulse_ns : TICK_NS;
    struct timespec wait = {(time_t)(step / TICK_NS), (long)(step % TICK_NS)};
    for (;;) { /* ends by a signal, or because the state can no longer be trusted */
        int number = sigtimedwait(awaited, NULL, &wait);
        if (number == SIGTERM || number == SIGINT) {
            WC_LOG(INFO, "stopping", WC_LOG_NUMBER("signal", number));
            return WC_EXIT_DONE;
        }
        int64_t now_ns = wc_now_ns();
        if (now_ns - tend_ns >= TICK_NS) {
            wc_api_tend(run->api);
            tend_ns = now_ns;
        }
        if (pulse_ns > 0 && now_ns - fed_ns >= pulse_ns && is_alive(run)) {
            notify("WATCHDOG=1\n");
            fed_ns = now_ns;
        }
        if (run->node->writer != NULL && wc_writer_has_failed(run->node->writer)) {
            WC_LOG_PLAIN(ERROR, "state_not_trusted");
            return WC_EXIT_ENVIRONMENT;
        }
    }
}

static void stop(running *run)
{
    if (run->node == NULL) return;
    wc_path_text address = wc_folder_path(run->node->folder, WC_PLACE_ADDRESS);
    if (run->admin != NULL) (void)unlink(address.text);
    wc_admin_stop(run->admin);
    if (run->api != NULL) wc_api_close_door(run->api);
    wc_node_stop(run->node);
    wc_api_stop(run->api);
    wc_node_close(run->node);
}

wc_exit wc_cli_node_serve(const wc_cli *cli, const wc_node_options *options)
{
    running run = {0};
    sigset_t awaited;
    wc_log_setup(options->config->log_level, options->config->log_form);
    raise_files();
    catch_signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&awaited);
    (void)sigaddset(&awaited, SIGTERM);
    (void)sigaddset(&awaited, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &awaited, NULL); /* every thread that is started inherits it */
    wc_exit code = start(cli, &run, options);
    if (code == WC_EXIT_DONE) code = run_until_asked(&run, &awaited);
    notify("STOPPING=1\nSTATUS=stopping\n");
    catch_signal(SIGALRM, on_alarm);
    catch_signal(SIGTERM, on_second_signal);
    catch_signal(SIGINT, on_second_signal);
    (void)pthread_sigmask(SIG_UNBLOCK, &awaited, NULL);
    (void)alarm(STOP_SECONDS);
    stop(&run);
    (void)alarm(0);
    WC_LOG(INFO, "stopped", WC_LOG_NUMBER("code", code));
    return code;
}
