/* librdkafka behind the command line of all drivers; see benchmarks/README.md. */
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static char **flags;
static int flag_count;
static volatile long accepted, acked, failed;
static char first_error[256];

static const char *flag(const char *name, const char *otherwise) {
  for (int i = 0; i + 1 < flag_count; i += 2)
    if (!strcmp(flags[i] + 2, name)) return flags[i + 1];
  return otherwise;
}

static long number(const char *name, long otherwise) {
  const char *text = flag(name, NULL);
  return text ? atol(text) : otherwise;
}

static void fatal(const char *message) {
  fprintf(stderr, "librdkafka: %s\n", message);
  exit(1);
}

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double status_mb(const char *field) {
  FILE *status = fopen("/proc/self/status", "r");
  char line[128], pattern[64];
  long kb = 0;
  snprintf(pattern, sizeof pattern, "%s: %%ld", field);
  while (status && fgets(line, sizeof line, status) && !sscanf(line, pattern, &kb));
  if (status) fclose(status);
  return (double)kb / 1024;
}

/* ---- the values and keys that every driver sends; src/driver/payloads.mjs says how they are made ---- */

static const char *const words[] = {
    "alpha",   "bravo", "charlie", "delta", "echo",  "foxtrot", "golf",     "hotel",   "india",   "juliet", "kilo",
    "lima",    "mike",  "november", "oscar", "papa", "quebec",  "romeo",    "sierra",  "tango",   "uniform", "victor",
    "whiskey", "xray",  "yankee",  "zulu",  "order", "payment", "customer", "shipped", "pending", "failed"};

static uint32_t state = 0x9e3779b9;
static long entries, value_size, key_size;
static char *values, *keys;

static uint32_t random32(void) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

static void json_value(char *value, long index) {
  char *text = malloc((size_t)value_size + 256);
  uint32_t id = random32();
  uint32_t host = random32() & 15;
  long room = value_size > 2 ? value_size - 2 : 0;
  long length = sprintf(text, "{\"id\":\"%08x\",\"seq\":%ld,\"host\":\"node-%u\",\"ok\":true,\"msg\":\"", id, index, host);
  while (length < room) length += sprintf(text + length, "%s ", words[random32() & 31]);
  memcpy(text + room, "\"}", 2);
  memcpy(value, text, (size_t)value_size);
  free(text);
}

static void make_pool(void) {
  int json = !strcmp(flag("payload", "random"), "json");
  value_size = number("value-size", 100), key_size = number("key-size", 0);
  entries = (16l << 20) / (value_size > 0 ? value_size : 1);
  if (entries > 10000) entries = 10000;
  if (entries < 64) entries = 64;
  values = malloc((size_t)(entries * value_size + 1)), keys = malloc((size_t)(entries * key_size + 1));
  if (!values || !keys) fatal("out of memory");
  for (long i = 0; i < entries; i++) {
    char *value = values + i * value_size;
    if (json) json_value(value, i);
    else for (long k = 0; k < value_size; k++) value[k] = (char)random32();
    long rest = i;
    for (long k = key_size - 1; k >= 0; k--, rest /= 10) keys[i * key_size + k] = (char)('0' + rest % 10);
  }
}

/* ---- outcomes ---- */

static double *latencies;
static long timed, latency_capacity;

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
  (void)rk, (void)opaque;
  if (message->err) {
    if (!failed++) snprintf(first_error, sizeof first_error, "%s", rd_kafka_err2str(message->err));
  } else {
    acked++;
  }
  if (!message->_private) return;
  if (timed == latency_capacity) {
    latency_capacity = latency_capacity ? 2 * latency_capacity : 1 << 16;
    latencies = realloc(latencies, (size_t)latency_capacity * sizeof *latencies);
    if (!latencies) fatal("out of memory");
  }
  double sent;
  memcpy(&sent, &message->_private, sizeof sent);
  latencies[timed++] = (seconds_now() - sent) * 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile(double q) {
  long at = (long)(q * (double)timed);
  return timed == 0 ? 0 : latencies[at < timed ? at : timed - 1];
}

static void print_tail(void) {
  if (*first_error) printf(",\"first_error\":\"%s\"", first_error);
  puts("}");
  fflush(stdout);
}

