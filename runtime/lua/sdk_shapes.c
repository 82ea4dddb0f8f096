/* The table: shapes of tables that a rule writes, or gets. */
#include "lua/sdk.h"

static const struct sp_sdk_value rule_fields[] = {
    {"name", "string", "`folder.file`, as the path says: small letters, digits, _ and dots, at most 64 bytes; unique",
     "与路径一致的 `folder.file`：小写字母、数字、_ 和点，最多 64 字节；唯一", NULL},
    {"version", "string", "At most 64 bytes", "最多 64 字节", NULL},
    {"api", "integer", "1", "1", NULL},
    {"phase", "suanpan.Phase", "When it is asked", "何时被询问", NULL},
    {"hook?", "string", "Phase hook only: the question it answers, \"points.earn\"",
     "仅 hook 阶段：回答哪个问题，如 \"points.earn\"", NULL},
    {"stacking?", "string", "Phases promotion and coupon: the stacking group, \"item\" when absent",
     "promotion 和 coupon 阶段：叠加组，默认 \"item\"", NULL},
    {"priority?", "integer", "0 to 1,000,000, higher first; 500 when absent", "0 到 1000000，高者优先；默认 500", NULL},
    {"summary", "string", "One sentence, at most 200 bytes", "一句话，最多 200 字节", NULL},
    {"campaign?", "string", "A code: it runs without a campaign, with its defaults; a phrase of that name is its title",
     "一个代码：无需活动即以默认参数运行；同名短语为其标题", NULL},
    {"params?", "table<string, suanpan.Param>", "At most 32; names are [a-z][a-z0-9_]* of at most 31 bytes",
     "最多 32 个；名称为 [a-z][a-z0-9_]*，最多 31 字节", NULL},
    {"needs?", "suanpan.Need[]", "What it reads beside the basket", "除购物单外还要读取什么", NULL},
    {"phrases?", "table<string, suanpan.Phrase>", "What the codes of its reasons mean to people; at most 32",
     "原因代码的文字说明；最多 32 条", NULL},
    {"applies?", "fun(params: table): suanpan.Keys?", "Which baskets concern it; nil or no function: every basket",
     "与哪些购物单有关；nil 或无此函数：全部", NULL},
    {"check?", "fun(params: table): true?, string?",
     "true; when parameters do not fit together nil and the code of a phrase, or nil and a sentence",
     "true；参数不匹配时为 nil 加一个短语代码，或 nil 加一句话", NULL},
    {"evaluate", "fun(basket: suanpan.Basket, params: table, context: suanpan.Context): suanpan.Offers|table|nil",
     "The offers; of a hook, `evaluate(input, params, context)` gives a table that fits the hook",
     "返回提议；hook 规则为 `evaluate(input, params, context)`，返回符合约定的表", NULL},
    {0}};

static const struct sp_sdk_value param_fields[] = {
    {"type", "suanpan.ParamType", "See the types of parameters", "见参数类型", NULL},
    {"doc", "string", "What it is, for people; at most 200 bytes", "给人看的说明；最多 200 字节", NULL},
    {"label?", "suanpan.Label", "Its name in forms; the parameter's name when absent", "表单中的名称；默认参数名",
     NULL},
    {"required?", "boolean", "A campaign must say it; then there is no default", "活动必须给出；此时没有默认值", NULL},
    {"default?", "any", "When a campaign does not say it", "活动未给出时的值", NULL},
    {"min?", "integer", "Of the number, the bytes of a text, the entries of a list, the value of a tier",
     "数值、文本字节数、列表项数或阶梯值的下限", NULL},
    {"max?", "integer", "The same", "同上，上限", NULL},
    {"options?", "string[]", "Of a choice: 1 to 32 texts of at most 64 bytes",
     "choice 的选项：1 到 32 个，各最多 64 字节", NULL},
    {0}};

static const struct sp_sdk_value text_pair_fields[] = {
    {"zh", "string", "Chinese", "中文", NULL}, {"en", "string", "English", "英文", NULL}, {0}};

static const struct sp_sdk_value key_fields[] = {
    {"tag?", "suanpan.Names", "A line with this tag", "带此标签的商品行", NULL},
    {"category?", "suanpan.Names", "A line of this category or below", "属于此分类或其下级的商品行", NULL},
    {"product?", "suanpan.Names", "A line of this product; also a whole parameter of prices",
     "此商品的行；也可为整个价格表参数", NULL},
    {"level?", "suanpan.Names", "A member of this level", "此等级的会员", NULL},
    {"coupon?", "suanpan.Names", "This coupon was presented", "出示了此券", NULL},
    {"markdown?", "suanpan.Names", "Something was taken off by hand: \"price\" or \"line\" of a line, \"basket\"",
     "有手动优惠：行的 \"price\"（改价）或 \"line\"（折让），\"basket\"（整单）", NULL},
    {0}};

