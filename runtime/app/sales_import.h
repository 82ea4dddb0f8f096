/* Import of historical invoices through the very same path as the till.
 *
 * Columns (any order, by these names in any case): InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
 * CustomerID; others are not read. Consecutive rows of one InvoiceNo are one document, in tickets of at most
 * SP_BASKET_LINES_MAX lines; its first row says when. Given price and time are taken, no promotion runs, the whole is
 * paid by one cash tender. Rules, each counted in the report:
 *   - quantity > 0, price ≥ 0: a sale line. A product that is not there is made from the row.
 *   - a row of an invoice that starts with "C", or quantity < 0 with a price: it comes back. It is linked to the newest
 *     earlier invoice of this file where the same (named) customer bought that product at that price and enough of it
 * is left, in the file and in the ledger; otherwise it is an unlinked refund.
 *   - quantity < 0 without a "C", price 0: a stock adjustment, which takes that much off.
 *   - a negative price is refused and named, and so is every cell that cannot be read, and a date more than a day ahead
 *     of `now`. Unless `skip_bad` is set, one of them imports nothing: the whole file is read first. With it, every
 *     invoice (all rows of its number) that has a bad row is left out.
 * Idempotent: the sale's id is derived from the invoice number and its content, so a second import adds nothing. An
 * invoice an import stored with other content or at another time is a finding like a bad row: it is never booked twice.
 */
#ifndef SP_APP_SALES_IMPORT_H
#define SP_APP_SALES_IMPORT_H

#include "app/product_import.h"

struct sp_sales_report {
  struct sp_table_info table;
  bool month_first;  /* 12/1/2010 is the first of December */
  bool date_assumed; /* nothing in the file tells: the day was taken to come first */
  int64_t rows, invoices;
  int64_t sales, refunds, adjustments; /* documents added */
  int64_t known;                       /* documents that were there before */
  int64_t skipped;                     /* rows left out: of invoices with a bad row, or stored with other content */
  int64_t lines_sold, lines_linked, lines_unlinked, lines_adjusted;
  int64_t products_created;
  int64_t file_money,
      ledger_money; /* Σ quantity × price of the rows taken; what the ledger holds of their documents, read back, fen */
  int64_t file_units, ledger_units; /* thousandths: Σ quantity of the file; what the stock ledger holds of it, sold
                                       goods and adjustments signed as in the file */
  struct sp_import_findings findings;
  bool agrees; /* money and units equal, to the fen and the unit */
};

/* Options as for products. The actor needs a till with an open shift: `import` opens and closes one around it. */
int sp_sales_import(const struct sp_import_options *options, struct sp_sales_report *report, struct sp_error *err);
void sp_sales_report_free(struct sp_sales_report *report);
void sp_sales_report_json(const struct sp_sales_report *report, struct sp_json_writer *w);

#endif
