/* A device of a till: a link, a codec and what a driver knows of its manners, behind one face for all classes.
 *
 *   absent ──link up──> proving ──first valid frame──> ready ⇄ degraded
 *      ^                   │                             │
 *      └──── back-off ─────┴───────── link down ─────────┘      fault: answers, but says that it cannot work
 *
 * A device is ready after its first valid frame, never because a port opened: a scale's port opens just as well with a
 * scanner on it. After a lost link everything begins anew: 0.25 s, then doubled up to 10 s with a fifth of jitter, for
 * ever, and at once when the system says that something was plugged in. A loss of under 2 s is told to nobody, but six
 * in ten minutes are: the device is degraded, GARBLED and `flapping`, until it stayed well for ten minutes. What was
 * wrong with an unproved link (LINK, SILENT, WRONG_DEVICE) is told until the device proves itself: one that comes,
 * talks rubbish and goes raises no new fault each time.
 *
 * One thread, no clock of its own, nothing blocks: time comes in through sp_device_tick, links from the environment's
 * maker, and everything a device has to say leaves through the environment's `event`. So tests run days in
 * milliseconds. Drivers know nothing of tills, sales and databases.
 */
#ifndef SP_DEVICES_DRIVER_DEVICE_H
#define SP_DEVICES_DRIVER_DEVICE_H

#include "devices/codec/scale.h"
#include "devices/codec/scan.h"
#include "devices/link/link.h"
#include "domain/print.h"

struct cJSON;
struct sp_device;

#define SP_DEVICE_ID_MAX     31  /* bytes of "receipt1" */
#define SP_DEVICE_DETAIL_MAX 159 /* bytes of a detail */
#define SP_DEVICE_JOBS_MAX   64  /* print jobs waiting in one driver */
#define SP_DEVICE_TICK_US    100000

enum sp_device_class { SP_DEVICE_PRINTER, SP_DEVICE_SCANNER, SP_DEVICE_SCALE, SP_DEVICE_DISPLAY, SP_DEVICE_CLASSES };
enum sp_device_state {
  SP_DEVICE_ABSENT,  /* no link */
  SP_DEVICE_PROVING, /* a link, and nothing valid yet */
  SP_DEVICE_READY,
  SP_DEVICE_DEGRADED, /* works, with a remark: paper low, many bad frames */
  SP_DEVICE_FAULT,    /* answers, and cannot work: paper out, cover open */
  SP_DEVICE_OFFLINE,  /* was ready, and has been gone for longer than 2 s */
};

/* What may be wrong, a bit each. Names (sp_device_fault_name) are those of alarms: "paper_out". */
enum sp_device_fault {
  SP_FAULT_PAPER_OUT = 1 << 0,
  SP_FAULT_PAPER_LOW = 1 << 1,
  SP_FAULT_COVER = 1 << 2,
  SP_FAULT_CUTTER = 1 << 3,
  SP_FAULT_HOT = 1 << 4,
  SP_FAULT_UNRECOVERABLE = 1 << 5,
  SP_FAULT_DRAWER_OPEN = 1 << 6,   /* for longer than 30 s */
  SP_FAULT_DRAWER_FORCED = 1 << 7, /* opened without our pulse */
  SP_FAULT_OVERLOAD = 1 << 8,
  SP_FAULT_NOT_ZEROED = 1 << 9,
  SP_FAULT_GARBLED = 1 << 10, /* more than 1 % bad frames in a minute */
  SP_FAULT_SILENT = 1 << 11,  /* linked, and says nothing */
  SP_FAULT_LINK = 1 << 12,
  SP_FAULT_WRONG_DEVICE = 1 << 13, /* talks, but not like this device */
  SP_FAULT_UNCERTAIN_JOB = 1 << 14,
  SP_FAULT_VERIFICATION = 1 << 15,   /* the scale's verification ends soon or has ended */
  SP_FAULT_UNACKNOWLEDGED = 1 << 16, /* a printer that never says that a job is on paper, as its profile promises */
  SP_FAULT_END = 1 << 17,            /* none: the bit after the last */
};

enum sp_device_event_kind {
  SP_DEVICE_STATUS,    /* state, faults or drawer changed: sp_device_status says how it is */
  SP_DEVICE_SCAN,      /* scan */
  SP_DEVICE_WEIGHT,    /* reading, sellable: at most five times a second, and at once when `sellable` changes */
  SP_DEVICE_JOB,       /* job */
  SP_DEVICE_SCAN_LOST, /* a code was broken off: the cashier scans again */
};

