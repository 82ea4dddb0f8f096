/* The insides of the till on a terminal; private to tui*.c. */
#ifndef SP_MAIN_TUI_PARTS_H
#define SP_MAIN_TUI_PARTS_H

#include "base/json.h"
#include "main/tui.h"
#include <cjson/cJSON.h>

#define SP_TUI_TYPED_MAX 513 /* a scanned code has up to 512 bytes */
#define SP_TUI_BOXES_MAX 6
#define SP_TUI_ITEMS_MAX 64
#define SP_TUI_TEXT_MAX  201

enum sp_tui_section {
  SP_TUI_TILL,
  SP_TUI_DEVICES,
  SP_TUI_WEIGHT,
  SP_TUI_ALARMS,
  SP_TUI_PRINT,
  SP_TUI_NOTICE,
  SP_TUI_SECTIONS
};

/* Which request an answer belongs to. */
enum sp_tui_tag {
  SP_TUI_TAG_COMMAND, /* what goes wrong is said below the screen */
  SP_TUI_TAG_BOX,     /* of the box that is busy: it closes, or says what went wrong */
  SP_TUI_TAG_APPROVAL,
  SP_TUI_TAG_SIGN_IN,
  SP_TUI_TAG_TILLS,
  SP_TUI_TAG_SIGN_OUT,
  SP_TUI_TAG_RETURN, /* one of the lines that come back; the next follows */
  SP_TUI_TAG_EXPLAIN,
  SP_TUI_TAG_HEALTH /* before anybody signs in: which zone the shop is in */
};

enum sp_tui_box_kind { SP_TUI_FORM, SP_TUI_LIST, SP_TUI_PAGER };

enum sp_tui_box_name {
  SP_TUI_BOX_SIGN_IN,
  SP_TUI_BOX_LOCK,
  SP_TUI_BOX_APPROVAL,
  SP_TUI_BOX_ASK_WEIGHT,
  SP_TUI_BOX_ASK_QUANTITY,
  SP_TUI_BOX_ASK_AGAIN,
  SP_TUI_BOX_ASK_MEMBER,
  SP_TUI_BOX_ASK_PIN,
  SP_TUI_BOX_ASK_PAYMENT,
  SP_TUI_BOX_ASK_OTHER,
  SP_TUI_BOX_QUANTITY,
  SP_TUI_BOX_WEIGH,
  SP_TUI_BOX_PERCENT,
  SP_TUI_BOX_AMOUNT,
  SP_TUI_BOX_NEW_PRICE,
  SP_TUI_BOX_NOTE,
  SP_TUI_BOX_SELLER,
  SP_TUI_BOX_MEMBER,
  SP_TUI_BOX_COUPON,
  SP_TUI_BOX_PARK,
  SP_TUI_BOX_RECEIPT,
  SP_TUI_BOX_RETURN_REASON,
  SP_TUI_BOX_SEARCH,
  SP_TUI_BOX_PRICE,
  SP_TUI_BOX_CANCEL,
  SP_TUI_BOX_CASH_IN,
  SP_TUI_BOX_CASH_OUT,
  SP_TUI_BOX_DRAWER,
  SP_TUI_BOX_CLOSE_SHIFT,
  SP_TUI_BOX_RECEIVED,
  SP_TUI_BOX_LEAVE,
  SP_TUI_BOX_FORMS, /* those above are forms */
  SP_TUI_BOX_TILLS = SP_TUI_BOX_FORMS,
  SP_TUI_BOX_ASK_PRICE,
  SP_TUI_BOX_ASK_CHOICE,
  SP_TUI_BOX_DISCOUNT,
  SP_TUI_BOX_RECALL,
  SP_TUI_BOX_RETURN,
  SP_TUI_BOX_FOUND,
  SP_TUI_BOX_NEEDS,
  SP_TUI_BOX_MENU,
  SP_TUI_BOX_JOBS,
  SP_TUI_BOX_DECIDE,
  SP_TUI_BOX_ALARMS,
  SP_TUI_BOX_TEXT /* a pager */
};

enum sp_tui_field_kind { SP_TUI_WORDS, SP_TUI_MONEY, SP_TUI_WHOLE, SP_TUI_KILOGRAMS, SP_TUI_PIN };

struct sp_tui_field {
  const char *label; /* static, in the language of the screen */
  enum sp_tui_field_kind kind;
  bool may_be_empty;
  bool fresh; /* the first key replaces what stands there */
  char text[SP_TUI_TEXT_MAX];
};

