// Adds to package-lock.json the optional platform packages that npm left out.
//
// A registry mirror may lack the builds for other platforms; npm then writes a lock file without
// them, and `npm ci` refuses that lock file as incomplete. The parents pin these packages exactly
// and name the platform in the package name, so their entries follow from what is locked already.
// They carry no integrity (it was not to be had); on the platforms we test on they are never fetched.
//
// Usage: node tools/complete-lockfile.js   (after every `npm install` that changed the lock file)
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'aix', 'sunos']
const processors = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32']

/** The lock entry path that `name` resolves to when `parent` asks for it, or undefined. */
function resolve(parent, name) {
  for (let at = parent; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    const path = `${at}${at === '' ? '' : '/'}node_modules/${name}`
    if (lock.packages[path] !== undefined) return path
    if (at === '') return undefined
    if (!at.includes('/node_modules/')) at = '/node_modules/'
  }
}

let added = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) continue
    const found = resolve(path, name)
    if (found !== undefined && lock.packages[found].version === version) continue
    const words = name.split('/').pop().split('-')
    const os = systems.find((system) => words.includes(system))
    const cpu = processors.find((processor) => words.includes(processor))
    if (os === undefined || cpu === undefined) throw new Error(`${name}: no platform in the name`)
    const top = `node_modules/${name}`
    const at = lock.packages[top] === undefined ? top : `${path}/node_modules/${name}`
    lock.packages[at] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {}),
      optional: true,
      os: [os],
      ...(entry.engines === undefined ? {} : { engines: entry.engines }),
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} entries added`)
