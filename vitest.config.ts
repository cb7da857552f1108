import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, chromiumPath, NO_CHROMIUM } from './packages/testing/src/chromium.ts';
import SkipReporter from './packages/testing/src/skip-reporter.ts';

if (!chromiumPath) console.log(`SKIPPED: all browser tests, ${NO_CHROMIUM}`);

// Workspace packages are imported from their sources. What `npm ci` builds is needed all the same: kernels, workers.
const conditions = ['heartllm-src'];

// name.test.ts runs in Node and in the browser, name.node.test.ts and name.browser.test.ts in one of them.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    reporters: ['default', new SkipReporter()],
    maxWorkers: '100%', // the default leaves a core idle: of two cores, half of what there is
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['packages/*/test/**/*.test.ts', 'examples/browser/test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
        },
      },
      ...(chromiumPath
        ? [
            {
              extends: true as const,
              optimizeDeps: {
                include: [
                  '@tensorflow/tfjs-core',
                  '@tensorflow/tfjs-backend-cpu',
                  '@tensorflow/tfjs-backend-wasm',
                  '@tensorflow/tfjs-backend-webgpu',
                  'fast-check',
                  'h5wasm',
                  'papaparse',
                ],
              },
              test: {
                name: 'browser',
                include: ['packages/*/test/**/*.test.ts'],
                exclude: ['**/*.node.test.ts'],
                testTimeout: 120_000,
                browser: {
                  enabled: true,
                  headless: true,
                  screenshotFailures: false,
                  provider: playwright({
                    launchOptions: {
                      executablePath: chromiumPath,
                      args: CHROMIUM_ARGS,
                    },
                  }),
                  instances: [{ browser: 'chromium' as const }],
                },
              },
            },
          ]
        : []),
    ],
  },
});
