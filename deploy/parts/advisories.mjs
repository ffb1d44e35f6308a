// Reads a report on vulnerabilities: node advisories.mjs nuget|npm REPORT.json NAME
// nuget: "dotnet list package --vulnerable --format json"; npm: "npm audit --json".
// Exits 0 if nothing is known, 1 if a package has a known vulnerability or the report cannot be read, 77 if the registry did not answer.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** found: a line for each vulnerability. notChecked: why the registry's word is missing, or undefined. */
export function readNuget(report) {
  const found = new Set();
  for (const project of report.projects) {
    for (const framework of project.frameworks ?? []) {
      for (const part of [...(framework.topLevelPackages ?? []), ...(framework.transitivePackages ?? [])]) {
        for (const { severity, advisoryurl } of part.vulnerabilities ?? []) {
          found.add(`${part.id}@${part.resolvedVersion}: ${severity}, ${advisoryurl}`);
        }
      }
    }
  }
  return { found: [...found], notChecked: report.problems?.[0]?.text };
}

export function readNpm(report) {
  if (report.vulnerabilities === undefined) return { found: [], notChecked: report.message ?? report.error?.summary ?? 'no answer' };
  return {
    found: Object.values(report.vulnerabilities).map(({ name, severity, range, via }) =>
      `${name} ${range}: ${severity}, ${via.map(cause => cause.url ?? cause).join(', ')}`),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [kind, file, name] = process.argv.slice(2);
  const { found, notChecked } = (kind === 'npm' ? readNpm : readNuget)(JSON.parse(readFileSync(file, 'utf8')));
  for (const line of found) console.error(`${name}: ${line}`);
  if (notChecked) console.log(`${name}: not checked; ${notChecked}`);
  else if (found.length === 0) console.log(`${name}: no known vulnerability.`);
  process.exitCode = found.length > 0 ? 1 : notChecked ? 77 : 0;
}
