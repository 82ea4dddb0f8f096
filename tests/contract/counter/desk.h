/* A till in a test: commands as JSON, and the section of the screen that follows.
 *
 *   struct desk desk;
 *   desk_open(&desk, NULL);
 *   desk_ok(&desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
 *   assert_int_equal(desk_int(&desk, "sale.total"), 300);
 *   desk_refused(&desk, "{\"do\":\"park\"}", SP_E_STATE, "basket");
 *   desk_close(&desk);
 *
 * After every command that succeeds the view is made twice: out of memory, as a page gets it, and again from the disk.
 * Both must be the same, so that a node that dies there shows the same sale.
 */
#ifndef SP_TESTS_CONTRACT_DESK_H
#define SP_TESTS_CONTRACT_DESK_H

#include "app/till.h"
#include "tests/contract/counter/counter.h"

struct cJSON;

struct desk {
  struct counter counter;
  struct sp_till_facts facts;
  struct sp_till_outcome outcome; /* of the last command; its texts are in `view` and `extra` */
  struct cJSON *view, *extra, *screen;
  const char *signer; /* staff code whose approval goes with every command, or null */
  char notice[64];    /* code of the last command's last notice, "" none */
  bool remakes;       /* compare with the disk after every command: true */
};

/* A cashier at T01 (admin with `admin`), a shift open, the counter's goods; apples are item 00123 of labels. Staff
 * 1001 and 1002 are cashiers, 2001 is a manager. */
void desk_open(struct desk *desk, const char *campaigns);
void desk_close(struct desk *desk);
/* Campaigns of a desk where the coupon SPRING24 takes a yuan off, from five on; WINTER23 did, FAR24 does elsewhere. */
extern const char desk_coupons[];
/* The same as a test's setup and teardown, without campaigns; `*state` is the desk. */
int desk_setup(void **state);
int desk_teardown(void **state);
/* Who stands there. */
void desk_actor(struct desk *desk, enum sp_role role);
/* At T02 from now on, or at T01. */
void desk_at(struct desk *desk, bool other);

int desk_do(struct desk *desk, const char *command);
void desk_ok(struct desk *desk, const char *command);
void desk_pay(struct desk *desk); /* all that is due, by card */
void desk_refused(struct desk *desk, const char *command, int code, const char *field);
/* A statement on the database, and the one number that another asks for. */
void desk_execute(struct desk *desk, const char *sql);
int64_t desk_scalar(struct desk *desk, const char *sql);
/* The view as it is, from the disk. */
void desk_look(struct desk *desk);
/* A setting, as a manager would put it. */
int desk_setting(struct desk *desk, const char *name, const char *body);

/* By path: "sale.lines[0].paid". The test fails when there is no such member. */
int64_t desk_int(const struct desk *desk, const char *path);
const char *desk_text(const struct desk *desk, const char *path);
bool desk_null(const struct desk *desk, const char *path);
int desk_count(const struct desk *desk, const char *path);
const struct cJSON *desk_find(const struct cJSON *tree, const char *path);

/* A scale that shows so many grams; 0: none is there. */
void desk_scale(struct desk *desk, int64_t grams, bool sellable);
/* Why it may not be sold, and whether it has lain there since the start; after desk_scale. */
void desk_scale_why(struct desk *desk, const char *why, bool untouched);

#endif
