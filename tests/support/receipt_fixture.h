/* One sale, refund, exchange, Z and X report, shared by the tests of layouts and of printer bytes. */
#ifndef SP_TESTS_SUPPORT_RECEIPT_FIXTURE_H
#define SP_TESTS_SUPPORT_RECEIPT_FIXTURE_H

#include "domain/receipt.h"
#include "domain/shift_report.h"

static const struct sp_currency fixture_currency = {.code = "CNY", .symbol = "¥", .digits = 2};

/* Names are long, mixed and hostile on purpose: a bell, an escape that would open the drawer, a line break. */
static const struct sp_receipt_line fixture_sale_lines[] = {
    {.n = 1,
     .code = "6901234567892",
     .name = "可口可乐 500ml",
     .unit = "瓶",
     .quantity = 2000,
     .unit_price = 350,
     .gross = 700,
     .discount = 70,
     .net = 630},
    {.n = 2,
     .code = "22001",
     .name = "红富士苹果",
     .unit = "kg",
     .quantity = 1235,
     .weighed = true,
     .unit_price = 1280,
     .gross = 1581,
     .net = 1581,
     .note = "挑大的\a\n\x1Bp\x01"},
    {.n = 4,
     .code = "6925303721367",
     .name = "统一老坛酸菜牛肉面五连包家庭分享装限时加量不加价 Family Pack 5x121g",
     .pack = "1 箱 = 12 包",
     .unit = "箱",
     .quantity = 1000,
     .unit_price = 18000,
     .gross = 18000,
     .discount = 1800,
     .net = 16200,
     .seller = "李雷"},
    {.n = 5,
     .code = "T-07",
     .name = "Crème brûlée ×2",
     .quantity = 500000,
     .unit_price = 199,
     .gross = 99500,
     .net = 99500},
};
static const struct sp_receipt_discount fixture_discounts[] = {
    {.campaign = "member-day", .title = "会员日 9 折", .amount = 1800},
    {.campaign = "cola", .title = "饮料第二件半价（与会员价同享，每单限用一次，解释权归门店）", .amount = 70},
};
static const struct sp_tax_row fixture_taxes[] = {{.ppm = 130000, .net = 102947, .tax = 13383},
                                                  {.ppm = 90000, .net = 1450, .tax = 130},
                                                  {.ppm = 0, .net = 0, .tax = 0}};
static const struct sp_tender fixture_tenders[] = {
    {.method = SP_METHOD_WECHAT, .tendered = 100000, .amount = 100000, .reference = "4200002026112200000000000001"},
    {.method = SP_METHOD_CASH, .tendered = 20000, .amount = 17910, .change = 2090, .reference = ""},
};
static const char *const fixture_footer[] = {"谢谢惠顾，欢迎再来！",
                                             "7 天内凭小票退换 Returns within 7 days with receipt"};

static inline struct sp_receipt fixture_sale(void) {
  return (struct sp_receipt){
      .kind = SP_RECEIPT_SALE,
      .currency = fixture_currency,
      .store_name = "好邻居便利店（人民路店）",
      .address = "上海市黄浦区人民路 100 号",
      .phone = "021-5555 0100",
      .till = "T1",
      .number = "S01-T1-000042",
      .cashier = "王芳",
      .time = "2026-11-22 13:05:00",
      .business_day = 20261122,
      .member = "138****1234",
      .member_level = "金卡",
      .lines = fixture_sale_lines,
      .line_count = 4,
      .discounts = fixture_discounts,
      .discount_count = 2,
      .gross = 119781,
      .discount = 1870,
      .rounding = -1,
      .total = 117910,
      .taxes = fixture_taxes,
      .tax_count = 3,
      .tenders = fixture_tenders,
      .tender_count = 2,
      .footer = fixture_footer,
      .footer_count = 2,
  };
}

static const struct sp_receipt_line fixture_back_lines[] = {
    {.n = 1,
     .code = "6901234567892",
     .name = "可口可乐 500ml",
     .unit = "瓶",
     .quantity = 1000,
     .returned = true,
     .unit_price = 350,
     .gross = -350,
     .discount = -35,
     .net = -315},
    {.n = 2,
     .code = "6901234567908",
     .name = "零度可乐 500ml",
     .unit = "瓶",
     .quantity = 2000,
     .unit_price = 350,
     .gross = 700,
     .net = 700},
};
static const struct sp_tax_row fixture_back_taxes[] = {{.ppm = 130000, .net = -279, .tax = -36}};
static const struct sp_tender fixture_back_tenders[] = {
    {.method = SP_METHOD_CASH, .tendered = -315, .amount = -315, .reference = ""}};

