// Compares the lists of parts with the lock files, so that no package is left out: node lists.mjs FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmPackages, nugetPackages } from './packages.mjs';

const folder = process.argv[2];
const nameOf = ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`;
const listed = file => JSON.parse(readFileSync(file, 'utf8')).components.map(nameOf);
const npmLists = readdirSync(folder).filter(name => name.startsWith('npm-')).map(name => join(folder, name));
const missing = (packages, files) => {
  const parts = new Set(files.filter(existsSync).flatMap(listed));
  return [...packages.keys()].filter(name => !parts.has(name));
};
const left = missing(nugetPackages(), [join(folder, 'all.cdx.json')]);
if (npmLists.length > 0) left.push(...missing(npmPackages(), npmLists));
if (left.length > 0) {
  console.error(`In a lock file, but in no list of parts: ${left.join(', ')}`);
  process.exit(1);
}
for (const name of readdirSync(folder).sort()) console.log(`${name}: ${listed(join(folder, name)).length} parts`);
