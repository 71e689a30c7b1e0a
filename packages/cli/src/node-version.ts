// Which Node.js is new enough: what "engines" in package.json says, `^22.22.2 || ^24.15.0 || >=26`.

/** Whether a Node.js of this version (`24.15.0`) is one that sealwax is not made for. */
export function isUnsupported(version: string): boolean {
  const [major, minor, patch] = version.split('.').map((part) => parseInt(part, 10)) as [number, number, number]
  if (major === 22) return minor < 22 || (minor === 22 && patch < 2)
  if (major === 24) return minor < 15
  return major < 26
}
