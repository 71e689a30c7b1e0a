import { defineConfig } from 'vitest/config'

// Some tests start processes; a busy machine must not fail them.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000, fsModuleCache: false } })
