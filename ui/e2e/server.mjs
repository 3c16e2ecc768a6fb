// The server that the tests in a browser and the conformance tests talk to.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../hone', import.meta.url));
/** A first start builds, gets the model and measures precisions. */
const READY_WITHIN_MS = 15 * 60_000;
const STOPPED_WITHIN_MS = 60_000;
const POLL_MS = 250;
/** The longest answer: now and then the model does not find its end, and a test waits for it. */
const MAX_NEW_TOKENS = '400';
/** A report of the gate to look at, soon: rounds here are about the page, not about the candidate. */
const SMALL_GATE = {
  HONE_GATE_SIZES_PASSAGES: '2',
  HONE_GATE_SIZES_ANSWERS: '4',
  HONE_GATE_SIZES_ANSWER_TOKENS: '24',
  HONE_GATE_SIZES_QUESTIONS: '2',
  HONE_GATE_SIZES_SAMPLES_PER_QUESTION: '2',
  HONE_GATE_SIZES_QUESTION_TOKENS: '8',
};

/**
 * The server at HONE_URL, or one of its own on a free port and an empty data folder, ready to
 * answer. `stop` ends it and removes its data; a server that was given is left alone.
 */
export async function startServer() {
  if (process.env.HONE_URL) return { url: process.env.HONE_URL.replace(/\/$/, ''), stop: async () => {} };
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'hone-page-'));
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(LAUNCHER, ['serve', '--port', String(port), '--data', data], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { HONE_MAX_NEW_TOKENS: MAX_NEW_TOKENS, ...SMALL_GATE, ...process.env },
  });
  const ended = new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const stop = async () => {
    server.kill('SIGTERM');
    const killer = setTimeout(() => server.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(killer);
    await rm(data, { recursive: true, force: true });
  };
  const early = ended.then((how) => {
    throw new Error(`hone serve ended (${how}) before it was ready`);
  });
  try {
    await Promise.race([untilReady(url), early]);
  } catch (cause) {
    await stop();
    throw cause;
  }
  early.catch(() => {});
  return { url, stop };
}

async function untilReady(url) {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await wait(POLL_MS);
  }
  throw new Error(`${url} was not ready within ${READY_WITHIN_MS / 60_000} minutes`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
