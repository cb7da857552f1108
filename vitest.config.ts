import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumPath as chromium } from './packages/testing/src/chromium-path.ts';
import SkipReporter from './packages/testing/src/skip-reporter.ts';

if (!chromium) {
  console.log(
    'SKIPPED: all browser tests, no Chromium or Chrome found (install one, for instance `apt-get install chromium`, or set HEARTLLM_CHROMIUM)',
  );
}

// Workspace packages are imported from their sources. What `npm ci` builds is needed all the same: kernels, workers.
const conditions = ['@heartllm/source'];

// name.test.ts runs in Node and in the browser, name.node.test.ts and name.browser.test.ts in one of them.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    reporters: ['default', new SkipReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
        },
      },
      ...(chromium
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
                      executablePath: chromium,
                      args: [
                        '--no-sandbox',
                        '--disable-background-networking',
                        '--disable-component-update',
                        '--enable-unsafe-webgpu',
                        '--enable-features=Vulkan',
                        '--use-webgpu-adapter=swiftshader',
                      ],
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
