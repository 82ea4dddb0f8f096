/* Inside of the hooks: the lists of fields that hook.c puts together. Each ends with a null name.
 *
 * A hook has two lists, named after it: `_in` is what the caller shows, `_out` is what a rule gives back. The texts
 * beside each field are the reference that rule authors read, so a field without them fails the tests. Whoever adds a
 * field to `_in` makes it optional: callers of before do not know it. A field of `_out` is never made required later.
 */
#ifndef SP_ENGINE_HOOK_FIELDS_H
#define SP_ENGINE_HOOK_FIELDS_H

#include "engine/hook.h"

/* Shared parts: hook_common.c */
extern const struct sp_field sp_hook_member[];
extern const struct sp_field sp_hook_sold_lines[];
extern const struct sp_field sp_hook_sale[];
extern const struct sp_field sp_hook_habits[];
extern const struct sp_field sp_hook_product[];
extern const struct sp_field sp_hook_stock[];
extern const struct sp_field sp_hook_days[];

/* Members and what they hold: hook_member.c */
extern const struct sp_field sp_hook_coupon_issue_in[], sp_hook_coupon_issue_out[];
extern const struct sp_field sp_hook_coupon_check_in[], sp_hook_coupon_check_out[];
extern const struct sp_field sp_hook_member_level_in[], sp_hook_member_level_out[];
extern const struct sp_field sp_hook_points_earn_in[], sp_hook_points_earn_out[];
extern const struct sp_field sp_hook_points_redeem_in[], sp_hook_points_redeem_out[];
extern const struct sp_field sp_hook_points_expire_in[], sp_hook_points_expire_out[];
extern const struct sp_field sp_hook_value_topup_in[], sp_hook_value_topup_out[];
extern const struct sp_field sp_hook_member_tags_in[], sp_hook_member_tags_out[];
extern const struct sp_field sp_hook_member_segments_in[], sp_hook_member_segments_out[];
extern const struct sp_field sp_hook_recommend_in[], sp_hook_recommend_out[];

/* Goods: hook_goods.c */
extern const struct sp_field sp_hook_reorder_in[], sp_hook_reorder_out[];
extern const struct sp_field sp_hook_forecast_in[], sp_hook_forecast_out[];
extern const struct sp_field sp_hook_transfer_source_in[], sp_hook_transfer_source_out[];
extern const struct sp_field sp_hook_sale_returned_in[], sp_hook_sale_returned_out[];

/* People, messages and the till: hook_people.c */
extern const struct sp_field sp_hook_commission_in[], sp_hook_commission_out[];
extern const struct sp_field sp_hook_pay_run_in[], sp_hook_pay_run_out[];
extern const struct sp_field sp_hook_store_alert_in[], sp_hook_store_alert_out[];
extern const struct sp_field sp_hook_followup_in[], sp_hook_followup_out[];
extern const struct sp_field sp_hook_message_route_in[], sp_hook_message_route_out[];
extern const struct sp_field sp_hook_message_timer_in[], sp_hook_message_timer_out[];
extern const struct sp_field sp_hook_till_policy_in[], sp_hook_till_policy_out[];

/* What is printed: hook_receipt.c */
extern const struct sp_field sp_hook_receipt_layout_in[], sp_hook_receipt_layout_out[];

#endif
