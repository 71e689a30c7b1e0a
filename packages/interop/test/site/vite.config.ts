import { sealwax } from '@sealwax/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [sealwax()], logLevel: 'info', build: { sourcemap: true, manifest: true } })
