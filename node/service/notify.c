/* The protocol of sd_notify over a datagram socket. */
#define _GNU_SOURCE

#include "node/service/notify.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

wc_status wc_notify(const char *lines)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    if (path == NULL || (path[0] != '/' && path[0] != '@')) return WC_NOT_FOUND;
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path) return WC_IO;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@') address.sun_path[0] = '\0'; /* the abstract name space */
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0) return WC_IO;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    ssize_t sent =
        sendto(file, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)&address, size);
    (void)close(file);
    return sent == (ssize_t)strlen(lines) ? WC_OK : WC_IO;
}

uint64_t wc_notify_watchdog_ms(void)
{
    const char *period = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");
    if (period == NULL || getenv("NOTIFY_SOCKET") == NULL) return 0;
    if (pid != NULL && strtoll(pid, NULL, 10) != (long long)getpid()) return 0;
    unsigned long long microseconds = strtoull(period, NULL, 10);
    if (microseconds == 0) return 0;
    uint64_t half_ms = microseconds / 2000;
    return half_ms > 0 ? half_ms : 1;
}
