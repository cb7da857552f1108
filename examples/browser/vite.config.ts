import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { POLICY, policyInPage } from './build/content-security-policy.ts';
import { precache } from './build/precache.ts';
import { shippedFiles } from './build/shipped-files.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './', // the page works from any folder of any server
  // workspace packages come from their sources; their kernels are built by `npm ci`
  resolve: { conditions: ['heartllm-src', ...defaultClientConditions] },
  plugins: [shippedFiles(), policyInPage(), precache()],
  worker: { format: 'es' },
  // found from the start, so that the development server does not reload the page when it meets them
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      'h5wasm',
    ],
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // data: URLs are not in the policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000, // HDF5 is one library of 4 MB, loaded when a file needs it
    rollupOptions: {
      input: { index: here('index.html'), 'service-worker': here('src/offline/service-worker.ts') },
      output: {
        // a service worker rules over the folder it lies in, under a name that stays
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  preview: { headers: { 'Content-Security-Policy': POLICY } },
});
