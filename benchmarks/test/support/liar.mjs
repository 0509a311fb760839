// A driver that sends nothing, and says that it sent what it was told to.
const at = process.argv.indexOf('--records')
console.log(
  JSON.stringify({ peer: 'liar', records: Number(process.argv[at + 1]), warmup: 0, cpu_us_per_record: 0.001 }),
)
