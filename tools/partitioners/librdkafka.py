"""Arguments: a file with one key in hex on each line, then numbers of partitions. Writes one JSON line for each
partitioner and number. Calls the functions that librdkafka exports, in the library within the confluent-kafka wheel."""

import ctypes
import glob
import json
import os
import sys

import confluent_kafka

folder = os.path.join(os.path.dirname(os.path.dirname(confluent_kafka.__file__)), "confluent_kafka.libs")
library = ctypes.CDLL(glob.glob(os.path.join(folder, "librdkafka*"))[0])
library.rd_kafka_version_str.restype = ctypes.c_char_p
version = library.rd_kafka_version_str().decode()
with open(sys.argv[1], encoding="ascii") as file:
    keys = [bytes.fromhex(line) for line in file.read().split("\n")[:-1]]

for name in ("consistent", "consistent_random", "murmur2", "murmur2_random", "fnv1a", "fnv1a_random"):
    function = getattr(library, "rd_kafka_msg_partitioner_" + name)
    function.restype = ctypes.c_int32
    function.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    # Where chance decides, the function needs a topic to look at; that an empty key is none is told in the documentation.
    placed = [key for key in keys if key or name != "consistent_random"]
    for count in map(int, sys.argv[2:]):
        line = {
            "client": "librdkafka",
            "version": version,
            "partitioner": name,
            "count": count,
            "partitions": [function(None, key, len(key), count, None, None) for key in placed],
        }
        if not name.endswith("_random"):
            line["keyless"] = function(None, None, 0, count, None, None)
        print(json.dumps(line, separators=(",", ":")))
