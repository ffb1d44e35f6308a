// Refuses packages whose licence is not in allowed-licences.txt: node licences.mjs GLOBAL-PACKAGES-FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dotnetTools, npmPackages, nugetPackages } from './packages.mjs';
import { allows } from './spdx.mjs';

const list = 'deploy/parts/allowed-licences.txt';
const lines = readFileSync(list, 'utf8').split('\n').map(line => line.trim()).filter(line => line && !line.startsWith('#'));
const allowed = new Set(lines.filter(line => !line.includes('@')));
const readByHand = new Map(lines.filter(line => line.includes('@')).map(line => { const [key, ...rest] = line.split(/\s+/); return [key, rest]; }));
const refused = [];
const used = new Set();

function check(name, licence, why, files) {
  if (readByHand.has(name)) {
    used.add(name);
    const [read, only] = readByHand.get(name);
    if (only === 'tests' && files.every(file => file.startsWith('tests/'))) return;
    licence = read;
  }
  try {
    if (licence !== undefined && allows(licence, one => allowed.has(one))) return;
    why = licence === undefined ? why : `its licence is ${licence}`;
  } catch (fault) {
    why = fault.message;
  }
  refused.push(`${name}: ${why} (${[...new Set(files)].join(', ')})`);
}

/** The SPDX expression that the package itself states, or why there is none. */
function stated(folder, key) {
  const at = key.lastIndexOf('@');
  const home = join(folder, key.slice(0, at).toLowerCase(), key.slice(at + 1).toLowerCase());
  const file = existsSync(home) && readdirSync(home).find(name => name.toLowerCase().endsWith('.nuspec'));
  if (!file) return { why: 'it is not restored, run "dotnet restore" and "dotnet tool restore"' };
  const nuspec = readFileSync(join(home, file), 'utf8');
  const expression = nuspec.match(/<license\s+type="expression"[^>]*>([^<]+)</)?.[1].trim();
  const elsewhere = nuspec.match(/<license(?:Url)?\b[^>]*>([^<]+)</)?.[1].trim();
  return { licence: expression, why: `it names no SPDX licence, but ${elsewhere ?? 'nothing'}` };
}

const nuget = new Map([...nugetPackages(), ...dotnetTools()]);
const npm = npmPackages();
for (const [key, files] of nuget) {
  const { licence, why } = stated(process.argv[2], key);
  check(key, licence, why, files);
}
for (const [key, { licence, files }] of npm) check(key, licence, 'its lock file names no licence', files);
for (const name of readByHand.keys()) if (!used.has(name)) refused.push(`${name}: no lock file has it, remove its line`);

if (refused.length > 0) {
  console.error(`Refused:\n  ${refused.join('\n  ')}\nReplace the package, or read its licence and add it to ${list} if it is free.`);
  process.exit(1);
}
console.log(`${nuget.size} packages of NuGet and ${npm.size} of npm have allowed licences.`);
