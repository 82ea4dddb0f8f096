/* The table: phases, types of parameters and limits, which are explained but not called. Their numbers come from where
 * they are enforced. */
#include "engine/engine.h"
#include "lua/impl.h"

#define TEXT_OF(number) #number
#define NUMBER(number)  TEXT_OF(number)

const struct sp_sdk_note sp_sdk_phases[] = {
    {"classify", "tag", "Lines get tags that all later phases and the index see.",
     "给商品行加标签，之后各阶段和索引可见。"},
    {"compose", "add", "Lines come along with others: deposits, gifts that are handed out.",
     "附带商品行：押金、赠品。"},
    {"price", "price, listed",
     "What one unit costs. The first in order wins a line; a price given at the till is kept.",
     "单价。按顺序先到者得；收银台给定的价格保留。"},
    {"promotion", "free, percent, amount_off, price, total_off, total_price",
     "What is taken off. A unit is taken once per stacking group.", "优惠减免。每个叠加组内一件只用一次。"},
    {"coupon", "free, percent, amount_off, price, total_off, total_price",
     "The same for what the customer presents: sees what promotions left.", "顾客出示的券，规则同上：在促销之后计算。"},
    {"tender", "tender", "How much may be paid with what is no money.", "积分等非现金最多可抵多少。"},
    {"check", "confirm, approve, refuse", "What must be confirmed or approved, and what cannot be sold.",
     "须确认、须批准、不可出售。"},
    {"stock", "block", "Lines that may not go below zero stock.", "不得卖到负库存的商品行。"},
    {"observe", "note", "Remarks; changes nothing.", "说明；不改变任何结果。"},
    {"hook", "", "Answers a question of another module instead of looking at a basket.",
     "回答其他模块的问题，而不看购物单。"},
    {0}};

const struct sp_sdk_note sp_sdk_param_types[] = {
    {"boolean", "boolean", "true or false", "true 或 false"},
    {"integer", "integer", "a number", "整数"},
    {"money", "integer", "fen", "分"},
    {"ppm", "integer", "parts per million: 200000 is 20 %", "百万分之一：200000 即 20%"},
    {"minute", "integer", "minute of the day, 0 to 1440; \"HH:MM\" in JSON",
     "一天中的分钟，0 到 1440；JSON 中为 \"HH:MM\""},
    {"date", "integer", "yyyymmdd; \"YYYY-MM-DD\" in JSON", "yyyymmdd；JSON 中为 \"YYYY-MM-DD\""},
    {"text", "string", "text of 1 to 200 bytes", "文本，1 到 200 字节"},
    {"choice", "string", "one of the options", "选项之一"},
    {"tag", "string", "a tag of products", "商品标签"},
    {"category", "string", "path of codes from the root", "从根开始的分类路径"},
    {"product", "string", "product code", "商品编码"},
    {"level", "string", "member level", "会员等级"},
    {"coupon", "string", "coupon code", "券码"},
    {"texts", "suanpan.Texts", "list of texts", "文本列表"},
    {"tags", "suanpan.Texts", "list of tags", "标签列表"},
    {"categories", "suanpan.Texts", "list of categories", "分类列表"},
    {"products", "suanpan.Texts", "list of products", "商品列表"},
    {"levels", "suanpan.Texts", "list of levels", "等级列表"},
    {"tiers", "suanpan.Tier[]", "steps {at, value}, ascending", "阶梯 {at, value}，升序"},
    {"prices", "suanpan.Prices", "product code to fen", "商品编码到分"},
    {0}};

const struct sp_sdk_note sp_sdk_limits[] = {
    {"instructions", "250,000",
     "of one evaluation; a new table or closure counts 16, a call of C 6 or more by the length it "
     "touches, an instruction of a function that joins texts with `..` 6",
     "一次求值的指令数；新表或闭包计 16，调用 C 函数按所触及长度计 6 以上，用 `..` 连接文本的函数中每条指令计 6"},
    {"hook instructions", "1,000,000", "of one evaluation of a hook, counted the same",
     "hook 一次求值的指令数，计法相同"},
    {"load instructions", "20,000", "of the top level of a file, which runs once; what it makes is read-only then",
     "文件顶层的指令数；顶层只运行一次，之后它建立的一切只读"},
    {"memory", "32 MiB", "of one machine", "一个虚拟机的内存"},
    {"text", NUMBER(SP_LUA_STRING_MAX), "bytes of one text", "一段文本的字节数"},
    {"input text", NUMBER(SP_LUA_INPUT_MAX), "bytes of one text in the input of a hook", "hook 输入中一段文本的字节数"},
    {"list", NUMBER(SP_LUA_LIST_MAX), "entries of a list given to a function", "传给函数的列表项数"},
    {"file", NUMBER(SP_RULE_SOURCE_MAX), "bytes of one rule file; no zero bytes, no `...`",
     "一个规则文件的字节数；不含零字节和 `...`"},
    {"offers", NUMBER(SP_RULE_OFFERS_MAX), "of one evaluation", "一次求值的提议数"},
    {"targets", NUMBER(SP_LUA_TARGETS_MAX), "of one evaluation", "一次求值的目标数"},
    {"reason", NUMBER(SP_RULE_REASON_MAX), "bytes as JSON; at most 16 names", "JSON 字节数；最多 16 个名称"},
    {"answer", NUMBER(SP_RULE_VALUE_MAX), "bytes of a hook's answer as JSON, nested at most 8 deep",
     "hook 回答的 JSON 字节数，最多嵌套 8 层"},
    {"parameters", NUMBER(SP_RULE_PARAMS_MAX), "of one rule", "一条规则的参数数"},
    {"phrases", NUMBER(SP_RULE_PHRASES_MAX), "of one rule", "一条规则的句子数"},
    {"keys", NUMBER(SP_RULE_KEYS_MAX), "that applies writes itself", "applies 自己写出的键数"},
    {"list parameter", NUMBER(SP_RULE_LIST_MAX), "entries", "项数"},
    {"tiers parameter", NUMBER(SP_RULE_TIERS_MAX), "steps", "级数"},
    {"prices parameter", NUMBER(SP_RULE_PRICES_MAX), "entries", "项数"},
    {"rules", NUMBER(SP_RULES_MAX), "of one bundle", "一个规则包的规则数"},
    {"campaigns", NUMBER(SP_CAMPAIGNS_MAX), "of one bundle", "一个规则包的活动数"},
    {"stacking groups", NUMBER(SP_GROUPS_MAX), "of one bundle", "一个规则包的叠加组数"},
    {0}};