/* A print job's life as the driver sees it. The owner keeps the ledger: after WANTED it writes "sending" down and then
 * calls sp_printer_go; no byte leaves before. Exactly one of DONE, HELD, UNCERTAIN ends a WANTED. */
enum sp_print_step {
  SP_PRINT_WANTED,    /* may it be sent? Answer with sp_printer_go */
  SP_PRINT_SENT,      /* every byte has left; nobody knows where they are. Again with another `reason` as a remark:
                         "paper_out" while the printer keeps the rest until it is mended, "" when it goes on */
  SP_PRINT_ACKED,     /* the printer says that it is on paper (or, of a drawer, that it was processed) */
  SP_PRINT_DONE,      /* the end, after ACKED; or after SENT for a printer that cannot answer and is not to be asked */
  SP_PRINT_HELD,      /* `reason`: nothing of it has left. Tried again, but for a job that may not wait. Also before the
                         first WANTED, once for each new reason */
  SP_PRINT_UNCERTAIN, /* some of it may be on paper; a person decides */
};

struct sp_device_event {
  enum sp_device_event_kind kind;
  struct sp_device *device;
  int64_t now_us;
  const struct sp_scan *scan;
  const struct sp_scale_reading *reading;
  bool old;      /* of a weight: the scale has not said it again; what lies there now nobody knows */
  bool sellable; /* stable by the scale's word or by three equal frames over 500 ms, in range, at least the minimum, and
                    the pan was empty or changed since the last weight that was taken (sp_scale_taken) */
  struct {
    uint64_t id;
    enum sp_print_step step;
    const char *reason; /* a code: "paper_out", "cover", "link", "silent"; "" */
    bool last;          /* nothing more comes of this job */
  } job;
};

struct sp_device_env {
  struct sp_link_maker links;
  void (*event)(void *ctx, const struct sp_device_event *event);
  /* Every byte in (`in`) and out, for a capture; may be null. */
  void (*trace)(void *ctx, const struct sp_device *device, bool in, const uint8_t *bytes, size_t len, int64_t now_us);
  /* Links come up, go down and run dry at times nobody tells: tick this device at once (not from inside the call). May
   * be null where every device is ticked every SP_DEVICE_TICK_US anyway. */
  void (*wake)(void *ctx, struct sp_device *device);
  void *ctx;
  uint64_t seed; /* of the jitter */
};

/* As configured: {"class":"printer","link":"tcp:192.168.8.50:9100","profile":"xprinter-80", …}; the members of each
 * class stand in its own header. Parsed once, unknown members are errors that name themselves. */
struct sp_device_config {
  char id[SP_DEVICE_ID_MAX + 1];
  enum sp_device_class class;
  struct sp_link_config link;
  const struct cJSON *json; /* the whole object, alive while sp_device_new runs */
};

struct sp_device_status {
  enum sp_device_state state;
  uint32_t faults;
  bool drawer_known, drawer_open;
  bool flapping;    /* it comes and goes; GARBLED then means this, too */
  int64_t since_us; /* of the state */
  uint64_t received, sent, frames, bad, reconnects, jobs;
  char detail[SP_DEVICE_DETAIL_MAX + 1]; /* for a person and the alarm: "asb 18 00 0C 00", "Connection refused" */
  char model[64];                        /* what it says it is, "" when it does not */
};

const char *sp_device_class_name(enum sp_device_class class); /* "printer" … */
int sp_device_class_parse(const char *name);                  /* −1 */
const char *sp_device_state_name(enum sp_device_state state); /* "ready" … */
const char *sp_device_fault_name(enum sp_device_fault fault); /* "paper_out" … */

/* Check a configuration without making anything; pure. SP_E_INVALID names the member: "profile". */
int sp_device_config_check(const char *id, const struct cJSON *json, struct sp_error *err);
/* Made, not started. Nothing of `json` is kept. SP_E_INVALID, SP_E_NOMEM. */
int sp_device_new(const char *id, const struct cJSON *json, const struct sp_device_env *env, struct sp_device **out,
                  struct sp_error *err);
