/* The table of routes: deny by default, no two alike, every one reachable by somebody. */
#include "api/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool same_shape(const char *a, const char *b) {
  while (*a != '\0' && *b != '\0') {
    if (*a == '{' && *b == '{') {
      a += strcspn(a, "}") + 1;
      b += strcspn(b, "}") + 1;
      continue;
    }
    if (*a++ != *b++) return false;
  }
  return *a == *b;
}

static void only_known_routes_are_public(void **state) {
  static const char *const open[] = {"/healthz", "/metrics",       "/v1/version",        "/v1/sessions",
                                     "/till",    "/till/customer", "/till/assets/{name}"};
  (void)state;
  int count = 0;
  for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
    if ((route->flags & SP_ROUTE_PUBLIC) == 0) continue;
    bool known = false;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
      known = known || strcmp(route->path, open[i]) == 0;
    if (!known) fail_msg("%s %s is open to anybody", route->method, route->path);
    count++;
  }
  assert_int_equal(count, 7);
}

static void no_route_hides_another(void **state) {
  (void)state;
  for (const struct sp_route *a = sp_routes; a->method != NULL; a++) {
    for (const struct sp_route *b = a + 1; b->method != NULL; b++) {
      if (strcmp(a->method, b->method) == 0 && same_shape(a->path, b->path)) {
        fail_msg("%s %s stands twice", a->method, a->path);
      }
    }
  }
}

static void every_scope_exists(void **state) {
  (void)state;
  for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
    if (route->scope == NULL || route->scope[0] == '\0') continue;
    bool known = false;
    for (const char *const *name = sp_scope_names; *name != NULL; name++) {
      known = known || strcmp(*name, route->scope) == 0;
    }
    if (!known)
      fail_msg("%s %s asks for the scope %s, which no token can have", route->method, route->path, route->scope);
  }
}

static void loop_routes_are_public_and_take_no_body(void **state) {
  (void)state;
  for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
    if ((route->flags & SP_ROUTE_LOOP) == 0) continue;
    assert_true((route->flags & SP_ROUTE_PUBLIC) != 0);
    assert_true((route->flags & (SP_ROUTE_BODY | SP_ROUTE_UPLOAD)) == 0);
  }
}

static void writing_routes_honour_a_key(void **state) {
  (void)state;
  static const char *const money[] = {
      "/v1/sales",  "/v1/sales/{id}/refunds",  "/v1/baskets/{id}/pay",     "/v1/baskets/{id}/events",
      "/v1/shifts", "/v1/shifts/current/cash", "/v1/shifts/current/close", "/v1/stock/documents"};
  for (size_t i = 0; i < sizeof money / sizeof money[0]; i++) {
    bool found = false;
    for (const struct sp_route *route = sp_routes; route->method != NULL; route++) {
      if (strcmp(route->method, "POST") != 0 || strcmp(route->path, money[i]) != 0) continue;
      found = (route->flags & SP_ROUTE_IDEMPOTENT) != 0;
    }
    if (!found) fail_msg("a retry of POST %s would do it twice", money[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_known_routes_are_public), cmocka_unit_test(no_route_hides_another),
      cmocka_unit_test(every_scope_exists),           cmocka_unit_test(loop_routes_are_public_and_take_no_body),
      cmocka_unit_test(writing_routes_honour_a_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
