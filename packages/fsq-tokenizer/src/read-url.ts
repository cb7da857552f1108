/**
 * A file that comes with this package, from disk in Node and over HTTP in a browser.
 *
 * @throws Error when the server does not have it
 */
export async function readUrl(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  // Through getBuiltinModule and not an import, so that bundlers for the browser find nothing to resolve.
  if (url.protocol === 'file:') return new Uint8Array(await process.getBuiltinModule('node:fs/promises').readFile(url));
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: the server answered ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}
