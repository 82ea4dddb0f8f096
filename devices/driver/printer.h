/* Inside the printer driver: its state and what its files do for one another. Nobody else includes this.
 *
 * printer.c is the table, the configuration and life; printer_ask.c asks and understands answers; printer_job.c is the
 * queue and the one outcome of each job; printer_promise.c finds out whether it says at all that a job is on paper.
 *
 * A configuration of class printer has, beside what every device has:
 *   "profile": "xprinter-80"       a name of devices/profiles, "generic-80" when absent
 *   "charset": "gb18030"           another character set than the profile's
 *   "columns": 42                  when the printer is set to another font than its profile thinks
 *   "drawer": {"pin": 2 or 5, "open_level": "high", "low" or "none"}   the level of pin 3 when the drawer is open
 *   "status": {"asb": true, "poll_ms": 1500}
 *   "completion": "none"           another way to say that a job is on paper than the profile's: "gs_r", "gs_h"
 *   "mute": true                   it never answers; also so for file: links
 */
#ifndef SP_DEVICES_DRIVER_PRINTER_H
#define SP_DEVICES_DRIVER_PRINTER_H

#include "devices/codec/escpos_ask.h"
#include "devices/codec/printer_status.h"
#include "devices/codec/star.h"
#include "devices/driver/driver.h"
#include "devices/driver/profile.h"

#define SP_PRINTER_JOB_MAX   (1u << 20) /* bytes of one job */
#define SP_PRINTER_CHUNK     16384      /* bytes given to a fast link at a time */
#define SP_PRINTER_CHUNK_SER 1024       /* and to a serial line */
#define SP_PRINTER_PAD       8          /* NULs that a printer may swallow after a real-time question */
#define SP_PRINTER_FLUSH_MAX 32768      /* NULs that end a command which was broken off */

/* Does it acknowledge jobs as its profile promises? */
enum sp_promise {
  SP_PROMISE_TRUSTED, /* as far as anybody knows */
  SP_PROMISE_DOUBTED, /* a job went without: it is asked once more, with nothing to print */
  SP_PROMISE_ASKED,   /* no job begins before it has answered, or not */
  SP_PROMISE_BROKEN,  /* it never does: a job is done when the printer was asked afterwards and all was well */
};

enum sp_open_level { SP_OPEN_UNKNOWN, SP_OPEN_HIGH, SP_OPEN_LOW };

enum sp_job_state { SP_JOB_QUEUED, SP_JOB_WANTED, SP_JOB_SENDING, SP_JOB_SENT };

struct sp_job {
  uint64_t id;
  uint8_t *bytes; /* owned */
  size_t len, at; /* `at`: given to the link */
  enum sp_job_state state;
  bool drawer, may_wait;
  bool own; /* a test page: nobody is asked or told */
  int tries;
  int64_t retry_us;
  int64_t since_us;    /* since when it waits; −1 until time passes */
  int64_t progress_us; /* the last sign that it goes on */
  int64_t fault_us;    /* since when something is wrong; SP_NEVER */
  int etb;             /* the count that says it is printed */
  const char *told;    /* reason told last, "" */
};

struct sp_printer {
  struct sp_device head;
  struct sp_profile profile;
  int pin;
  enum sp_open_level open_level;
  int64_t poll_us;
  bool asb, mute, file;
  size_t chunk;

  /* printer_ask.c */
  struct sp_printer_reader reader;
  struct sp_star_reader star;
  struct sp_printer_status status; /* as last told */
  struct sp_printer_status asking; /* of the round that is being asked */
  int asked;                       /* enum sp_escpos_status that has no answer yet; 0: none */
  uint8_t answers[4];              /* of the last round */
  int64_t asked_us, round_us, poll_at_us, claim_us;
  int64_t whole_us; /* begin of the last round that was answered; −1 */
  int missed;
  bool answered;     /* a question was, since the link is up */
  int64_t pace_us;   /* what its answers took lately */
  bool doubtful;     /* an answer may come late: the round that is asked now tells nothing */
  int64_t quiet_us;  /* it answered everything and is a printer when nothing unasked comes until then; SP_NEVER */
  int64_t silent_us; /* since when it does not answer; SP_NEVER */
  int noise;
  int etb; /* −1: not known */
  int64_t recover_us;
  int recoveries;
  bool drawer_seen, drawer_open;
  int64_t kick_us, closed_us, opened_us;

  /* printer_job.c */
  struct sp_job jobs[SP_DEVICE_JOBS_MAX];
  size_t count;
  bool was_blocked; /* by something worth telling: when it is over, what is held goes at once */
  size_t broken;    /* bytes of a job that may be missing in the middle of a command */

  /* printer_promise.c */
  enum sp_promise promise;
  int64_t promise_us; /* since when it is asked; jobs begin when this is past */
};

/* printer_ask.c */
void sp_printer_claim(struct sp_printer *printer);
void sp_printer_take(struct sp_printer *printer, const uint8_t *bytes, size_t len);
int64_t sp_printer_ask_tick(struct sp_printer *printer);
/* Begin the next round of questions now, unless answers are missed already. */
void sp_printer_ask_soon(struct sp_printer *printer);
/* Did the drawer open since the last pulse? False also where it cannot tell. */
bool sp_printer_drawer_opened(const struct sp_printer *printer);
/* Why no job may begin, as a code ("paper_out"); null: it may. */
const char *sp_printer_blocked(const struct sp_printer *printer);
/* What keeps a job that has begun from going on; null: nothing known. */
const char *sp_printer_stopped(const struct sp_printer *printer);

/* printer_job.c */
int64_t sp_printer_jobs_tick(struct sp_printer *printer);
void sp_printer_jobs_drained(struct sp_printer *printer);
/* The link is gone. */
void sp_printer_jobs_lost(struct sp_printer *printer, const char *reason);
/* The printer said that the job being sent is on paper. */
void sp_printer_acked(struct sp_printer *printer);
/* The job that has begun, or null. */
struct sp_job *sp_printer_current(struct sp_printer *printer);
/* End with NULs whatever command was broken off. */
void sp_printer_flush(struct sp_printer *printer);
int sp_printer_add(struct sp_printer *printer, const struct sp_job *job, const struct sp_print *print, size_t *bytes,
                   struct sp_error *err);
void sp_printer_jobs_free(struct sp_printer *printer);
/* Append the question that asks a printer of this profile to say when all before it is on paper. */
int sp_printer_ask_done(const struct sp_printer *printer, uint64_t id, struct sp_buf *out, struct sp_error *err);

/* printer_promise.c */
/* A job was sent whole, all was well, and no word came of it. */
void sp_printer_promise_doubt(struct sp_printer *printer);
/* Such a word came. True when it was the answer to our question. */
bool sp_printer_promise_kept(struct sp_printer *printer);
bool sp_printer_promise_broken(const struct sp_printer *printer);
/* Must jobs wait for the answer? */
bool sp_printer_promise_asked(const struct sp_printer *printer);
void sp_printer_promise_link_up(struct sp_printer *printer);
int64_t sp_printer_promise_tick(struct sp_printer *printer);

#endif
