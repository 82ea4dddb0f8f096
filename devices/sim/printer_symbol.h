/* Bar codes and QR codes as patterns of modules, for the paper of a virtual printer.
 *
 * A linear code is a text of '1' (bar) and '0' (space), a module each, without quiet zone. Sources: ISO/IEC 15420 (EAN,
 * UPC), 15417 (CODE128), 16388 (CODE39), 16390 (ITF), EN 798 (CODABAR), AIM USS-93 (CODE93); the data forms are those
 * of GS k, function B. QR codes are made by libqrencode. Check digits that the data leaves out are added, as printers
 * do; a wrong one is refused.
 */
#ifndef SP_DEVICES_SIM_PRINTER_SYMBOL_H
#define SP_DEVICES_SIM_PRINTER_SYMBOL_H

#include "base/buf.h"
#include <stddef.h>

/* Static text, "CODE128"; null for a symbol (m of GS k, 65 to 73) that cannot be drawn. */
const char *sp_vp_symbol_name(int symbol);
/* Append the modules. SP_E_INVALID when the data is none for this symbol, SP_E_UNSUPPORTED when it cannot be drawn,
 * SP_E_LIMIT or SP_E_NOMEM from `out`. */
int sp_vp_symbol_bars(int symbol, const unsigned char *data, size_t len, struct sp_buf *out);
/* What a person reads below the bars: the digits (all eight of a UPC-E), CODE128 without its code set marks. */
int sp_vp_symbol_text(int symbol, const unsigned char *data, size_t len, struct sp_buf *out);
/* Append side × side modules, row by row; `*side` is at least 21. SP_E_INVALID when the data does not fit in a QR code,
 * SP_E_LIMIT or SP_E_NOMEM from `out`. */
int sp_vp_symbol_qr(const unsigned char *data, size_t len, int level, struct sp_buf *out, int *side);

#endif
