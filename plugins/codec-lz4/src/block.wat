;; Makes an LZ4 block (independent, at most 64 KiB) of what lies at `input`, and returns how long the block at `output` is.
;; The format, and what it asks of the end of a block: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
;;
;; `blockCode.ts` holds this as it is assembled: `node plugins/codec-lz4/test/block/generate.ts` writes it anew, a test compares.
;; What it is measured by, and what did not make it faster: docs/decisions/0016. Positions count from `input`, whose
;; address is in the offsets of loads, so that none is added; 32784 is `input`, 32783 the byte before.
(module
  ;; 0: for each hash where its bytes were seen last, as 16 bits; then input; then output. From 2 bytes before their
  ;; beginnings to 31 beyond their ends both may be read, and output written.
  (memory (export "memory") 3)
  (global $input (export "input") i32 (i32.const 32784))
  (global $output (export "output") i32 (i32.const 98352))

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

  ;; Whether at most an eighth of the first 32 KiB are control characters, by 64 samples of 16 bytes.
  (func $isText (result i32)
    (local $at i32)
    (local $left i32)
    (local $controls i32)
    (local.set $left (i32.const 64))
    (loop $sample
      (local.set $controls
        (i32.add
          (local.get $controls)
          (i32.popcnt
            (i8x16.bitmask
              (i8x16.lt_u
                (v128.load offset=32784 align=1 (local.get $at))
                (v128.const i32x4 0x20202020 0x20202020 0x20202020 0x20202020))))))
      ;; A step that records of no length keep pace with.
      (local.set $at (i32.and (i32.add (local.get $at) (i32.const 20224)) (i32.const 0x7ff0)))
      (br_if $sample (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.le_u (local.get $controls) (i32.const 128)))

  (func (export "compress") (param $length i32) (result i32)
    (local $read i32) ;; what is looked at
    (local $write i32)
    (local $anchor i32) ;; the first byte that is in no sequence yet
    (local $lastStart i32) ;; no match may begin later
    (local $lastEnd i32) ;; no match may end later
    (local $factor i64) ;; multiplied by it, only so many bytes of eight count as it does not end with zeros
    (local $slots i32) ;; what of the product says where to look
    (local $misses i32)
    (local $eight i64) ;; what stands at `read`
    (local $later i64) ;; what stands eight bytes further
    (local $slot i32)
    (local $match i32)
    (local $distance i32)
    (local $token i32) ;; where it goes
    (local $nibble i32) ;; its upper half: how many literals
    (local $count i32)
    (local $to i32)
    (local $unlike i64)

    (local.set $write (global.get $output))
    (local.set $lastStart (i32.sub (local.get $length) (i32.const 12)))
    (local.set $lastEnd (i32.sub (local.get $length) (i32.const 5)))

    (block $finished
      (br_if $finished (i32.le_s (local.get $lastStart) (i32.const 0)))

      ;; Five bytes find most, and in little room. In much text six find what is longer, and a bit fewer of them.
      (local.set $factor (i64.const 0xb97f4a7c15000000))
      (local.set $slots (i32.const 0x3ffe))
      (if (i32.ge_u (local.get $length) (i32.const 32768))
        (then
          (if (call $isText)
            (then
              (local.set $factor (i64.const 0x79b97f4a7c150000))
              (local.set $slots (i32.const 0x7ffe)))))
        (else
          ;; Of a table no more is cleared than is of use: 64 slots, or between 1 and 4 for each byte.
          (loop $size
            (if (i32.and
                  (i32.gt_u (local.get $slots) (i32.shl (local.get $length) (i32.const 3)))
                  (i32.gt_u (local.get $slots) (i32.const 0x7e)))
              (then
                (local.set $slots (i32.sub (i32.shr_u (local.get $slots) (i32.const 1)) (i32.const 1)))
                (br $size))))))
      (memory.fill (i32.const 0) (i32.const 0) (i32.add (local.get $slots) (i32.const 2)))

      (local.set $read (i32.const 1))
      (loop $search
        ;; One byte further at a time; after 64 misses two, after 128 three: what does not shrink is soon passed by.
        (local.set $misses (i32.const 64))
        (block $found
          (loop $next
            (br_if $finished (i32.gt_u (local.get $read) (local.get $lastStart)))
            (local.set $eight (i64.load offset=32784 (local.get $read)))
            (local.set $slot
              (i32.and
                (i32.wrap_i64 (i64.shr_u (i64.mul (local.get $eight) (local.get $factor)) (i64.const 49)))
                (local.get $slots)))
            (local.set $match (i32.load16_u (local.get $slot)))
            (i32.store16 (local.get $slot) (local.get $read))
            (br_if $found (i32.eq (i32.load offset=32784 (local.get $match)) (i32.wrap_i64 (local.get $eight))))
            (local.set $read (i32.add (local.get $read) (i32.shr_u (local.get $misses) (i32.const 6))))
            (local.set $misses (i32.add (local.get $misses) (i32.const 1)))
            (br $next)))

        ;; The match may have begun before it was found.
        (block $begun
          (loop $back
            (br_if $begun (i32.eq (local.get $read) (local.get $anchor)))
            (br_if $begun (i32.eqz (local.get $match)))
            (br_if $begun
              (i32.ne (i32.load8_u offset=32783 (local.get $read)) (i32.load8_u offset=32783 (local.get $match))))
            (local.set $read (i32.sub (local.get $read) (i32.const 1)))
            (local.set $match (i32.sub (local.get $match) (i32.const 1)))
            (br $back)))

        (local.set $token (local.get $write))
        (local.set $write (i32.add (local.get $write) (i32.const 1)))
        (local.set $count (i32.sub (local.get $read) (local.get $anchor)))
        (local.set $nibble (i32.shl (local.get $count) (i32.const 4)))
        (if (i32.ge_u (local.get $count) (i32.const 15))
          (then
            (local.set $nibble (i32.const 0xf0))
            (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))
        (local.set $to (local.get $write))
        (local.set $write (i32.add (local.get $write) (local.get $count)))
        (loop $copy
          (v128.store align=1 (local.get $to) (v128.load offset=32784 align=1 (local.get $anchor)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (local.set $anchor (i32.add (local.get $anchor) (i32.const 16)))
          (br_if $copy (i32.lt_u (local.get $to) (local.get $write))))

        (loop $matches
          (local.set $distance (i32.sub (local.get $read) (local.get $match)))
          (i32.store16 (local.get $write) (local.get $distance))
          (local.set $write (i32.add (local.get $write) (i32.const 2)))

          ;; How far both are alike, from the fifth byte on.
          (local.set $anchor (i32.add (local.get $read) (i32.const 4)))
          (local.set $eight (i64.load offset=32788 (local.get $read)))
          (local.set $later (i64.load offset=32796 (local.get $read)))
          (local.set $unlike (i64.xor (local.get $eight) (i64.load offset=32788 (local.get $match))))
          (if (i64.ne (local.get $unlike) (i64.const 0))
            (then
              ;; What stands there, of what is known: to load it would make whatever follows wait. The numbers of bits are
              ;; of 32 bits so that V8 sees that they are below 64.
              (local.set $count (i32.and (i32.wrap_i64 (i64.ctz (local.get $unlike))) (i32.const 56)))
              (local.set $eight
                (i64.or
                  (i64.shr_u (local.get $eight) (i64.extend_i32_u (local.get $count)))
                  (i64.shl
                    (i64.shl (local.get $later) (i64.const 1))
                    (i64.extend_i32_u (i32.xor (local.get $count) (i32.const 63))))))
              (local.set $count (i32.shr_u (local.get $count) (i32.const 3)))
              (local.set $anchor (i32.add (local.get $anchor) (local.get $count)))
              (if (i32.gt_u (local.get $anchor) (local.get $lastEnd))
                (then
                  (local.set $count
                    (i32.sub (local.get $count) (i32.sub (local.get $anchor) (local.get $lastEnd))))
                  (local.set $anchor (local.get $lastEnd))))
              (i32.store8 (local.get $token) (i32.or (local.get $nibble) (local.get $count))))
            (else
              (local.set $anchor (i32.add (local.get $anchor) (i32.const 8)))
              (block $ended
                (loop $alike
                  (br_if $ended (i32.ge_u (local.get $anchor) (local.get $lastEnd)))
                  (local.set $unlike
                    (i64.xor
                      (i64.load offset=32784 (local.get $anchor))
                      (i64.load offset=32784 (i32.sub (local.get $anchor) (local.get $distance)))))
                  (if (i64.eqz (local.get $unlike))
                    (then
                      (local.set $anchor (i32.add (local.get $anchor) (i32.const 8)))
                      (br $alike)))
                  (local.set $anchor
                    (i32.add (local.get $anchor) (i32.wrap_i64 (i64.shr_u (i64.ctz (local.get $unlike)) (i64.const 3)))))))
              (if (i32.gt_u (local.get $anchor) (local.get $lastEnd))
                (then (local.set $anchor (local.get $lastEnd))))
              (local.set $eight (i64.load offset=32784 (local.get $anchor)))
              (local.set $count (i32.sub (i32.sub (local.get $anchor) (local.get $read)) (i32.const 4)))
              (if (i32.lt_u (local.get $count) (i32.const 15))
                (then (i32.store8 (local.get $token) (i32.or (local.get $nibble) (local.get $count))))
                (else
                  (i32.store8 (local.get $token) (i32.or (local.get $nibble) (i32.const 15)))
                  (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))))

          (local.set $read (local.get $anchor))
          (br_if $finished (i32.gt_u (local.get $read) (local.get $lastStart)))
          (i32.store16
            (i32.and
              (i32.wrap_i64
                (i64.shr_u (i64.mul (i64.load offset=32782 (local.get $read)) (local.get $factor)) (i64.const 49)))
              (local.get $slots))
            (i32.sub (local.get $read) (i32.const 2)))

          ;; Often the next match follows at once.
          (local.set $slot
            (i32.and
              (i32.wrap_i64 (i64.shr_u (i64.mul (local.get $eight) (local.get $factor)) (i64.const 49)))
              (local.get $slots)))
          (local.set $match (i32.load16_u (local.get $slot)))
          (i32.store16 (local.get $slot) (local.get $read))
          (if (i32.eq (i32.load offset=32784 (local.get $match)) (i32.wrap_i64 (local.get $eight)))
            (then
              (local.set $token (local.get $write))
              (local.set $nibble (i32.const 0))
              (local.set $write (i32.add (local.get $write) (i32.const 1)))
              (br $matches))))

        (local.set $read (i32.add (local.get $read) (i32.const 1)))
        (br $search)))

    ;; The last sequence has literals only.
    (local.set $count (i32.sub (local.get $length) (local.get $anchor)))
    (local.set $token (local.get $write))
    (local.set $write (i32.add (local.get $write) (i32.const 1)))
    (if (i32.lt_u (local.get $count) (i32.const 15))
      (then (i32.store8 (local.get $token) (i32.shl (local.get $count) (i32.const 4))))
      (else
        (i32.store8 (local.get $token) (i32.const 0xf0))
        (local.set $write (call $more (local.get $write) (i32.sub (local.get $count) (i32.const 15))))))
    (memory.copy (local.get $write) (i32.add (global.get $input) (local.get $anchor)) (local.get $count))
    (i32.sub (i32.add (local.get $write) (local.get $count)) (global.get $output))))
