import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNpm, readNuget } from './advisories.mjs';
import { allows } from './spdx.mjs';

const free = licence => ['MIT', 'Apache-2.0'].includes(licence);

test('of a choice one licence is enough', () => {
  assert.equal(allows('MS-PL OR Apache-2.0', free), true);
  assert.equal(allows('Apache-2.0 OR MS-PL', free), true);
  assert.equal(allows('GPL-3.0-only OR MS-PL', free), false);
});

test('of licences that hold together all are needed', () => {
  assert.equal(allows('MIT AND Apache-2.0', free), true);
  assert.equal(allows('MIT AND GPL-3.0-only', free), false);
  assert.equal(allows('MIT OR GPL-3.0-only AND MS-PL', free), true, 'AND binds more than OR');
  assert.equal(allows('(MIT OR GPL-3.0-only) AND MS-PL', free), false);
});

test('a licence with an exception is a licence of its own', () => assert.equal(allows('MIT WITH Some-exception', free), false));

test('what is no expression is refused', () => {
  for (const text of ['', 'MIT OR', '(MIT', 'MIT)', 'MIT Apache-2.0', 'SEE LICENSE IN LICENSE.md']) {
    assert.throws(() => allows(text, free), /no SPDX expression/, text);
  }
});

test('a vulnerability of NuGet is reported once, with its severity and address', () => {
  const part = { id: 'A', resolvedVersion: '1.0.0', vulnerabilities: [{ severity: 'High', advisoryurl: 'https://example.com/1' }] };
  const project = { path: 'a', frameworks: [{ framework: 'net10.0', transitivePackages: [part] }] };
  assert.deepEqual(readNuget({ projects: [project, project] }).found, ['A@1.0.0: High, https://example.com/1']);
});

test('a source without advisories has checked nothing', () => {
  const report = { projects: [{ path: 'a' }], problems: [{ level: 'warning', text: 'did not provide any vulnerability data.' }] };
  assert.match(readNuget(report).notChecked, /did not provide/);
  assert.match(readNpm({ message: '405 Method Not Allowed', error: {} }).notChecked, /405/);
});

test('a vulnerability of npm is reported', () => {
  const report = { vulnerabilities: { a: { name: 'a', severity: 'low', range: '<2', via: ['b', { url: 'https://example.com/2' }] } } };
  assert.deepEqual(readNpm(report), { found: ['a <2: low, b, https://example.com/2'] });
  assert.deepEqual(readNpm({ vulnerabilities: {} }), { found: [] });
});
