package main

import (
	"fmt"
	"strings"
)

var words = strings.Fields(`alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar
	papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu order payment customer shipped pending failed`)

type xorshift uint32

func (x *xorshift) next() uint32 {
	*x ^= *x << 13
	*x ^= *x >> 17
	*x ^= *x << 5
	return uint32(*x)
}

// makePool makes the values and keys that every driver sends; src/driver/payloads.mjs says how.
func makePool(json bool, valueSize, keySize int) (values, keys [][]byte) {
	random := xorshift(0x9e3779b9)
	entries := max(64, min(10_000, (16<<20)/max(1, valueSize)))
	for i := range entries {
		value := make([]byte, valueSize)
		if json {
			copy(value, jsonText(&random, i, max(0, valueSize-2)))
		} else {
			for k := range value {
				value[k] = byte(random.next())
			}
		}
		values = append(values, value)
		if keySize > 0 {
			keys = append(keys, fmt.Appendf(nil, "%0*d", keySize, i))
		}
	}
	return values, keys
}

func jsonText(random *xorshift, index, room int) string {
	id, host := random.next(), random.next()&15
	text := fmt.Appendf(nil, `{"id":"%08x","seq":%d,"host":"node-%d","ok":true,"msg":"`, id, index, host)
	for len(text) < room {
		text = append(append(text, words[random.next()&31]...), ' ')
	}
	return string(text[:room]) + `"}`
}
