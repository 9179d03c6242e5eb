import { defineConfig } from 'rolldown'
import { thirdPartyLicenses } from './third-party-licenses.ts'

/** All of our own code but the entry, which answers `--version` alone, and the command framework. */
const OWN = /apps[\\/]cli[\\/]src[\\/](?!main\.ts)|packages[\\/](?:core|secrets)[\\/]|@stricli/

/** What every command on AWS loads: the backend, the client of Secrets Manager and all that it imports at once. */
const AWS =
  /packages[\\/]aws-backend[\\/]src[\\/](?:index|client[\\/]secrets-manager-sdk)|client-secrets-manager/

export default defineConfig({
  input: { 'mm-secrets': 'src/main.ts' },
  platform: 'node',
  plugins: [thirdPartyLicenses('THIRD-PARTY-LICENSES.txt')],
  resolve: {
    conditionNames: ['@mm-secrets/source', 'module', 'node', 'import', 'default'],
    // Otherwise a dependency that ships both comes in as CommonJS, which cannot be shaken.
    mainFields: ['module', 'main'],
  },
  output: {
    dir: 'dist',
    // Importing node:crypto as an ES module runs every getter that it exports, which loads WebCrypto; and each file of
    // its own costs a resolution. So one CommonJS chunk of ours, and one for each heavy library.
    format: 'cjs',
    minify: true,
    // So is import() of one of Node's own: `node:http` alone would load its fetch, for 12 ms.
    dynamicImportInCjs: false,
    codeSplitting: {
      groups: [
        { name: 'cli', test: OWN, priority: 2 },
        { name: 'aws', test: AWS, priority: 1 },
      ],
    },
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    cleanDir: true,
  },
})
