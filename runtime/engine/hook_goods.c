/* What the hooks about goods are shown and give. */
#include "engine/hook_fields.h"

const struct sp_field sp_hook_reorder_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"product", SP_FIELD_OBJECT, true, 0, 0, sp_hook_product, "the product", "商品", NULL},
    {"stock", SP_FIELD_OBJECT, true, 0, 0, sp_hook_stock, "what the store has", "门店库存", NULL},
    {"sold", SP_FIELD_LIST, true, 0, 400, sp_hook_days, "what was sold a day, oldest first", "每日销量，旧的在前",
     NULL},
    {"expected", SP_FIELD_LIST, false, 0, 60, sp_hook_days, "the forecast, next day first", "销量预测，从次日起", NULL},
    {"cover_days", SP_FIELD_INTEGER, false, 1, 366, NULL, "days until the delivery after the next one",
     "到下下次到货的天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_reorder_out[] = {
    {"quantity", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths to order; 0: nothing, and say why",
     "订货数量（千分之一）；0 为不订并说明理由", NULL},
    {"urgency", SP_FIELD_INTEGER, false, 0, 100, NULL, "higher is ordered first when money or room is short",
     "资金或仓位不足时先订数值大的", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_forecast_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"product", SP_FIELD_OBJECT, true, 0, 0, sp_hook_product, "the product", "商品", NULL},
    {"sold", SP_FIELD_LIST, true, 0, 800, sp_hook_days, "what was sold a day, oldest first", "每日销量，旧的在前",
     NULL},
    {"coming", SP_FIELD_LIST, false, 0, 60, sp_hook_days, "days ahead of which something is known (quantity 0)",
     "已知有特殊情况的未来日期（数量为 0）", NULL},
    {"horizon", SP_FIELD_INTEGER, true, 1, 60, NULL, "days to forecast", "预测天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_forecast_out[] = {
    {"days", SP_FIELD_LIST, true, 0, 60, sp_hook_days, "one entry a day from tomorrow on, `horizon` of them",
     "从明天起每天一项，共 horizon 项", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field candidates[] = {
    {"store", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the store", "门店代码", NULL},
    {"on_hand", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths it has", "现有数量（千分之一）", NULL},
    {"reserved", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "of them promised", "其中已预留", NULL},
    {"weekly", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "what it sells in a week", "每周销量", NULL},
    {"days", SP_FIELD_INTEGER, true, 0, 366, NULL, "days to bring it", "送达天数", NULL},
    {"cost", SP_FIELD_MONEY, false, 0, 0, NULL, "what bringing it costs", "运送费用", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field sources[] = {
    {"store", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the store", "门店代码", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 1, 1000000000000, NULL, "thousandths from it, at most what is not promised",
     "调出数量，不超过未预留部分", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_transfer_source_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"product", SP_FIELD_OBJECT, true, 0, 0, sp_hook_product, "the product", "商品", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 1, 1000000000000, NULL, "thousandths wanted", "需要数量（千分之一）", NULL},
    {"within_days", SP_FIELD_INTEGER, false, 0, 366, NULL, "wanted within so many days", "多少天内需要", NULL},
    {"stores", SP_FIELD_LIST, true, 0, 1000, candidates, "who has it", "有货的门店", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_transfer_source_out[] = {
    {"from", SP_FIELD_LIST, true, 0, 50, sources,
     "who sends how much, at most what is wanted; in the order in which they are asked",
     "各店调出数量，合计不超过需要；按询问顺序", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field returned_lines[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line", "行号", NULL},
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the product", "商品编码", NULL},
    {"sold", SP_FIELD_INTEGER, true, 1, 1000000000000, NULL, "thousandths sold", "售出数量（千分之一）", NULL},
    {"back", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "came back before", "此前已退数量", NULL},
    {"now", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "comes back now", "本次退货数量", NULL},
    {"net", SP_FIELD_MONEY, true, 0, 0, NULL, "what was paid for the line", "该行实付金额", NULL},
    {"off", SP_FIELD_MONEY, true, 0, 0, NULL, "what this campaign took off it", "本活动在该行的优惠金额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_sale_returned_in[] = {
    {"campaign", SP_FIELD_TEXT, true, 1, 64, NULL, "which campaign of the sale is asked about", "询问的活动代码", NULL},
    {"rule", SP_FIELD_TEXT, true, 1, 64, NULL, "its rule", "活动的规则", NULL},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"days", SP_FIELD_INTEGER, true, 0, 36500, NULL, "days since the sale", "销售后的天数", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"lines", SP_FIELD_LIST, true, 1, 500, returned_lines, "all lines of the sale", "销售单全部行", NULL},
    {"given", SP_FIELD_MONEY, true, 0, 0, NULL, "what the campaign took off the sale", "活动在整单的优惠金额", NULL},
    {"still", SP_FIELD_MONEY, true, 0, 0, NULL, "what it would take off what the customer keeps",
     "按客户保留的商品重算的优惠金额", NULL},
    {"refund", SP_FIELD_MONEY, true, 0, 0, NULL, "what would be paid back", "拟退金额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_sale_returned_out[] = {
    {"decision", SP_FIELD_TEXT, true, 0, 0, NULL,
     "keep: the discount stays as it was dealt out (also when nobody answers); claw-back: hold back `amount`; refuse: "
     "not like this",
     "keep：优惠保持原分摊（无人回答时同此）；claw-back：扣回 amount；refuse：不可这样退", "keep|claw-back|refuse"},
    {"amount", SP_FIELD_MONEY, false, 0, 0, NULL,
     "held back from the refund, at most the smaller of `refund` and what the campaign gave",
     "从退款中扣回，不超过退款额和活动优惠额", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};
