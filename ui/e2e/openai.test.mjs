// OpenAI's own npm client against the server, unchanged but for the address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { startServer } from './server.mjs';

const QUESTION = { model: 'hone', messages: [{ role: 'user', content: 'Say hi.' }], max_tokens: 12, seed: 7 };

let server;
let client;

before(async () => {
  server = await startServer();
  client = new OpenAI({ baseURL: `${server.url.replace(/\/$/, '')}/v1`, apiKey: 'any', maxRetries: 0 });
});
after(() => server?.stop());

test('completes', async () => {
  const completion = await client.chat.completions.create({ ...QUESTION, n: 2 });
  assert.equal(completion.object, 'chat.completion');
  assert.notEqual(completion.model, 'hone');
  assert.deepEqual(
    completion.choices.map((choice) => choice.index),
    [0, 1],
  );
  assert.ok(completion.choices[0].message.content.length > 0);
  assert.equal(completion.usage.total_tokens, completion.usage.prompt_tokens + completion.usage.completion_tokens);
});

test('streams what it completes', async () => {
  const whole = await client.chat.completions.create({ ...QUESTION, temperature: 0 });
  const stream = await client.chat.completions.create({
    ...QUESTION,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let finish = null;
  let usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    finish ??= chunk.choices[0]?.finish_reason ?? null;
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(finish, whole.choices[0].finish_reason);
  assert.deepEqual(usage, whole.usage);
});

test('lists models', async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.equal(names[0], 'hone');
  assert.equal((await client.models.retrieve(names[1])).id, names[1]);
});

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 12 } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};
const CALLING = {
  ...QUESTION,
  max_tokens: 100,
  tools: [WEATHER],
  tool_choice: { type: 'function', function: { name: 'weather' } },
};

test('answers as a schema says', async () => {
  const completion = await client.chat.completions.parse({
    ...QUESTION,
    max_tokens: 100,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'greeting',
        strict: true,
        schema: {
          type: 'object',
          properties: { words: { type: 'string', maxLength: 20 }, loud: { type: 'boolean' } },
          required: ['words', 'loud'],
          additionalProperties: false,
        },
      },
    },
  });
  const said = completion.choices[0].message.parsed;
  assert.deepEqual(Object.keys(said), ['words', 'loud']);
  assert.equal(typeof said.loud, 'boolean');
});

test('calls functions, streamed or not, and takes their results', async () => {
  const completion = await client.chat.completions.create(CALLING);
  const [choice] = completion.choices;
  assert.equal(choice.finish_reason, 'tool_calls');
  const [call] = choice.message.tool_calls;
  assert.equal(call.function.name, 'weather');
  assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
  const streamed = await client.chat.completions.stream(CALLING).finalChatCompletion();
  assert.deepEqual(streamed.choices[0].message.tool_calls[0].function.name, 'weather');
  const next = await client.chat.completions.create({
    ...QUESTION,
    tools: [WEATHER],
    messages: [...QUESTION.messages, choice.message, { role: 'tool', tool_call_id: call.id, content: 'Sunny.' }],
  });
  assert.ok(['stop', 'length', 'tool_calls'].includes(next.choices[0].finish_reason));
});

test('understands errors', async () => {
  await assert.rejects(
    client.chat.completions.create({ ...QUESTION, model: 'none' }),
    (error) => error instanceof NotFoundError && error.code === 'model_not_found' && error.param === 'model',
  );
  await assert.rejects(
    client.chat.completions.create({ ...QUESTION, logprobs: true }),
    (error) => error instanceof BadRequestError && error.param === 'logprobs',
  );
});
