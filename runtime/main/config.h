/* The configuration of a node: one strict JSON file, the environment over it, flags over that.
 *
 * schema/config/suanpan.json declares every setting: type, bounds, default, label. A setting has a key ("store.code"),
 * stands in the file as a member of a member, in the environment as SUANPAN_STORE_CODE and on the command line as
 * --set store.code=S001. Lists are JSON arrays in the file and separated by commas elsewhere. Paths in the file are
 * relative to the file's folder. Whatever is wrong is said at once, each with its place: "suanpan.json:12",
 * "SUANPAN_LISTEN" or "--set"; an unknown key is an error.
 *
 * Everything here blocks for the disk (one small file) and runs before there are threads. The result is immutable.
 */
#ifndef SP_MAIN_CONFIG_H
#define SP_MAIN_CONFIG_H

#include "app/work.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"

#define SP_CONFIG_FILE_MAX  65536 /* bytes */
#define SP_SETTINGS_MAX     64
#define SP_PROBLEMS_MAX     32
#define SP_CONFIG_FILE_NAME "suanpan.json"

/* ---- What is wrong ---- */

struct sp_problem {
  char where[160]; /* "suanpan.json:12", "SUANPAN_WORKERS", "--set", or "" */
  struct sp_error error;
};

/* A bounded list; more than SP_PROBLEMS_MAX are only counted. */
struct sp_problems {
  enum sp_lang lang; /* in: of the sentences */
  int count;         /* how many there are, kept or not */
  struct sp_problem list[SP_PROBLEMS_MAX];
};

/* The next one's error to fill, its place being `where`. Never null: the last one is overwritten when the list is full.
 */
struct sp_error *sp_problems_add(struct sp_problems *problems, const char *where);
/* "suanpan.json:12: store.cutoff: …" in lines, for a person. */
void sp_problems_print(const struct sp_problems *problems, struct sp_buf *out);

/* ---- A setting as declared, and where its value came from ---- */

enum sp_setting_type { SP_SETTING_TEXT, SP_SETTING_INT, SP_SETTING_LIST };

struct sp_config_setting {
  const char *key;    /* "store.code" */
  const char *name;   /* "SUANPAN_STORE_CODE" */
  const char *format; /* "", "path", "address", "host", "target", "code", "till", "zone", "clock", "currency", "url",
                         "secret" (both are shown only in part) */
  enum sp_setting_type type;
  int64_t min, max;             /* of the number, or bytes of the text (or of a list's texts) */
  int64_t min_items, max_items; /* of a list */
  const char *const *choices;   /* null-terminated, or null */
  const char *title_en, *title_zh;
  int64_t integer; /* the value, by type */
  const char *text;
  const char *const *list; /* null-terminated */
  char where[160];         /* as in a problem; "" for the default */
};

/* ---- The configuration ---- */

struct sp_config_store {
  const char *code, *name, *zone, *currency, *address, *phone;
  int cutoff_minute;
};

struct sp_config {
  const char *file; /* the file that was read, or "" */
  const char *data;
  const char *host; /* of `listen`, without brackets */
  int port;
  const char *const *hosts;                          /* null-terminated; empty: any */
  const char *const *tills;                          /* null-terminated codes, each once */
  const char *tls_cert, *tls_key;                    /* "" without TLS */
  const char *rules_folder;                          /* "" without */
  const char *printer;                               /* "" without */
  const char *webhook, *webhook_secret, *webhook_ca; /* of alarms; "" without */
  int workers;
  enum sp_lang language; /* of receipts */
  struct sp_config_store store;
  struct sp_policy policy;
  enum sp_log_level log_level;
  int64_t body_max, connections_max, per_peer_max, idle_seconds; /* of the HTTP server */
  struct sp_config_setting settings[SP_SETTINGS_MAX];            /* in the order of the schema */
  int setting_count;
  struct sp_arena arena; /* owns every text */
};

struct sp_config_flag {
  const char *key;  /* "listen" */
  const char *flag; /* how it was given: "--listen", "--set" */
  const char *value;
};

struct sp_config_source {
  const char *file;                   /* null: none */
  const char *const *environment;     /* "NAME=value", null-terminated; or null */
  const struct sp_config_flag *flags; /* the last one of a key counts */
  int flag_count;
};

/* Read and check everything. 0, or the first problem's code with all of them in `problems` (lang set by the caller,
 * count 0). The config is to be freed in either case; its values are complete only after 0. */
int sp_config_load(const struct sp_config_source *source, struct sp_config *out, struct sp_problems *problems);
void sp_config_free(struct sp_config *config);

/* Variables named SUANPAN_… that are no setting, as problems: a misspelled one would be ignored. `check` asks. */
void sp_config_strangers(const struct sp_config *config, const char *const *environment, struct sp_problems *problems);

/* Does `host` name this machine only (127.0.0.0/8 or ::1)? */
bool sp_config_is_loopback(const char *host);

#endif
