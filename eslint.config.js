import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Packages that must run wherever JavaScript does; what they need of a platform is injected. */
const PLATFORM_FREE = ['contracts', 'protocol', 'core', 'idempotence', 'transactions']

/** @param {string[]} names */
const platform = (...names) =>
  names.map((name) => ({ name, message: 'This package is free of any platform: inject it.' }))
/** @param {string} name */
const noSleep = (name) => ({
  name,
  message: 'No test waits for real time: use the virtual clock, or name the file *.process.test.ts.',
})

export default defineConfig([
  // What is outside of the workspace cannot be resolved here.
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    '.cache/',
    '**/.snippets/',
    '**/*.d.ts',
    'examples/third-party-codec/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // With `noUncheckedIndexedAccess`, a loop over a typed array would pay for a test that the loop has made already.
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'max-lines': ['error', 500],
    },
  },
  {
    files: ['{packages,plugins}/*/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names, so that a reader can search for them.' },
      ],
    },
  },
  { files: ['{packages,plugins}/*/src/**/*.ts'], ignores: ['packages/cli/**'], rules: { 'no-console': 'error' } },
  {
    files: [`packages/{${PLATFORM_FREE.join()}}/src/**/*.ts`],
    rules: {
      'no-restricted-globals': [
        'error',
        ...platform('Buffer', 'process', 'global', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date'),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take randomness from Env, so that a run can be repeated.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '{packages,plugins,examples}/*/test/**/*.ts'],
    ignores: ['**/*.kafka.test.ts', '**/*.process.test.ts'],
    rules: {
      'no-restricted-globals': ['error', noSleep('setTimeout'), noSleep('setInterval')],
      'no-restricted-imports': ['error', noSleep('node:timers/promises'), noSleep('node:timers')],
    },
  },
  {
    files: ['**/*.test.ts', '{packages,plugins,examples}/*/test/**/*.ts'],
    // Tests take functions out of plain objects all the time; one that needed its `this` would fail there and then.
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    rules: { 'no-undef': 'off', 'no-unused-vars': 'error', eqeqeq: 'error', 'max-lines': ['error', 500] },
  },
])
