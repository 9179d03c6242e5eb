import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const unused = {
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
}
const ofAProgram = [
  { object: 'process', property: 'exit', message: 'A package does not exit.' },
  { object: 'process', property: 'exitCode', message: 'A package does not exit.' },
  { object: 'process', property: 'argv', message: 'Arguments arrive as arguments.' },
  { object: 'process', property: 'stdin', message: 'Streams arrive as arguments.' },
  { object: 'process', property: 'stdout', message: 'A package does not print.' },
  { object: 'process', property: 'stderr', message: 'A package does not print.' },
]
const eqeqeq = ['error', 'always', { null: 'ignore' }]

/** The paths are those of the workspace: its root `eslint.config.js` re-exports this. */
export default defineConfig(
  globalIgnores(['**/dist/', '**/reports/', '**/.turbo/', '**/fixtures/']),
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-exports': 'error',
      ...unused,
      // A string is spread to count its code points.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // A port's methods are asynchronous, also where an adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      // Adapters are plain objects over closures: their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq,
      'no-console': 'error',
      'object-shorthand': ['error', 'properties'],
      'prefer-const': 'error',
    },
  },
  {
    name: 'mm-secrets/arguments-not-globals',
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'fetch arrives as an argument.' },
        { name: 'console', message: 'A package does not print.' },
      ],
      'no-restricted-properties': [
        'error',
        ...ofAProgram,
        { object: 'process', property: 'env', message: 'The environment arrives as an argument.' },
      ],
    },
  },
  {
    name: 'mm-secrets/the-one-default',
    files: ['packages/secrets/src/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...ofAProgram] },
  },
  {
    name: 'mm-secrets/tests',
    files: ['**/test/**/*.ts', '**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    name: 'mm-secrets/examples-print',
    files: ['examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Names are checked by TypeScript (checkJs) where it matters.
    files: ['**/*.js', '**/*.mjs'],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    rules: { ...unused, eqeqeq, 'no-undef': 'off', 'prefer-const': 'error' },
  },
)
