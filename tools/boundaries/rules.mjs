// Which part may import which; docs/design.md says why. Read by dependency-cruiser.
// Tests may import any published package by name: they stand outside of what is published.

/** Packages that run wherever JavaScript does. */
const PLATFORM_FREE = 'contracts|core|idempotence|protocol|transactions'

/** Folders of packages that make up Posthorn. */
const ANY_PACKAGE = '^(packages|plugins|examples|benchmarks)/'

/** @type {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden: [
    {
      name: 'contracts-import-nothing',
      comment: 'Contracts are what all others share: whatever they imported, everyone would.',
      severity: 'error',
      from: { path: '^packages/contracts/src/' },
      to: { pathNot: '^packages/contracts/src/' },
    },
    {
      name: 'protocol-imports-contracts',
      comment: 'The protocol is bytes only. It knows neither the producer nor a plugin.',
      severity: 'error',
      from: { path: '^packages/protocol/src/' },
      to: { path: ANY_PACKAGE, pathNot: '^packages/(contracts|protocol)/src/' },
    },
    {
      name: 'core-imports-contracts-and-protocol',
      comment: 'The core meets a plugin only through its contract.',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: ANY_PACKAGE, pathNot: '^packages/(contracts|protocol|core)/src/' },
    },
    {
      name: 'guards-import-contracts-and-protocol',
      comment:
        'A delivery guard is a plugin like others: it must not reach into the sender that asks it. Sequences are the same ' +
        'with and without transactions.',
      severity: 'error',
      from: { path: '^packages/(idempotence|transactions)/src/' },
      to: { path: ANY_PACKAGE, pathNot: '^packages/(contracts|protocol|idempotence|$1)/src/' },
    },
    {
      name: 'plugins-import-contracts-and-protocol',
      comment:
        'Plugins import contracts (and protocol), never the core and never one another; but for transports on sockets, see ' +
        'the next rule.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/src/', pathNot: '^plugins/transport-tls/src/' },
      to: { path: ANY_PACKAGE, pathNot: ['^packages/(contracts|protocol)/src/', '^plugins/$1/src/'] },
    },
    {
      name: 'tls-builds-on-tcp',
      comment:
        'TLS is spoken on the same sockets: addresses in turn, gathered writes and ends are those of transport-tcp, which ' +
        'exports them for this.',
      severity: 'error',
      from: { path: '^plugins/transport-tls/src/' },
      to: {
        path: ANY_PACKAGE,
        pathNot: ['^packages/(contracts|protocol)/src/', '^plugins/(transport-tls|transport-tcp)/src/'],
      },
    },
    {
      name: 'conformance-brings-nothing',
      comment: 'A plugin author adopts a suite without the producer, and with a test runner of their own.',
      severity: 'error',
      from: { path: '^packages/testkit/src/conformance/' },
      to: {
        path: [
          '^packages/(core|posthorn|cli)/',
          '^plugins/',
          '^node:test',
          '^test$',
          'node_modules/(vitest|jest|mocha)/',
        ],
      },
    },
    {
      name: 'nothing-imports-programs',
      comment: 'The command line, the examples and the benchmarks are ends, not parts.',
      severity: 'error',
      from: { path: '^(packages|plugins)/([^/]+)/' },
      to: { path: '^(packages/cli|examples|benchmarks)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'no-platform',
      comment:
        'These packages get clock, randomness and sockets from outside, so they run anywhere and on virtual time.',
      severity: 'error',
      from: { path: `^packages/(${PLATFORM_FREE})/src/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-foreign-source-by-path',
      comment: 'A package is imported by its name, so that what it exports is all that others can lean on.',
      severity: 'error',
      from: { path: '^(packages|plugins|examples)/([^/]+)/' },
      to: { path: ANY_PACKAGE, pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need one another to run are one file, or hide a third. Types alone may name one another.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unknown',
      comment: 'An import that does not resolve here will not resolve for a user either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^examples/third-party-codec/' },
    // Types are dependencies too: whoever compiles against one package compiles against what its types name.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@posthorn/source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
}

export default configuration
