import { defineConfig } from 'vitest/config'

// Each test starts many processes, some of which stretch a password for half a second; a busy machine must not fail them.
export default defineConfig({
  test: {
    globalSetup: 'test/setup.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    fsModuleCache: false,
  },
})
