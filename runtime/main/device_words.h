/* For cmd_device*.c only: what devices say, in words for a person. Each appends one line without its end. */
#ifndef SP_MAIN_DEVICE_WORDS_H
#define SP_MAIN_DEVICE_WORDS_H

#include "devices/codec/printer_status.h"
#include "devices/codec/scale.h"
#include "main/args.h"

/* "0.652 kg, stable, tare 0.020". */
void sp_words_reading(const struct sp_scale_reading *reading, enum sp_lang lang, struct sp_buf *out);
/* "paper near its end, cover open", or "nothing wrong". */
void sp_words_printer(const struct sp_printer_status *status, enum sp_lang lang, struct sp_buf *out);
/* Text with control characters as <CR>, bytes that are no UTF-8 as <9C>. */
void sp_words_bytes(const char *bytes, size_t len, struct sp_buf *out);
/* {"class":"scale","link":"serial:/dev/ttyUSB0","serial":"9600,7,E,1","protocol":"mt8217"}; `serial`, `name` and
 * `value` may be null. */
void sp_words_config(const char *class, const char *link, const char *serial, const char *name, const char *value,
                     struct sp_buf *out);

#endif
