/* One XML part of a workbook, streamed through expat.
 *
 * No document type is accepted, so there are no entities, neither internal nor external (ECMA-376 part 2 §8.1.4 forbids
 * DTDs). Memory is bounded: depth, the length of a single token, and the number of different names (expat remembers
 * each) have limits. Element and attribute names are given without their prefix ("x:row" is "row"); nothing here needs
 * namespaces told apart.
 */
#ifndef SP_ADAPTERS_TABLE_XLSX_XML_H
#define SP_ADAPTERS_TABLE_XLSX_XML_H

#include "adapters/table/xlsx_zip.h"

#define SP_XML_DEPTH_MAX 64
#define SP_XML_TOKEN_MAX 262144 /* bytes of one tag, attributes included */
#define SP_XML_NAMES_MAX 2048   /* different element and attribute names */

/* What a reader of one kind of part does. Each returns 0 or a code to stop with (and fills `err`). */
struct sp_xml_handler {
  int (*start)(void *ctx, const char *name, const char *const *attributes, struct sp_error *err);
  int (*end)(void *ctx, const char *name, struct sp_error *err);
  int (*text)(void *ctx, const char *bytes, size_t len, struct sp_error *err); /* may be null; pieces in any length */
  void (*piece)(void *ctx, int64_t done,
                int64_t claimed); /* may be null; bytes unpacked so far, and in all as claimed */
  void *ctx;
};

/* Reads the whole part `name`. SP_E_INVALID (no such part, damaged, not well formed, a document type), SP_E_LIMIT,
 * SP_E_NOMEM, or what a handler returned. */
int sp_xml_read(struct zip *zip, const char *name, const struct sp_xml_handler *handler, struct sp_error *err);

/* The value of an attribute by its name without prefix, or null. `attributes` is expat's list of pairs. */
const char *sp_xml_attribute(const char *const *attributes, const char *name);
/* A small decimal number, or `other` when it is none or greater than `max`. */
int64_t sp_xml_number(const char *text, int64_t max, int64_t other);
/* xsd:boolean. */
bool sp_xml_true(const char *text);

#endif
