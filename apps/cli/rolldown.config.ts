import { defineConfig } from 'rolldown'

/** All of our own code but the entry, which answers `--version` alone, and the command framework. */
const OWN = /apps[\\/]cli[\\/]src[\\/](?!main\.ts)|packages[\\/](?:core|secrets)[\\/]|@stricli/

export default defineConfig({
  input: { 'mm-secrets': 'src/main.ts' },
  platform: 'node',
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
    codeSplitting: { groups: [{ name: 'cli', test: OWN }] },
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    cleanDir: true,
  },
})
