/* Passwords from a file or the terminal. */
#define _POSIX_C_SOURCE 200809L

#include "node/cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "node/crypto/crypto.h"

static wc_exit check_length(const wc_cli *cli, const wc_password *password)
{
    if (password->len >= WC_PASSWORD_MIN) return WC_EXIT_DONE;
    return wc_cli_fail(cli, WC_EXIT_FAILS, "a password has at least %d characters",
                       WC_PASSWORD_MIN);
}

/* ---- file ------------------------------------------------------------------------------------ */

static wc_exit check_mode(const wc_cli *cli, const char *file, int descriptor)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", file, strerror(errno));
    }
    bool is_private = !S_ISREG(info.st_mode) || (info.st_mode & 077) == 0;
    if (is_private) return WC_EXIT_DONE; /* a pipe or descriptor is the caller's own */
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT,
                       "others can read the password file %s: `chmod 600 %s` first", file, file);
}

static wc_exit read_line(const wc_cli *cli, const char *file, int descriptor, wc_password *password)
{
    char byte;
    ssize_t got;
    while ((got = read(descriptor, &byte, 1)) == 1 && byte != '\n') {
        if (password->len == WC_PASSWORD_MAX) {
            return wc_cli_fail(cli, WC_EXIT_FAILS, "the password in %s is longer than %d bytes",
                               file, WC_PASSWORD_MAX);
        }
        password->bytes[password->len++] = (uint8_t)byte;
    }
    if (got < 0) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", file, strerror(errno));
    if (password->len > 0 && password->bytes[password->len - 1] == '\r') password->len--;
    return check_length(cli, password);
}

static wc_exit from_file(const wc_cli *cli, const char *file, wc_password *password)
{
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s: %s", file, strerror(errno));
    }
    wc_exit result = check_mode(cli, file, descriptor);
    if (result == WC_EXIT_DONE) result = read_line(cli, file, descriptor, password);
    (void)close(descriptor);
    return result;
}

/* ---- terminal -------------------------------------------------------------------------------- */

static struct termios shown; /* how the terminal was before; restored by a signal, too */
static int terminal = -1;

static void restore(int number)
{
    (void)tcsetattr(terminal, TCSAFLUSH, &shown);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Reads one line without showing it. */
static wc_exit ask(const wc_cli *cli, const char *prompt, wc_password *password)
{
    struct termios hidden = shown;
    hidden.c_lflag &= (tcflag_t) ~(tcflag_t)ECHO;
    password->len = 0;
    (void)signal(SIGINT, restore);
    (void)signal(SIGTERM, restore);
    (void)tcsetattr(terminal, TCSAFLUSH, &hidden);
    (void)dprintf(terminal, "%s: ", prompt); /* hidden first: somebody types fast */
    wc_exit result = read_line(cli, "the terminal", terminal, password);
    (void)tcsetattr(terminal, TCSAFLUSH, &shown);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)dprintf(terminal, "\n");
    return result;
}

static wc_exit from_terminal(const wc_cli *cli, const char *prompt, bool is_new,
                             wc_password *password)
{
    terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0 || tcgetattr(terminal, &shown) != 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "there is no terminal to ask for the password: give --password-file");
    }
    wc_exit result = ask(cli, prompt, password);
    if (result == WC_EXIT_DONE && is_new) {
        wc_password again = {.len = 0};
        result = ask(cli, "once more", &again);
        bool is_same = again.len == password->len &&
                       wc_equal_secret(again.bytes, password->bytes, password->len);
        if (result == WC_EXIT_DONE && !is_same) {
            result = wc_cli_fail(cli, WC_EXIT_FAILS, "the two differ; nothing was done");
        }
        wc_forget(&again, sizeof again);
    }
    (void)close(terminal);
    return result;
}

wc_exit wc_password_get(const wc_cli *cli, const char *file, const char *prompt, bool is_new,
                        wc_password *password)
{
    password->len = 0;
    wc_exit result = file != NULL ? from_file(cli, file, password)
                                  : from_terminal(cli, prompt, is_new, password);
    if (result != WC_EXIT_DONE) wc_forget(password, sizeof *password);
    return result;
}