struct sp_tui_item {
  char text[160], right[40];
  char key[64];         /* what it stands for: a code, an id, a word */
  int64_t number;       /* the same as a number */
  int64_t most, chosen; /* of goods that come back */
  char cap;             /* the key that picks it, of SP_TUI_CAPS; NUL: none */
};
#define SP_TUI_CAPS "1234567890abcdefghijklmnopqrstuvwxyz"

struct sp_tui_box {
  enum sp_tui_box_kind kind;
  enum sp_tui_box_name name;
  char title[160], about[512], wrong[512];
  bool locked; /* Escape does not close it */
  bool busy;   /* an answer is on its way */
  struct sp_tui_field fields[2];
  int field_count, at;
  struct sp_tui_item *items;
  int item_count, top;
  char *text; /* of a pager */
  char key[64];
  int64_t number;
  char *memo; /* the command that waits for an approval */
  int tag;
};

struct sp_tui {
  struct sp_tui_options options;
  char till[24];
  char zone[65]; /* of the shop, "" before the node told */
  bool signed_in, left, rings;
  bool anew; /* the next till's section counts, whatever its number */
  cJSON *sections[SP_TUI_SECTIONS];
  char typed[SP_TUI_TYPED_MAX];
  char complaint[512];
  int64_t notice_seen; /* id of the last notice that was put away */
  int64_t picked;      /* n of the line chosen; 0: the one changed last */
  char *asked;         /* the node's question as it was shown, or null */
  char job_seen[40];   /* the uncertain printout that was put aside */
  struct sp_tui_box boxes[SP_TUI_BOXES_MAX];
  int box_count;
};

/* ---- tui_model.c: reading sections ---- */

int64_t sp_tui_number(const cJSON *object, const char *name); /* 0 when absent */
bool sp_tui_true(const cJSON *object, const char *name);
const char *sp_tui_word(const cJSON *object, const char *name); /* "" when absent */
/* A text for all, or {"zh","en"}. */
const char *sp_tui_told(const struct sp_tui *tui, const cJSON *object, const char *name);
const cJSON *sp_tui_part(const cJSON *object, const char *name); /* an object or array; else null */
const char *sp_tui_step(const struct sp_tui *tui);               /* "" before the node told */
bool sp_tui_is_step(const struct sp_tui *tui, const char *step);
const cJSON *sp_tui_sale(const struct sp_tui *tui);
const cJSON *sp_tui_lines(const struct sp_tui *tui); /* null without a sale */
int sp_tui_line_count(const struct sp_tui *tui);
const cJSON *sp_tui_current(const struct sp_tui *tui); /* the line that keys mean, or null */
/* What a method has to pay, and the total it is measured by. */
int64_t sp_tui_due(const struct sp_tui *tui, const char *method);
int64_t sp_tui_total(const struct sp_tui *tui, const char *method);
int sp_tui_methods(const struct sp_tui *tui, const char *out[8]);
const char *sp_tui_method_name(const struct sp_tui *tui, const char *method);
int sp_tui_cash_keys(const struct sp_tui *tui, int64_t out[5]);
const cJSON *sp_tui_last_notice(const struct sp_tui *tui); /* that nobody put away */
/* 1 … 6 typed at the tender: a note, or exactly; else what was typed. −1: no amount. */
int64_t sp_tui_given(const struct sp_tui *tui);
/* "12.5" at a scale of 100 is 1250; −1 when it is no number, or has too many places. */
int64_t sp_tui_parse(const char *text, int64_t scale);
void sp_tui_section_take(struct sp_tui *tui, enum sp_tui_section section, cJSON *tree); /* owns it */
void sp_tui_sections_free(struct sp_tui *tui);
const char *sp_tui_print_word(enum sp_lang lang, const char *state);
const char *sp_tui_fault_word(enum sp_lang lang, const char *fault);
const char *sp_tui_device_word(enum sp_lang lang, const cJSON *device);
const char *sp_tui_class_word(enum sp_lang lang, const char *class);

/* ---- tui_box.c ---- */