static const struct sp_sdk_value filter_fields[] = {
    {"tag?", "string", "Has this tag", "带此标签", NULL},
    {"tags?", "suanpan.Names", "Has any of these", "带其中任一标签", NULL},
    {"category?", "string", "Is of this category or below", "属于此分类或其下级", NULL},
    {"categories?", "suanpan.Names", "Of any of these", "属于其中任一分类", NULL},
    {"product?", "string", "Is this product, by its code", "是此商品（编码）", NULL},
    {"products?", "suanpan.Names", "Is any of these; also a parameter of prices", "是其中任一商品；也可为价格表参数",
     NULL},
    {"not_tag?", "string", "Does not have this tag", "不带此标签", NULL},
    {"not_tags?", "suanpan.Names", "Has none of these", "不带其中任何标签", NULL},
    {"not_products?", "suanpan.Names", "Is none of these", "不是其中任何商品", NULL},
    {"expires_within?", "integer", "Its lot ends in at most so many days, or has ended", "批次在若干天内到期，或已过期",
     NULL},
    {"weighed?", "boolean", "Is sold by weight, or is not", "是否称重", NULL},
    {"given?", "boolean", "Its price was given at the till, or was not", "价格是否由收银台给定", NULL},
    {"scanned?", "boolean", "Was scanned itself, or was added by a rule", "是扫描的，还是规则附带的", NULL},
    {0}};

static const struct sp_sdk_value tier_fields[] = {
    {"at", "integer", "From here on: fen, or units", "起点：分或件数", NULL},
    {"value", "integer", "What holds then", "达到后的值", NULL},
    {0}};

static const struct sp_sdk_value used_fields[] = {{"uses", "integer", "Sales", "次数", NULL},
                                                  {"amount", "integer", "Fen taken off", "已减金额（分）", NULL},
                                                  {"units", "integer", "Units", "件数", NULL},
                                                  {0}};

static const struct sp_sdk_value markdown_fields[] = {
    {"kind", "string", "\"percent\", \"amount\" or, of lines only, \"price\"",
     "\"percent\"、\"amount\"，或仅用于行的 \"price\"", NULL},
    {"value", "integer", "Parts per million off; fen off the whole line or basket; fen for one unit",
     "优惠的百万分比；整行或整单减多少分；改后单价（分）", NULL},
    {"reason", "string", "What the cashier said, \"\" when nothing", "收银员填写的原因，没有则为 \"\"", NULL},
    {"approver", "string", "Code of who approved it, \"\" when nobody had to", "批准人工号，无需批准则为 \"\"", NULL},
    {0}};

const struct sp_sdk_type sp_sdk_shapes[] = {
    {.name = "suanpan.Rule",
     .kind = SP_KIND_NONE,
     .en = "The table a rule file returns. An unknown field is an error. `params` and `phrases` are read once and are "
           "not "
           "there while the rule is evaluated.",
     .zh = "规则文件返回的表。未知字段即为错误。`params` 和 `phrases` 只读取一次，求值时不存在。",
     .fields = rule_fields},
    {.name = "suanpan.Param",
     .kind = SP_KIND_NONE,
     .en = "The declaration of a parameter.",
     .zh = "参数声明。",
     .fields = param_fields},
    {.name = "suanpan.Label",
     .kind = SP_KIND_NONE,
     .en = "A name in both languages, at most 60 bytes each.",
     .zh = "两种语言的名称，各最多 60 字节。",
     .fields = text_pair_fields},
    {.name = "suanpan.Phrase",
     .kind = SP_KIND_NONE,
     .en = "A sentence in both languages, at most 200 bytes each. {buy} is a field of the reason, {off:money} prints "
           "fen as "
           "yuan, {rate:percent} ppm as a percentage.",
     .zh = "两种语言的句子，各最多 200 字节。{buy} 为原因中的字段，{off:money} 把分写成元，{rate:percent} 把 ppm "
           "写成百分比。",
     .fields = text_pair_fields},
    {.name = "suanpan.Keys",
     .kind = SP_KIND_NONE,
     .en = "What applies returns: a basket that matches any of them asks the rule. At most 64 beside whole parameters.",
     .zh = "applies 的返回值：匹配任意一项的购物单才询问该规则。除整个参数外最多 64 项。",
     .fields = key_fields},
    {.name = "suanpan.Filter",
     .kind = SP_KIND_NONE,
     .en = "What to choose; every field given must hold.",
     .zh = "筛选条件；给出的每一项都须成立。",
     .fields = filter_fields},
    {.name = "suanpan.Tier",
     .kind = SP_KIND_NONE,
     .en = "A step of a parameter of type tiers, ascending by `at`.",
     .zh = "tiers 参数的一级，按 `at` 升序。",
     .fields = tier_fields},
    {.name = "suanpan.Used",
     .kind = SP_KIND_NONE,
     .en = "What a member had of a campaign.",
     .zh = "会员已享用活动的量。",
     .fields = used_fields},
    {.name = "suanpan.Markdown",
     .kind = SP_KIND_NONE,
     .en = "What a person takes off by hand.",
     .zh = "手动优惠。",
     .fields = markdown_fields},
    {0}};
