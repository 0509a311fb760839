/** Name and version that brokers are told (KIP-511). The version is that of the package; a test keeps it so. */
export const software = { name: 'posthorn', version: '0.0.0' } as const
