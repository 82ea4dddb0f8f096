#include "adapters/table/csv.h"

#define GUESS_ROWS 50

/* Fields per row as one separator would cut them. Empty rows do not count. */
struct cut {
  int rows;
  int fields[GUESS_ROWS];
};

struct cutter {
  char separator;
  bool quoted;
  bool at_start; /* of a field */
  bool empty;    /* the row has no byte yet */
  int fields;
};

static void end_row(struct cutter *cutter, struct cut *cut) {
  if (!cutter->empty && cut->rows < GUESS_ROWS) {
    cut->fields[cut->rows++] = cutter->fields;
  }
  cutter->fields = 1;
  cutter->at_start = true;
  cutter->empty = true;
}

static void step(struct cutter *cutter, char byte, struct cut *cut) {
  if (cutter->quoted) {
    cutter->quoted = byte != '"'; /* a doubled mark closes and opens again */
    return;
  }
  if (byte == '\n' || byte == '\r') {
    end_row(cutter, cut);
    return;
  }
  cutter->empty = false;
  if (byte == '"' && cutter->at_start) {
    cutter->quoted = true;
    return;
  }
  cutter->at_start = byte == cutter->separator;
  cutter->fields += cutter->at_start ? 1 : 0;
}

static void cut_rows(char separator, const char *text, size_t len, bool complete, struct cut *cut) {
  struct cutter cutter = {.separator = separator, .at_start = true, .empty = true, .fields = 1};
  for (size_t i = 0; i < len && cut->rows < GUESS_ROWS; i++) {
    step(&cutter, text[i], cut);
  }
  if (complete || cut->rows == 0) {
    end_row(&cutter, cut);
  }
}

/* How many rows share the commonest number of fields (two or more), the first row counting twice; ties by more fields.
 */
static int score(const struct cut *cut) {
  int best = 0;
  for (int i = 0; i < cut->rows; i++) {
    int same = cut->fields[0] == cut->fields[i] ? 1 : 0;
    for (int j = 0; j < cut->rows; j++) {
      same += cut->fields[j] == cut->fields[i] ? 1 : 0;
    }
    int fields = cut->fields[i] < 1000 ? cut->fields[i] : 999;
    int value = fields < 2 ? 0 : same * 1000 + fields;
    best = value > best ? value : best;
  }
  return best;
}

char sp_csv_guess(const char *text, size_t len, bool complete) {
  static const char candidates[] = {',', ';', '\t', '|'};
  char best = ',';
  int best_score = 0;
  for (size_t i = 0; i < sizeof candidates; i++) {
    struct cut cut = {0};
    cut_rows(candidates[i], text, len, complete, &cut);
    int value = score(&cut);
    if (value > best_score) {
      best_score = value;
      best = candidates[i];
    }
  }
  return best;
}
