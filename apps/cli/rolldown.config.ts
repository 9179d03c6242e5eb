import { defineConfig } from 'rolldown'

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
    format: 'esm',
    minify: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name]-[hash].mjs',
    cleanDir: true,
  },
})
