/* From settings to the typed configuration, and what must hold between them. */
#include "main/config_parts.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum kind { TEXT, INT64, LIST };

struct binding {
  const char *key;
  enum kind kind;
  size_t offset;
};

#define AT(member) offsetof(struct sp_config, member)

static const struct binding bindings[] = {
    {"data", TEXT, AT(data)},
    {"hosts", LIST, AT(hosts)},
    {"tills", LIST, AT(tills)},
    {"printer", TEXT, AT(printer)},
    {"tls.cert", TEXT, AT(tls_cert)},
    {"tls.key", TEXT, AT(tls_key)},
    {"store.code", TEXT, AT(store.code)},
    {"store.name", TEXT, AT(store.name)},
    {"store.zone", TEXT, AT(store.zone)},
    {"store.currency", TEXT, AT(store.currency)},
    {"store.address", TEXT, AT(store.address)},
    {"store.phone", TEXT, AT(store.phone)},
    {"rules.folder", TEXT, AT(rules_folder)},
    {"alarms.webhook", TEXT, AT(webhook)},
    {"alarms.secret", TEXT, AT(webhook_secret)},
    {"alarms.ca", TEXT, AT(webhook_ca)},
    {"policy.rounding_step", INT64, AT(policy.rounding_step)},
    {"policy.blind_refund_max", INT64, AT(policy.blind_refund_max)},
    {"policy.discount_max_ppm", INT64, AT(policy.discount_max_ppm)},
    {"policy.session_hours", INT64, AT(policy.session_ms)},
    {"policy.idempotency_days", INT64, AT(policy.idempotency_ms)},
    {"policy.print_days", INT64, AT(policy.print_days)},
    {"http.body_max", INT64, AT(body_max)},
    {"http.connections_max", INT64, AT(connections_max)},
    {"http.per_peer_max", INT64, AT(per_peer_max)},
    {"http.idle_seconds", INT64, AT(idle_seconds)},
};

#undef AT

static void bind(struct sp_config *config, const struct binding *binding, const struct sp_config_setting *setting) {
  char *to = (char *)config + binding->offset;
  switch (binding->kind) {
  case TEXT:
    memcpy(to, &setting->text, sizeof setting->text);
    break;
  case INT64:
    memcpy(to, &setting->integer, sizeof setting->integer);
    break;
  case LIST:
    memcpy(to, &setting->list, sizeof setting->list);
    break;
  }
}

static struct sp_error *complain(const struct sp_config_setting *setting, struct sp_problems *problems) {
  return sp_problems_add(problems, setting->where);
}

static void levels_settle(struct sp_config *config) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  const char *level = sp_config_setting(config, "log.level")->text;
  for (int i = 0; i < 4; i++)
    if (strcmp(names[i], level) == 0) config->log_level = (enum sp_log_level)i;
  config->language = strcmp(sp_config_setting(config, "language")->text, "zh") == 0 ? SP_LANG_ZH : SP_LANG_EN;
  config->workers = (int)sp_config_setting(config, "workers")->integer;
  config->store.cutoff_minute = sp_clock_minutes(sp_config_setting(config, "store.cutoff")->text);
  config->policy.session_ms *= 3600000;
  config->policy.idempotency_ms *= 86400000;
}

static void file_check(const struct sp_config_setting *setting, struct sp_problems *problems) {
  if (setting->text[0] == '\0' || access(setting->text, R_OK) == 0) return;
  sp_fail(complain(setting, problems), SP_E_NOT_FOUND, setting->key, "%s cannot be read", setting->text);
}

static void network_settle(struct sp_config *config, struct sp_problems *problems) {
  const struct sp_config_setting *listen = sp_config_setting(config, "listen");
  const struct sp_config_setting *cert = sp_config_setting(config, "tls.cert");
  const struct sp_config_setting *key = sp_config_setting(config, "tls.key");
  struct sp_error error = {.lang = problems->lang};
  int result = sp_address_split(listen->text, &config->arena, &config->host, &config->port, &error);
  if (result) {
    *complain(listen, problems) = error;
    return;
  }
  if ((cert->text[0] == '\0') != (key->text[0] == '\0'))
    sp_fail(complain(cert->text[0] == '\0' ? key : cert, problems), SP_E_INVALID,
            cert->text[0] == '\0' ? cert->key : key->key, "A certificate and its key belong together");
  else if (cert->text[0] == '\0' && !sp_config_is_loopback(config->host))
    sp_fail(
        complain(listen, problems), SP_E_INVALID, listen->key,
        "Without a certificate (tls.cert, tls.key) the node listens only on this machine: 127.0.0.1 or [::1], not %s",
        config->host);
  file_check(cert, problems);
  file_check(key, problems);
}

static void webhook_settle(struct sp_config *config, struct sp_problems *problems) {
  const struct sp_config_setting *webhook = sp_config_setting(config, "alarms.webhook");
  const struct sp_config_setting *secret = sp_config_setting(config, "alarms.secret");
  if (webhook->text[0] != '\0' && secret->text[0] == '\0')
    sp_fail(complain(webhook, problems), SP_E_INVALID, secret->key,
            "A webhook needs a secret (alarms.secret), or nobody can tell that a message is ours");
  file_check(sp_config_setting(config, "alarms.ca"), problems);
}

void sp_config_settle(struct sp_config *config, struct sp_problems *problems) {
  for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
    const struct sp_config_setting *setting = sp_config_setting(config, bindings[i].key);
    if (setting) bind(config, &bindings[i], setting);
  }
  levels_settle(config);
  network_settle(config, problems);
  webhook_settle(config, problems);
  const struct sp_config_setting *folder = sp_config_setting(config, "rules.folder");
  file_check(folder, problems);
}
