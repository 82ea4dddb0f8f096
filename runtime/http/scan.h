/* The first step of sp_http_head_parse: lines and their bytes. Private to this folder. */
#ifndef SP_HTTP_SCAN_H
#define SP_HTTP_SCAN_H

#include "http/head.h"

/* Find the lines. Fills out->len, out->fields and `line`, the request line without its end. Returns as
 * sp_http_head_parse does. */
int sp_http_head_scan(const char *bytes, size_t len, const struct sp_http_limits *limits, struct sp_http_head *out,
                      struct sp_http_span *line, struct sp_error *err);
/* `status`, after the error was told: return sp_http_refused(400, sp_fail(err, …)); */
int sp_http_refused(int status, int told);

#endif
