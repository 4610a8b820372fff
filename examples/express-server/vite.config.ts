import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

// The file that the server reads, so that both mean the same address.
if (existsSync('.env')) process.loadEnvFile('.env');

/** Where to reach a server that listens at `HOST`: at this machine, when it listens at every address. */
function reach(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

const portOf = (name: string, fallback: number) => Number(process.env[name] || fallback);

export default defineConfig({
  root: fileURLToPath(new URL('client', import.meta.url)),
  plugins: [vue()],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    // Styles and pictures stay files: the server's content security policy allows no inline ones.
    assetsInlineLimit: 0,
  },
  server: {
    port: portOf('CLIENT_PORT', 8080),
    strictPort: true,
    proxy: { '/api': `http://${reach(process.env['HOST'] || '127.0.0.1')}:${portOf('PORT', 3000)}` },
  },
});
