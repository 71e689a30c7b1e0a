import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // It would be shared by packages that are tested at the same time, and they lose files of each other there.
    fsModuleCache: false,
  },
})
