/* Where a passphrase comes from. */
#define _GNU_SOURCE

#include "node/service/passphrase.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "node/crypto/crypto.h"
#include "node/service/place.h"

static wc_status read_file(wc_passphrase *passphrase, wc_store_problem *problem, const char *path)
{
    uint8_t *bytes;
    size_t len;
    WC_TRY(wc_place_read(problem, path, WC_PASSPHRASE_MAX + 1, &bytes, &len));
    const uint8_t *end = memchr(bytes, '\n', len);
    size_t line = end == NULL ? len : (size_t)(end - bytes);
    wc_status status = WC_OK;
    if (line == 0 || line > WC_PASSPHRASE_MAX) {
        wc_store_say(problem, path, ": its first line is empty or too long", NULL, NULL);
        status = WC_OUT_OF_DOMAIN;
    } else {
        memcpy(passphrase->text, bytes, line);
        passphrase->text[line] = '\0';
        passphrase->len = line;
    }
    wc_forget(bytes, len);
    free(bytes);
    return status;
}

static struct termios shown; /* how the terminal was; a signal that ends us brings it back, too */
static int asked = -1;

static void restore(int number)
{
    (void)tcsetattr(asked, TCSAFLUSH, &shown);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* Reads a line from the terminal without showing it. False: there is no terminal, or it ended. */
static bool ask(int terminal, const char *question, wc_passphrase *passphrase)
{
    size_t len = 0;
    bool has_line = false;
    if (tcgetattr(terminal, &shown) != 0) return false;
    struct termios quiet = shown;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    asked = terminal;
    (void)signal(SIGINT, restore);
    (void)signal(SIGTERM, restore);
    (void)tcsetattr(terminal, TCSAFLUSH, &quiet); /* before the question: somebody types fast */
    (void)dprintf(terminal, "%s: ", question);
    for (char c; len < WC_PASSPHRASE_MAX && read(terminal, &c, 1) == 1;) {
        if (c == '\n') {
            has_line = true;
            break;
        }
        passphrase->text[len++] = c;
    }
    passphrase->text[len] = '\0';
    passphrase->len = len;
    (void)tcsetattr(terminal, TCSAFLUSH, &shown);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)dprintf(terminal, "\n");
    return has_line;
}

static wc_status ask_terminal(wc_passphrase *passphrase, wc_store_problem *problem, bool is_new)
{
    wc_passphrase again;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        wc_store_say(problem,
                     "there is no terminal to ask for the passphrase; name a file "
                     "(--passphrase-file, for a node also passphrase_file in [node])",
                     NULL, NULL, NULL);
        return WC_NOT_SUPPORTED;
    }
    bool is_read = ask(terminal, is_new ? "new passphrase" : "passphrase", passphrase);
    bool is_same = true;
    if (is_read && is_new) {
        is_read = ask(terminal, "once more", &again);
        is_same = is_read && strcmp(passphrase->text, again.text) == 0;
        wc_forget(&again, sizeof again);
    }
    (void)close(terminal);
    if (is_read && is_same && passphrase->len > 0) return WC_OK;
    wc_store_say(problem, is_same ? "no passphrase was given" : "the two passphrases differ", NULL,
                 NULL, NULL);
    return WC_OUT_OF_DOMAIN;
}

static wc_status read_any(wc_passphrase *passphrase, wc_store_problem *problem, const char *file,
                          bool is_new)
{
    char path[WC_FOLDER_PATH_MAX];
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    problem->text[0] = '\0';
    if (file != NULL && file[0] != '\0') {
        WC_TRY(wc_place_check_secret(problem, file));
        return read_file(passphrase, problem, file);
    }
    if (credentials != NULL) {
        int len = snprintf(path, sizeof path, "%s/" WC_PASSPHRASE_CREDENTIAL, credentials);
        if (len > 0 && (size_t)len < sizeof path && access(path, R_OK) == 0) {
            return read_file(passphrase, problem, path);
        }
    }
    return ask_terminal(passphrase, problem, is_new);
}

wc_status wc_passphrase_read(wc_passphrase *passphrase, wc_store_problem *problem, const char *file,
                             bool is_new)
{
    WC_TRY(read_any(passphrase, problem, file, is_new));
    if (!is_new || passphrase->len >= WC_PASSPHRASE_MIN) return WC_OK;
    wc_forget(passphrase, sizeof *passphrase);
    wc_store_say(problem, "a passphrase has at least 8 characters", NULL, NULL, NULL);
    return WC_OUT_OF_DOMAIN;
}
