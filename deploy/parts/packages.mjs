// The packages of the lock files, and of the manifest of .NET tools.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const read = file => JSON.parse(readFileSync(file, 'utf8'));
const filesNamed = pattern => execFileSync('git', ['ls-files', pattern], { encoding: 'utf8' }).split('\n').filter(Boolean);

/** name@version → the files that name it. */
export function nugetPackages() {
  const packages = new Map();
  const add = (name, version, file) => packages.set(`${name}@${version}`, [...(packages.get(`${name}@${version}`) ?? []), file]);
  for (const file of filesNamed('*packages.lock.json')) {
    for (const framework of Object.values(read(file).dependencies)) {
      for (const [name, { type, resolved }] of Object.entries(framework)) {
        if (type !== 'Project') add(name, resolved, file);
      }
    }
  }
  return packages;
}

/** name@version → the file that names it. Tools are not in lock files. */
export function dotnetTools() {
  const file = '.config/dotnet-tools.json';
  return new Map(Object.entries(read(file).tools).map(([name, { version }]) => [`${name}@${version}`, [file]]));
}

/** name@version → licence and the files that name it. */
export function npmPackages() {
  const packages = new Map();
  for (const file of filesNamed('*package-lock.json')) {
    for (const [path, { name, version, license, link }] of Object.entries(read(file).packages)) {
      if (path === '' || link) continue;
      const key = `${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`;
      packages.set(key, { licence: license, files: [...(packages.get(key)?.files ?? []), file] });
    }
  }
  return packages;
}
