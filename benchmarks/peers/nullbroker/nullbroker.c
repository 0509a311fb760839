/*
 * A Kafka cluster that keeps nothing: answers ApiVersions, Metadata, InitProducerId and Produce, and counts records.
 * One thread and one read per wake-up, so that on a machine of few cores the clients have the rest.
 *
 *   nullbroker --brokers N --partitions P --latency-ms L --max-seconds S
 *
 * Prints {"ports":[...]} when it listens, on 127.0.0.1 only, and its totals on SIGTERM. `nullbroker.mjs` is the same
 * for machines without a C compiler.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PRODUCE = 0, FETCH = 1, METADATA = 3, API_VERSIONS = 18, INIT_PRODUCER_ID = 22 };
enum { LISTENER, CONNECTION };

/* Fetch is not answered, but a client may take it as the sign that brokers know record batches. */
static const struct { int16_t key, least, most; } apis[] = {
    {PRODUCE, 3, 11}, {FETCH, 4, 11}, {METADATA, 0, 12}, {API_VERSIONS, 0, 4}, {INIT_PRODUCER_ID, 0, 4}};

static int brokers = 1, partitions = 6, ports[1024], poller;
static int64_t latency_ns, records, batches, requests, bytes, out_of_sequence, connections, producers;

static void *need(void *memory) {
  if (!memory) fprintf(stderr, "nullbroker: out of memory\n"), exit(1);
  return memory;
}

/* ---- bytes out ---- */

typedef struct {
  uint8_t *at;
  size_t length, capacity;
} Buffer;

static void reserve(Buffer *b, size_t more) {
  if (b->length + more <= b->capacity) return;
  while (b->length + more > b->capacity) b->capacity = b->capacity ? b->capacity * 2 : 4096;
  b->at = need(realloc(b->at, b->capacity));
}

static void put(Buffer *b, uint64_t value, int size) {
  reserve(b, 8);
  for (int i = size - 1; i >= 0; i--) b->at[b->length++] = (uint8_t)(value >> (8 * i));
}

static void put_varint(Buffer *b, uint32_t value) {
  for (; value >= 0x80; value >>= 7) put(b, value | 0x80, 1);
  put(b, value, 1);
}

static void put_string(Buffer *b, int flexible, const char *text, int length) {
  if (flexible) put_varint(b, (uint32_t)length + 1);
  else put(b, (uint64_t)length, 2);
  reserve(b, (size_t)length);
  memcpy(b->at + b->length, text, (size_t)length);
  b->length += (size_t)length;
}

static void put_null_string(Buffer *b, int flexible) {
  put(b, flexible ? 0 : 0xffff, flexible ? 1 : 2);
}

static void put_count(Buffer *b, int flexible, int count) {
  if (flexible) put_varint(b, (uint32_t)count + 1);
  else put(b, (uint64_t)count, 4);
}

static void put_tags(Buffer *b, int flexible) {
  if (flexible) put(b, 0, 1);
}

/* ---- bytes in: whoever reads past the end gets zeros, and `broken` tells ---- */

typedef struct {
  const uint8_t *at, *end;
  int broken;
} Reader;

static int64_t take(Reader *r, int size) {
  uint64_t value = 0;
  if (r->end - r->at < size) return r->broken = 1, r->at = r->end, 0;
  for (int i = 0; i < size; i++) value = value << 8 | *r->at++;
  return size == 8 ? (int64_t)value : size == 4 ? (int32_t)value : size == 2 ? (int16_t)value : (int64_t)value;
}

