/* suanpan explain SALE|BASKET|RECEIPT: why it costs what it costs. Read beside the running node. */
#include "app/explain.h"
#include "base/text.h"
#include "main/command.h"
#include "main/node.h"
#include "main/offline.h"
#include <stdio.h>

#define TEXT_MAX (4u << 20)

static int explain(struct sp_offline *offline, const char *name, enum sp_lang lang, struct sp_buf *out,
                   struct sp_error *err) {
  struct sp_explanation what;
  struct sp_work work = sp_offline_work(offline, lang, err);
  int result = sp_db_begin(offline->db, err);
  if (result) return result;
  result = sp_explain_named(&work, name, &what);
  if (!result) result = sp_explain_text(&work, &what, out);
  sp_rules_leave(&work);
  sp_db_rollback(offline->db);
  return result;
}

int sp_command_explain(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_offline offline;
  struct sp_buf out;
  char path[SP_FOLDER_PATH_MAX + 64];
  if (args->word_count != 1) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan explain SALE, a basket, or a receipt number");
    return sp_command_misuse(args, &error);
  }
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  snprintf(path, sizeof path, "%s/%s", config.data, SP_NODE_DATABASE);
  sp_buf_init(&out, TEXT_MAX);
  int result = sp_offline_open(args->database ? args->database : path, &offline, &error);
  if (!result) result = explain(&offline, args->words[0], args->lang, &out, &error);
  if (result)
    status = sp_command_fail(&error);
  else
    fputs(sp_buf_text(&out), stdout);
  sp_offline_close(&offline);
  sp_buf_free(&out);
  sp_config_free(&config);
  return status;
}
