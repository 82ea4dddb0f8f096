/* Private to the routes of devices and tills: a link has one device, because most printers, lines and scanners take one
 * connection, and two drivers at one would write into each other's paper. */
#ifndef SP_API_DEVICE_LINK_H
#define SP_API_DEVICE_LINK_H

#include "api/call.h"

struct sp_link_use {
  const char *link;
  const char *device; /* id; null: the printer of a till */
  const char *till;   /* code; "" for none */
  bool printer;
  const char *field; /* what to name when it is refused */
};

/* Nobody else has this link? SP_E_EXISTS says who. A till's printer gives way to a printer device of that till, and
 * several tills may name one printer. Reads; on a worker. */
int sp_call_link_free(struct sp_call *call, const struct sp_link_use *use);

#endif
