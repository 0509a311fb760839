"""librdkafka under the command line that all drivers share; see contract.ts. Idempotence only."""

import json
import resource
import sys
import time

import confluent_kafka

REPORT_EVERY = 0.1
POLL_EVERY = 200


def flags(argv):
    return {argv[i][2:]: argv[i + 1] for i in range(0, len(argv), 2)}


class Outcomes:
    def __init__(self):
        self.settled = 0
        self.said = time.monotonic()
        self.clear()

    def clear(self):
        self.ranges = {"acked": [], "failed": [], "unknown": []}
        self.open = {"acked": {}, "failed": {}, "unknown": {}}
        self.errors = {}

    def add(self, outcome, key, sequence):
        last = self.open[outcome].get(key)
        if last is not None and last[2] + 1 == sequence:
            last[2] = sequence
        else:
            self.open[outcome][key] = entry = [key, sequence, sequence]
            self.ranges[outcome].append(entry)
        self.settled += 1

    def flush(self, now=None):
        if now is not None and now - self.said < REPORT_EVERY:
            return
        self.said = time.monotonic()
        if any(self.ranges.values()):
            say({"kind": "outcomes", **self.ranges, "errors": self.errors})
        self.clear()


def say(line):
    sys.stdout.write(json.dumps({**line, "at": int(time.time() * 1000)}) + "\n")
    sys.stdout.flush()


def main():
    given = flags(sys.argv[1:])
    keys, partitions = int(given["keys"]), int(given["partitions"])
    records, seconds = int(given["records"]) or float("inf"), float(given["seconds"]) or float("inf")
    window, size, rate = int(given["window"]), int(given["value-bytes"]), float(given["rate"])
    if given["transactional-id"]:
        sys.exit("this driver has no transactions")
    producer = confluent_kafka.Producer({
        "bootstrap.servers": given["bootstrap-servers"],
        "client.id": "chaos",
        "enable.idempotence": True,
        "delivery.timeout.ms": 120000,
        "log_level": 0,
        "error_cb": lambda error: None,
    })
    outcomes = Outcomes()
    next_sequence = [int(given["from"])] * keys

    def on_delivery(key, sequence):
        def callback(error, _message):
            if error is None:
                return outcomes.add("acked", key, sequence)
            outcomes.errors[error.name()] = outcomes.errors.get(error.name(), 0) + 1
            # Python is not told what librdkafka knows of a message's persistence.
            outcomes.add("unknown", key, sequence)
        return callback

    started = time.monotonic()
    sent = 0
    while sent < records and time.monotonic() < started + seconds:
        key = sent % keys
        sequence = next_sequence[key]
        value = f"{sequence} ".ljust(size, ".")
        while True:
            try:
                producer.produce(given["topic"], value, f"k{key}", key % partitions, on_delivery(key, sequence))
                break
            except BufferError:
                producer.poll(0.05)
                outcomes.flush(time.monotonic())
        next_sequence[key] += 1
        sent += 1
        if sent % POLL_EVERY == 0:
            producer.poll(0)
            outcomes.flush(time.monotonic())
            while sent - outcomes.settled >= window:
                producer.poll(0.01)
                outcomes.flush(time.monotonic())
        if rate > 0 and started + sent / rate > time.monotonic() + 0.005:
            producer.poll(started + sent / rate - time.monotonic())
            outcomes.flush(time.monotonic())
    while sent > outcomes.settled:
        producer.poll(0.1)
        outcomes.flush(time.monotonic())
    outcomes.flush()
    used = resource.getrusage(resource.RUSAGE_SELF)
    say({
        "kind": "done",
        "next": next_sequence,
        "client": f"librdkafka {confluent_kafka.libversion()[0]}",
        "cpuSeconds": used.ru_utime + used.ru_stime,
        "maxRssMb": used.ru_maxrss / 1024,
    })


main()
