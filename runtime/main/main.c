/* suanpan: which command. */
#include "base/text.h"
#include "base/version.h"
#include "main/command.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct command {
  const char *name;
  int (*run)(const struct sp_args *args);
  const char *(*help)(enum sp_lang lang);
};

static const char *help_all(enum sp_lang lang) {
  return sp_tr(lang, "Suanpan runs a shop's counter.\n"
                     "\n"
                     "Usage: suanpan [OPTION…] COMMAND [WORD…]\n"
                     "\n"
                     "  serve                  Run the node\n"
                     "  import products FILE   Import products from CSV or XLSX\n"
                     "  import sales FILE      Import historical invoices through the till's path\n"
                     "  check [FILE]           Check configuration, rules and database\n"
                     "  test [PACK]            Run a pack's specs and golden baskets\n"
                     "  replay PACK            Price past sales again by other rules\n"
                     "  publish PACK           Let the running node sell by a pack of rules\n"
                     "  rollback               Take the last change of the rules back\n"
                     "  rules                  Tell what rules the running node sells by\n"
                     "  explain SALE           Tell why a sale or a basket costs what it costs\n"
                     "  backup PATH            Copy the database, while the shop is open or not\n"
                     "  restore FILE           Put a checked backup in the database's place\n"
                     "  call METHOD PATH [JSON]  Ask the running node as its own user\n"
                     "  device COMMAND         Find, recognise, try, record and simulate devices\n"
                     "  till --tui             The till on a terminal\n"
                     "  sdk write DIR          Write annotations and the reference for rules into DIR\n"
                     "  version                Tell the version\n"
                     "\n"
                     "Options of every command:\n"
                     "  --config FILE          Configuration; else suanpan.json in the data folder or here\n"
                     "  --data DIR             Data folder\n"
                     "  --set KEY=VALUE        Any setting; `suanpan check --settings` lists them\n"
                     "  --lang zh|en           Language; else that of the environment\n"
                     "  --help                 Help, also of a command\n");
}

static const char *help_serve(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan serve [OPTION…]\n"
               "\n"
               "Run the node until SIGTERM or SIGINT; requests that began are finished first. Without a certificate\n"
               "it listens only on this machine. Says its address on standard output when it is ready and logs to\n"
               "standard error, a JSON object a line.\n"
               "\n"
               "  --listen ADDRESS:PORT  Where (127.0.0.1:7070); port 0 takes a free one\n"
               "  --workers N            Worker threads (2)\n"
               "  --rules DIR            The chain's pack of rules\n"
               "  --log LEVEL            debug, info, warn or error\n");
}

static const char *help_import(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan import products|sales FILE [OPTION…]\n"
               "\n"
               "Import a CSV or XLSX file; encoding and separator are detected. Every row is checked first, and one\n"
               "bad cell imports nothing. Importing the same file again changes nothing. Sales take the given price\n"
               "and time through the very path of the till, and the money and units in the ledger are compared with\n"
               "the file's. A running node does the work itself.\n"
               "\n"
               "  --dry-run              Only check and report\n"
               "  --skip-bad             Import the good rows\n"
               "\n"
               "Exits with 1 when something was bad.\n");
}

static const char *help_check(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan check [FILE|DIR] [OPTION…]\n"
               "\n"
               "Check the configuration (or FILE as one), the rules (or those of the pack DIR alone) and the\n"
               "database, and say everything that is wrong at once. Of rules it prints the order in which campaigns\n"
               "are asked, how they share goods, what each layer changed, and what looks wrong.\n"
               "\n"
               "  --settings             List every setting, its value and where it came from\n"
               "  --strict               Exit with 2 when there are warnings\n"
               "\n"
               "Exits with 1 when anything is wrong.\n");
}

static const char *help_test(enum sp_lang lang) {
  return sp_tr(
      lang, "Usage: suanpan test [PACK|SPEC…] [OPTION…]\n"
            "\n"
            "Run the specs of a pack (PACK/**/*_spec.lua) with busted, and its golden baskets (PACK/cases/*.json).\n"
            "Without PACK: those of the built-in pack. Rules run in the machines of the till; specs may do anything.\n"
            "\n"
            "  --rule-coverage[=MIN]  Tell which lines of which rule never ran; fail below MIN percent\n"
            "  --rule-coverage-json FILE  The same as JSON\n"
            "  --print-cases          Show the golden baskets as receipts instead\n"
            "\n"
            "Every other option is busted's; the most useful:\n"
            "  -o HANDLER             utfTerminal, plainTerminal, TAP, json, junit, gtest\n"
            "  -t TAGS, --filter PATTERN, --filter-out PATTERN  Which tests\n"
            "  --list, --shuffle, --seed N, --repeat N, --no-keep-going, -v, --helper FILE\n"
            "\n"
            "Exits with 1 when a test failed or none ran.\n");
}

