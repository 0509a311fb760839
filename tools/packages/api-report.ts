import { mkdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor'
import { root } from '../bootstrap/paths.mjs'
import type { EntryPoint, Package } from './list.ts'

/** What api-extractor found about one entry point. */
export interface ApiFindings {
  /** The entry point, as its user writes it. */
  readonly specifier: string
  /** The checked-in report says something else. */
  readonly changed: boolean
  /** Exports without a doc comment, exports whose types are not exported, and the like: one line each. */
  readonly faults: readonly string[]
}

/** Error classes restate these only to give them a literal value; their base class documents them. */
const DOCUMENTED_BY_BASE = /^Missing documentation for "(name|className)"\.$/

/** Compares the API of every entry point with its report in `etc/`, or writes the reports anew. */
export function checkApis(packages: readonly Package[], update: boolean): ApiFindings[] {
  const configs = packages.flatMap((pkg) =>
    pkg.entryPoints.map((entry) => [entry.specifier, configure(pkg, entry)] as const),
  )
  const [first] = configs
  if (first === undefined) return []
  // One program for all, or the same packages would be read a dozen times.
  const additionalEntryPoints = configs.map(([, config]) => config.mainEntryPointFilePath)
  const compilerState = CompilerState.create(first[1], { additionalEntryPoints })
  return configs.map(([specifier, config]) => ({ specifier, ...check(config, compilerState, update) }))
}

function check(config: ExtractorConfig, compilerState: CompilerState, update: boolean): Omit<ApiFindings, 'specifier'> {
  const faults: string[] = []
  const result = Extractor.invoke(config, {
    compilerState,
    localBuild: update,
    messageCallback: (message) => {
      if (message.logLevel === ExtractorLogLevel.Error && !DOCUMENTED_BY_BASE.test(message.text))
        faults.push(describe(message))
      message.handled = true
    },
  })
  return { changed: result.apiReportChanged && !update, faults }
}

function configure(pkg: Package, entry: EntryPoint): ExtractorConfig {
  const reportFolder = join(pkg.folder, 'etc')
  mkdirSync(reportFolder, { recursive: true })
  const error = { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false }
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(pkg.folder, 'package.json'),
    configObjectFullPath: join(pkg.folder, 'api-extractor.json'),
    configObject: {
      projectFolder: pkg.folder,
      mainEntryPointFilePath: entry.types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions: compilerOptions(), files: [entry.types] } },
      apiReport: {
        enabled: true,
        reportFileName: reportName(pkg, entry),
        reportFolder,
        reportTempFolder: join(root, '.cache', 'api', basename(pkg.folder)),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: error },
        extractorMessageReporting: {
          default: error,
          // All that is exported is public: what is not, does not leave its package.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // It knows the names of one package only, and takes a link to what is imported from another for broken.
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          // Silent unless asked for: every export needs a comment.
          'ae-undocumented': error,
        },
        tsdocMessageReporting: { default: error },
      },
    },
  })
}

function compilerOptions(): object {
  return { target: 'es2024', lib: ['es2024', 'esnext.disposable'], types: ['node'], module: 'nodenext', strict: true }
}

/** `testkit` for the main entry, `testkit.conformance` for a path below it; api-extractor adds the suffix. */
function reportName(pkg: Package, entry: EntryPoint): string {
  const below = entry.specifier.slice(pkg.name.length).replaceAll('/', '.')
  return `${basename(pkg.folder)}${below}`
}

function describe(message: ExtractorMessage): string {
  const place =
    message.sourceFilePath === undefined
      ? ''
      : `${relative(root, message.sourceFilePath)}:${message.sourceFileLine ?? 0} `
  return `${place}${message.messageId}: ${message.text}`
}
