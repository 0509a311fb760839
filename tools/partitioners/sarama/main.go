// Arguments: a file with one key in hex on each line, then numbers of partitions. Writes one JSON line for each
// partitioner and number.
package main

import (
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/IBM/sarama"
)

type line struct {
	Client      string  `json:"client"`
	Version     string  `json:"version"`
	Partitioner string  `json:"partitioner"`
	Count       int32   `json:"count"`
	Partitions  []int32 `json:"partitions"`
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	keys := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	partitioners := map[string]sarama.PartitionerConstructor{
		"hash":              sarama.NewHashPartitioner,
		"referenceHash":     sarama.NewReferenceHashPartitioner,
		"consistentCRCHash": sarama.NewConsistentCRCHashPartitioner,
		"murmur2":           sarama.NewMurmur2Partitioner,
	}
	out := json.NewEncoder(os.Stdout)
	for name, construct := range partitioners {
		partitioner := construct("topic")
		for _, argument := range os.Args[2:] {
			count, err := strconv.ParseInt(argument, 10, 32)
			check(err)
			result := line{Client: "Sarama", Version: version(), Partitioner: name, Count: int32(count)}
			for _, key := range keys {
				bytes, err := hex.DecodeString(key)
				check(err)
				message := &sarama.ProducerMessage{Key: sarama.ByteEncoder(bytes)}
				partition, err := partitioner.Partition(message, int32(count))
				check(err)
				result.Partitions = append(result.Partitions, partition)
			}
			check(out.Encode(result))
		}
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == "github.com/IBM/sarama" {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
