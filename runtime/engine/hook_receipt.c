/* What the hook about receipts is shown and gives: the receipt as data in, what stands on the paper out. */
#include "engine/hook_fields.h"

static const struct sp_field store[] = {
    {"name", SP_FIELD_TEXT, true, 0, 200, NULL, "what the customer knows it by", "店名", NULL},
    {"address", SP_FIELD_TEXT, false, 0, 200, NULL, "address", "地址", NULL},
    {"phone", SP_FIELD_TEXT, false, 0, 200, NULL, "phone of the store", "门店电话", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field currency[] = {
    {"symbol", SP_FIELD_TEXT, false, 0, 200, NULL, "before the total: ¥", "合计前的符号：¥", NULL},
    {"digits", SP_FIELD_INTEGER, true, 0, 4, NULL, "digits behind the point of an amount", "金额小数位数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field buyer[] = {
    {"name", SP_FIELD_TEXT, false, 0, 200, NULL, "name or number, masked", "姓名或卡号，已遮盖", NULL},
    {"level", SP_FIELD_TEXT, false, 0, 200, NULL, "level", "等级", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field goods[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line", "行号", NULL},
    {"code", SP_FIELD_TEXT, false, 0, 200, NULL, "code of the product", "商品编码", NULL},
    {"name", SP_FIELD_TEXT, true, 0, 200, NULL, "name", "品名", NULL},
    {"pack", SP_FIELD_TEXT, false, 0, 200, NULL, "what was scanned: 1 box = 24", "扫的包装：1 箱 = 24 瓶", NULL},
    {"unit", SP_FIELD_TEXT, false, 0, 200, NULL, "what it is counted in", "计量单位", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 0, 9007199254740991, NULL, "thousandths, also of what came back",
     "数量（千分之一），退货也为正", NULL},
    {"weighed", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "sold by weight", "称重商品", NULL},
    {"computed", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "priced by its label: the quantity is only reckoned from that",
     "标签价：数量由金额推算", NULL},
    {"tare", SP_FIELD_INTEGER, false, 0, 9007199254740991, NULL, "of the container, thousandths of a kilogram",
     "皮重（千分之一千克）", NULL},
    {"returned", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "it came back: amounts are below zero", "退货行：金额为负", NULL},
    {"unit_price", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "of one unit", "单价", NULL},
    {"gross", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "before discounts", "优惠前金额", NULL},
    {"discount", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "taken off", "优惠金额", NULL},
    {"net", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "gross less discount", "优惠后金额", NULL},
    {"seller", SP_FIELD_TEXT, false, 0, 200, NULL, "who sold it", "导购", NULL},
    {"note", SP_FIELD_TEXT, false, 0, 200, NULL, "note", "备注", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field discounts[] = {
    {"campaign", SP_FIELD_TEXT, false, 0, 200, NULL, "code of the campaign", "活动代码", NULL},
    {"title", SP_FIELD_TEXT, false, 0, 200, NULL, "what the customer reads", "顾客看到的名称", NULL},
    {"amount", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "taken off the sale", "整单优惠金额",
     NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field taxes[] = {
    {"rate", SP_FIELD_PPM, true, 0, 0, NULL, "rate", "税率", NULL},
    {"net", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "without tax", "不含税金额", NULL},
    {"tax", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "tax", "税额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field tenders[] = {
    {"method", SP_FIELD_TEXT, true, 0, 200, NULL, "cash, card, wechat, alipay", "支付方式：cash、card、wechat、alipay",
     NULL},
    {"tendered", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "what was given", "收款金额", NULL},
    {"amount", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "what of it pays the sale", "实付金额",
     NULL},
    {"change", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "given back at once", "找零", NULL},
    {"reference", SP_FIELD_TEXT, false, 0, 200, NULL, "number of the payment", "交易号", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_receipt_layout_in[] = {
    {"kind", SP_FIELD_TEXT, true, 0, 0, NULL, "what it is", "小票种类", "sale|refund|exchange"},
    {"lang", SP_FIELD_TEXT, true, 0, 0, NULL, "language of the paper", "小票语言", "zh|en"},
    {"columns", SP_FIELD_INTEGER, true, 24, 80, NULL, "width of the paper: 48 on 80 mm, 32 on 58 mm",
     "纸宽（列）：80 毫米为 48，58 毫米为 32", NULL},
    {"copy", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "a reprint; it must say so, or C writes it above and below",
     "补打件；规则不写时由系统在首尾加注", NULL},
    {"copy_number", SP_FIELD_INTEGER, false, 1, 1000000000, NULL, "which reprint, where that is known",
     "第几次补打（已知时）", NULL},
    {"gift", SP_FIELD_BOOLEAN, true, 0, 0, NULL,
     "for who gets it as a present: all amounts are 0, none belongs on the paper", "礼品小票：金额全为 0，不应印金额",
     NULL},
    {"training", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "somebody practised; C writes that above and below",
     "培训模式；由系统在首尾加注", NULL},
    {"logo", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "the store has one: a block of kind logo is where it goes",
     "门店有标志：logo 块处打印", NULL},
    {"store", SP_FIELD_OBJECT, true, 0, 0, store, "the store", "门店", NULL},
    {"till", SP_FIELD_TEXT, false, 0, 200, NULL, "code of the till", "收银机代码", NULL},
    {"number", SP_FIELD_TEXT, true, 0, 200, NULL, "receipt number: T01-000042", "小票号：T01-000042", NULL},
    {"code", SP_FIELD_TEXT, false, 0, 200, NULL, "what a code on the paper holds, so that a scan finds the receipt",
     "小票条码内容，扫描即可找到小票", NULL},
    {"original", SP_FIELD_TEXT, false, 0, 200, NULL, "receipt number that is given back from", "原小票号", NULL},
    {"cashier", SP_FIELD_TEXT, false, 0, 200, NULL, "code of the cashier", "收银员代码", NULL},
    {"seller", SP_FIELD_TEXT, false, 0, 200, NULL, "code of who sold it", "导购代码", NULL},
    {"time", SP_FIELD_TEXT, true, 0, 200, NULL, "when, as the clock of the store says it", "时间（门店时钟）", NULL},
    {"business_day", SP_FIELD_DATE, false, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, buyer, "the member", "会员", NULL},
    {"currency", SP_FIELD_OBJECT, true, 0, 0, currency, "how amounts are written", "金额写法", NULL},
    {"lines", SP_FIELD_LIST, true, 0, 500, goods, "goods", "商品行", NULL},
    {"discounts", SP_FIELD_LIST, true, 0, 500, discounts, "what each campaign took off", "各活动优惠", NULL},
    {"gross", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "goods before discounts", "商品金额",
     NULL},
    {"discount", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "all discounts", "优惠合计", NULL},
    {"rounding", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "waived, 0 or less", "抹零，不大于 0",
     NULL},
    {"total", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "to pay; below zero: to give back",
     "应付；负数为应退", NULL},
    {"taxes", SP_FIELD_LIST, true, 0, 64, taxes, "by rate", "按税率", NULL},
    {"tenders", SP_FIELD_LIST, true, 0, 64, tenders, "how it was paid", "支付明细", NULL},
    {"note", SP_FIELD_TEXT, false, 0, 200, NULL, "note of the sale", "整单备注", NULL},
    {"footer", SP_FIELD_LIST, true, 0, 20, NULL, "lines of the store for the foot", "门店页脚文字", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field blocks[] = {
    {"kind", SP_FIELD_TEXT, true, 0, 0, NULL, "what it is", "块种类",
     "text|row|heading|rule|blank|qr|barcode|logo|cut"},
    {"text", SP_FIELD_TEXT, false, 0, 600, NULL, "of text, heading and the left of a row; the data of a code",
     "文字；row 的左侧；码的内容", NULL},
    {"right", SP_FIELD_TEXT, false, 0, 200, NULL, "right edge of a row", "row 右侧文字", NULL},
    {"indent", SP_FIELD_INTEGER, false, 0, 16, NULL, "columns of a text or a row", "缩进列数", NULL},
    {"bold", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "bold", "加粗", NULL},
    {"tall", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "twice as high", "倍高", NULL},
    {"wide", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "twice as wide", "倍宽", NULL},
    {"centre", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "centred: texts, codes and the logo", "居中：文字、码、标志", NULL},
    {"module", SP_FIELD_INTEGER, false, 1, 16, NULL, "dots of the smallest part of a code", "码的最小单元点数", NULL},
    {"height", SP_FIELD_INTEGER, false, 1, 255, NULL, "dots of the bars of a barcode", "条码高度（点）", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_receipt_layout_out[] = {
    {"blocks", SP_FIELD_LIST, true, 0, 4000, blocks, "what stands on the paper, from the top", "从上到下印什么", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};
