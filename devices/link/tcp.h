/* A TCP link. Private to devices/link. */
#ifndef SP_DEVICES_LINK_TCP_H
#define SP_DEVICES_LINK_TCP_H

#include "devices/link/link.h"

#define SP_TCP_CONNECT_MS 5000  /* from the address to a connection */
#define SP_TCP_SILENT_MS  10000 /* unacknowledged for so long: the peer is gone (TCP_USER_TIMEOUT) */

struct uv_loop_s;

/* Address "tcp:HOST:PORT" or "tcp:[ADDRESS]:PORT". SP_E_INVALID (field "link"), SP_E_NOMEM. */
int sp_tcp_open(struct uv_loop_s *loop, const struct sp_link_config *config, const struct sp_link_events *events,
                struct sp_link **out, struct sp_error *err);
/* Host and port of such an address. SP_E_INVALID, field "link". */
int sp_tcp_address(const char *address, char host[SP_LINK_ADDRESS_MAX + 1], char port[6], struct sp_error *err);

#endif
