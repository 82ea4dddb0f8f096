/* suanpan call: one request to the running node, as its own user. */
#include "main/client.h"
#include "main/command.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BODY_MAX (16u << 20)

static int stdin_read(struct sp_buf *out, struct sp_error *err) {
  char piece[65536];
  ssize_t got = 0;
  while ((got = read(STDIN_FILENO, piece, sizeof piece)) > 0)
    sp_buf_add(out, piece, (size_t)got);
  if (got < 0) return sp_fail(err, SP_E_IO, NULL, "Standard input cannot be read: %s", strerror(errno));
  return out->failed ? sp_fail(err, out->failed, NULL, "The request is too long") : 0;
}

static void answer_print(const struct sp_client_reply *reply) {
  const struct sp_buf *body = &reply->body;
  if (body->len > 0) fwrite(body->data, 1, body->len, stdout);
  bool binary = strncmp(reply->type, "application/octet", 17) == 0;
  if (body->len > 0 && body->data[body->len - 1] != '\n' && !binary) putchar('\n');
  fflush(stdout);
}

int sp_command_call(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_buf input;
  struct sp_client_reply reply = {0};
  char socket[SP_FOLDER_PATH_MAX + 64];
  if (args->word_count < 2 || args->word_count > 3) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan call METHOD PATH [JSON]");
    return sp_command_misuse(args, &error);
  }
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  sp_command_socket(&config, socket);
  sp_buf_init(&input, BODY_MAX);
  const char *json = args->word_count == 3 ? args->words[2] : NULL;
  bool piped = json && strcmp(json, "-") == 0;
  int result = piped ? stdin_read(&input, &error) : 0;
  const struct sp_client_request request = {
      .method = args->words[0],
      .target = args->words[1],
      .content_type = json ? "application/json" : NULL,
      .body = piped ? input.data : json,
      .len = piped  ? input.len
             : json ? strlen(json)
                    : 0,
      .key = args->key,
      .lang = args->lang,
  };
  if (!result) result = sp_client_call(socket, &request, &reply, &error);
  if (!result) answer_print(&reply);
  status = result ? sp_command_fail(&error) : reply.status < 400 ? SP_EXIT_GOOD : SP_EXIT_BAD;
  sp_buf_free(&reply.body);
  sp_buf_free(&input);
  sp_config_free(&config);
  return status;
}
