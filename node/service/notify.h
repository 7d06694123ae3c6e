/* Telling systemd how the service does: datagrams to the socket that NOTIFY_SOCKET names
 * (sd_notify(3)). Without that variable nothing happens. */
#ifndef WC_NODE_SERVICE_NOTIFY_H
#define WC_NODE_SERVICE_NOTIFY_H

#include "vm/base/status.h"

/* Sends lines like "READY=1\nSTATUS=sealing". NOT_FOUND: nobody asked; IO: it could not be sent. */
WC_MUST_USE wc_status wc_notify(const char *lines);

/* How often WATCHDOG=1 is to be sent, in milliseconds: half of what WATCHDOG_USEC allows; 0: never.
 * A WATCHDOG_PID that is not this process means never. */
uint64_t wc_notify_watchdog_ms(void);

#endif
