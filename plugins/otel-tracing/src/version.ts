/** What the tracer is told to be of. The version is that of the package; a test keeps it so. */
export const scope = { name: '@posthorn/otel-tracing', version: '0.0.0' } as const

/** The release of the semantic conventions that names and attributes are of. */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0'