static uint32_t take_varint(Reader *r) {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    uint8_t byte = (uint8_t)take(r, 1);
    value |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

static const uint8_t *skip(Reader *r, int64_t size) {
  const uint8_t *from = r->at;
  if (size < 0) size = 0;
  if (r->end - r->at < size) r->broken = 1, size = r->end - r->at;
  r->at += size;
  return from;
}

static int take_count(Reader *r, int flexible) {
  return flexible ? (int)take_varint(r) - 1 : (int)take(r, 4);
}

static const uint8_t *take_string(Reader *r, int flexible, int *length) {
  *length = flexible ? (int)take_varint(r) - 1 : (int)take(r, 2);
  return skip(r, *length);
}

static void skip_tags(Reader *r, int flexible) {
  if (!flexible) return;
  for (uint32_t n = take_varint(r); n > 0 && !r->broken; n--) {
    take_varint(r);
    skip(r, take_varint(r));
  }
}

/* ---- what was sent so far ---- */

typedef struct {
  int64_t offset, producer;
  int32_t sequence;
} Partition;

typedef struct {
  char *name;
  int length;
  Partition *partitions;
} Topic;

static Topic *topics;
static size_t topics_capacity, topics_used;

static size_t slot_of(const uint8_t *name, int length) {
  uint32_t hash = 2166136261u;
  for (int i = 0; i < length; i++) hash = (hash ^ name[i]) * 16777619u;
  size_t slot = hash % topics_capacity;
  while (topics[slot].name && (topics[slot].length != length || memcmp(topics[slot].name, name, (size_t)length)))
    slot = (slot + 1) % topics_capacity;
  return slot;
}

static Topic *topic_of(const uint8_t *name, int length) {
  if (topics_used * 2 >= topics_capacity) {
    Topic *old = topics;
    size_t count = topics_capacity;
    topics_capacity = count ? count * 2 : 64;
    topics = need(calloc(topics_capacity, sizeof *topics));
    for (size_t i = 0; i < count; i++)
      if (old[i].name) topics[slot_of((uint8_t *)old[i].name, old[i].length)] = old[i];
    free(old);
  }
  Topic *topic = &topics[slot_of(name, length)];
  if (!topic->name) {
    topic->name = need(malloc((size_t)length + 1));
    memcpy(topic->name, name, (size_t)length);
    topic->length = length;
    topic->partitions = need(calloc((size_t)partitions, sizeof(Partition)));
    topics_used++;
  }
  return topic;
}

static int64_t big(const uint8_t *at, int size) {
  Reader r = {at, at + size, 0};
  return take(&r, size);
}

/* Counts the batches of one partition and gives the offset of the first; their records are not looked at. */
static int64_t append(Partition *p, const uint8_t *at, int64_t length) {
  int64_t first = p->offset;
  while (length >= 61) {
    int64_t size = 12 + big(at + 8, 4), producer = big(at + 43, 8);
    int32_t sequence = (int32_t)big(at + 53, 4), count = (int32_t)big(at + 57, 4);
    if (size < 61 || size > length || at[16] != 2 || count < 0) break;
    if (sequence >= 0) {
      if (producer != p->producer) p->producer = producer, p->sequence = 0;
      if (sequence != p->sequence) out_of_sequence++;
      p->sequence = (int32_t)(((int64_t)sequence + count) & 0x7fffffff);
    }
    p->offset += count, records += count, batches++;
    at += size, length -= size;
  }
  return first;
}

/* ---- the four answers ---- */

static void answer_api_versions(Buffer *b, int version) {
  int flexible = version >= 3, count = sizeof apis / sizeof *apis;
  put(b, version > 4 ? 35 : 0, 2);
  if (version > 4) version = flexible = 0;
  put_count(b, flexible, count);
  for (int i = 0; i < count; i++) {
    put(b, (uint64_t)apis[i].key, 2), put(b, (uint64_t)apis[i].least, 2), put(b, (uint64_t)apis[i].most, 2);
    put_tags(b, flexible);
  }
  if (version >= 1) put(b, 0, 4);
  put_tags(b, flexible);
}

static void answer_metadata_topic(Buffer *b, int version, const uint8_t *name, int length) {
  int flexible = version >= 9;
  put(b, 0, 2);
  put_string(b, flexible, (const char *)name, length);
  if (version >= 10) {
    uint64_t id = 14695981039346656037u;
    for (int i = 0; i < length; i++) id = (id ^ name[i]) * 1099511628211u;
    put(b, id, 8), put(b, id ^ 0x5555, 8);
  }
  if (version >= 1) put(b, 0, 1);
  put_count(b, flexible, partitions);
  for (int i = 0; i < partitions; i++) {
    put(b, 0, 2), put(b, (uint64_t)i, 4), put(b, (uint64_t)(i % brokers), 4);
    if (version >= 7) put(b, 0, 4);
    put_count(b, flexible, 1), put(b, (uint64_t)(i % brokers), 4);
    put_count(b, flexible, 1), put(b, (uint64_t)(i % brokers), 4);
    if (version >= 5) put_count(b, flexible, 0);
    put_tags(b, flexible);
  }
  if (version >= 8) put(b, 0x80000000u, 4);
  put_tags(b, flexible);
}

static void answer_metadata(Buffer *b, int version, Reader *r) {
  int flexible = version >= 9;
  if (version >= 3) put(b, 0, 4);
  put_count(b, flexible, brokers);
  for (int i = 0; i < brokers; i++) {
    put(b, (uint64_t)i, 4), put_string(b, flexible, "127.0.0.1", 9), put(b, (uint64_t)ports[i], 4);
    if (version >= 1) put_null_string(b, flexible);
    put_tags(b, flexible);
  }
  if (version >= 2) put_string(b, flexible, "nullbroker", 10);
  if (version >= 1) put(b, 0, 4);
  /* "All topics" is answered with none: there are none until somebody names them. */
  int count = take_count(r, flexible);
  put_count(b, flexible, count < 0 ? 0 : count);
  for (int i = 0; i < count && !r->broken; i++) {
    int length;
    if (version >= 10) skip(r, 16);
    const uint8_t *name = take_string(r, flexible, &length);
    skip_tags(r, flexible);
    answer_metadata_topic(b, version, name, length < 0 ? 0 : length);
  }
  if (version >= 8 && version <= 10) put(b, 0x80000000u, 4);
  put_tags(b, flexible);
}

static void answer_init_producer_id(Buffer *b, int version) {
  put(b, 0, 4), put(b, 0, 2), put(b, (uint64_t)++producers, 8), put(b, 0, 2);
  put_tags(b, version >= 2);
}

/* False for acks=0, which wants no answer. */
static int answer_produce(Buffer *b, int version, Reader *r) {
  int flexible = version >= 9, length;
  take_string(r, flexible, &length);
  int acks = (int)take(r, 2);
  take(r, 4);
  int count = take_count(r, flexible);
  put_count(b, flexible, count < 0 ? 0 : count);
  for (int i = 0; i < count && !r->broken; i++) {
    const uint8_t *name = take_string(r, flexible, &length);
    Topic *topic = topic_of(name, length < 0 ? 0 : length);
    put_string(b, flexible, topic->name, topic->length);
    int parts = take_count(r, flexible);
    put_count(b, flexible, parts < 0 ? 0 : parts);
    for (int k = 0; k < parts && !r->broken; k++) {
      int64_t index = take(r, 4), size = flexible ? (int64_t)take_varint(r) - 1 : take(r, 4), offset = -1;
      const uint8_t *batch = skip(r, size);
      int known = index >= 0 && index < partitions;
      if (known && !r->broken) offset = append(&topic->partitions[index], batch, size);
      skip_tags(r, flexible);
      put(b, (uint64_t)index, 4), put(b, known ? 0 : 3, 2), put(b, (uint64_t)offset, 8), put(b, (uint64_t)-1, 8);
      if (version >= 5) put(b, 0, 8);
      if (version >= 8) put_count(b, flexible, 0), put_null_string(b, flexible);
      put_tags(b, flexible);
    }
    skip_tags(r, flexible);
    put_tags(b, flexible);
  }
  put(b, 0, 4);
  put_tags(b, flexible);
  requests++;
  return acks != 0;
}

/* ---- connections ---- */

typedef struct Connection {
  int kind, fd, writing;
  Buffer in, out;
} Connection;

/* Answers that wait for their time; as every one waits equally long, the order of arrival is that of departure. */
typedef struct Late {
  int64_t due;
  Connection *connection;
  Buffer answer;
  struct Late *next;
} Late;

static Late *first_late, **last_late = &first_late;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void drop(Connection *c) {
  for (Late *l = first_late; l; l = l->next)
    if (l->connection == c) l->connection = NULL;
  close(c->fd);
  free(c->in.at), free(c->out.at), free(c);
}

/* False when the connection is gone. */
static int flush_out(Connection *c) {
  size_t sent = 0;
  while (sent < c->out.length) {
    ssize_t n = send(c->fd, c->out.at + sent, c->out.length - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return drop(c), 0;
    if (n < 0) break;
    sent += (size_t)n;
  }
  memmove(c->out.at, c->out.at + sent, c->out.length - sent);
  c->out.length -= sent;
  int writing = c->out.length > 0;
  if (writing != c->writing) {
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
    c->writing = writing;
  }
  return 1;
}

static int answer(Connection *c, const uint8_t *frame, size_t length) {
  Reader r = {frame, frame + length, 0};
  int api = (int)take(&r, 2), version = (int)take(&r, 2), ignored;
  int32_t correlation = (int32_t)take(&r, 4);
  take_string(&r, 0, &ignored);
  int flexible = api == PRODUCE || api == METADATA ? version >= 9 : api == INIT_PRODUCER_ID ? version >= 2 : version >= 3;
  skip_tags(&r, flexible);

  Buffer late = {0}, *b = api == PRODUCE && latency_ns > 0 ? &late : &c->out;
  size_t start = b->length;
  put(b, 0, 4), put(b, (uint32_t)correlation, 4);
  /* ApiVersions is answered with the oldest header, so that a client of any age can read it. */
  put_tags(b, flexible && api != API_VERSIONS);
  int wanted = 1;
  if (api == PRODUCE) wanted = answer_produce(b, version, &r);
  else if (api == METADATA) answer_metadata(b, version, &r);
  else if (api == INIT_PRODUCER_ID) answer_init_producer_id(b, version);
  else if (api == API_VERSIONS) answer_api_versions(b, version);
  else return fprintf(stderr, "nullbroker: request %d is not known here\n", api), 0;
  if (r.broken) return fprintf(stderr, "nullbroker: request %d v%d is too short\n", api, version), 0;
  if (!wanted) return b->length = start, free(late.at), 1;
  uint32_t size = (uint32_t)(b->length - start - 4);
  for (int i = 0; i < 4; i++) b->at[start + (size_t)i] = (uint8_t)(size >> (24 - 8 * i));
  if (b == &late) {
    Late *l = need(malloc(sizeof *l));
    *l = (Late){now() + latency_ns, c, late, NULL};
    *last_late = l, last_late = &l->next;
  }
  return 1;
}

static void on_readable(Connection *c) {
  reserve(&c->in, 256 * 1024);
  ssize_t n = recv(c->fd, c->in.at + c->in.length, c->in.capacity - c->in.length, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return drop(c);
  c->in.length += (size_t)n, bytes += n;
  size_t done = 0;
  while (c->in.length - done >= 4) {
    size_t size = (size_t)big(c->in.at + done, 4) & 0x7fffffff;
    if (c->in.length - done - 4 < size) {
      reserve(&c->in, size);
      break;
    }
    if (!answer(c, c->in.at + done + 4, size)) return drop(c);
    done += 4 + size;
  }
  memmove(c->in.at, c->in.at + done, c->in.length - done);
  c->in.length -= done;
  flush_out(c);
}

static void on_connection(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  Connection *c = need(calloc(1, sizeof *c));
  c->kind = CONNECTION, c->fd = fd, connections++;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
}

static void send_due(int64_t time) {
  while (first_late && first_late->due <= time) {
    Late *l = first_late;
    if (!(first_late = l->next)) last_late = &first_late;
    if (l->connection) {
      reserve(&l->connection->out, l->answer.length);
      memcpy(l->connection->out.at + l->connection->out.length, l->answer.at, l->answer.length);
      l->connection->out.length += l->answer.length;
      flush_out(l->connection);
    }
    free(l->answer.at), free(l);
  }
}

static void listen_on(int broker) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, (void *)&address, size) || listen(fd, 128) || getsockname(fd, (void *)&address, &size))
    perror("nullbroker"), exit(1);
  ports[broker] = ntohs(address.sin_port);
  Connection *c = need(calloc(1, sizeof *c));
  c->kind = LISTENER, c->fd = fd;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
}

