import { jdkProgram } from './java.ts'
import { runOrThrow } from './run.ts'

/** Password of all stores that {@link keytool} makes. */
export const storePassword = 'changeit'

/** Runs the JDK's keytool on a PKCS#12 store; `words` are separated by blanks. */
export async function keytool(store: string, words: string): Promise<void> {
  const args = words.trim().split(/ +/)
  await runOrThrow(jdkProgram('keytool'), [
    ...args,
    '-keystore',
    store,
    '-storetype',
    'PKCS12',
    '-storepass',
    storePassword,
  ])
}
