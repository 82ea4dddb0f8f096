#include "main/metrics.h"
#include "app/alarms.h"
#include "base/version.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void head(struct sp_buf *out, const char *name, const char *type, const char *help) {
  sp_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void number(struct sp_buf *out, const char *name, const char *type, const char *help, int64_t value) {
  head(out, name, type, help);
  sp_buf_printf(out, "%s %" PRId64 "\n", name, value);
}

/* Microseconds as seconds with six digits, without a float. */
static void seconds(struct sp_buf *out, uint64_t us) {
  sp_buf_printf(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void bucket(struct sp_buf *out, const char *name, uint64_t bound_us, uint64_t count) {
  sp_buf_printf(out, "%s_bucket{le=\"", name);
  seconds(out, bound_us);
  sp_buf_printf(out, "\"} %" PRIu64 "\n", count);
}

static void histogram_end(struct sp_buf *out, const char *name, uint64_t count, uint64_t sum_us) {
  sp_buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum ", name, count, name);
  seconds(out, sum_us);
  sp_buf_printf(out, "\n%s_count %" PRIu64 "\n", name, count);
}

/* ---- Loop ---- */

static void queues_write(const struct sp_loop_stats *stats, struct sp_buf *out) {
  number(out, "suanpan_tills_waiting", "gauge", "Requests waiting for a worker", stats->tills_waiting);
  number(out, "suanpan_bulk_waiting", "gauge", "Slices of bulk work waiting for a worker", stats->bulk_waiting);
  number(out, "suanpan_plans_waiting", "gauge", "Plans waiting for the writer", stats->plans_waiting);
  number(out, "suanpan_tasks_taken", "gauge", "Requests taken and not yet answered", stats->taken);
  number(out, "suanpan_jobs_running", "gauge", "Long jobs running", stats->jobs);
  number(out, "suanpan_refused_total", "counter", "Requests refused because the queue was full", stats->refused);
  number(out, "suanpan_tasks_total", "counter", "Tasks finished", stats->tasks);
}

static void commits_write(const struct sp_loop_stats *stats, struct sp_buf *out) {
  static const char name[] = "suanpan_commit_seconds";
  number(out, "suanpan_commits_total", "counter", "Synced commits", stats->groups);
  number(out, "suanpan_commits_direct_total", "counter", "Commits made by a worker itself", stats->direct);
  number(out, "suanpan_plans_total", "counter", "Plans in these commits", stats->plans);
  number(out, "suanpan_plan_failures_total", "counter", "Plans that did not commit", stats->failures);
  number(out, "suanpan_plan_conflicts_total", "counter", "Plans that lost a race and were worked out again",
         stats->conflicts);
  number(out, "suanpan_group_max", "gauge", "Most plans in one commit", stats->max_group);
  head(out, name, "histogram", "Time of a commit, sync included");
  uint64_t so_far = 0;
  for (int i = 0; i < SP_LOOP_BUCKETS - 1; i++) {
    so_far += (uint64_t)stats->commit_buckets[i];
    bucket(out, name, (uint64_t)sp_loop_commit_bounds[i], so_far);
  }
  so_far += (uint64_t)stats->commit_buckets[SP_LOOP_BUCKETS - 1];
  histogram_end(out, name, so_far, (uint64_t)stats->commit_us);
}

/* ---- HTTP ---- */

static void http_write(const struct sp_http_counters *counters, struct sp_buf *out) {
  static const char name[] = "suanpan_http_request_seconds";
  head(out, "suanpan_http_requests_total", "counter", "Requests answered, by class of status");
  for (int i = 2; i < 6; i++)
    sp_buf_printf(out, "suanpan_http_requests_total{class=\"%dxx\"} %" PRIu64 "\n", i, counters->requests[i]);
  number(out, "suanpan_http_connections", "gauge", "Connections now", counters->connections);
  number(out, "suanpan_http_in_flight", "gauge", "Requests that owe an answer", counters->in_flight);
  number(out, "suanpan_http_connections_total", "counter", "Connections ever", (int64_t)counters->accepted);
  number(out, "suanpan_http_turned_away_total", "counter", "Connections closed because one peer had too many",
         (int64_t)counters->turned_away);
  number(out, "suanpan_http_timeouts_total", "counter", "Connections closed for being too slow",
         (int64_t)counters->timed_out);
  number(out, "suanpan_http_received_bytes_total", "counter", "Bytes received", (int64_t)counters->bytes_in);
  number(out, "suanpan_http_sent_bytes_total", "counter", "Bytes sent", (int64_t)counters->bytes_out);
  head(out, name, "histogram", "Time from the complete head of a request to the end of its answer");
  uint64_t so_far = 0;
  for (int i = 0; i < SP_HTTP_BUCKETS; i++) {
    so_far += counters->latency[i];
    bucket(out, name, sp_http_bucket_us[i], so_far);
  }
  histogram_end(out, name, so_far + counters->latency[SP_HTTP_BUCKETS], counters->latency_us);
}

/* ---- Database and process ---- */

static int64_t file_size(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

static void database_write(const struct sp_node *node, struct sp_buf *out) {
  char wal[sizeof node->database + 8];
  snprintf(wal, sizeof wal, "%s-wal", node->database);
  number(out, "suanpan_database_bytes", "gauge", "Size of the database file", file_size(node->database));
  number(out, "suanpan_database_wal_bytes", "gauge", "Size of its write-ahead log", file_size(wal));
  number(out, "suanpan_database_version", "gauge", "Version of the schema", node->schema);
}

/* The second number of statm is the resident pages. */
static int64_t resident_bytes(void) {
  char text[128] = "";
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  bool got = fgets(text, sizeof text, file) != NULL;
  fclose(file);
  const char *second = got ? strchr(text, ' ') : NULL;
  return second ? strtoll(second, NULL, 10) * (int64_t)sysconf(_SC_PAGESIZE) : 0;
}

void sp_metrics_write(const struct sp_node *node, const struct sp_http_server *server, int64_t started,
                      struct sp_buf *out) {
  struct sp_loop_stats stats;
  sp_loop_executor_stats(node->executor, &stats);
  head(out, "suanpan_build_info", "gauge", "The version that runs");
  sp_buf_printf(out, "suanpan_build_info{version=\"%s\"} 1\n", SP_VERSION);
  number(out, "process_start_time_seconds", "gauge", "Start of the process", started / 1000);
  number(out, "process_resident_memory_bytes", "gauge", "Resident memory", resident_bytes());
  queues_write(&stats, out);
  commits_write(&stats, out);
  http_write(sp_http_server_counters(server), out);
  sp_alarms_metrics(node->app.alarms, out);
  database_write(node, out);
}
