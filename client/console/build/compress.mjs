// Packs what compresses, once: the host sends it as it is to browsers that take gzip, and unpacks it for those that do not.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const root = new URL('../obj/pages/files/', import.meta.url).pathname
const packed = /\.(js|css|svg)$/
const maxEntryBytes = 450 * 1024

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else yield path
  }
}

const sizes = new Map()
for (const path of files(root)) {
  if (!packed.test(path)) continue
  const bytes = gzipSync(readFileSync(path), { level: 9 })
  sizes.set(path.slice(root.length), bytes.length)
  writeFileSync(`${path}.gz`, bytes)
  rmSync(path)
}

// What the first page loads: a budget, so that it is a decision to go beyond it.
const index = readFileSync(join(root, 'index.html'), 'utf8')
const entry = [...sizes].filter(([name]) => index.includes(name)).reduce((sum, [, bytes]) => sum + bytes, 0)
console.log(`the first page loads ${(entry / 1024).toFixed(0)} KiB, packed`)
if (entry > maxEntryBytes) {
  console.error(`The first page loads ${entry} bytes; at most ${maxEntryBytes} are allowed. Load charts, editors and graphs when they are needed.`)
  process.exit(1)
}
