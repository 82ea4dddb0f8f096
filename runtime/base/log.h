/* One line a thing, as JSON, on standard error: {"t":…,"level":"warn","at":"writer","msg":"…"}.
 *
 * Never log a secret, a phone number or a person's name; ids are enough. A line is cut at 1 KiB and control characters
 * are escaped, so a request cannot forge a line. Thread-safe: one write() a line.
 */
#ifndef SP_BASE_LOG_H
#define SP_BASE_LOG_H

#include <stddef.h>

enum sp_log_level { SP_LOG_DEBUG, SP_LOG_INFO, SP_LOG_WARN, SP_LOG_ERROR };

/* Lines below `level` are dropped. Set once at start, before threads. */
void sp_log_init(enum sp_log_level level, int fd);
/* `at` names the part that speaks ("writer", "http"). */
void sp_log(enum sp_log_level level, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with the members of a JSON object instead of "msg": what programs read (the access log). `object` is one
 * object with at least one member, made by the caller's JSON writer, at most 3 KiB; nothing is cut. */
void sp_log_json(enum sp_log_level level, const char *at, const char *object, size_t len);

#endif
