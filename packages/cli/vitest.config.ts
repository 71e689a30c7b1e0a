import { defineConfig } from 'vitest/config'

// Each test starts processes, some of which stretch a password for half a second; a busy machine must not fail them.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000, fsModuleCache: false } })