/* Begin to connect. */
void sp_device_start(struct sp_device *device, int64_t now_us);
/* Let time pass; returns when it wants to be called next at the latest. */
int64_t sp_device_tick(struct sp_device *device, int64_t now_us);
/* Something was plugged in or out: try now instead of at the end of the back-off. */
void sp_device_hotplug(struct sp_device *device, int64_t now_us);
/* Closes its link, drops what is queued (the ledger has it), frees. Null is allowed. No event comes after it. Never
 * from inside one of its events. */
void sp_device_free(struct sp_device *device);

const char *sp_device_id(const struct sp_device *device);
enum sp_device_class sp_device_class(const struct sp_device *device);
const char *sp_device_address(const struct sp_device *device);
void sp_device_status(const struct sp_device *device, struct sp_device_status *out);

/* ---- What only some classes can do; SP_E_UNSUPPORTED for another class ---- */

struct sp_printer_job {
  uint64_t id;   /* the ledger's mark; also what the printer gives back */
  bool drawer;   /* a pulse and nothing else; goes before everything that waits */
  bool may_wait; /* false: when it cannot begin within 5 s it ends as HELD for good (a drawer nobody waits for) */
};
/* Take a job: `print` is encoded by the profile now and not kept (null for a drawer). SP_E_BUSY: the queue is full.
 * `*bytes` (may be null) gets the length of what will be sent. */
int sp_printer_submit(struct sp_device *device, const struct sp_printer_job *job, const struct sp_print *print,
                      size_t *bytes, struct sp_error *err);
/* The ledger knows that it is being sent: let the first byte leave. SP_E_STATE when it is not WANTED any more. */
int sp_printer_go(struct sp_device *device, uint64_t job, int64_t now_us, struct sp_error *err);
/* Take back a job of which nothing has left. SP_E_STATE: too late. */
int sp_printer_cancel(struct sp_device *device, uint64_t job, struct sp_error *err);
/* May a printer be reached there: "tcp:192.168.8.50:9100", a serial or USB one, a file? Pure. SP_E_INVALID, without
 * a field. */
int sp_printer_address_check(const char *address, struct sp_error *err);
/* Columns of text, and whether it can draw codes itself: what a layout wants to know. */
int sp_printer_columns(const struct sp_device *device);
/* The same of a configuration (JSON), without a device: its own `columns`, else its profile's; SP_PRINT_COLUMNS_80
 * where it is damaged. Pure; any thread. */
int sp_printer_columns_of(const char *config);

/* The last reading and whether it may be sold; SP_E_STATE without one younger than 3 s. */
int sp_scale_now(const struct sp_device *device, int64_t now_us, struct sp_scale_reading *reading, bool *sellable,
                 struct sp_error *err);
/* What keeps the last weight from being sold, as a code; "" when nothing does:
 *   "old"       no weight lately             "fault"     not zeroed, not calibrated, not ready
 *   "moving"    not still yet                "over"      above what it can weigh
 *   "empty"     nothing on the pan           "negative"  below zero, or below its own least weight
 *   "light"     below the least weight       "unit"      neither grams nor kilograms
 *   "taken"     sold already                 "fine"      parts of a gram: prices are for whole ones */
const char *sp_scale_why(const struct sp_device *device, int64_t now_us);
/* Has what lies on the pan been there since this device was made? Then nobody here knows whether it was sold before. */
bool sp_scale_untouched(const struct sp_device *device);
/* The least it may weigh to be sold, grams: the configuration's, else the class's. 0 of another device. */
int64_t sp_scale_least(const struct sp_device *device);
/* This weight was sold: the pan must empty or change before the next. */
int sp_scale_taken(struct sp_device *device, struct sp_error *err);
int sp_scale_zero(struct sp_device *device, struct sp_error *err);
int sp_scale_tare(struct sp_device *device, struct sp_error *err);

enum sp_display_lamp { SP_LAMP_NONE, SP_LAMP_PRICE, SP_LAMP_TOTAL, SP_LAMP_PAID, SP_LAMP_CHANGE };
/* Show two lines of text, or on a display of digits the amount (fen) with its lamp. Latest wins. */
int sp_display_show(struct sp_device *device, const char *upper, const char *lower, int64_t amount,
                    enum sp_display_lamp lamp, struct sp_error *err);
/* Can it show all of this text? True of a display of digits, which shows none. */
bool sp_display_shows(const struct sp_device *device, const char *text);

/* A self-test by class: a test page, a beep, a reading, 8888. */
int sp_device_selftest(struct sp_device *device, int64_t now_us, struct sp_error *err);

#endif
