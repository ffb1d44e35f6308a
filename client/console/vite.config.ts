/// <reference types="vitest/config" />
import { defineConfig } from 'vite'

// Where a host is, for work on the pages: npx vite, with a silo that runs in Development.
const host = process.env.ZHICE_HOST ?? 'http://127.0.0.1:7300'

export default defineConfig({
  base: '/app/',
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: 'obj/pages/files',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
  server: { proxy: Object.fromEntries(['/v1', '/auth'].map((path) => [path, { target: host, changeOrigin: false }])) },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
