// franz-go behind the command line of all drivers; see benchmarks/README.md.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type flags map[string]string

func (f flags) text(name, otherwise string) string {
	if value, ok := f[name]; ok {
		return value
	}
	return otherwise
}

func (f flags) number(name string, otherwise int) int {
	value, err := strconv.Atoi(f.text(name, strconv.Itoa(otherwise)))
	if err != nil {
		fatal(fmt.Errorf("--%s: %w", name, err))
	}
	return value
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "franz-go: error:", err)
	os.Exit(1)
}

type driver struct {
	flags        flags
	client       *kgo.Client
	values, keys [][]byte
	accepted     atomic.Int64
	acked        atomic.Int64
	failed       atomic.Int64
	firstError   atomic.Value
	// Written by the one goroutine that completes records.
	latencies []float64
}

func (d *driver) settle(err error) {
	if err == nil {
		d.acked.Add(1)
		return
	}
	d.failed.Add(1)
	d.firstError.CompareAndSwap(nil, err.Error())
}

// send sends until so many are sent or the time is over, and waits for all of them; it gives how many.
func (d *driver) send(from, records, rate int, limit time.Duration, measured bool) int {
	ctx := context.Background()
	start := time.Now()
	timeEvery := 10
	if rate > 0 {
		timeEvery = 1
	}
	plain := func(_ *kgo.Record, err error) { d.settle(err) }
	sent := 0
loop:
	for sent < records {
		due := records
		if rate > 0 {
			due = min(records, int(time.Since(start).Seconds()*float64(rate)))
		}
		for sent < due {
			at := (from + sent) % len(d.values)
			record := &kgo.Record{Value: d.values[at]}
			if d.keys != nil {
				record.Key = d.keys[at]
			}
			onOutcome := plain
			if sent%timeEvery == 0 {
				now := time.Now()
				if limit > 0 && now.Sub(start) > limit {
					break loop
				}
				if measured {
					onOutcome = func(_ *kgo.Record, err error) {
						d.latencies = append(d.latencies, float64(time.Since(now).Nanoseconds())/1e6)
						d.settle(err)
					}
				}
			}
			d.client.Produce(ctx, record, onOutcome)
			sent++
			d.accepted.Add(1)
		}
		if rate > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	if err := d.client.Flush(ctx); err != nil {
		fatal(err)
	}
	return sent
}

func (d *driver) print(line map[string]any) {
	line["peer"] = "franz-go"
	line["version"] = version()
	if first := d.firstError.Load(); first != nil {
		line["first_error"] = first
	}
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func (d *driver) run() {
	f := d.flags
	if stall := f.number("stall-seconds", 0); stall > 0 {
		time.AfterFunc(time.Duration(stall)*time.Second, func() {
			d.print(map[string]any{
				"accepted": d.accepted.Load(), "acked": d.acked.Load(), "errors": d.failed.Load(),
				"rss_mb": statusMB("VmRSS"), "max_rss_mb": statusMB("VmHWM"),
			})
			os.Exit(0)
		})
	}
	records := f.number("records", 1_000_000)
	limit := time.Duration(f.number("max-seconds", 0)) * time.Second
	warmup := d.send(0, f.number("warmup", records/20), 0, limit/2, false)
	warmupErrors := d.failed.Swap(0)
	d.acked.Store(0)

	cpu, start := cpuSeconds(), time.Now()
	sent := d.send(warmup, records, f.number("rate", 0), limit, true)
	seconds, spent := time.Since(start).Seconds(), cpuSeconds()-cpu
	d.client.Close()
	sort.Float64s(d.latencies)
	quantile := func(q float64) float64 {
		if len(d.latencies) == 0 {
			return 0
		}
		return d.latencies[min(len(d.latencies)-1, int(q*float64(len(d.latencies))))]
	}
	bytes := sent * (f.number("value-size", 100) + f.number("key-size", 0))
	d.print(map[string]any{
		"records": d.acked.Load(), "warmup": warmup, "bytes": bytes, "seconds": seconds,
		"records_per_s": int(float64(sent) / seconds), "mb_per_s": float64(bytes) / 1e6 / seconds,
		"cpu_s": spent, "cpu_us_per_record": spent * 1e6 / float64(sent), "max_rss_mb": statusMB("VmHWM"),
		"p50_ms": quantile(0.5), "p95_ms": quantile(0.95), "p99_ms": quantile(0.99), "p999_ms": quantile(0.999),
		"errors": d.failed.Load() + warmupErrors,
	})
}

func options(f flags) []kgo.Opt {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(f.text("bootstrap", "127.0.0.1:9092"), ",")...),
		kgo.DefaultProduceTopic(f.text("topic", "bench")),
		kgo.ProducerLinger(time.Duration(f.number("linger-ms", 5)) * time.Millisecond),
		kgo.ProducerBatchMaxBytes(int32(f.number("batch-bytes", 16384))),
		kgo.ProducerBatchCompression(codecs[f.text("codec", "none")]),
		kgo.MaxBufferedRecords(f.number("max-buffered", 50_000)),
	}
	switch f.text("acks", "all") {
	case "0":
		opts = append(opts, kgo.RequiredAcks(kgo.NoAck()))
	case "1":
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()))
	}
	// An idempotent client chooses its own number of requests in flight.
	if f.text("idempotent", "true") != "true" || f.text("acks", "all") == "0" || f.text("acks", "all") == "1" {
		opts = append(opts, kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(f.number("max-inflight", 5)))
	}
	return opts
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func statusMB(field string) float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			kb, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
			return float64(kb) / 1024
		}
	}
	return 0
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/twmb/franz-go" {
			return module.Version
		}
	}
	return "unknown"
}

func main() {
	f := flags{}
	for i := 1; i+1 < len(os.Args); i += 2 {
		f[strings.TrimPrefix(os.Args[i], "--")] = os.Args[i+1]
	}
	client, err := kgo.NewClient(options(f)...)
	if err != nil {
		fatal(err)
	}
	d := &driver{flags: f, client: client}
	d.values, d.keys = makePool(f.text("payload", "random") == "json", f.number("value-size", 100), f.number("key-size", 0))
	d.run()
}
