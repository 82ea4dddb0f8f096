/* What a driver is to the core: one table of functions for each class of device, and the head of each device.
 *
 * The core (device.c) owns the link, the back-off, the two seconds of grace, the state and its counters. A driver gets
 * bytes and time, says what it learned (sp_device_proved, sp_device_faults, sp_device_frames) and sends bytes. It never
 * opens or closes a link, and never asks for the time: `now_us` of the device is the latest the core was told.
 *
 * Links come up, go down and run dry without a time, so the core keeps that for the next tick; a driver hears of all of
 * it with the right time, and never from inside one of its own calls. Status events are told at the end of a call, once
 * for all that changed in it.
 */
#ifndef SP_DEVICES_DRIVER_DRIVER_H
#define SP_DEVICES_DRIVER_DRIVER_H

#include "base/json.h"
#include "devices/driver/device.h"

#define SP_NEVER      INT64_MAX
#define SP_SECOND_US  INT64_C(1000000)
#define SP_MILLI_US   INT64_C(1000)
#define SP_GRACE_US   (2 * SP_SECOND_US)   /* a loss shorter than this is told to nobody */
#define SP_LINKING_US (15 * SP_SECOND_US)  /* a link that has not come up or gone down by then is made anew */
#define SP_STAYED_US  (10 * SP_SECOND_US)  /* a link that stays up for so long is there, whatever speaks on it */
#define SP_FLAPS      6                    /* so many reconnects … */
#define SP_FLAP_US    (600 * SP_SECOND_US) /* … in so long are flapping, and so long without one end it */

struct sp_device_driver {
  enum sp_device_class class;
  size_t size;       /* of its struct, whose first member is a struct sp_device */
  uint32_t blocking; /* bits of enum sp_device_fault with which it cannot work */
  /* Members of its configuration beside class, link, serial and grab; null-terminated. */
  const char *const *members;
  /* Is the configuration good? Pure. May fill in what the class knows better (the serial line a protocol has), before
   * that is used. */
  int (*check)(struct sp_device_config *config, struct sp_error *err);
  /* Read the configuration (it was checked) into a zeroed struct. What it allocates before an error, `close` frees. */
  int (*open)(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err);
  void (*link_up)(struct sp_device *device);
  void (*bytes)(struct sp_device *device, const uint8_t *bytes, size_t len);
  void (*drained)(struct sp_device *device); /* may be null */
  void (*link_down)(struct sp_device *device);
  /* Let time pass; returns when it has to be called again, SP_NEVER when only something new matters. Called whether
   * there is a link or not. */
  int64_t (*tick)(struct sp_device *device);
  int (*selftest)(struct sp_device *device, struct sp_error *err); /* may be null: SP_E_UNSUPPORTED */
  void (*close)(struct sp_device *device);                         /* may be null */
};

/* One a class, in the file of that name. */
extern const struct sp_device_driver sp_printer_driver, sp_scanner_driver, sp_scale_driver, sp_display_driver;
/* Null: this build has no driver of that class. */
const struct sp_device_driver *sp_device_driver(enum sp_device_class class);

/* The head of every device. Drivers read it; they write only through the functions below. */
struct sp_device {
  const struct sp_device_driver *driver;
  char id[SP_DEVICE_ID_MAX + 1];
  struct sp_link_config config;
  struct sp_device_env env;
  struct sp_link *link;           /* null: none */
  struct sp_device_status status; /* as it is told to others */
  int64_t now_us;                 /* the latest time anybody told */

  bool started, up, proved, ever_ready;
  uint32_t faults; /* as the driver says, before grace */
  uint32_t held; /* LINK, SILENT, WRONG_DEVICE of before that nothing has disproved yet: told until it proves itself */
  bool up_seen, down_seen, drained_seen;
  bool own_loss;           /* the last loss was our own doing: no fault of the link */
  struct sp_error why;     /* of the last loss */
  int64_t up_us;           /* since when the link is up */
  int64_t flaps[SP_FLAPS]; /* times of the last reconnects, a ring; 0: none */
  unsigned flap_at;
  int64_t linking_us; /* since when the link is being opened */
  int64_t lost_us;    /* since when it is not ready; SP_NEVER when it is */
  int64_t retry_us;
  int attempt;
  uint64_t random;
  int64_t minute_us; /* begin of the minute of frames below */
  uint32_t minute_frames, minute_bad;
  bool changed; /* something that SP_DEVICE_STATUS tells */
};

/* The first valid frame came: this is what it was thought to be. */
void sp_device_proved(struct sp_device *device);
/* Of the faults in `mask` these hold now. LINK and GARBLED are the core's own. */
void sp_device_faults(struct sp_device *device, uint32_t mask, uint32_t faults);
/* Frames that were right and that were not; too many bad ones in a minute are SP_FAULT_GARBLED. */
void sp_device_frames(struct sp_device *device, uint32_t good, uint32_t bad);
/* A sentence for a person and the alarm. */
void sp_device_detail(struct sp_device *device, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What it says it is. */
void sp_device_model(struct sp_device *device, const char *model);
void sp_device_drawer(struct sp_device *device, bool known, bool open);
/* Tell something now; the head of `event` (device, time) is filled in. The owner may call functions of the same device
 * from inside, but sp_device_free. */
void sp_device_tell(struct sp_device *device, struct sp_device_event *event);
/* SP_E_STATE without a link that is up, else as sp_link_write. */
int sp_device_send(struct sp_device *device, const void *bytes, size_t len, struct sp_error *err);
/* This link leads nowhere: drop it and begin anew at the next tick. `why` is for a person. */
void sp_device_relink(struct sp_device *device, const char *why);
/* A public function of a class ends with this: what changed is told. */
void sp_device_settle(struct sp_device *device);
/* The earlier of two times. */
int64_t sp_earlier(int64_t one, int64_t other);

/* For tests: a device of a driver that is in no table. */
int sp_device_make(const struct sp_device_driver *driver, const char *id, const struct cJSON *json,
                   const struct sp_device_env *env, struct sp_device **out, struct sp_error *err);
int sp_device_config_parse(const struct sp_device_driver *driver, const char *id, const struct cJSON *json,
                           struct sp_device_config *out, struct sp_error *err);

#endif
