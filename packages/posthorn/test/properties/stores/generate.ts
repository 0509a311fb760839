// Writes the stores anew: node packages/posthorn/test/properties/stores/generate.ts (needs a JDK from 17 on).
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keytool } from '../../../../../tools/kafka/keytool.ts'

const folder = await mkdtemp(join(tmpdir(), 'posthorn-keytool-'))
const keys = join(folder, 'keys.p12')
const authorities = [
  ['rsa', '-keyalg RSA -keysize 2048'],
  ['ec', '-keyalg EC -groupname secp256r1'],
] as const
/** How Java writes PKCS#12 today, how it did until version 15, and without any password. */
const stores = [
  ['modern.p12', ''],
  ['legacy.p12', '-J-Dkeystore.pkcs12.legacy'],
  ['open.p12', '-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE'],
] as const

for (const [alias, how] of authorities) {
  await keytool(keys, `-genkeypair -alias ${alias} -dname CN=${alias} -ext bc:c -validity 36500 ${how}`)
  await keytool(keys, `-exportcert -rfc -alias ${alias} -file ${join(folder, alias)}`)
}
for (const [name, flags] of stores) {
  const store = join(import.meta.dirname, name)
  await rm(store, { force: true })
  for (const [alias] of authorities) {
    await keytool(store, `${flags} -importcert -noprompt -alias ${alias} -file ${join(folder, alias)}`)
  }
}
await rm(folder, { recursive: true })
