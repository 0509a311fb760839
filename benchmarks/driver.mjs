// Posthorn behind the command line that all compared producers share; README.md tells the flags. Plain JavaScript down
// to the last import: to strip types, Node loads a compiler that would count as memory of the producer.
import { runDriver } from './src/driver/main.mjs'

await runDriver(process.argv.slice(2))
