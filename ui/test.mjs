// Runs every test of the page: the units compiled from src/, then the browser against one real server.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServer } from './e2e/server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const junit = process.env.HONE_JUNIT;
const units = process.argv.includes('--unit');

rmSync(`${here}.unit`, { recursive: true, force: true });
if (run('npm', ['exec', '--', 'tsc', '-p', 'tsconfig.unit.json']) !== 0) process.exit(1);

const server = units ? null : await startServer();
try {
  const files = ['house.test.mjs', ...tests('.unit'), ...(server === null ? [] : tests('e2e'))];
  const given = server === null ? {} : { HONE_URL: server.url };
  process.exitCode = run(process.execPath, ['--test', '--test-concurrency=1', ...reporters(), ...files], given);
} finally {
  if (junit && existsSync(junit)) keepToXml(junit);
  await server?.stop();
}

/** A failure's text may hold control characters, colours of a terminal among them, which XML has no place for. */
function keepToXml(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ''));
}

function run(program, args, environment = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: here,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (error) throw error;
  return status ?? 1;
}

function tests(folder) {
  return readdirSync(`${here}${folder}`, { recursive: true })
    .filter((name) => /\.test\.m?js$/.test(name))
    .map((name) => `${folder}/${name}`);
}

function reporters() {
  const spec = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  return junit ? [...spec, '--test-reporter=junit', `--test-reporter-destination=${junit}`] : spec;
}
