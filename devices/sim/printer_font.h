/* A 5×7 dot font for ASCII, drawn for this project: enough to read amounts on the sketch of a receipt. */
#ifndef SP_DEVICES_SIM_PRINTER_FONT_H
#define SP_DEVICES_SIM_PRINTER_FONT_H

#include <stdint.h>

/* Seven rows, bit 4 is the left dot. Null outside 21h to 7Eh. Static. */
const uint8_t *sp_vp_font_rows(uint32_t code);

#endif