static const char *help_replay(enum sp_lang lang) {
  return sp_tr(
      lang,
      "Usage: suanpan replay PACK [OPTION…]\n"
      "       suanpan replay --self [OPTION…]\n"
      "       suanpan replay PACK --hook NAME --input FILE\n"
      "\n"
      "Price past sales again by the rules of PACK, this store's layer and the campaigns of the database, and\n"
      "tell what differs: sales, products, campaigns, campaigns that meet, rules that never did anything and\n"
      "what each costs. With --self one sale in a hundred is priced again by the rules that priced it: nothing\n"
      "may differ. A hook is asked its recorded inputs, a JSON object a line. Reads only; a node goes on selling.\n"
      "\n"
      "  --from DAY, --to DAY   Days of the store, both included, or times with offset\n"
      "  --promotions           Run promotions also for imported history\n"
      "  --max-difference PPM   Exit with 1 when all sales together differ by more\n"
      "  --threads N            All processors when absent\n"
      "  --top N                Sales named in the report (1000)\n"
      "  --sample PPM           Only so many of a million, chosen by chance\n"
      "  --json FILE            The whole report; - for standard output\n"
      "  --database FILE        A backup instead of the data folder's\n"
      "\n"
      "Exits with 1 when it differs by more than allowed, a sale could not be priced or a rule failed.\n");
}

static const char *help_explain(enum sp_lang lang) {
  return sp_tr(
      lang, "Usage: suanpan explain SALE|BASKET|RECEIPT [OPTION…]\n"
            "\n"
            "Tell line by line why it costs what it costs: the list price, what each campaign took off, by which rule\n"
            "and where it is written, whom it beat, and why others gave nothing. SALE and BASKET are ids, RECEIPT is\n"
            "a number as printed: T01-000042. Reads only; a node goes on selling.\n"
            "\n"
            "  --database FILE        A backup instead of the data folder's\n");
}

static const char *help_publish(enum sp_lang lang) {
  return sp_tr(
      lang,
      "Usage: suanpan publish PACK [OPTION…]\n"
      "\n"
      "Send the pack in the folder PACK to the node that runs on the data folder, tell what the node found in it\n"
      "and what changes against what is live, and let it serve. No restart: open baskets keep the rules they\n"
      "began with. A pack whose golden baskets or specs fail, or that leaves its gate, changes nothing.\n"
      "\n"
      "  --check-only           Only send and tell; the pack stays a candidate\n"
      "  --shadow               Price sales with it beside the live rules, shown to nobody\n"
      "  --tills T01,T02        A canary: only these tills sell by it\n"
      "  --as NAME              What it is called in lists; else what pack.json says\n"
      "\n"
      "What it must keep to, beside what its own pack.json demands:\n"
      "  --max-difference PPM   Past sales may differ by so much of their sum, in millionths\n"
      "  --days N               So many days of past sales (7)\n"
      "  --max-alarms PPM       A canary's rules may fail so often a sale, in millionths; else it is taken back\n"
      "  --min-sales N          A canary is judged after so many sales\n"
      "\n"
      "Exits with 1 when nothing was published, or when --check-only found golden baskets that fail.\n");
}

static const char *help_rollback(enum sp_lang lang) {
  return sp_tr(
      lang, "Usage: suanpan rollback [GENERATION] [OPTION…]\n"
            "\n"
            "Ends a canary; without one the rules that were live before are live again, and the campaigns become\n"
            "what they were in them. GENERATION names others: at least 8 of its digits, as `suanpan rules` shows.\n");
}

static const char *help_rules(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan rules [OPTION…]\n"
               "\n"
               "Tell what the node that runs on the data folder sells by: the live rules and those before them, the\n"
               "canary and the shadow with what they did so far, the candidates, and what went wrong last.\n"
               "\n"
               "Exits with 1 when the rules of the node's folder cannot be used.\n");
}

