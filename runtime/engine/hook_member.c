/* What the hooks about members and what they hold are shown and give. */
#include "engine/hook_fields.h"

static const struct sp_field issued[] = {
    {"template", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the kind of coupon", "券模板代码", NULL},
    {"days", SP_FIELD_INTEGER, true, 0, 36500, NULL, "days since it was issued", "发放后的天数", NULL},
    {"used", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "it was redeemed", "是否已核销", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field issue[] = {
    {"template", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the kind of coupon", "券模板代码", NULL},
    {"count", SP_FIELD_INTEGER, false, 1, 20, NULL, "how many, 1 when left out", "张数，不填为 1", NULL},
    {"starts_days", SP_FIELD_INTEGER, false, 0, 366, NULL, "usable from so many days on, 0 when left out",
     "多少天后可用，不填为 0", NULL},
    {"valid_days", SP_FIELD_INTEGER, true, 1, 3660, NULL, "usable for so many days", "可用天数", NULL},
    {"key", SP_FIELD_TEXT, true, 1, 64, NULL,
     "once a member, campaign and key: the year of a birthday, the number of a sale",
     "每位会员、每个活动、每个键只发一次：生日的年份、销售单号", NULL},
    {"on_return", SP_FIELD_TEXT, false, 0, 0, NULL,
     "when the sale that earned it comes back: keep (when left out) or revoke it if unused",
     "所属销售退货时：保留（默认）或收回未用的券", "keep|revoke"},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_coupon_issue_in[] = {
    {"event", SP_FIELD_TEXT, true, 0, 0, NULL, "what happened", "触发事件", "sale|register|birthday|redeem|day"},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member; none: what is printed on the receipt",
     "会员；没有则印在小票上", NULL},
    {"sale", SP_FIELD_OBJECT, false, 0, 0, sp_hook_sale, "the sale, when there is one", "相关销售单", NULL},
    {"sale_key", SP_FIELD_TEXT, false, 0, 0, NULL, "what names the sale, the same on every retry",
     "销售单标识，重试时不变", NULL},
    {"redeemed", SP_FIELD_TEXT, false, 0, 0, NULL, "template of the coupon that was redeemed", "被核销券的模板代码",
     NULL},
    {"issued", SP_FIELD_LIST, false, 0, 100, issued, "what the member was given before, newest first",
     "以前发给该会员的券，新的在前", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_coupon_issue_out[] = {
    {"coupons", SP_FIELD_LIST, true, 0, 20, issue, "coupons to issue", "要发放的券", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field coupon[] = {
    {"template", SP_FIELD_TEXT, true, 1, 64, NULL, "code of its kind", "券模板代码", NULL},
    {"issued_days", SP_FIELD_INTEGER, true, 0, 36500, NULL, "days since it was issued", "发放后的天数", NULL},
    {"until", SP_FIELD_DATE, false, 0, 0, NULL, "last day on which it is usable", "最后可用日期", NULL},
    {"uses", SP_FIELD_INTEGER, true, 0, 1000000, NULL, "how often it was redeemed", "已核销次数", NULL},
    {"owned", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "it belongs to the member of the basket", "是否属于当前会员", NULL},
    {"personal", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "only its owner may use it", "仅限本人使用", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_coupon_check_in[] = {
    {"coupon", SP_FIELD_OBJECT, true, 0, 0, coupon, "the coupon presented", "出示的券", NULL},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"sale", SP_FIELD_OBJECT, true, 0, 0, sp_hook_sale, "the basket as it stands", "当前购物单", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_coupon_check_out[] = {
    {"accept", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "may it be used", "是否可用", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field levels[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the level", "等级代码", NULL},
    {"rank", SP_FIELD_INTEGER, true, 0, 1000, NULL, "higher is better", "数值越大等级越高", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_level_in[] = {
    {"event", SP_FIELD_TEXT, true, 0, 0, NULL, "what happened", "触发事件", "sale|return|points|day"},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"habits", SP_FIELD_OBJECT, true, 0, 0, sp_hook_habits, "what the member buys", "消费情况", NULL},
    {"level_days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days in the level so far", "在当前等级的天数", NULL},
    {"points_365", SP_FIELD_INTEGER, false, -1000000000, 1000000000, NULL, "points earned in the last 365 days",
     "近 365 天获得的积分", NULL},
    {"levels", SP_FIELD_LIST, true, 1, 50, levels, "all levels, lowest first", "全部等级，从低到高", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_level_out[] = {
    {"level", SP_FIELD_TEXT, true, 1, 64, NULL, "the level from now on, one of `levels`; the present one confirms it",
     "之后的等级，须在 levels 中；与当前相同即确认", NULL},
    {"valid_days", SP_FIELD_INTEGER, false, 1, 3660, NULL,
     "asked again after so many days; left out: only when something happens",
     "多少天后再次评定；不填则只在事件发生时评定", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field tenders[] = {
    {"method", SP_FIELD_TEXT, true, 1, 64, NULL, "how it was paid", "支付方式", NULL},
    {"amount", SP_FIELD_MONEY, true, 0, 0, NULL, "how much", "金额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field line_points[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line", "行号", NULL},
    {"points", SP_FIELD_INTEGER, true, 0, 1000000000, NULL, "points for it", "该行积分", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_earn_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"sale", SP_FIELD_OBJECT, true, 0, 0, sp_hook_sale, "what was sold", "销售单", NULL},
    {"tenders", SP_FIELD_LIST, false, 0, 20, tenders, "how it was paid: points for points are a choice",
     "支付明细：积分抵扣部分是否再计分由规则决定", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_earn_out[] = {
    {"points", SP_FIELD_INTEGER, false, 0, 1000000000, NULL,
     "for the sale as a whole: dealt out to its lines, so that a return takes back exactly theirs",
     "整单积分：分摊到各行，退货时恰好扣回", NULL},
    {"lines", SP_FIELD_LIST, false, 0, 500, line_points, "for single lines", "按行积分", NULL},
    {"valid_days", SP_FIELD_INTEGER, false, 1, 3660, NULL,
     "they expire after so many days; left out: points.expire decides", "多少天后过期；不填则由 points.expire 决定",
     NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_redeem_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"sale", SP_FIELD_OBJECT, true, 0, 0, sp_hook_sale, "the basket as it stands", "当前购物单", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_redeem_out[] = {
    {"points", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "points of one step", "每步积分", NULL},
    {"fen", SP_FIELD_MONEY, true, 1, 9007199254740991, NULL, "what one step is worth", "每步抵扣金额", NULL},
    {"most", SP_FIELD_INTEGER, false, 0, 1000000000, NULL,
     "the most points for this basket; the balance and what is to pay limit it anyway",
     "本单最多可用积分；余额和应付金额总是上限", NULL},
    {"on_return", SP_FIELD_TEXT, false, 0, 0, NULL, "what a return gives back: the points (when left out) or nothing",
     "退货时退回：积分（默认）或不退", "points|nothing"},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field lots[] = {
    {"id", SP_FIELD_INTEGER, true, 1, 9007199254740991, NULL, "which lot", "批次号", NULL},
    {"earned", SP_FIELD_DATE, true, 0, 0, NULL, "when they were earned", "获得日期", NULL},
    {"until", SP_FIELD_DATE, false, 0, 0, NULL, "last day, when that was said", "约定的最后日期", NULL},
    {"points", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "what is left of it", "剩余积分", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field expiries[] = {
    {"id", SP_FIELD_INTEGER, true, 1, 9007199254740991, NULL, "which lot", "批次号", NULL},
    {"points", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "points that expire, at most what is left",
     "过期积分，不超过剩余", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field warnings[] = {
    {"id", SP_FIELD_INTEGER, true, 1, 9007199254740991, NULL, "which lot", "批次号", NULL},
    {"days", SP_FIELD_INTEGER, true, 1, 366, NULL, "they expire in so many days", "多少天后过期", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_expire_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"lots", SP_FIELD_LIST, true, 0, 1000, lots, "what the balance is made of, oldest first", "余额的构成，旧的在前",
     NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_points_expire_out[] = {
    {"expire", SP_FIELD_LIST, false, 0, 1000, expiries, "what is gone from today on", "今天起失效", NULL},
    {"warn", SP_FIELD_LIST, false, 0, 1000, warnings, "what to tell the member", "需提醒会员", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_value_topup_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"amount", SP_FIELD_MONEY, true, 1, 9007199254740991, NULL, "what is paid in", "充值金额", NULL},
    {"principal", SP_FIELD_MONEY, true, 0, 0, NULL, "paid-in money on the card", "卡内本金", NULL},
    {"bonus", SP_FIELD_MONEY, true, 0, 0, NULL, "given money on the card", "卡内赠送金额", NULL},
    {"topups", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "how often it was topped up before", "以前充值次数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_value_topup_out[] = {
    {"bonus", SP_FIELD_MONEY, true, 0, 0, NULL, "given on top", "赠送金额", NULL},
    {"valid_days", SP_FIELD_INTEGER, false, 1, 3660, NULL, "the bonus expires after so many days; left out: never",
     "赠送金额多少天后过期；不填为不过期", NULL},
    {"spend", SP_FIELD_TEXT, false, 0, 0, NULL,
     "what is spent first: principal, bonus, or both in proportion (when left out)",
     "先用本金、先用赠送，或按比例（默认）", "principal|bonus|proportional"},
    {"refund", SP_FIELD_TEXT, false, 0, 0, NULL,
     "a refund of the balance takes the bonus back: all of it (when left out) or in proportion",
     "退卡时收回赠送：全部（默认）或按比例", "all|proportional"},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_tags_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"habits", SP_FIELD_OBJECT, true, 0, 0, sp_hook_habits, "what the member buys", "消费情况", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_tags_out[] = {
    {"add", SP_FIELD_LIST, false, 0, 32, NULL, "tags to add", "要加的标签", NULL},
    {"remove", SP_FIELD_LIST, false, 0, 32, NULL, "tags to take away", "要去掉的标签", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_segments_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"habits", SP_FIELD_OBJECT, true, 0, 0, sp_hook_habits, "what the member buys", "消费情况", NULL},
    {"r", SP_FIELD_INTEGER, true, 1, 5, NULL, "fifth of all members by recency, 5 is best",
     "最近一次购买的五分位，5 最好", NULL},
    {"f", SP_FIELD_INTEGER, true, 1, 5, NULL, "… by frequency", "购买次数的五分位", NULL},
    {"m", SP_FIELD_INTEGER, true, 1, 5, NULL, "… by money", "消费金额的五分位", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_member_segments_out[] = {
    {"segment", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the segment", "分层代码", NULL},
    {"score", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "for sorting within it", "层内排序分", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field together[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "product that is often bought with the basket", "常与购物单一起买的商品",
     NULL},
    {"times", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "how often", "次数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field sellers[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "product that sells well in the store", "门店畅销商品", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths in 30 days", "30 天销量（千分之一）",
     NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field proposals[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the product", "商品编码", NULL},
    {"score", SP_FIELD_INTEGER, true, 0, 1000000, NULL, "higher is shown first", "分数高的先显示", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_recommend_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"habits", SP_FIELD_OBJECT, false, 0, 0, sp_hook_habits, "what the member buys", "消费情况", NULL},
    {"sale", SP_FIELD_OBJECT, false, 0, 0, sp_hook_sale, "the basket as it stands", "当前购物单", NULL},
    {"together", SP_FIELD_LIST, false, 0, 50, together, "most often first", "次数多的在前", NULL},
    {"best", SP_FIELD_LIST, false, 0, 50, sellers, "best first", "畅销在前", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_recommend_out[] = {{"products", SP_FIELD_LIST, true, 0, 20, proposals,
                                                  "what to propose; of a product named twice the higher score counts",
                                                  "推荐商品；重复的取高分", NULL},
                                                 {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};
