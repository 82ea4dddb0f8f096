/* What the files of the sales import share. */
#ifndef SP_APP_SALES_IMPORT_PARTS_H
#define SP_APP_SALES_IMPORT_PARTS_H

#include "app/sale.h"
#include "app/sales_import.h"
#include "app/stock.h"

#define SP_INVOICE_ROWS_MAX 5000 /* rows of one invoice */

enum sp_sales_column {
  SP_SALES_INVOICE,
  SP_SALES_CODE,
  SP_SALES_NAME,
  SP_SALES_QUANTITY,
  SP_SALES_DATE,
  SP_SALES_PRICE,
  SP_SALES_CUSTOMER,
  SP_SALES_COLUMNS
};

/* One row, parsed. Texts live in the invoice's arena. */
struct sp_sales_row {
  int64_t number; /* in the file */
  const char *code, *name, *customer;
  int64_t quantity; /* thousandths, signed */
  int64_t price;    /* fen */
};

/* How the file writes numbers and dates; settled by looking at the first rows. */
struct sp_sales_style {
  int columns[SP_SALES_COLUMNS]; /* index in the file, −1 when absent */
  bool decimal_comma;
  bool month_first;
};

/* What the column is called: "UnitPrice". Static text. */
const char *sp_sales_column_name(enum sp_sales_column column);
/* Find the columns in the header row. SP_E_INVALID names the one that is missing. */
int sp_sales_header(const struct sp_table_row *row, struct sp_sales_style *style, struct sp_error *err);
/* "1/12/2010 08:26", "2010-12-01 08:26[:00]" on the store's clock → UTC ms. SP_E_INVALID. */
int sp_sales_time(const char *text, bool month_first, const struct sp_zone *zone, int64_t *out, struct sp_error *err);
/* Parse a row's quantity and price; texts are copied into `arena`. SP_E_INVALID with the column's name as the field. */
int sp_sales_row_read(const struct sp_table_row *row, const struct sp_sales_style *style, struct sp_arena *arena,
                      struct sp_sales_row *out, struct sp_error *err);

/* ---- Which sold line a cancelled row belongs to ---- */

struct sp_links;

int sp_links_new(struct sp_links **out);
void sp_links_free(struct sp_links *links);
/* Remember a sold line. SP_E_NOMEM. */
int sp_links_add(struct sp_links *links, const struct sp_sales_row *row, const struct sp_id *sale, int32_t n);
/* The newest earlier line of that (named) customer, product and price with enough left, and not used by `serial` (an
 * invoice) before: takes `quantity` (> 0) off it. False when there is none. */
bool sp_links_take(struct sp_links *links, const struct sp_sales_row *row, int64_t quantity, int64_t serial,
                   struct sp_id *sale, int32_t *n);

/* ---- Which invoices the file holds (sales_seen.c) ---- */

struct sp_invoice_seen {
  char number[64];
  int64_t row;  /* its first */
  int64_t rows; /* all of them, also where the number comes again further down */
  bool refused; /* one of its rows is bad: all of it is left out */
  bool other;   /* an import stored it, but not as this file has it */
};

struct sp_invoices;

int sp_invoices_new(struct sp_invoices **out);
void sp_invoices_free(struct sp_invoices *invoices);
/* The entry of a number, made if there is none; null without memory. Valid until the next one is made. */
struct sp_invoice_seen *sp_invoices_see(struct sp_invoices *invoices, const char *number, int64_t row);
struct sp_invoice_seen *sp_invoices_find(struct sp_invoices *invoices, const char *number); /* null: not seen */
struct sp_invoice_seen *sp_invoices_at(struct sp_invoices *invoices, int32_t i);            /* null behind the last */
/* The file makes this document of that time. 1, 0 when it made one of this id before, SP_E_NOMEM. */
int sp_invoices_make(struct sp_invoices *invoices, const struct sp_id *id, int64_t at);
void sp_invoices_forget_made(struct sp_invoices *invoices);
/* Set `other` of every invoice of which an import stored a document that this file does not make. */
int sp_invoices_compare(struct sp_invoices *invoices, struct sp_db *db, struct sp_error *err);

/* ---- One document on its way in ---- */

/* The rows of one invoice (or a part of a long one). */
struct sp_invoice {
  const char *reference;
  struct sp_id id, adjustment_id;
  int64_t at;
  bool cancelled; /* its number starts with C */
  const struct sp_sales_row *rows;
  int32_t count;
  struct sp_sale_item *items; /* filled from rows */
  int32_t item_count;
  struct sp_sale_return *returns;
  int32_t return_count, linked_count;
  struct sp_stock_line *adjustments;
  int32_t adjustment_count;
};

struct sp_invoice_result {
  int64_t products; /* made for it */
  int64_t unlinked; /* links given up, because the sold line came back otherwise in the meantime */
  bool known;       /* it was there already */
};

/* Commit what is new of it through options->commit: missing products, the sale, the adjustment. */
int sp_invoice_commit(const struct sp_import_options *options, const struct sp_resource *product,
                      const struct sp_invoice *invoice, struct sp_invoice_result *out, struct sp_error *err);

#endif
