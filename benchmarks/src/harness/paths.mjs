import { fileURLToPath } from 'node:url'

/** The driver of our producer. */
export const driver = fileURLToPath(new URL('../../driver.mjs', import.meta.url))

/** A process with the test kit's cluster. */
export const clusterProcess = fileURLToPath(new URL('./cluster.mjs', import.meta.url))

/** Where results are kept. */
export const resultsFolder = fileURLToPath(new URL('../../results/', import.meta.url))
