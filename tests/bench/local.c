#include "tests/bench/local.h"

#include "adapters/storage/sqlite/sqlite.h"
#include "tests/bench/bench.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "node.db"

static void write_campaigns(struct sp_buf *out, int64_t campaigns) {
  sp_buf_init(out, (size_t)64 << 20);
  sp_buf_puts(out, "{\"campaigns\":[");
  for (int64_t i = 0; i < campaigns; i++) {
    long long tag = (long long)(i % SP_BENCH_TAGS), number = (long long)i;
    if (i > 0) sp_buf_puts(out, ",");
    if (i % 2 == 0) {
      sp_buf_printf(out,
                    "{\"code\":\"percent-%lld\",\"rule\":\"promotion.percent_off\","
                    "\"params\":{\"tag\":\"tag%lld\",\"percent\":%lld}}",
                    number, tag, 10000 * (1 + number % 30));
    } else {
      sp_buf_printf(out,
                    "{\"code\":\"multibuy-%lld\",\"rule\":\"promotion.multibuy\","
                    "\"params\":{\"tag\":\"tag%lld\",\"buy\":3,\"pay\":2}}",
                    number, tag);
    }
  }
  sp_buf_puts(out, "]}");
  if (out->failed != 0) sp_bench_fail("the campaigns do not fit");
}

static void open_node(struct sp_fixture *node, const struct sp_fixture_options *options) {
  struct sp_error error = {.lang = SP_LANG_EN};
  if (sp_fixture_open(node, options, &error) != 0) sp_bench_fail("%s", error.message);
}

void sp_bench_local(struct sp_fixture *node, const char *folder, int64_t products, int64_t sales, int64_t campaigns) {
  struct sp_buf text;
  struct sp_error error = {.lang = SP_LANG_EN};
  sp_sqlite_init();
  if (folder == NULL) sp_bench_fail("--folder names where the database goes");
  if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || chdir(folder) != 0) {
    sp_bench_fail("%s: %s", folder, strerror(errno));
  }
  write_campaigns(&text, campaigns);
  const struct sp_pack_file file = {.path = "campaigns.json", .text = text.data, .len = text.len};
  const struct sp_fixture_options options = {.vfs = "unix", .files = &file, .file_count = campaigns > 0 ? 1 : 0};
  bool fresh = access(FILE_NAME, F_OK) != 0;
  open_node(node, &options);
  if (fresh) {
    sp_fixture_close(node);
    sqlite3 *handle = sp_bench_open(FILE_NAME);
    sp_bench_fill(handle, &(struct sp_bench_fill){.products = products, .sales = sales});
    sqlite3_close(handle);
    open_node(node, &options);
    if (sp_fixture_shift(node, &error) != 0) sp_bench_fail("%s", error.message);
  }
  sp_buf_free(&text);
}