static void tell_totals(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  double cpu = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
  printf("{\"records\":%lld,\"batches\":%lld,\"requests\":%lld,\"bytes\":%lld,\"out_of_sequence\":%lld,"
         "\"connections\":%lld,\"cpu_s\":%.3f}\n",
         (long long)records, (long long)batches, (long long)requests, (long long)bytes, (long long)out_of_sequence,
         (long long)connections, cpu);
}

int main(int argc, char **argv) {
  int max_seconds = 900;
  for (int i = 1; i + 1 < argc; i += 2) {
    int value = atoi(argv[i + 1]);
    if (!strcmp(argv[i], "--brokers")) brokers = value;
    else if (!strcmp(argv[i], "--partitions")) partitions = value;
    else if (!strcmp(argv[i], "--latency-ms")) latency_ns = value * 1000000ll;
    else if (!strcmp(argv[i], "--max-seconds")) max_seconds = value;
  }
  if (brokers < 1 || brokers > 1024 || partitions < 1) return fprintf(stderr, "nullbroker: no such cluster\n"), 2;
  /* Whoever started it may be killed without a word; nothing is to be left behind. */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t ending;
  sigemptyset(&ending), sigaddset(&ending, SIGTERM), sigaddset(&ending, SIGALRM);
  sigprocmask(SIG_BLOCK, &ending, NULL);
  alarm((unsigned)max_seconds);

  poller = epoll_create1(0);
  int signals = signalfd(-1, &ending, 0);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poller, EPOLL_CTL_ADD, signals, &e);
  for (int i = 0; i < brokers; i++) listen_on(i);
  printf("{\"ports\":[");
  for (int i = 0; i < brokers; i++) printf("%s%d", i ? "," : "", ports[i]);
  printf("]}\n"), fflush(stdout);

  for (;;) {
    struct epoll_event ready[64];
    int wait = -1;
    if (first_late) {
      int64_t left = first_late->due - now();
      wait = left <= 0 ? 0 : (int)(left / 1000000) + 1;
    }
    int n = epoll_wait(poller, ready, 64, wait);
    for (int i = 0; i < n; i++) {
      Connection *c = ready[i].data.ptr;
      if (!c) return tell_totals(), 0;
      if (c->kind == LISTENER) on_connection(c->fd);
      else if (!(ready[i].events & EPOLLOUT) || flush_out(c)) on_readable(c);
    }
    if (first_late) send_due(now());
  }
}
