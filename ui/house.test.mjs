import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

describe('the sources of the page', () => {
  it('have sound types and are formatted', () => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'check'], { cwd: here, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it('name no package registry', () => {
    const lock = JSON.parse(readFileSync(`${here}package-lock.json`, 'utf8'));
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http'));
    assert.deepEqual(resolved, []);
  });
});
