// Writes src/blockCode.ts anew after a change of src/block.wat: node plugins/codec-lz4/test/block/generate.ts
import { writeFileSync } from 'node:fs'
import { blockCodeFile, blockCodeSource } from './assemble.ts'

writeFileSync(blockCodeFile, await blockCodeSource())
