/**
 * Where there is no GPU, points Dawn at SwiftShader, which Debian's chromium package installs beside its binary.
 * It is slow and correct, so the webgpu backend is tested on every machine. An ICD that is already chosen is kept.
 */
export async function findSoftwareGpu(): Promise<void> {
  const { existsSync } = await import(/* @vite-ignore */ 'node:fs');
  const { tmpdir } = await import(/* @vite-ignore */ 'node:os');
  const hasGpu = process.platform !== 'linux' || ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((p) => existsSync(p));
  const icd = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json'].find(
    (path) => existsSync(path),
  );
  if (hasGpu || !icd) return;
  process.env.VK_ICD_FILENAMES ??= icd;
  process.env.XDG_RUNTIME_DIR ??= tmpdir(); // the Vulkan loader complains without one
}