static const char *help_backup(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan backup PATH [OPTION…]\n"
               "\n"
               "Copy the database to PATH, which must not be there yet. A running node goes on selling meanwhile.\n"
               "The copy is checked and synced before it gets its name.\n");
}

static const char *help_restore(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan restore FILE [OPTION…]\n"
               "\n"
               "Check the backup FILE and put it in the database's place. Refused while a node runs. The database\n"
               "that was there stays beside it as suanpan.db.before-restore-TIME. The node gets a new epoch: its\n"
               "journal has forked.\n");
}

static const char *help_call(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan call METHOD PATH [JSON] [OPTION…]\n"
               "\n"
               "Ask the node that runs on the data folder, over its socket, as the node's own user, who may do\n"
               "everything. JSON may be - for standard input. Prints the answer; exits with 1 when it is an error.\n"
               "\n"
               "  --key KEY              Idempotency-Key\n"
               "\n"
               "The first person: suanpan call POST /v1/staff "
               "'{\"code\":\"1001\",\"name\":\"Li\",\"role\":\"manager\",\"pin\":\"4821\"}'\n");
}

static const char *help_till(enum sp_lang lang) {
  return sp_tr(
      lang, "Usage: suanpan till --tui [OPTION…]\n"
            "\n"
            "The till on a terminal: for small machines, and for repair over ssh. The same till as in a browser, by\n"
            "the same protocol, with the same keys (F1 shows them). Signs in with staff number and PIN.\n"
            "\n"
            "  --till CODE            Which till; else it is chosen after signing in\n"
            "  --url URL              The node (http://127.0.0.1:7070)\n"
            "  --data DIR             The node on this data folder, by its socket\n"
            "  --columns N            Instead of what the terminal says\n"
            "  --ascii                English and ASCII only, Hanzi as initials of their pinyin: for a console\n"
            "                         without their glyphs, and by itself where the locale is not UTF-8\n");
}

static const char *help_sdk(enum sp_lang lang) {
  return sp_tr(lang,
               "Usage: suanpan sdk write DIR\n"
               "\n"
               "Write what helps in writing rules into DIR: annotations for lua-language-server, the reference in\n"
               "English and Chinese, and the names for luacheck. Files of those names are replaced.\n");
}

static const char *help_version(enum sp_lang lang) {
  return sp_tr(lang, "Usage: suanpan version\n"
                     "\n"
                     "Tell the version of the program, of its database schema and of its rules.\n");
}

static const struct command commands[] = {
    {"serve", sp_command_serve, help_serve},
    {"import", sp_command_import, help_import},
    {"check", sp_command_check, help_check},
    {"replay", sp_command_replay, help_replay},
    {"explain", sp_command_explain, help_explain},
    {"publish", sp_command_publish, help_publish},
    {"rollback", sp_command_rollback, help_rollback},
    {"rules", sp_command_rules, help_rules},
    {"backup", sp_command_backup, help_backup},
    {"restore", sp_command_restore, help_restore},
    {"call", sp_command_call, help_call},
    {"version", sp_command_version, help_version},
    {"test", sp_command_test, help_test},
    {"sdk", sp_command_sdk, help_sdk},
    {"device", sp_command_device, sp_command_device_help},
    {"till", sp_command_till, help_till},
};

static const struct command *find(const char *name) {
  for (size_t i = 0; name && i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

int main(int argc, char **argv) {
  struct sp_args args;
  struct sp_error error = {.lang = SP_LANG_EN};
  int result = sp_args_parse(argc, argv, &args, &error);
  const struct command *command = find(args.command);
  (void)umask(077); /* what a command writes holds a shop's books */
  if (!result && args.version) return sp_command_version(&args);
  bool asks = args.command && strcmp(args.command, "help") == 0;
  if (!result && (args.help || asks)) {
    const struct command *about = asks && args.word_count > 0 ? find(args.words[0]) : command;
    fputs(about ? about->help(args.lang) : help_all(args.lang), stdout);
    return SP_EXIT_GOOD;
  }
  if (!result && args.command && !command)
    result = sp_fail(&error, SP_E_INVALID, NULL, "There is no command %s", args.command);
  if (result) {
    if (!command) args.command = "";
    return sp_command_misuse(&args, &error);
  }
  if (!command) {
    fputs(help_all(args.lang), stderr);
    return SP_EXIT_USAGE;
  }
  return command->run(&args);
}
