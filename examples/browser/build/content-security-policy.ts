import type { Plugin } from 'vite';

/** What the page may do: run its own scripts and WebAssembly, and speak to the server it came from, nothing else. */
const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'", // WebAssembly.compile; no eval of JavaScript
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For a server's header, which also says that no other page may frame this one; workers obey only this. */
export const POLICY = [...DIRECTIVES, "frame-ancestors 'none'"].join('; ');

/**
 * Writes the policy into the built page, where a server that sends no headers cannot leave it out, and into `_headers`,
 * a file that some static hosts read. The development server injects scripts and styles of its own, so it has none.
 */
export function policyInPage(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml() {
      const attrs = { 'http-equiv': 'Content-Security-Policy', content: DIRECTIVES.join('; ') };
      return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }];
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: `/*\n  Content-Security-Policy: ${POLICY}\n` });
    },
  };
}
