#include "devices/driver/driver.h"
#include <string.h>

static const char *const class_names[SP_DEVICE_CLASSES] = {
    [SP_DEVICE_PRINTER] = "printer",
    [SP_DEVICE_SCANNER] = "scanner",
    [SP_DEVICE_SCALE] = "scale",
    [SP_DEVICE_DISPLAY] = "display",
};

const char *sp_device_class_name(enum sp_device_class class) {
  return class_names[class];
}

int sp_device_class_parse(const char *name) {
  for (int i = 0; i < SP_DEVICE_CLASSES; i++)
    if (strcmp(class_names[i], name) == 0) return i;
  return -1;
}

const char *sp_device_state_name(enum sp_device_state state) {
  static const char *const names[] = {
      [SP_DEVICE_ABSENT] = "absent",     [SP_DEVICE_PROVING] = "proving", [SP_DEVICE_READY] = "ready",
      [SP_DEVICE_DEGRADED] = "degraded", [SP_DEVICE_FAULT] = "fault",     [SP_DEVICE_OFFLINE] = "offline",
  };
  return names[state];
}

const char *sp_device_fault_name(enum sp_device_fault fault) {
  static const struct {
    enum sp_device_fault fault;
    const char *name;
  } names[] = {
      {SP_FAULT_PAPER_OUT, "paper_out"},
      {SP_FAULT_PAPER_LOW, "paper_low"},
      {SP_FAULT_COVER, "cover"},
      {SP_FAULT_CUTTER, "cutter"},
      {SP_FAULT_HOT, "hot"},
      {SP_FAULT_UNRECOVERABLE, "unrecoverable"},
      {SP_FAULT_DRAWER_OPEN, "drawer_open"},
      {SP_FAULT_DRAWER_FORCED, "drawer_forced"},
      {SP_FAULT_OVERLOAD, "overload"},
      {SP_FAULT_NOT_ZEROED, "not_zeroed"},
      {SP_FAULT_GARBLED, "garbled"},
      {SP_FAULT_SILENT, "silent"},
      {SP_FAULT_LINK, "link"},
      {SP_FAULT_WRONG_DEVICE, "wrong_device"},
      {SP_FAULT_UNCERTAIN_JOB, "uncertain_job"},
      {SP_FAULT_VERIFICATION, "verification"},
      {SP_FAULT_UNACKNOWLEDGED, "unacknowledged"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].fault == fault) return names[i].name;
  return "";
}