static void *end_when_stalled(void *seconds) {
  sleep((unsigned)(uintptr_t)seconds);
  printf("{\"peer\":\"librdkafka\",\"version\":\"%s\",\"accepted\":%ld,\"acked\":%ld,\"errors\":%ld,\"rss_mb\":%.1f,\"max_rss_mb\":%.1f",
         rd_kafka_version_str(), accepted, acked, failed, status_mb("VmRSS"), status_mb("VmHWM"));
  print_tail();
  _exit(0);
}

/* ---- sending ---- */

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char error[256];
  if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) fatal(error);
}

static rd_kafka_t *start(void) {
  char error[256];
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", flag("bootstrap", "127.0.0.1:9092"));
  set(conf, "acks", flag("acks", "all"));
  set(conf, "enable.idempotence", flag("idempotent", "true"));
  set(conf, "compression.codec", flag("codec", "none"));
  set(conf, "linger.ms", flag("linger-ms", "5"));
  set(conf, "batch.size", flag("batch-bytes", "16384"));
  set(conf, "max.in.flight.requests.per.connection", flag("max-inflight", "5"));
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
  if (!rk) fatal(error);
  return rk;
}

/* Sends until so many are sent or the time is over, and waits for all of them; gives how many. */
static long send_all(rd_kafka_t *rk, rd_kafka_topic_t *topic, long from, long records, long rate, double limit, int measured) {
  double begin = seconds_now();
  long sent = 0, time_every = rate > 0 ? 1 : 10, over = 0;
  acked = failed = timed = 0;
  while (sent < records && !over) {
    long due = records;
    if (rate > 0) {
      due = (long)((seconds_now() - begin) * (double)rate);
      if (due > records) due = records;
    }
    while (sent < due && !over) {
      long at = (from + sent) % entries;
      void *opaque = NULL;
      if (sent % time_every == 0) {
        double now = seconds_now();
        if (limit > 0 && now - begin > limit) {
          over = 1;
          break;
        }
        /* The time travels with the record, in the bits of its pointer. */
        if (measured) memcpy(&opaque, &now, sizeof opaque);
      }
      /* The pool outlives all records, so nothing need be copied. */
      while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, values + at * value_size, (size_t)value_size,
                              key_size ? keys + at * key_size : NULL, (size_t)key_size, opaque)) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) fatal(rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(rk, 5);
      }
      sent++, accepted++;
      if (sent % 100 == 0) rd_kafka_poll(rk, 0);
    }
    if (rate > 0) rd_kafka_poll(rk, 1);
  }
  while (acked + failed < sent) rd_kafka_poll(rk, 10);
  return sent;
}

int main(int argc, char **argv) {
  flags = argv + 1, flag_count = argc - 1;
  make_pool();
  rd_kafka_t *rk = start();
  rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, flag("topic", "bench"), NULL);
  long stall = number("stall-seconds", 0), records = number("records", 1000000);
  double limit = atof(flag("max-seconds", "0"));
  pthread_t watch;
  if (stall > 0) pthread_create(&watch, NULL, end_when_stalled, (void *)(uintptr_t)stall);

  long warmup = send_all(rk, topic, 0, number("warmup", records / 20), 0, limit / 2, 0);
  long warmup_errors = failed;
  double cpu = cpu_seconds(), begin = seconds_now();
  long sent = send_all(rk, topic, warmup, records, number("rate", 0), limit, 1);
  double seconds = seconds_now() - begin;
  cpu = cpu_seconds() - cpu;
  if (timed > 0) qsort(latencies, (size_t)timed, sizeof *latencies, ascending);
  double bytes = (double)sent * (double)(value_size + key_size);
  printf("{\"peer\":\"librdkafka\",\"version\":\"%s\",\"records\":%ld,\"warmup\":%ld,\"bytes\":%.0f,\"seconds\":%.3f,"
         "\"records_per_s\":%.0f,\"mb_per_s\":%.3f,\"cpu_s\":%.3f,\"cpu_us_per_record\":%.3f,\"max_rss_mb\":%.1f,",
         rd_kafka_version_str(), acked, warmup, bytes, seconds, (double)sent / seconds, bytes / 1e6 / seconds, cpu,
         cpu * 1e6 / (double)sent, status_mb("VmHWM"));
  printf("\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"errors\":%ld", quantile(0.5), quantile(0.95),
         quantile(0.99), quantile(0.999), failed + warmup_errors);
  print_tail();
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(rk);
}
