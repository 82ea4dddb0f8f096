/* Settings of a serial line as termios has them; apart from the line, because a pseudo-terminal takes any setting and
 * keeps none, so tests look here. */
#ifndef SP_DEVICES_LINK_SERIAL_H
#define SP_DEVICES_LINK_SERIAL_H

#include "devices/link/link.h"

struct termios;

/* Raw bytes with these settings, CLOCAL and CREAD set, reads of at least one byte. SP_E_INVALID, field "serial", for a
 * speed that does not exist. */
int sp_serial_apply(const struct sp_serial *serial, struct termios *line, struct sp_error *err);

#endif