struct sp_tui_box *sp_tui_top(struct sp_tui *tui); /* null: none */
struct sp_tui_box *sp_tui_box_named(struct sp_tui *tui, enum sp_tui_box_name name);
/* A new box on top, empty; null when there are too many. */
struct sp_tui_box *sp_tui_box_open(struct sp_tui *tui, enum sp_tui_box_name name, const char *title);
void sp_tui_box_close(struct sp_tui *tui, struct sp_tui_box *box);
void sp_tui_boxes_close(struct sp_tui *tui);
/* A form of the table in tui_form.c. */
struct sp_tui_box *sp_tui_form(struct sp_tui *tui, enum sp_tui_box_name name);
/* One more item; null when there are too many. */
struct sp_tui_item *sp_tui_item_add(struct sp_tui_box *box, const char *text, const char *right, const char *key);
void sp_tui_text_open(struct sp_tui *tui, const char *title, const char *text);
void sp_tui_box_press(struct sp_tui *tui, const struct sp_tui_key *key);
/* Adds a character at the end when there is room. */
void sp_tui_type(char *text, size_t size, uint32_t code);
void sp_tui_erase(char *text);

/* ---- tui_submit.c: what Enter does in a box ---- */

void sp_tui_submit(struct sp_tui *tui, struct sp_tui_box *box);
/* Escape: a question of the node is taken back. */
void sp_tui_forgo(struct sp_tui *tui, struct sp_tui_box *box);
void sp_tui_return_next(struct sp_tui *tui); /* the next line of those that come back */

/* ---- tui_lists.c, tui_ask.c: boxes made of what the node told ---- */

void sp_tui_open_menu(struct sp_tui *tui);
void sp_tui_pick_menu(struct sp_tui *tui, int64_t number); /* of the item */
void sp_tui_open_discount(struct sp_tui *tui);
void sp_tui_open_recall(struct sp_tui *tui);
void sp_tui_open_needs(struct sp_tui *tui);
void sp_tui_open_jobs(struct sp_tui *tui);
void sp_tui_open_decide(struct sp_tui *tui, const char *job, const char *title, const char *state);
void sp_tui_open_alarms(struct sp_tui *tui);
void sp_tui_open_devices(struct sp_tui *tui);
void sp_tui_open_help(struct sp_tui *tui);
void sp_tui_open_found(struct sp_tui *tui, const cJSON *products);
void sp_tui_open_return(struct sp_tui *tui, const cJSON *found);
void sp_tui_open_tills(struct sp_tui *tui, const cJSON *tills);
void sp_tui_open_ask(struct sp_tui *tui, const cJSON *ask);
/* Boxes that follow what the node told: locks, questions, uncertain printouts. */
void sp_tui_follow(struct sp_tui *tui);

/* ---- tui_send.c ---- */

struct sp_tui_command {
  struct sp_buf out;
  struct sp_json_writer w;
};

/* {"do":name, and the writer for the rest. */
struct sp_json_writer *sp_tui_say(struct sp_tui_command *command, const char *name);
void sp_tui_send(struct sp_tui *tui, struct sp_tui_command *command, enum sp_tui_tag tag);
void sp_tui_do(struct sp_tui *tui, const char *name); /* a command without members */
void sp_tui_do_n(struct sp_tui *tui, const char *name, int64_t n);
void sp_tui_do_text(struct sp_tui *tui, const char *name, const char *member, const char *text);
/* The same out of a box, which is busy until the answer. */
void sp_tui_box_send(struct sp_tui *tui, struct sp_tui_box *box, struct sp_tui_command *command);
void sp_tui_ask(struct sp_tui *tui, enum sp_tui_tag tag, const char *method, const char *path, const char *body,
                bool keyed);
void sp_tui_complain(struct sp_tui *tui, const char *text);
void sp_tui_tender(struct sp_tui *tui, const char *method, int64_t amount, const char *reference);
void sp_tui_sign_out(struct sp_tui *tui);
/* Back to the sign-in, with a sentence why or null. */
void sp_tui_begin(struct sp_tui *tui, const char *why);

/* ---- tui_act.c ---- */

void sp_tui_screen_press(struct sp_tui *tui, const struct sp_tui_key *key);
void sp_tui_search(struct sp_tui *tui, const char *text);
void sp_tui_why(struct sp_tui *tui);

/* ---- tui_paint*.c ---- */

struct sp_tui_area {
  int row, column, width, height;
};

void sp_tui_paint_lines(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area);
void sp_tui_paint_totals(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area);
void sp_tui_paint_tender(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area);
void sp_tui_paint_paid(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area);
void sp_tui_paint_boxes(const struct sp_tui *tui, struct sp_tui_grid *grid);
/* "label   amount" on one row. */
void sp_tui_paint_amount(struct sp_tui_grid *grid, struct sp_tui_area area, int row, unsigned style, const char *label,
                         int64_t amount);
/* Words wrapped at blanks and wide characters; the rows used, at most `area.height`. */
int sp_tui_paint_words(struct sp_tui_grid *grid, struct sp_tui_area area, unsigned style, const char *text);

#endif