static inline struct sp_receipt fixture_refund(void) {
  struct sp_receipt receipt = fixture_sale();
  receipt.kind = SP_RECEIPT_REFUND;
  receipt.copy = true;
  receipt.number = "S01-T1-000043";
  receipt.original = "S01-T1-000042";
  receipt.lines = fixture_back_lines;
  receipt.line_count = 1;
  receipt.discounts = NULL;
  receipt.discount_count = 0;
  receipt.gross = -350;
  receipt.discount = -35;
  receipt.rounding = 0;
  receipt.total = -315;
  receipt.taxes = fixture_back_taxes;
  receipt.tax_count = 1;
  receipt.tenders = fixture_back_tenders;
  receipt.tender_count = 1;
  receipt.note = "包装破损";
  return receipt;
}

static const struct sp_tax_row fixture_exchange_taxes[] = {{.ppm = 130000, .net = 341, .tax = 44}};
static const struct sp_tender fixture_exchange_tenders[] = {
    {.method = SP_METHOD_ALIPAY, .tendered = 385, .amount = 385, .reference = "2026112222001"}};

static inline struct sp_receipt fixture_exchange(void) {
  struct sp_receipt receipt = fixture_refund();
  receipt.kind = SP_RECEIPT_EXCHANGE;
  receipt.copy = false;
  receipt.line_count = 2;
  receipt.gross = 350;
  receipt.discount = -35;
  receipt.total = 385;
  receipt.taxes = fixture_exchange_taxes;
  receipt.tenders = fixture_exchange_tenders;
  receipt.note = NULL;
  return receipt;
}

static const struct sp_tax_row fixture_z_taxes[] = {{.ppm = 130000, .net = 103009, .tax = 13391},
                                                    {.ppm = 90000, .net = 1450, .tax = 130}};
static const struct sp_method_total fixture_methods[] = {
    {.method = SP_METHOD_CASH, .count = 3, .amount = 17595},
    {.method = SP_METHOD_WECHAT, .count = 1, .amount = 100000},
    {.method = SP_METHOD_ALIPAY, .count = 1, .amount = 385},
};
static const struct sp_cash_move fixture_moves[] = {
    {.amount = 10000, .reason = "补零钱", .time = "09:12"},
    {.amount = -3550, .reason = "买打印纸和清洁用品，发票在抽屉里", .time = "11:40"},
};

static inline struct sp_shift_report fixture_z(void) {
  return (struct sp_shift_report){
      .final = true,
      .counted_known = true,
      .currency = fixture_currency,
      .store_name = "好邻居便利店（人民路店）",
      .till = "T1",
      .shift = 17,
      .number = 12,
      .business_day = 20261122,
      .opened_at = "2026-11-22 07:58:11",
      .opened_by = "王芳",
      .closed_at = "2026-11-22 16:02:40",
      .closed_by = "王芳",
      .first_receipt = "S01-T1-000042",
      .last_receipt = "S01-T1-000044",
      .sale_count = 2,
      .refund_count = 1,
      .gross = 120481,
      .discounts = 1870,
      .refunds = -630,
      .rounding = -1,
      .net = 117980,
      .taxes = fixture_z_taxes,
      .tax_count = 2,
      .methods = fixture_methods,
      .method_count = 3,
      .opening_float = 30000,
      .moves = fixture_moves,
      .move_count = 2,
      .expected = 54045,
      .counted = 54000,
      .variance = -45,
      .hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      .previous_hash = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
  };
}

/* Half-way through, before a blind count. */
static inline struct sp_shift_report fixture_x(void) {
  struct sp_shift_report report = fixture_z();
  report.final = false;
  report.number = 0;
  report.counted_known = false;
  report.cash_hidden = true;
  report.hash = report.previous_hash = NULL;
  return report;
}

/* The printout of fixture `index`; its name for a file. */
#define FIXTURE_COUNT 5
static const char *const fixture_names[FIXTURE_COUNT] = {"receipt_sale", "receipt_refund", "receipt_exchange",
                                                         "receipt_shift_z", "receipt_shift_x"};

static inline int fixture_layout(int index, int columns, enum sp_lang lang, struct sp_arena *arena,
                                 struct sp_print *print) {
  struct sp_receipt receipt = index == 0 ? fixture_sale() : index == 1 ? fixture_refund() : fixture_exchange();
  struct sp_shift_report report = index == 3 ? fixture_z() : fixture_x();
  if (index < 3) return sp_receipt_layout(&receipt, columns, lang, arena, print, NULL);
  return sp_shift_report_layout(&report, columns, lang, arena, print, NULL);
}

#endif
