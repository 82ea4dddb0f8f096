#include "adapters/table/xlsx_xml.h"
#define XML_DTD 1 /* the header shows the amplification limits only with it; Debian builds the library so */
#include <expat.h>
#include <stdint.h>
#include <string.h>

#define PIECE     65536
#define NAME_BITS 65536

struct reading {
  XML_Parser parser;
  const struct sp_xml_handler *handler;
  struct sp_error *err;
  int rc;
  int depth;
  int names; /* different names seen, by hash */
  uint8_t seen[NAME_BITS / 8];
};

static const char *bare(const char *name) {
  const char *colon = strrchr(name, ':');
  return colon == NULL ? name : colon + 1;
}

static void stop(struct reading *reading, int rc) {
  if (reading->rc == 0) {
    reading->rc = rc;
  }
  XML_StopParser(reading->parser, XML_FALSE);
}

/* Expat keeps every name it met until the end, so their number is what must be bounded. A hash is close enough. */
static void note_name(struct reading *reading, const char *name) {
  uint32_t hash = 2166136261U;
  for (; *name != '\0'; name++) {
    hash = (hash ^ (uint8_t)*name) * 16777619U;
  }
  uint32_t bit = (hash ^ hash >> 16) % NAME_BITS;
  uint8_t mask = (uint8_t)(1U << (bit & 7));
  reading->names += (reading->seen[bit >> 3] & mask) == 0 ? 1 : 0;
  reading->seen[bit >> 3] |= mask;
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes) {
  struct reading *reading = data;
  if (reading->rc != 0) {
    return;
  }
  note_name(reading, name);
  for (int i = 0; attributes[i] != NULL; i += 2) {
    note_name(reading, attributes[i]);
  }
  if (++reading->depth > SP_XML_DEPTH_MAX || reading->names > SP_XML_NAMES_MAX) {
    stop(reading, sp_fail(reading->err, SP_E_LIMIT, NULL, "The workbook is nested or named beyond reason"));
    return;
  }
  int rc = reading->handler->start(reading->handler->ctx, bare(name), (const char *const *)attributes, reading->err);
  if (rc != 0) {
    stop(reading, rc);
  }
}

static void XMLCALL on_end(void *data, const XML_Char *name) {
  struct reading *reading = data;
  if (reading->rc != 0) {
    return;
  }
  reading->depth--;
  int rc = reading->handler->end(reading->handler->ctx, bare(name), reading->err);
  if (rc != 0) {
    stop(reading, rc);
  }
}

static void XMLCALL on_text(void *data, const XML_Char *bytes, int len) {
  struct reading *reading = data;
  if (reading->rc != 0 || reading->handler->text == NULL) {
    return;
  }
  int rc = reading->handler->text(reading->handler->ctx, bytes, (size_t)len, reading->err);
  if (rc != 0) {
    stop(reading, rc);
  }
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                               int internal) {
  struct reading *reading = data;
  (void)name;
  (void)system;
  (void)public;
  (void)internal;
  stop(reading,
       sp_fail(reading->err, SP_E_INVALID, NULL, "The workbook declares a document type, which no workbook may"));
}

static int parse_failed(const struct reading *reading, const char *part) {
  enum XML_Error why = XML_GetErrorCode(reading->parser);
  if (reading->rc != 0) {
    return reading->rc;
  }
  if (why == XML_ERROR_NO_MEMORY) {
    return sp_error_nomem(reading->err, __func__);
  }
  return sp_fail(reading->err, SP_E_INVALID, NULL, "The workbook is damaged: part %s, line %llu: %s", part,
                 (unsigned long long)XML_GetCurrentLineNumber(reading->parser), XML_ErrorString(why));
}

/* Bytes given to expat that it could not use yet: the beginning of one long token, which it keeps in memory. */
static bool token_too_long(const struct reading *reading, int64_t given) {
  XML_Index at = XML_GetCurrentByteIndex(reading->parser);
  return at >= 0 && given - (int64_t)at > SP_XML_TOKEN_MAX;
}

static int read_part(struct reading *reading, struct sp_xlsx_part *part) {
  int got = 0;
  do {
    void *piece = XML_GetBuffer(reading->parser, PIECE);
    if (piece == NULL) {
      return sp_error_nomem(reading->err, __func__);
    }
    got = sp_xlsx_part_read(part, piece, PIECE, reading->err);
    if (got < 0) {
      return got;
    }
    if (XML_ParseBuffer(reading->parser, got, got == 0) != XML_STATUS_OK) {
      return parse_failed(reading, part->name);
    }
    if (got > 0 && token_too_long(reading, part->done)) {
      return sp_fail(reading->err, SP_E_LIMIT, NULL, "The workbook is nested or named beyond reason");
    }
    if (reading->handler->piece != NULL) {
      reading->handler->piece(reading->handler->ctx, part->done, part->claimed);
    }
  } while (got > 0);
  return 0;
}

int sp_xml_read(struct zip *zip, const char *name, const struct sp_xml_handler *handler, struct sp_error *err) {
  struct reading reading = {.handler = handler, .err = err};
  struct sp_xlsx_part part = {0};
  int rc = sp_xlsx_part_open(zip, name, &part, err);
  if (rc != 0) {
    goto done;
  }
  reading.parser = XML_ParserCreate(NULL);
  if (reading.parser == NULL) {
    rc = sp_error_nomem(err, __func__);
    goto done;
  }
  XML_SetUserData(reading.parser, &reading);
  XML_SetElementHandler(reading.parser, on_start, on_end);
  XML_SetCharacterDataHandler(reading.parser, on_text);
  XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
  XML_SetParamEntityParsing(reading.parser, XML_PARAM_ENTITY_PARSING_NEVER);
  XML_SetBillionLaughsAttackProtectionMaximumAmplification(reading.parser, 2.0F);
  XML_SetBillionLaughsAttackProtectionActivationThreshold(reading.parser, 65536);
  rc = read_part(&reading, &part);
done:
  if (reading.parser != NULL) {
    XML_ParserFree(reading.parser);
  }
  sp_xlsx_part_close(&part);
  return rc;
}

const char *sp_xml_attribute(const char *const *attributes, const char *name) {
  for (int i = 0; attributes[i] != NULL; i += 2) {
    if (strcmp(bare(attributes[i]), name) == 0) {
      return attributes[i + 1];
    }
  }
  return NULL;
}

int64_t sp_xml_number(const char *text, int64_t max, int64_t other) {
  int64_t value = 0;
  if (text == NULL || *text == '\0') {
    return other;
  }
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9' || value > (INT64_MAX - 9) / 10) {
      return other;
    }
    value = value * 10 + (*text - '0');
  }
  return value <= max ? value : other;
}

bool sp_xml_true(const char *text) {
  return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}
