/* Every route of the node: method, path, who. */
#include "api/call.h"

#include <stddef.h>

#define PUBLIC SP_ROUTE_PUBLIC
#define IDEM   (SP_ROUTE_IDEMPOTENT | SP_ROUTE_BODY)
#define BODY   SP_ROUTE_BODY
#define BULK   SP_ROUTE_BULK
#define KEY    SP_ROUTE_IDEMPOTENT
#define SELF   SP_ROUTE_SELF
#define TILL   SP_ROUTE_TILL
#define TOUCH  SP_ROUTE_TOUCHES

const struct sp_route sp_routes[] = {
    /* The node. */
    {"GET", "/healthz", sp_route_health, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/metrics", sp_route_metrics, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/v1/version", sp_route_version, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/v1/reconciliation", sp_route_reconcile, SP_ROLE_MANAGER, "reports:read", 0},
    {"GET", "/v1/journal", sp_route_journal, SP_ROLE_ADMIN, "reports:read", 0},
    {"POST", "/v1/jobs", sp_route_job_start, SP_ROLE_ADMIN, NULL, BODY},
    {"GET", "/v1/jobs/{id}", sp_route_job_get, SP_ROLE_INTEGRATOR, "import", 0},
    {"POST", "/v1/reset", sp_route_reset, SP_ROLE_CASHIER, NULL, 0},
    {"POST", "/v1/imports/{kind}", sp_route_import, SP_ROLE_INTEGRATOR, "import", SP_ROUTE_UPLOAD},

    /* Rules. What builds a generation is bulk: it may take longer than a till may wait. */
    {"GET", "/v1/rules", sp_route_rules, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"GET", "/v1/rules/shadow", sp_route_rules_shadow, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"GET", "/v1/rules/canary", sp_route_rules_canary, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"POST", "/v1/rules/rollback", sp_route_rules_rollback, SP_ROLE_INTEGRATOR, "rules:write", IDEM | BULK},
    {"GET", "/v1/rules/{name}", sp_route_rule, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"GET", "/v1/bundles", sp_route_bundle_list, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"POST", "/v1/bundles", sp_route_bundle_post, SP_ROLE_INTEGRATOR, "rules:write", IDEM | BULK | SP_ROUTE_LARGE},
    {"GET", "/v1/bundles/{hash}", sp_route_bundle_get, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"POST", "/v1/bundles/{hash}/publish", sp_route_bundle_publish, SP_ROLE_INTEGRATOR, "rules:write", IDEM | BULK},
    {"POST", "/v1/bundles/{hash}/shadow", sp_route_bundle_shadow, SP_ROLE_INTEGRATOR, "rules:write", KEY | BULK},
    {"DELETE", "/v1/bundles/{hash}/shadow", sp_route_bundle_unshadow, SP_ROLE_INTEGRATOR, "rules:write", BULK},
    {"POST", "/v1/replays", sp_route_replay_start, SP_ROLE_INTEGRATOR, "rules:read", BODY | BULK},
    {"GET", "/v1/replays/{id}", sp_route_job_get, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"GET", "/v1/campaigns", sp_route_campaign_list, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"POST", "/v1/campaigns", sp_route_campaign_create, SP_ROLE_INTEGRATOR, "rules:write", IDEM | BULK},
    {"GET", "/v1/campaigns/{code}", sp_route_campaign_get, SP_ROLE_INTEGRATOR, "rules:read", 0},
    {"PUT", "/v1/campaigns/{code}", sp_route_campaign_put, SP_ROLE_INTEGRATOR, "rules:write", IDEM | BULK},
    {"DELETE", "/v1/campaigns/{code}", sp_route_campaign_delete, SP_ROLE_INTEGRATOR, "rules:write", BULK},
    {"POST", "/v1/campaigns/{code}/preview", sp_route_campaign_preview, SP_ROLE_INTEGRATOR, "rules:read", BODY | BULK},

    /* People and programs. */
    {"POST", "/v1/sessions", sp_route_session_open, SP_ROLE_CASHIER, NULL, PUBLIC | BODY},
    {"GET", "/v1/sessions/current", sp_route_session_get, SP_ROLE_CASHIER, "", SELF},
    {"DELETE", "/v1/sessions/current", sp_route_session_close, SP_ROLE_CASHIER, NULL, SELF},
    {"GET", "/v1/staff", sp_route_staff_list, SP_ROLE_MANAGER, NULL, 0},
    {"POST", "/v1/staff", sp_route_staff_put, SP_ROLE_MANAGER, "staff:write", IDEM},
    {"POST", "/v1/tokens", sp_route_token_create, SP_ROLE_ADMIN, NULL, BODY},
    {"DELETE", "/v1/tokens/{id}", sp_route_token_revoke, SP_ROLE_ADMIN, NULL, 0},
    {"GET", "/v1/tills", sp_route_till_list, SP_ROLE_CASHIER, "reports:read", 0},
    {"POST", "/v1/tills", sp_route_till_create, SP_ROLE_ADMIN, NULL, IDEM},
    {"PATCH", "/v1/tills/{code}", sp_route_till_change, SP_ROLE_ADMIN, NULL, BODY},

    /* The till: its page, what it shows, what it does, and what stands beside it. */
    {"GET", "/till", sp_route_till_page, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/till/customer", sp_route_customer_page, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/till/assets/{name}", sp_route_asset, SP_ROLE_CASHIER, NULL, PUBLIC | SP_ROUTE_LOOP},
    {"GET", "/v1/tills/{code}/view", sp_route_till_view, SP_ROLE_CASHIER, "sales:read", TILL},
    {"GET", "/v1/tills/{code}/events", sp_route_till_events, SP_ROLE_CASHIER, "sales:read", TILL},
    {"POST", "/v1/tills/{code}/commands", sp_route_till_command, SP_ROLE_CASHIER, "sales:write", TILL | IDEM},
    {"GET", "/v1/settings/{name}", sp_route_setting_get, SP_ROLE_CASHIER, "reports:read", 0},
    {"PUT", "/v1/settings/{name}", sp_route_setting_put, SP_ROLE_MANAGER, NULL, BODY},
    {"DELETE", "/v1/settings/{name}", sp_route_setting_delete, SP_ROLE_MANAGER, NULL, 0},
    {"GET", "/v1/devices", sp_route_device_list, SP_ROLE_CASHIER, "reports:read", 0},
    {"PUT", "/v1/devices/{id}", sp_route_device_put, SP_ROLE_MANAGER, NULL, BODY},
    {"DELETE", "/v1/devices/{id}", sp_route_device_delete, SP_ROLE_MANAGER, NULL, 0},
    {"POST", "/v1/devices/{id}/actions", sp_route_device_action, SP_ROLE_CASHIER, NULL, BODY},

    /* Devices. */
    {"GET", "/v1/alarms", sp_route_alarm_list, SP_ROLE_CASHIER, "reports:read", 0},
    {"POST", "/v1/alarms/{id}/acknowledge", sp_route_alarm_acknowledge, SP_ROLE_CASHIER, NULL, 0},
    {"GET", "/v1/print-jobs", sp_route_print_list, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/print-jobs/{id}", sp_route_print_get, SP_ROLE_CASHIER, "sales:read", 0},
    {"POST", "/v1/print-jobs/{id}/decision", sp_route_print_decide, SP_ROLE_CASHIER, NULL, IDEM | TOUCH},

    /* Products and stock. */
    {"GET", "/v1/products", sp_route_product_search, SP_ROLE_CASHIER, "products:read", 0},
    {"POST", "/v1/products", sp_route_product_create, SP_ROLE_MANAGER, "products:write", IDEM},
    {"GET", "/v1/products/{code}", sp_route_product_get, SP_ROLE_CASHIER, "products:read", 0},
    {"PATCH", "/v1/products/{code}", sp_route_product_change, SP_ROLE_MANAGER, "products:write", BODY},
    {"GET", "/v1/categories", sp_route_category_list, SP_ROLE_CASHIER, "products:read", 0},
    {"GET", "/v1/lookup", sp_route_product_lookup, SP_ROLE_CASHIER, "products:read", 0},
    {"GET", "/v1/stock/{code}", sp_route_stock_get, SP_ROLE_CASHIER, "stock:read", 0},
    {"POST", "/v1/stock/documents", sp_route_stock_post, SP_ROLE_MANAGER, "stock:write", IDEM},
    {"POST", "/v1/stock/documents/{id}/reversal", sp_route_stock_reverse, SP_ROLE_MANAGER, "stock:write", IDEM},

    /* Selling. */
    {"POST", "/v1/quotes", sp_route_sale_quote, SP_ROLE_CASHIER, "sales:read", BODY},
    {"POST", "/v1/sales", sp_route_sale_post, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},
    {"GET", "/v1/sales", sp_route_sale_list, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/sales/{id}", sp_route_sale_get, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/sales/{id}/receipt", sp_route_sale_receipt, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/sales/{id}/trace", sp_route_sale_trace, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/sales/{id}/explain", sp_route_explain_sale, SP_ROLE_CASHIER, "sales:read", SELF},
    {"POST", "/v1/sales/{id}/print", sp_route_sale_print, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},
    {"POST", "/v1/sales/{id}/refunds", sp_route_sale_refund, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},
    {"POST", "/v1/baskets", sp_route_basket_open, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},
    {"GET", "/v1/baskets", sp_route_basket_list, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/baskets/{id}", sp_route_basket_get, SP_ROLE_CASHIER, "sales:read", 0},
    {"GET", "/v1/baskets/{id}/explain", sp_route_explain_basket, SP_ROLE_CASHIER, "sales:read", SELF},
    {"POST", "/v1/baskets/{id}/events", sp_route_basket_event, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},
    {"POST", "/v1/baskets/{id}/pay", sp_route_basket_pay, SP_ROLE_CASHIER, "sales:write", IDEM | TOUCH},

    /* Cash. */
    {"POST", "/v1/shifts", sp_route_shift_open, SP_ROLE_CASHIER, "shifts:write", IDEM | TOUCH},
    {"GET", "/v1/shifts/{id}", sp_route_shift_get, SP_ROLE_CASHIER, "reports:read", 0},
    {"GET", "/v1/shifts/{id}/report", sp_route_shift_report, SP_ROLE_CASHIER, "reports:read", 0},
    {"POST", "/v1/shifts/current/cash", sp_route_shift_cash, SP_ROLE_CASHIER, "shifts:write", IDEM | TOUCH},
    {"POST", "/v1/shifts/current/close", sp_route_shift_close, SP_ROLE_CASHIER, "shifts:write", IDEM | TOUCH},
    {"POST", "/v1/shifts/{id}/print", sp_route_shift_print, SP_ROLE_CASHIER, "reports:read", IDEM | TOUCH},
    {"GET", "/v1/tills/{code}/z/{number}", sp_route_z_get, SP_ROLE_CASHIER, "reports:read", 0},
    {NULL, NULL, NULL, SP_ROLE_ADMIN, NULL, 0},
};
