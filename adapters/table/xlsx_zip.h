/* The archive around an .xlsx file, opened with suspicion.
 *
 * Before anything is read: the number of entries is bounded (from the archive's own end record, so that a huge
 * directory is never loaded), no name leads outside or appears twice, nothing is encrypted or packed by an unusual
 * method. While reading: what comes out of a part is counted, and a part that unpacks beyond reason stops the read,
 * whatever size it claims.
 */
#ifndef SP_ADAPTERS_TABLE_XLSX_ZIP_H
#define SP_ADAPTERS_TABLE_XLSX_ZIP_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SP_XLSX_FILE_MAX     268435456LL  /* bytes packed: 256 MiB */
#define SP_XLSX_ENTRIES_MAX  4096         /* parts; pictures count */
#define SP_XLSX_UNPACKED_MAX 4294967296LL /* bytes out of one part: 4 GiB */
#define SP_XLSX_RATIO_MAX    200 /* unpacked : packed, once a part gave more than 4 MiB; real sheets stay below 60 */
#define SP_XLSX_NAME_MAX     256 /* bytes of a part's name */

struct zip;
struct zip_file;

/* Opens the archive. Takes `file` over (closes it, also on failure); with `file` null it reads `bytes`, which must
 * outlive the archive. Close with sp_xlsx_zip_close. SP_E_INVALID (damaged, truncated, bad names), SP_E_UNSUPPORTED
 * (encrypted), SP_E_LIMIT, SP_E_IO, SP_E_NOMEM. */
int sp_xlsx_zip_open(FILE *file, const void *bytes, size_t len, struct zip **out, struct sp_error *err);
void sp_xlsx_zip_close(struct zip *zip); /* null is allowed */

bool sp_xlsx_zip_has(struct zip *zip, const char *name);

/* One part being unpacked. */
struct sp_xlsx_part {
  struct zip_file *file;
  const char *name;
  int64_t packed;
  int64_t claimed; /* unpacked size by the archive: for progress only */
  int64_t done;    /* bytes that came out */
};

/* SP_E_INVALID when there is no such part. Close with sp_xlsx_part_close. `name` must outlive the part. */
int sp_xlsx_part_open(struct zip *zip, const char *name, struct sp_xlsx_part *part, struct sp_error *err);
/* Bytes read (0: the end, checksum right), or < 0: SP_E_LIMIT, SP_E_INVALID (damaged), SP_E_IO. */
int sp_xlsx_part_read(struct sp_xlsx_part *part, void *out, int size, struct sp_error *err);
void sp_xlsx_part_close(struct sp_xlsx_part *part); /* twice is allowed */

#endif
