import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const serverPort = process.env['PORT'] ?? '3000';

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
    port: Number(process.env['CLIENT_PORT'] ?? 8080),
    strictPort: true,
    proxy: { '/api': `http://127.0.0.1:${serverPort}` },
  },
});
