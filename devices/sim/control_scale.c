#include "base/error.h"
#include "devices/sim/control.h"
#include "devices/sim/control_word.h"
#include <string.h>

#define GRAMS_MOST    1000000
#define NOT_A_COMMAND "no such command of a scale; try help"

/* weight G [stable|moving] */
static int put_weight(struct sp_scale_sim *sim, const struct sp_vcontrol_words *words, struct sp_buf *answer) {
  int grams = 0;
  bool moving = strcmp(words->word[2], "moving") == 0;
  if (words->count < 2 || words->count > 3 || !sp_vcontrol_number(words->word[1], "", GRAMS_MOST, &grams))
    return sp_vcontrol_answer(SP_E_INVALID, "weight takes grams, and then stable or moving", answer);
  if (words->count == 3 && !moving && strcmp(words->word[2], "stable") != 0)
    return sp_vcontrol_answer(SP_E_INVALID, "after the grams stands stable or moving", answer);
  sim->gross = grams + sim->zero;
  sim->moving = moving;
  return sp_vcontrol_answer(0, NULL, answer);
}

static void lay(struct sp_scale_sim *sim, int32_t gross) {
  sim->gross = gross;
  sim->moving = false;
}

/* The keys of the scale: it refuses while it moves, and a tare of nothing or too much. */
static int press(struct sp_scale_sim *sim, const char *key, struct sp_buf *answer) {
  bool done = true;
  if (strcmp(key, "zero") == 0)
    done = sp_scale_sim_zero(sim);
  else if (strcmp(key, "tare") == 0)
    done = sp_scale_sim_tare(sim);
  else
    sim->tare = 0;
  return sp_vcontrol_answer(done ? 0 : SP_E_STATE, "the scale does not take that now", answer);
}

static int tell_state(const struct sp_scale_sim *sim, struct sp_buf *answer) {
  sp_buf_printf(answer, "%s net=%d gross=%d zero=%d tare=%d price=%d %s%s%s\n", sim->protocol,
                (int)sp_scale_sim_net(sim), (int)sim->gross, (int)sim->zero, (int)sim->tare, (int)sim->price,
                sim->moving ? "moving" : "stable", sp_scale_sim_is_over(sim) ? " over" : "",
                sim->unzeroed ? " unzeroed" : "");
  return sp_vcontrol_answer(0, NULL, answer);
}

static int help(struct sp_buf *answer) {
  sp_buf_puts(answer, "weight GRAMS [stable|moving]\nremove\nover\nunder\nstable\nmoving\nzero\ntare\nuntare\n"
                      "switched-on\nstate\n");
  return sp_vcontrol_answer(0, NULL, answer);
}

int sp_vcontrol_scale(struct sp_scale_sim *sim, const char *line, struct sp_buf *answer) {
  struct sp_vcontrol_words words;
  sp_vcontrol_split(line, &words);
  const char *verb = words.word[0];
  if ((words.count == 0 && !words.too_many) || *verb == '#') return 0;
  if (words.too_many) return sp_vcontrol_answer(SP_E_INVALID, NOT_A_COMMAND, answer);
  if (strcmp(verb, "weight") == 0) return put_weight(sim, &words, answer);
  if (words.count != 1) return sp_vcontrol_answer(SP_E_INVALID, NOT_A_COMMAND, answer);
  if (strcmp(verb, "help") == 0) return help(answer);
  if (strcmp(verb, "state") == 0) return tell_state(sim, answer);
  if (strcmp(verb, "zero") == 0 || strcmp(verb, "tare") == 0 || strcmp(verb, "untare") == 0)
    return press(sim, verb, answer);
  if (strcmp(verb, "remove") == 0)
    lay(sim, sim->zero);
  else if (strcmp(verb, "over") == 0)
    lay(sim, sim->zero + sim->capacity + sim->capacity / 10 + 1);
  else if (strcmp(verb, "under") == 0)
    lay(sim, sim->zero - sim->capacity / 10 - 1);
  else if (strcmp(verb, "stable") == 0)
    sim->moving = false;
  else if (strcmp(verb, "moving") == 0)
    sim->moving = true;
  else if (strcmp(verb, "switched-on") == 0)
    sim->unzeroed = true;
  else
    return sp_vcontrol_answer(SP_E_INVALID, NOT_A_COMMAND, answer);
  return sp_vcontrol_answer(0, NULL, answer);
}
