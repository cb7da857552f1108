/**
 * Keeps the built page for use without a network. The development server has no service worker: files would be those of
 * yesterday.
 *
 * @param ready called when all is kept
 */
export async function keepOffline(ready: () => void): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('service-worker.js');
    await navigator.serviceWorker.ready;
    ready();
  } catch {
    // no secure context, or storage is forbidden: the page works, with a network
  }
}
