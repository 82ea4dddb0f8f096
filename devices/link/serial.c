/* A serial line by termios(3). */
#include "devices/link/serial.h"
#include "devices/link/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

struct speed {
  int32_t baud;
  speed_t speed;
};

static const struct speed speeds[] = {
    {1200, B1200},   {2400, B2400},     {4800, B4800},     {9600, B9600},     {19200, B19200},   {38400, B38400},
    {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}, {921600, B921600},
};

static int speed_find(int32_t baud, speed_t *out, struct sp_error *err) {
  for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
    if (speeds[i].baud != baud) continue;
    *out = speeds[i].speed;
    return 0;
  }
  return sp_fail(err, SP_E_INVALID, "serial", "%d is no speed of a serial line", (int)baud);
}

int sp_serial_apply(const struct sp_serial *serial, struct termios *line, struct sp_error *err) {
  speed_t speed = B9600;
  int rc = speed_find(serial->baud, &speed, err);
  if (rc) return rc;
  cfmakeraw(line);
  line->c_cflag &= ~(tcflag_t)(CSIZE | PARENB | PARODD | CMSPAR | CSTOPB | CRTSCTS);
  line->c_cflag |= CLOCAL | CREAD | HUPCL;
  line->c_cflag |= serial->bits == 7 ? CS7 : CS8;
  if (serial->parity != 'N') line->c_cflag |= PARENB;
  if (serial->parity == 'O') line->c_cflag |= PARODD;
  if (serial->stops == 2) line->c_cflag |= CSTOPB;
  if (serial->flow == SP_FLOW_RTSCTS) line->c_cflag |= CRTSCTS;
  if (serial->flow == SP_FLOW_XONXOFF) line->c_iflag |= IXON | IXOFF;
  /* A byte of wrong parity is dropped instead of read: a weight with a hole in it is refused by every codec. */
  if (serial->parity != 'N') line->c_iflag |= INPCK | IGNPAR;
  line->c_cc[VMIN] = 1;
  line->c_cc[VTIME] = 0;
  cfsetispeed(line, speed);
  cfsetospeed(line, speed);
  return 0;
}

static int modem_line(int fd, int bit, int value) {
  return ioctl(fd, value ? TIOCMBIS : TIOCMBIC, &bit);
}

/* A pseudo-terminal keeps no parity and no seven bits, and the C library calls a change that changes nothing invalid.
 * Majors of the slaves: Linux, Documentation/admin-guide/devices.txt. */
static bool is_pty(int fd) {
  struct stat node;
  return fstat(fd, &node) == 0 && major(node.st_rdev) >= 136 && major(node.st_rdev) <= 143;
}

static int open_serial(const struct sp_link_config *config, struct sp_fd_opened *out, struct sp_error *err) {
  const char *path = sp_link_path(config->address);
  struct termios line;
  int rc = sp_fd_open_device(path, O_RDWR, &out->fd, err);
  if (rc) return rc;
  if (tcgetattr(out->fd, &line) != 0) {
    rc = sp_fail(err, SP_E_INVALID, "link", "%s is no serial line", path);
    goto failed;
  }
  rc = sp_serial_apply(&config->serial, &line, err);
  if (rc) goto failed;
  if (tcsetattr(out->fd, TCSANOW, &line) != 0 && !(errno == EINVAL && is_pty(out->fd))) {
    rc = sp_fail(err, SP_E_IO, "link", "%s does not take these settings: %s", path, strerror(errno));
    goto failed;
  }
  ioctl(out->fd, TIOCEXCL);
  /* Some devices are silent unless both are raised; a pseudo-terminal has neither. */
  modem_line(out->fd, TIOCM_DTR, 1);
  if (config->serial.flow != SP_FLOW_RTSCTS) modem_line(out->fd, TIOCM_RTS, 1);
  tcflush(out->fd, TCIOFLUSH);
  return 0;
failed:
  close(out->fd);
  out->fd = -1;
  return rc;
}

static int control(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err) {
  int fd = sp_fd_number(link);
  if (fd < 0) return sp_fail(err, SP_E_STATE, "link", "The device is not connected");
  if (what == SP_LINK_DISCARD) {
    tcflush(fd, TCIOFLUSH);
    return sp_fd_discard(link);
  }
  int bit = what == SP_LINK_DTR ? TIOCM_DTR : TIOCM_RTS;
  if (modem_line(fd, bit, value) == 0 || errno == ENOTTY || errno == EINVAL) return 0;
  return sp_fail(err, SP_E_IO, "link", "%s failed: %s", "DTR/RTS", strerror(errno));
}

static int unsent(int fd) {
  int bytes = 0;
  return ioctl(fd, TIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

static void discard(int fd) {
  tcflush(fd, TCOFLUSH);
}

const struct sp_fd_kind sp_serial_kind = {
    .ops = {.scheme = "serial",
            .write = sp_fd_write,
            .control = control,
            .waiting = sp_fd_waiting,
            .descriptor = sp_fd_descriptor,
            .close = sp_fd_close},
    .open = open_serial,
    .zero_is_end = true,
    .unsent = unsent,
    .discard = discard,
};
