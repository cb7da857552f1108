/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

/** Both are filled in when the page is built, see build/precache.ts. */
declare const __FILES__: string[];
declare const __VERSION__: string;

const PREFIX = 'heartllm-page-';
const CACHE = PREFIX + __VERSION__;

/** All files of the page, so that it works without a network from the first load on. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(__FILES__.map((file) => new Request(file, { cache: 'reload' })));
  // no skipWaiting: a page that is open goes on with the files of its own build
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** From the cache; what is not in it, from the server the page came from. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const wanted = request.mode === 'navigate' ? 'index.html' : request;
  return (await cache.match(wanted, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === self.location.origin) {
    event.respondWith(answer(request));
  }
});
