/* Every function a rule can call: the table of the SDK names them, the files of this folder hold them. All are
 * lua_CFunctions: they may raise, and charge for what they do. */
#ifndef SP_LUA_CALLS_H
#define SP_LUA_CALLS_H

#include "lua/sdk.h"

#include <lua.h>

/* sandbox.c: what stands in for Lua's base library, and integers of math. */
int sp_lua_base_assert(lua_State *lua);
int sp_lua_base_error(lua_State *lua);
int sp_lua_base_type(lua_State *lua);
int sp_lua_base_tostring(lua_State *lua);
int sp_lua_base_tonumber(lua_State *lua);
int sp_lua_base_require(lua_State *lua);
int sp_lua_base_ipairs(lua_State *lua);
int sp_lua_math_max(lua_State *lua);
int sp_lua_math_min(lua_State *lua);
int sp_lua_math_abs(lua_State *lua);

/* tables.c: plain tables of the rule, and lists of any kind; what moves or reads entries is charged by their number. */
int sp_lua_table_insert(lua_State *lua);
int sp_lua_table_remove(lua_State *lua);
int sp_lua_table_concat(lua_State *lua);
int sp_lua_list_sort(lua_State *lua);
int sp_lua_list_reverse(lua_State *lua);
int sp_lua_list_sum(lua_State *lua);

/* text.c: charged by the bytes they read; none makes a text above SP_LUA_STRING_MAX. */
int sp_lua_text_len(lua_State *lua);
int sp_lua_text_sub(lua_State *lua);
int sp_lua_text_upper(lua_State *lua);
int sp_lua_text_lower(lua_State *lua);
int sp_lua_text_rep(lua_State *lua);
int sp_lua_text_contains(lua_State *lua);
int sp_lua_text_starts_with(lua_State *lua);
int sp_lua_text_ends_with(lua_State *lua);
int sp_lua_text_trim(lua_State *lua);
int sp_lua_text_split(lua_State *lua);
int sp_lua_text_len_utf8(lua_State *lua);
int sp_lua_text_digits(lua_State *lua);
int sp_lua_text_columns(lua_State *lua);
int sp_lua_text_quantity(lua_State *lua);
int sp_lua_text_percent(lua_State *lua);

/* money.c: fen within ±(2^53−1); a result outside raises. */
int sp_lua_money_percent(lua_State *lua);
int sp_lua_money_muldiv(lua_State *lua);
int sp_lua_money_add(lua_State *lua);
int sp_lua_money_sub(lua_State *lua);
int sp_lua_money_floor_to(lua_State *lua);
int sp_lua_money_text(lua_State *lua);

/* calendar.c: dates as yyyymmdd, minutes of the day. */
int sp_lua_calendar_weekday(lua_State *lua);
int sp_lua_calendar_day(lua_State *lua);
int sp_lua_calendar_month(lua_State *lua);
int sp_lua_calendar_year(lua_State *lua);
int sp_lua_calendar_days_between(lua_State *lua);
int sp_lua_calendar_add_days(lua_State *lua);
int sp_lua_calendar_in_minutes(lua_State *lua);

/* select.c: lines and free units of the basket, and lists of units. */
int sp_lua_select_lines(lua_State *lua);
int sp_lua_select_total(lua_State *lua);
int sp_lua_select_count(lua_State *lua);
int sp_lua_select_quantity(lua_State *lua);
int sp_lua_select_units(lua_State *lua);
int sp_lua_select_by_product(lua_State *lua);
int sp_lua_units_slice(lua_State *lua);
int sp_lua_units_first(lua_State *lua);
int sp_lua_units_last(lua_State *lua);
int sp_lua_units_groups(lua_State *lua);
int sp_lua_units_sum(lua_State *lua);
int sp_lua_select_join(lua_State *lua);

/* goods.c: the usual choice of goods: declared, as keys, as a filter. */
int sp_lua_goods_tag(lua_State *lua);
int sp_lua_goods_category(lua_State *lua);
int sp_lua_goods_products(lua_State *lua);
int sp_lua_goods_not_tag(lua_State *lua);
int sp_lua_goods_base(lua_State *lua);
int sp_lua_goods_keys(lua_State *lua);
int sp_lua_goods_filter(lua_State *lua);
int sp_lua_goods_pieces(lua_State *lua);

/* line.c: methods of a line. */
int sp_lua_line_has_tag(lua_State *lua);
int sp_lua_line_in_category(lua_State *lua);

/* basket.c: methods of the basket and of the member. */
int sp_lua_basket_has_coupon(lua_State *lua);
int sp_lua_basket_choice(lua_State *lua);
int sp_lua_member_has_tag(lua_State *lua);

/* offer.c: the list of offers; each call checks its arguments, so that a wrong one names the rule's own line. */
int sp_lua_offers_free(lua_State *lua);
int sp_lua_offers_percent(lua_State *lua);
int sp_lua_offers_amount_off(lua_State *lua);
int sp_lua_offers_price(lua_State *lua);
int sp_lua_offers_total_price(lua_State *lua);
int sp_lua_offers_total_off(lua_State *lua);
int sp_lua_offers_listed(lua_State *lua);
int sp_lua_offers_block(lua_State *lua);
int sp_lua_offers_tag(lua_State *lua);
int sp_lua_offers_add(lua_State *lua);
int sp_lua_offers_confirm(lua_State *lua);
int sp_lua_offers_approve(lua_State *lua);
int sp_lua_offers_refuse(lua_State *lua);
int sp_lua_offers_tender(lua_State *lua);
int sp_lua_offers_count(lua_State *lua);
int sp_lua_offers_note(lua_State *lua);
int sp_lua_offers_nothing(lua_State *lua);
int sp_lua_offer_list(lua_State *lua);

/* reason.c */
int sp_lua_offer_by_hand(lua_State *lua);

/* sdk_modules.c: the methods of a list of offers */
extern const struct sp_sdk_function sp_sdk_offer_methods[];

#endif
