/* suanpan device: which of its commands. */
#include "main/cmd_device.h"
#include "base/text.h"
#include "main/device_console.h"
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  int (*run)(const struct sp_args *args);
} commands[] = {
    {"scan", sp_command_device_scan},     {"learn", sp_command_device_learn},
    {"test", sp_command_device_test},     {"capture", sp_command_device_capture},
    {"replay", sp_command_device_replay}, {"simulate", sp_command_device_simulate},
    {"tell", sp_command_device_tell},     {"list", sp_command_device_list},
    {"add", sp_command_device_add},       {"remove", sp_command_device_remove},
};

int sp_command_device_options(const struct sp_args *args, const char *const *allowed, struct sp_error *err) {
  static const char everywhere[] = " --help -h --lang --config --set --data --version ";
  for (int i = 0; i < args->given_count; i++) {
    char wanted[64];
    bool known = false;
    snprintf(wanted, sizeof wanted, " %.60s ", args->given[i].name);
    for (const char *const *list = allowed; *list && !known; list++)
      known = strstr(*list, wanted) != NULL;
    if (known || strstr(everywhere, wanted)) continue;
    const char *second = args->word_count > 1 && strcmp(args->words[0], "simulate") == 0 ? args->words[1] : "";
    return sp_fail(err, SP_E_INVALID, NULL, "device %s%s%s has no option %s", args->words[0], *second ? " " : "",
                   second, args->given[i].name);
  }
  return 0;
}

bool sp_command_device_words(const struct sp_args *args, int least, int most) {
  int count = args->word_count - 1;
  return count >= least && count <= most;
}

bool sp_command_device_is_link(const char *word) {
  return strchr(word, ':') != NULL;
}

int sp_command_device_complain(const struct sp_args *args, const struct sp_error *error) {
  return error->code == SP_E_INVALID ? sp_command_misuse(args, error) : sp_command_fail(error);
}

int sp_command_device_tell(const struct sp_args *args) {
  static const char *const allowed[] = {NULL};
  struct sp_error error = {.lang = args->lang};
  struct sp_buf line, answer;
  sp_buf_init(&line, SP_CONSOLE_LINE);
  sp_buf_init(&answer, 64u << 20);
  int rc = sp_command_device_options(args, allowed, &error);
  for (int i = 2; i < args->word_count && !rc; i++)
    sp_buf_printf(&line, "%s%s", i > 2 ? " " : "", args->words[i]);
  if (!rc && (line.len == 0 || line.failed || strchr(sp_buf_text(&line), '\n')))
    rc = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device tell SOCKET LINE");
  if (!rc) rc = sp_console_tell(args->words[1], sp_buf_text(&line), &answer, &error);
  if (answer.len > 0) (void)fwrite(answer.data, 1, answer.len, stdout);
  bool good = !rc && answer.len >= 3 && strcmp(answer.data + answer.len - 3, "ok\n") == 0;
  sp_buf_free(&answer);
  sp_buf_free(&line);
  return rc ? sp_command_device_complain(args, &error) : good ? SP_EXIT_GOOD : SP_EXIT_BAD;
}

int sp_command_device(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  for (size_t i = 0; args->word_count > 0 && i < sizeof commands / sizeof commands[0]; i++)
    if (strcmp(commands[i].name, args->words[0]) == 0) return commands[i].run(args);
  if (args->word_count == 0)
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan device scan, learn, test, capture, replay, simulate, list …");
  else
    sp_fail(&error, SP_E_INVALID, NULL, "There is no command device %s", args->words[0]);
  return sp_command_misuse(args, &error);
}

const char *sp_command_device_help(enum sp_lang lang) {
  return sp_tr(
      lang,
      "Usage: suanpan device COMMAND [WORD…] [OPTION…]\n"
      "\n"
      "Find, recognise, try and record printers, scanners, scales and displays; and pretend to be one.\n"
      "A LINK is tcp:HOST:PORT, serial:PATH, usb:PATH, evdev:PATH, hidraw:PATH or file:PATH.\n"
      "\n"
      "  scan                   What is plugged in, and how to configure it\n"
      "    --probe              Also ask what is there: free serial lines, USB printers and --host\n"
      "    --host HOST          A printer on the network, port 9100\n"
      "    --json               As JSON\n"
      "  learn scale LINK       Listen, then ask: which protocol does this scale speak?\n"
      "  learn scanner LINK     Scan a few codes: prefix, suffix and terminator\n"
      "    --seconds N          How long to listen (scale 5, scanner 15)\n"
      "    --line SETTINGS|all  Settings of a serial line: 9600,8,N,1 (those that scales are delivered with)\n"
      "  test ID                Let the running node's device test itself\n"
      "  test LINK --class CLASS [--profile P] [--protocol P]  The same without a node\n"
      "  capture ID|LINK        Record every byte with its time\n"
      "    --seconds N          How long (10)\n"
      "    --out FILE           Where to; else standard output\n"
      "    --class, --profile, --protocol  Of a LINK: also talk to it as a till would\n"
      "  replay FILE --protocol P  What a recording means: a scale's protocol, scanner or escpos\n"
      "  list                   The devices of the running node\n"
      "  add ID JSON [--till CODE]  Configure one; remove ID takes it away\n"
      "  simulate printer|scale|scanner|display  Be one, until a signal or the end of a pipe on standard input\n"
      "    --listen 127.0.0.1:PORT | --pty [LINK]  Behind which line (a printer: port 9100, others: a pty)\n"
      "    --control PATH       Take control lines there, too; `help` lists them\n"
      "    --chaos \"LINE; …\"    Troubles of the line from the beginning: delay 200; garble 100\n"
      "    --protocol P         Of a scale or a display\n"
      "    --speed MM --paper MM --buffer BYTES --58 --clone --latin --no-cutter --no-asb --no-process-id --mute\n"
      "    --rate N --capacity GRAMS  Of a scale; --prefix, --suffix, --terminator of a scanner\n"
      "  tell SOCKET LINE       Say a control line to a simulated device\n"
      "\n"
      "Exits with 1 when nothing was found, recognised or done.\n");
}
