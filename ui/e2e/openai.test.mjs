// OpenAI's own npm client against the server, unchanged but for the address: the scenarios that its
// Python and Java clients are run with too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { startServer } from './server.mjs';

const SCENARIOS = JSON.parse(
  readFileSync(new URL('../../src/test/resources/openai/scenarios.json', import.meta.url), 'utf8'),
);
const ERRORS = { 400: BadRequestError, 404: NotFoundError };

const kept = {};
let server;
let client;

before(async () => {
  server = await startServer();
  client = new OpenAI({ baseURL: `${server.url.replace(/\/$/, '')}/v1`, apiKey: 'any', maxRetries: 0 });
});
after(() => server?.stop());

for (const scenario of SCENARIOS) {
  test(scenario.name, async () => {
    if (scenario.raises) {
      const { status, code, param } = scenario.raises;
      await assert.rejects(
        call(scenario),
        (error) => error instanceof ERRORS[status] && error.code === code && (error.param ?? null) === param,
      );
      return;
    }
    const result = await call(scenario);
    for (const expected of scenario.expect ?? []) check(result, expected);
    if (scenario.keep) kept[`$${scenario.keep}`] = result.id;
  });
}

async function call(scenario) {
  const params = Object.fromEntries(
    Object.entries(scenario.params ?? {}).map(([name, value]) => [name, kept[value] ?? value]),
  );
  const made = await create(scenario.call, params, kept[scenario.id] ?? scenario.id);
  return params.stream ? folded(made, scenario.leave) : made;
}

async function create(name, params, id) {
  switch (name) {
    case 'chat':
      return client.chat.completions.create(params);
    case 'completions':
      return client.completions.create(params);
    case 'embeddings':
      return client.embeddings.create(params);
    case 'responses':
      return client.responses.create(params);
    case 'responses.retrieve':
      return client.responses.retrieve(id);
    case 'responses.delete':
      return client.responses.delete(id);
    case 'models':
      return { data: await all(client.models.list()) };
    case 'models.retrieve':
      return client.models.retrieve(id);
    default:
      throw new Error(`no such call: ${name}`);
  }
}

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** What a stream adds up to: text, calls, finish, usage, tokens with log-probabilities, types of events. */
async function folded(events, leave) {
  const whole = { text: '', called: '', finish: null, usage: null, tokens: [], types: [] };
  for await (const event of events) {
    if (event.type) {
      whole.types.push(event.type);
      whole.finish = event.type;
      if (event.type === 'response.output_text.delta') whole.text += event.delta;
    }
    for (const choice of event.choices ?? []) {
      whole.text += choice.delta?.content ?? choice.text ?? '';
      for (const { function: called } of choice.delta?.tool_calls ?? []) {
        whole.called += (called.name ?? '') + (called.arguments ?? '');
      }
      whole.finish = choice.finish_reason ?? whole.finish;
      whole.tokens.push(...(choice.logprobs?.content ?? []));
    }
    whole.usage = event.usage ?? whole.usage;
    if (leave && whole.text) break;
  }
  return whole;
}

function check(result, { at, ...expected }) {
  const value = find(result, at);
  for (const [op, wanted] of Object.entries(expected)) {
    const holds = {
      is: () => value === wanted,
      one_of: () => wanted.includes(value),
      size: () => value.length === wanted,
      not_empty: () => (typeof value === 'number' ? value > 0 : value.length > 0),
      lacks: () => !value.includes(wanted),
      sum: () => value === wanted.map((path) => find(result, path)).reduce((a, b) => a + b),
    }[op];
    assert.ok(holds(), `${at} ${op} ${JSON.stringify(wanted)}, was ${JSON.stringify(value)}`);
  }
}

function find(value, path) {
  return path.split('.').reduce((inner, step) => inner[step], value);
}
