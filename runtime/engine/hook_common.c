/* Parts that several hooks share. */
#include "engine/hook_fields.h"

const struct sp_field sp_hook_member[] = {
    {"level", SP_FIELD_TEXT, false, 0, 0, NULL, "code of the level", "会员等级代码", NULL},
    {"tags", SP_FIELD_LIST, false, 0, 0, NULL, "tags, sorted", "会员标签，已排序", NULL},
    {"points", SP_FIELD_INTEGER, false, -1000000000, 1000000000, NULL, "balance of points", "积分余额", NULL},
    {"purchases", SP_FIELD_INTEGER, false, 0, 1000000000, NULL, "sales so far", "累计购买次数", NULL},
    {"joined_days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days since joining, 0 on the day itself",
     "入会天数，当天为 0", NULL},
    {"birthday_days", SP_FIELD_INTEGER, false, 0, 366, NULL, "days until the next birthday, 0 on the day itself",
     "距下次生日的天数，当天为 0", NULL},
    {"staff", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "works for the chain", "是否本公司员工", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_sold_lines[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line in its sale", "销售单中的行号", NULL},
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the product", "商品编码", NULL},
    {"category", SP_FIELD_TEXT, false, 0, 0, NULL, "path of category codes from the root", "从根开始的类目路径", NULL},
    {"tags", SP_FIELD_LIST, false, 0, 0, NULL, "tags of the product", "商品标签", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths sold", "数量（千分之一）", NULL},
    {"gross", SP_FIELD_MONEY, false, 0, 0, NULL, "before discounts", "优惠前金额", NULL},
    {"net", SP_FIELD_MONEY, true, 0, 0, NULL, "what was paid for it", "实付金额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_sale[] = {
    {"gross", SP_FIELD_MONEY, false, 0, 0, NULL, "before discounts", "优惠前金额", NULL},
    {"net", SP_FIELD_MONEY, true, 0, 0, NULL, "to be paid", "应付金额", NULL},
    {"channel", SP_FIELD_TEXT, false, 0, 0, NULL, "where it was sold: till, api, import", "销售渠道：till、api、import",
     NULL},
    {"lines", SP_FIELD_LIST, true, 0, 500, sp_hook_sold_lines, "what was sold", "售出的商品", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field habit_categories[] = {
    {"category", SP_FIELD_TEXT, true, 0, 0, NULL, "path of category codes", "类目路径", NULL},
    {"spent", SP_FIELD_MONEY, true, 0, 0, NULL, "spent on it", "消费金额", NULL},
    {"purchases", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "how often", "次数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_habits[] = {
    {"recency_days", SP_FIELD_INTEGER, true, 0, 36500, NULL, "days since the last purchase", "距上次购买的天数", NULL},
    {"frequency", SP_FIELD_INTEGER, true, 0, 1000000, NULL, "purchases in the last 365 days", "近 365 天购买次数",
     NULL},
    {"monetary", SP_FIELD_MONEY, true, 0, 0, NULL, "spent in the last 365 days", "近 365 天消费金额", NULL},
    {"spent_30", SP_FIELD_MONEY, false, 0, 0, NULL, "spent in the last 30 days", "近 30 天消费金额", NULL},
    {"spent_90", SP_FIELD_MONEY, false, 0, 0, NULL, "spent in the last 90 days", "近 90 天消费金额", NULL},
    {"spent_total", SP_FIELD_MONEY, false, 0, 0, NULL, "spent since joining", "累计消费金额", NULL},
    {"returns", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "returns in the last 365 days", "近 365 天退货次数", NULL},
    {"categories", SP_FIELD_LIST, false, 0, 50, habit_categories, "what it was spent on, most first",
     "消费的类目，从多到少", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_product[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the product", "商品编码", NULL},
    {"category", SP_FIELD_TEXT, false, 0, 0, NULL, "path of category codes from the root", "从根开始的类目路径", NULL},
    {"tags", SP_FIELD_LIST, false, 0, 0, NULL, "tags of the product", "商品标签", NULL},
    {"unit", SP_FIELD_TEXT, false, 0, 0, NULL, "what it is counted in", "计量单位", NULL},
    {"pack", SP_FIELD_INTEGER, false, 1, 1000000000000, NULL, "thousandths in one pack of the supplier",
     "每件起订包装的数量（千分之一）", NULL},
    {"lead_days", SP_FIELD_INTEGER, false, 0, 366, NULL, "days from order to delivery", "订货到到货的天数", NULL},
    {"shelf_days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days it keeps", "保质期天数", NULL},
    {"cost", SP_FIELD_MONEY, false, 0, 0, NULL, "last cost of one unit", "最近进价", NULL},
    {"price", SP_FIELD_MONEY, false, 0, 0, NULL, "list price of one unit", "零售价", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_stock[] = {
    {"on_hand", SP_FIELD_INTEGER, true, -1000000000000, 1000000000000, NULL,
     "thousandths in the store, also below zero", "门店库存（千分之一），可为负", NULL},
    {"reserved", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "of them promised to somebody", "其中已预留的数量",
     NULL},
    {"on_order", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "ordered and not yet delivered", "已订未到的数量",
     NULL},
    {"least", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "what should never be missing", "最低库存", NULL},
    {"most", SP_FIELD_INTEGER, false, 0, 1000000000000, NULL, "what the shelf holds", "最高库存", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_days[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the day", "日期", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths", "数量（千分之一）", NULL},
    {"sold_out", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "it was missing on that day: sales say less than demand",
     "当日曾缺货：销量小于需求", NULL},
    {"event", SP_FIELD_TEXT, false, 0, 0, NULL, "what was special: a holiday, a campaign", "特殊情况：节日、活动",
     NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};
