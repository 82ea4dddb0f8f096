/* The maker of links over libuv: an address's scheme chooses. */
#include "devices/link/fd.h"
#include "devices/link/link.h"
#include "devices/link/tcp.h"
#include <string.h>

static int open_any(void *ctx, const struct sp_link_config *config, const struct sp_link_events *events,
                    struct sp_link **out, struct sp_error *err) {
  static const struct sp_fd_kind *const kinds[] = {&sp_serial_kind, &sp_usb_kind,  &sp_evdev_kind,
                                                   &sp_hidraw_kind, &sp_file_kind, NULL};
  struct uv_loop_s *loop = ctx;
  size_t scheme = strcspn(config->address, ":");
  int rc = sp_link_address_check(config->address, err);
  if (rc) return rc;
  if (strncmp(config->address, "tcp:", 4) == 0) return sp_tcp_open(loop, config, events, out, err);
  for (size_t i = 0; kinds[i]; i++) {
    const char *name = kinds[i]->ops.scheme;
    if (strlen(name) == scheme && strncmp(config->address, name, scheme) == 0) {
      return sp_fd_link(loop, kinds[i], config, events, out, err);
    }
  }
  return sp_fail(err, SP_E_INVALID, "link", "%s is no address of a device", config->address);
}

struct sp_link_maker sp_links_on(struct uv_loop_s *loop) {
  return (struct sp_link_maker){.open = open_any, .ctx = loop};
}
