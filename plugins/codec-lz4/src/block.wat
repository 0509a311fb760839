;; Makes an LZ4 block (independent, at most 64 KiB) of what lies at `input`, and returns how long the block at `output` is.
;; The format, and what it asks of the end of a block: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
;;
;; `blockCode.ts` holds this as it is assembled: `node plugins/codec-lz4/test/block/generate.ts` writes it anew, a test compares.
(module
  ;; 0: for each hash of five bytes where they were seen last, as 16 bits from `input`; then input; then output. Both may
  ;; be read or written up to 7 bytes beyond their ends.
  (memory (export "memory") 3)
  (global $input (export "input") i32 (i32.const 16384))
  (global $output (export "output") i32 (i32.const 81936))

  ;; What of a length does not fit into 4 bits: bytes that are added up, the first one below 255 being the last.
  (func $more (param $write i32) (param $rest i32) (result i32)
    (block $last
      (loop $next
        (br_if $last (i32.lt_u (local.get $rest) (i32.const 255)))
        (i32.store8 (local.get $write) (i32.const 255))
        (local.set $write (i32.add (local.get $write) (i32.const 1)))
        (local.set $rest (i32.sub (local.get $rest) (i32.const 255)))
        (br $next)))
    (i32.store8 (local.get $write) (local.get $rest))
    (i32.add (local.get $write) (i32.const 1)))

  (func (export "compress") (param $length i32) (result i32)
    (local $read i32) ;; what is looked at
    (local $write i32)
    (local $anchor i32) ;; the first byte that is in no sequence yet
    (local $end i32)
    (local $lastStart i32) ;; no match may begin later
    (local $lastEnd i32) ;; no match may end later
    (local $misses i32)
    (local $eight i64) ;; what stands there; multiplied by a number that ends with 24 zeros, its last three do not count
    (local $slot i32)
    (local $match i32)
    (local $distance i32)
    (local $token i32)
    (local $count i32)
    (local $unlike i64)

    (memory.fill (i32.const 0) (i32.const 0) (i32.const 16384))
    (local.set $anchor (global.get $input))
    (local.set $read (i32.add (global.get $input) (i32.const 1)))
    (local.set $write (global.get $output))
    (local.set $end (i32.add (global.get $input) (local.get $length)))
    (local.set $lastStart (i32.sub (local.get $end) (i32.const 12)))
    (local.set $lastEnd (i32.sub (local.get $end) (i32.const 5)))

    (block $finished
      (loop $search
        ;; One byte further at a time; after 64 misses two, after 128 three: what does not shrink is soon passed by.
        (local.set $misses (i32.const 64))
        (block $found
          (loop $next
            (br_if $finished (i32.gt_u (local.get $read) (local.get $lastStart)))
            (local.set $eight (i64.load (local.get $read)))
            (local.set $slot
              (i32.shl
                (i32.wrap_i64
                  (i64.shr_u
                    (i64.mul (local.get $eight) (i64.const 0xb97f4a7c15000000))
                    (i64.const 51)))
                (i32.const 1)))
            (local.set $match (i32.add (global.get $input) (i32.load16_u (local.get $slot))))
            (i32.store16 (local.get $slot) (i32.sub (local.get $read) (global.get $input)))
            (br_if $found (i32.eq (i32.load (local.get $match)) (i32.wrap_i64 (local.get $eight))))
            (local.set $read (i32.add (local.get $read) (i32.shr_u (local.get $misses) (i32.const 6))))
            (local.set $misses (i32.add (local.get $misses) (i32.const 1)))
            (br $next)))

        ;; The match may have begun before it was found.
        (local.set $distance (i32.sub (local.get $read) (local.get $match)))
        (block $begun
          (loop $back
            (br_if $begun (i32.le_u (local.get $read) (local.get $anchor)))
            (local.set $match (i32.sub (local.get $read) (local.get $distance)))
            (br_if $begun (i32.le_u (local.get $match) (global.get $input)))
            (br_if $begun
              (i32.ne
                (i32.load8_u (i32.sub (local.get $read) (i32.const 1)))
                (i32.load8_u (i32.sub (local.get $match) (i32.const 1)))))
            (local.set $read (i32.sub (local.get $read) (i32.const 1)))
            (br $back)))

        (local.set $token (local.get $write))
        (local.set $write (i32.add (local.get $write) (i32.const 1)))
        (local.set $count (i32.sub (local.get $read) (local.get $anchor)))
        (if (i32.lt_u (local.get $count) (i32.const 15))
          (then (i32.store8 (local.get $token) (i32.shl (local.get $count) (i32.const 4))))
          (else
            (i32.store8 (local.get $token) (i32.const 0xf0))
            (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))
        (local.set $count (i32.add (local.get $write) (local.get $count)))
        (loop $copy
          (i64.store (local.get $write) (i64.load (local.get $anchor)))
          (local.set $anchor (i32.add (local.get $anchor) (i32.const 8)))
          (br_if $copy (i32.lt_u (local.tee $write (i32.add (local.get $write) (i32.const 8))) (local.get $count))))
        (local.set $write (local.get $count))

        (loop $matches
          (i32.store16 (local.get $write) (local.get $distance))
          (local.set $write (i32.add (local.get $write) (i32.const 2)))

          ;; How far both are alike, from the fifth byte on.
          (local.set $anchor (i32.add (local.get $read) (i32.const 4)))
          (block $ended
            (loop $alike
              (if (i32.gt_u (local.get $anchor) (i32.sub (local.get $lastEnd) (i32.const 8)))
                (then
                  (loop $byte
                    (br_if $ended (i32.ge_u (local.get $anchor) (local.get $lastEnd)))
                    (br_if $ended
                      (i32.ne
                        (i32.load8_u (local.get $anchor))
                        (i32.load8_u (i32.sub (local.get $anchor) (local.get $distance)))))
                    (local.set $anchor (i32.add (local.get $anchor) (i32.const 1)))
                    (br $byte))))
              (local.set $unlike
                (i64.xor
                  (i64.load (local.get $anchor))
                  (i64.load (i32.sub (local.get $anchor) (local.get $distance)))))
              (if (i64.eqz (local.get $unlike))
                (then
                  (local.set $anchor (i32.add (local.get $anchor) (i32.const 8)))
                  (br $alike))))
            (local.set $anchor
              (i32.add (local.get $anchor) (i32.wrap_i64 (i64.shr_u (i64.ctz (local.get $unlike)) (i64.const 3))))))

          (local.set $count (i32.sub (i32.sub (local.get $anchor) (local.get $read)) (i32.const 4)))
          (if (i32.lt_u (local.get $count) (i32.const 15))
            (then
              (i32.store8 (local.get $token) (i32.or (i32.load8_u (local.get $token)) (local.get $count))))
            (else
              (i32.store8 (local.get $token) (i32.or (i32.load8_u (local.get $token)) (i32.const 15)))
              (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))

          (local.set $read (local.get $anchor))
          (br_if $finished (i32.gt_u (local.get $read) (local.get $lastStart)))
          (local.set $eight (i64.load (i32.sub (local.get $read) (i32.const 2))))
          (i32.store16
            (i32.shl
              (i32.wrap_i64
                (i64.shr_u
                  (i64.mul (local.get $eight) (i64.const 0xb97f4a7c15000000))
                  (i64.const 51)))
              (i32.const 1))
            (i32.sub (i32.sub (local.get $read) (i32.const 2)) (global.get $input)))

          ;; Often the next match follows at once.
          (local.set $eight (i64.load (local.get $read)))
          (local.set $slot
            (i32.shl
              (i32.wrap_i64
                (i64.shr_u
                  (i64.mul (local.get $eight) (i64.const 0xb97f4a7c15000000))
                  (i64.const 51)))
              (i32.const 1)))
          (local.set $match (i32.add (global.get $input) (i32.load16_u (local.get $slot))))
          (i32.store16 (local.get $slot) (i32.sub (local.get $read) (global.get $input)))
          (if (i32.eq (i32.load (local.get $match)) (i32.wrap_i64 (local.get $eight)))
            (then
              (local.set $distance (i32.sub (local.get $read) (local.get $match)))
              (local.set $token (local.get $write))
              (i32.store8 (local.get $token) (i32.const 0))
              (local.set $write (i32.add (local.get $write) (i32.const 1)))
              (br $matches))))

        (local.set $read (i32.add (local.get $read) (i32.const 1)))
        (br $search)))

    ;; The last sequence has literals only.
    (local.set $count (i32.sub (local.get $end) (local.get $anchor)))
    (local.set $token (local.get $write))
    (local.set $write (i32.add (local.get $write) (i32.const 1)))
    (if (i32.lt_u (local.get $count) (i32.const 15))
      (then (i32.store8 (local.get $token) (i32.shl (local.get $count) (i32.const 4))))
      (else
        (i32.store8 (local.get $token) (i32.const 0xf0))
        (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))
    (memory.copy (local.get $write) (local.get $anchor) (local.get $count))
    (i32.sub (i32.add (local.get $write) (local.get $count)) (global.get $output))))
