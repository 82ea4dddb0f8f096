/* What the hooks about people, messages and the till are shown and give. */
#include "engine/hook_fields.h"

static const struct sp_field shares[] = {
    {"seller", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the employee", "员工代码", NULL},
    {"share", SP_FIELD_PPM, true, 0, 0, NULL, "part of the line, all together 1,000,000", "所占比例，合计 1,000,000",
     NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field commission_lines[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line", "行号", NULL},
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the product", "商品编码", NULL},
    {"category", SP_FIELD_TEXT, false, 0, 0, NULL, "path of category codes", "类目路径", NULL},
    {"tags", SP_FIELD_LIST, false, 0, 0, NULL, "tags of the product", "商品标签", NULL},
    {"quantity", SP_FIELD_INTEGER, true, 0, 1000000000000, NULL, "thousandths sold", "数量（千分之一）", NULL},
    {"net", SP_FIELD_MONEY, true, 0, 0, NULL, "what was paid for it", "实付金额", NULL},
    {"discount", SP_FIELD_MONEY, false, 0, 0, NULL, "what was taken off", "优惠金额", NULL},
    {"cost", SP_FIELD_MONEY, false, 0, 0, NULL, "what it cost the chain", "成本", NULL},
    {"sellers", SP_FIELD_LIST, true, 1, 8, shares, "who sold it", "销售员", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field staff_facts[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the employee", "员工代码", NULL},
    {"role", SP_FIELD_TEXT, false, 0, 0, NULL, "role", "岗位", NULL},
    {"level", SP_FIELD_TEXT, false, 0, 0, NULL, "grade", "职级", NULL},
    {"joined_days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days since joining", "入职天数", NULL},
    {"month_net", SP_FIELD_MONEY, false, 0, 0, NULL, "sold in this month before this sale", "本月此前销售额", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field commissions[] = {
    {"n", SP_FIELD_INTEGER, true, 1, 1000000000, NULL, "number of the line", "行号", NULL},
    {"seller", SP_FIELD_TEXT, true, 1, 64, NULL, "who gets it, one of the line's sellers", "获得者，须为该行销售员",
     NULL},
    {"amount", SP_FIELD_MONEY, true, 0, 0, NULL, "how much; a return takes exactly its part back",
     "金额；退货时按比例扣回", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_commission_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"lines", SP_FIELD_LIST, true, 1, 500, commission_lines, "what was sold", "售出的商品", NULL},
    {"staff", SP_FIELD_LIST, true, 1, 50, staff_facts, "the sellers", "相关销售员", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_commission_out[] = {
    {"entries", SP_FIELD_LIST, true, 0, 4000, commissions, "one amount a line and seller", "每行每人一笔", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field worked[] = {
    {"minutes", SP_FIELD_INTEGER, true, 0, 100000, NULL, "worked", "工作分钟数", NULL},
    {"overtime", SP_FIELD_INTEGER, false, 0, 100000, NULL, "of them overtime", "其中加班", NULL},
    {"night", SP_FIELD_INTEGER, false, 0, 100000, NULL, "of them at night", "其中夜班", NULL},
    {"holiday", SP_FIELD_INTEGER, false, 0, 100000, NULL, "of them on holidays", "其中节假日", NULL},
    {"late", SP_FIELD_INTEGER, false, 0, 1000, NULL, "times late", "迟到次数", NULL},
    {"absent", SP_FIELD_INTEGER, false, 0, 366, NULL, "days absent", "缺勤天数", NULL},
    {"days", SP_FIELD_INTEGER, false, 0, 366, NULL, "days worked", "出勤天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field done[] = {
    {"net", SP_FIELD_MONEY, false, -9007199254740991, 9007199254740991, NULL, "sold, returns taken off", "净销售额",
     NULL},
    {"sales", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "sales", "开单数", NULL},
    {"target", SP_FIELD_MONEY, false, 0, 0, NULL, "what was to be sold", "销售目标", NULL},
    {"commission", SP_FIELD_MONEY, false, -9007199254740991, 9007199254740991, NULL, "commission earned", "提成", NULL},
    {"score", SP_FIELD_INTEGER, false, 0, 100, NULL, "of the appraisal, out of 100", "考核分（满分 100）", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field terms[] = {{"base", SP_FIELD_MONEY, false, 0, 0, NULL, "for a whole month", "月薪", NULL},
                                        {"hourly", SP_FIELD_MONEY, false, 0, 0, NULL, "for an hour", "时薪", NULL},
                                        {"allowance", SP_FIELD_MONEY, false, 0, 0, NULL, "paid besides", "津贴", NULL},
                                        {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field person[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the employee", "员工代码", NULL},
    {"role", SP_FIELD_TEXT, true, 0, 0, NULL, "role", "岗位", NULL},
    {"level", SP_FIELD_TEXT, false, 0, 0, NULL, "grade", "职级", NULL},
    {"joined_days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days since joining", "入职天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field items[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "what it is for: once an employee, period and campaign",
     "项目代码：每人每期每活动一次", NULL},
    {"amount", SP_FIELD_MONEY, true, -9007199254740991, 9007199254740991, NULL, "below zero for what is taken off",
     "金额，扣款为负", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_pay_run_in[] = {
    {"from", SP_FIELD_DATE, true, 0, 0, NULL, "first day of the period", "期间首日", NULL},
    {"to", SP_FIELD_DATE, true, 0, 0, NULL, "last day of the period", "期间末日", NULL},
    {"month_days", SP_FIELD_INTEGER, false, 1, 31, NULL, "working days of a whole month", "整月应出勤天数", NULL},
    {"person", SP_FIELD_OBJECT, true, 0, 0, person, "who is paid", "员工", NULL},
    {"terms", SP_FIELD_OBJECT, true, 0, 0, terms, "what was agreed", "薪酬约定", NULL},
    {"worked", SP_FIELD_OBJECT, true, 0, 0, worked, "attendance", "考勤", NULL},
    {"done", SP_FIELD_OBJECT, false, 0, 0, done, "results", "业绩", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_pay_run_out[] = {
    {"items", SP_FIELD_LIST, true, 0, 100, items, "lines of the pay slip", "工资条项目", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field metrics[] = {
    {"name", SP_FIELD_TEXT, true, 1, 64, NULL, "what is measured: sales, voids, refunds, drawer, offline, queue …",
     "指标名：sales、voids、refunds、drawer、offline、queue 等", NULL},
    {"value", SP_FIELD_INTEGER, true, -9007199254740991, 9007199254740991, NULL, "now", "当前值", NULL},
    {"usual", SP_FIELD_INTEGER, false, -9007199254740991, 9007199254740991, NULL, "at this hour of this weekday",
     "同星期同时段的通常值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field alerts[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "what is wrong; told once until it is over", "告警代码；解除前只报一次",
     NULL},
    {"severity", SP_FIELD_TEXT, true, 0, 0, NULL, "how bad", "严重程度", "info|warning|critical"},
    {"to", SP_FIELD_TEXT, false, 0, 0, NULL, "role that is told; left out: the manager", "通知的岗位；不填为店长",
     NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_store_alert_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"weekday", SP_FIELD_INTEGER, true, 1, 7, NULL, "1 Monday … 7 Sunday", "1 为周一，7 为周日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"metrics", SP_FIELD_LIST, true, 0, 100, metrics, "what is known of the store", "门店指标", NULL},
    {"open", SP_FIELD_LIST, false, 0, 100, NULL, "codes told and not over yet", "已报未解除的告警代码", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_store_alert_out[] = {
    {"alerts", SP_FIELD_LIST, true, 0, 50, alerts, "what to tell", "要发出的告警", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field tasks[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "what to do: once a member, event and code",
     "任务代码：每会员每事件一次", NULL},
    {"due_days", SP_FIELD_INTEGER, true, 0, 366, NULL, "due in so many days", "多少天内完成", NULL},
    {"role", SP_FIELD_TEXT, false, 0, 0, NULL, "who does it; left out: who served the member", "执行岗位；不填为接待人",
     NULL},
    {"template", SP_FIELD_TEXT, false, 0, 0, NULL, "text to begin with", "话术模板", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_followup_in[] = {
    {"event", SP_FIELD_TEXT, true, 0, 0, NULL, "what happened", "触发事件",
     "sale|return|complaint|birthday|silent|day"},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"member", SP_FIELD_OBJECT, true, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {"habits", SP_FIELD_OBJECT, false, 0, 0, sp_hook_habits, "what the member buys", "消费情况", NULL},
    {"sale", SP_FIELD_OBJECT, false, 0, 0, sp_hook_sale, "the sale, when there is one", "相关销售单", NULL},
    {"days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days since it happened", "事件后的天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_followup_out[] = {
    {"tasks", SP_FIELD_LIST, true, 0, 10, tasks, "what somebody is to do", "待办任务", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

static const struct sp_field agents[] = {
    {"code", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the employee", "员工代码", NULL},
    {"skills", SP_FIELD_LIST, false, 0, 32, NULL, "what they can answer", "擅长的问题", NULL},
    {"open", SP_FIELD_INTEGER, true, 0, 1000, NULL, "conversations they have", "进行中的会话数", NULL},
    {"online", SP_FIELD_BOOLEAN, true, 0, 0, NULL, "at work now", "当前在岗", NULL},
    {"last", SP_FIELD_BOOLEAN, false, 0, 0, NULL, "spoke with this customer last", "上次接待该客户", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_message_route_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"weekday", SP_FIELD_INTEGER, true, 1, 7, NULL, "1 Monday … 7 Sunday", "1 为周一，7 为周日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"channel", SP_FIELD_TEXT, true, 1, 64, NULL, "where it came in", "来源渠道", NULL},
    {"kind", SP_FIELD_TEXT, false, 0, 0, NULL, "what it is about, when that is known", "问题类别", NULL},
    {"text", SP_FIELD_TEXT, false, 0, 4000, NULL, "the message, phone numbers masked", "消息内容，电话已遮盖", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the sender, when known", "发送人（已知时）", NULL},
    {"agents", SP_FIELD_LIST, true, 0, 200, agents, "who could answer", "可接待人员", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_message_route_out[] = {
    {"to", SP_FIELD_TEXT, true, 0, 0, NULL, "who answers", "由谁回答", "agent|queue|bot"},
    {"name", SP_FIELD_TEXT, true, 1, 64, NULL, "code of the agent, queue or script", "员工、队列或脚本的代码", NULL},
    {"priority", SP_FIELD_INTEGER, false, 0, 100, NULL, "higher is answered first", "数值大的先答", NULL},
    {"answer_minutes", SP_FIELD_INTEGER, false, 1, 100000, NULL, "to be answered within so many minutes",
     "应在多少分钟内答复", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_message_timer_in[] = {
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"weekday", SP_FIELD_INTEGER, true, 1, 7, NULL, "1 Monday … 7 Sunday", "1 为周一，7 为周日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"channel", SP_FIELD_TEXT, true, 1, 64, NULL, "where it came in", "来源渠道", NULL},
    {"waiting_for", SP_FIELD_TEXT, true, 0, 0, NULL, "whose turn it is", "等待哪一方", "customer|agent"},
    {"waiting_minutes", SP_FIELD_INTEGER, true, 0, 1000000, NULL, "since the last message", "距上一条消息的分钟数",
     NULL},
    {"overdue_minutes", SP_FIELD_INTEGER, false, 0, 1000000, NULL, "past what was promised", "超过承诺时间的分钟数",
     NULL},
    {"escalations", SP_FIELD_INTEGER, true, 0, 100, NULL, "how often it was escalated", "已升级次数", NULL},
    {"member", SP_FIELD_OBJECT, false, 0, 0, sp_hook_member, "the member", "会员", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_message_timer_out[] = {
    {"action", SP_FIELD_TEXT, true, 0, 0, NULL, "what to do", "处理方式", "wait|remind|escalate|close"},
    {"again_minutes", SP_FIELD_INTEGER, false, 1, 100000, NULL,
     "look again in so many minutes; left out: at the next message", "多少分钟后再看；不填为下一条消息时", NULL},
    {"to", SP_FIELD_TEXT, false, 0, 0, NULL, "role that is told", "通知的岗位", NULL},
    {"template", SP_FIELD_TEXT, false, 0, 0, NULL, "text that is sent", "发送的话术模板", NULL},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_till_policy_in[] = {
    {"action", SP_FIELD_TEXT, true, 0, 0, NULL, "what somebody wants to do at the till", "收银台操作",
     "void-line|void-sale|override-price|discount|refund|open-drawer|reprint|park|cash-out|sell-below-zero"},
    {"role", SP_FIELD_TEXT, true, 1, 64, NULL, "who wants to", "操作人岗位", NULL},
    {"date", SP_FIELD_DATE, true, 0, 0, NULL, "the business date", "营业日", NULL},
    {"minute", SP_FIELD_INTEGER, true, 0, 1439, NULL, "minute of the store's day", "门店当日分钟数", NULL},
    {"amount", SP_FIELD_MONEY, false, 0, 0, NULL, "what it is about", "涉及金额", NULL},
    {"rate", SP_FIELD_PPM, false, 0, 0, NULL, "the discount it would be", "折扣率", NULL},
    {"product", SP_FIELD_OBJECT, false, 0, 0, sp_hook_product, "of which product", "涉及商品", NULL},
    {"times", SP_FIELD_INTEGER, false, 0, 100000, NULL, "how often in this shift, this one not counted",
     "本班次此前次数", NULL},
    {"total", SP_FIELD_MONEY, false, 0, 0, NULL, "how much in this shift, this one not counted", "本班次此前金额",
     NULL},
    {"days", SP_FIELD_INTEGER, false, 0, 36500, NULL, "days since the sale, for a refund", "退款时距销售的天数", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};

const struct sp_field sp_hook_till_policy_out[] = {
    {"decision", SP_FIELD_TEXT, true, 0, 0, NULL, "allow; approve: somebody else signs; refuse", "允许；他人批准；拒绝",
     "allow|approve|refuse"},
    {"approver", SP_FIELD_TEXT, false, 0, 0, NULL, "role that signs; left out: manager", "批准岗位；不填为店长", NULL},
    {"ask", SP_FIELD_TEXT, false, 0, 0, NULL, "what the cashier must say: a reason from the list, a text",
     "收银员须填写：选原因或填文字", "nothing|reason|text"},
    {"reason", SP_FIELD_OBJECT, false, 0, 0, NULL, "why, for people: a code of the rule's phrases and what it fills in",
     "给人看的理由：规则短语的代码和要填入的值", NULL},
    {NULL, SP_FIELD_BOOLEAN, false, 0, 0, NULL, NULL, NULL, NULL}};
