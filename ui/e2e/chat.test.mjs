import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { textOf, Visitor } from './browser.mjs';
import { setStage } from './stage.mjs';

const SHORT = 'Say hi.';
const LONG = 'Tell me a very long story about the sea.';
const MESSAGES = '**/api/conversations/*/messages';

const stage = setStage();
let visitor;

beforeEach(async () => {
  visitor = await Visitor.arrive(stage.browser, stage.server.url);
});
afterEach(() => visitor.leave());

/** Lengths that the newest answer passes through while it is written. */
function watchGrowth(page) {
  return page.evaluate(() => {
    window.lengths = [];
    new MutationObserver(() => {
      const text = [...document.querySelectorAll('.prose')].at(-1)?.textContent ?? '';
      if (text.length !== window.lengths.at(-1)) window.lengths.push(text.length);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** Has the server refuse once, as it does when it cannot answer now. */
function refuseOnce(page, status, code, detail, headers = {}) {
  const problem = { type: 'about:blank', title: 'Refused', status, code, detail };
  const response = { status, headers, contentType: 'application/problem+json', body: JSON.stringify(problem) };
  return page.route(MESSAGES, (route) => route.fulfill(response), { times: 1 });
}

function stream(...events) {
  const body = events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
  return { status: 200, contentType: 'text/event-stream', body };
}

describe('a chat', () => {
  it('shows the answer while it is written', async () => {
    const { page } = visitor;
    await watchGrowth(page);
    await visitor.ask('Name the four seasons.');
    const lengths = await page.evaluate(() => window.lengths);
    assert.ok(lengths.length > 3, `seen at ${lengths}`);
    // Markup that turns out to be markup is taken out again, so a piece may be shorter than the one before.
    assert.equal(Math.max(...lengths), lengths.at(-1));
  });

  it('names the version under the answer', async () => {
    const answer = await visitor.ask(SHORT);
    const { turns } = (await visitor.stored()).exchanges[0];
    assert.equal(await answer.locator('.version').innerText(), turns[0].version);
  });

  it('gets an address and a title, and a reload finds all of it', async () => {
    const first = await textOf(await visitor.ask(SHORT));
    const second = await textOf(await visitor.ask('And bye.'));
    const address = visitor.page.url();
    await visitor.page.goto(visitor.url);
    await visitor.page.getByRole('link', { name: SHORT }).first().waitFor();
    await visitor.page.goto(address);
    await visitor.answers.nth(1).waitFor();
    assert.equal(await textOf(visitor.answers.nth(0)), first);
    assert.equal(await textOf(visitor.answers.nth(1)), second);
    assert.equal(await visitor.page.title(), `${SHORT} · Hone`);
  });

  it('keeps what was written when it is stopped', async () => {
    const { page } = visitor;
    await visitor.send(LONG);
    await page.waitForFunction(() => (document.querySelector('.prose')?.textContent ?? '').length > 40);
    await visitor.button('Stop').click();
    const answer = visitor.answers.first();
    await answer.getByText('Stopped', { exact: true }).waitFor();
    const kept = (await textOf(answer)).slice(0, 40);
    await visitor.button('Send').waitFor();

    await page.waitForFunction(async () => {
      const response = await fetch(`/api/conversations/${location.pathname.split('/').at(-1)}`);
      return (await response.json()).exchanges[0].turns[0]?.finishReason === 'cancelled';
    });
    await visitor.reload();
    await answer.getByText('Stopped', { exact: true }).waitFor();
    assert.ok((await textOf(answer)).startsWith(kept));
  });

  it('leafs through the answers to one message and goes on with the one shown', async () => {
    const first = await textOf(await visitor.ask(SHORT));
    await visitor.button('Answer again').click();
    await visitor.page.getByText('2/2', { exact: true }).waitFor();
    const second = await textOf(visitor.answers.first());

    const chosen = visitor.page.waitForResponse((response) => response.url().endsWith('/choose'));
    await visitor.button('Previous answer').click();
    await visitor.page.getByText('1/2', { exact: true }).waitFor();
    assert.equal(await textOf(visitor.answers.first()), first);
    assert.equal((await chosen).ok(), true);

    await visitor.reload();
    await visitor.page.getByText('1/2', { exact: true }).waitFor();
    assert.equal(await textOf(visitor.answers.first()), first);
    await visitor.button('Next answer').click();
    await visitor.page.getByText('2/2', { exact: true }).waitFor();
    assert.equal(await textOf(visitor.answers.first()), second);
  });

  it('goes on while another one is looked at', async () => {
    const { page } = visitor;
    await visitor.send(LONG);
    await page.waitForFunction(() => (document.querySelector('.prose')?.textContent ?? '').length > 20);
    await page.getByRole('link', { name: 'New chat', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Ask.' }).waitFor();
    await page.goBack();
    await visitor.button('Stop').click();
    await visitor.answers.first().getByText('Stopped', { exact: true }).waitFor();
  });

  it('starts with an example', async () => {
    await visitor.page.getByRole('list', { name: 'Examples' }).getByRole('button').first().click();
    await visitor.answers.first().getByRole('button', { name: 'Good answer' }).waitFor();
  });

  it('takes a new line with Shift and sends with Enter', async () => {
    await visitor.message.fill('Say');
    await visitor.message.press('Shift+Enter');
    await visitor.message.pressSequentially('hi.');
    await visitor.message.press('Enter');
    await visitor.answers.first().getByRole('button', { name: 'Good answer' }).waitFor();
    assert.equal((await visitor.stored()).exchanges[0].message, 'Say\nhi.');
  });

  it('leaves a reader alone who scrolled up', async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 500, height: 420 });
    await visitor.send(LONG);
    const chat = page.locator('.chat');
    await page.waitForFunction(() => {
      const box = document.querySelector('.chat');
      return box.scrollHeight > box.clientHeight + 200;
    });
    assert.ok((await chat.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)) < 60);

    await chat.evaluate((box) => box.scrollTo({ top: 0 }));
    await visitor.button('To the end').waitFor();
    const height = await chat.evaluate((box) => box.scrollHeight);
    await page.waitForFunction((seen) => document.querySelector('.chat').scrollHeight > seen, height);
    assert.equal(await chat.evaluate((box) => box.scrollTop), 0);

    await visitor.button('To the end').click();
    await page.waitForFunction(() => {
      const box = document.querySelector('.chat');
      return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    });
    await visitor.button('Stop').click();
  });
});

describe('what goes wrong', () => {
  it('is said where the answer would be, and can be tried again', async () => {
    const { page } = visitor;
    await refuseOnce(page, 429, 'rate_limit_exceeded', 'Too many are waiting.', { 'Retry-After': '3' });
    await visitor.send(SHORT);
    const note = page.getByRole('article').getByRole('alert');
    await note.waitFor();
    assert.match(await note.innerText(), /Too many are waiting\. Try again in 3 s\./);

    await note.getByRole('button', { name: 'Retry' }).click();
    await visitor.answers.first().getByRole('button', { name: 'Good answer' }).waitFor();
    assert.equal(await note.count(), 0);
    assert.equal((await visitor.stored()).exchanges.length, 1);
  });

  it('is waited out while the model is loading', async () => {
    await refuseOnce(visitor.page, 503, 'model_loading', 'The model is loading.');
    await visitor.send(SHORT);
    await visitor.page.getByText('this is sent as soon as it is ready').waitFor();
    await visitor.answers.first().getByRole('button', { name: 'Good answer' }).waitFor();
  });

  it('keeps what was written before the connection was cut', async () => {
    const start = { type: 'start', position: 0, turns: ['cut-0'], version: 'v' };
    const cut = stream(start, { type: 'token', index: 0, text: 'Half an ans' });
    await visitor.page.route(MESSAGES, (route) => route.fulfill(cut), { times: 1 });
    await visitor.send(SHORT);
    await visitor.page.getByText('The connection to the server was cut.').waitFor();
    assert.match(await textOf(visitor.answers.first()), /^Half an ans/);
  });

  it('tells that the oldest exchanges were dropped', async () => {
    const start = { type: 'start', position: 0, turns: ['dropped-0'], version: 'v', promptHash: 'p' };
    const notice = { type: 'notice', dropped: 2, text: '' };
    const finish = { type: 'finish', index: 0, turn: 'dropped-0', finishReason: 'stop' };
    await visitor.page.route(MESSAGES, (route) => route.fulfill(stream(start, notice, finish, '[DONE]')), { times: 1 });
    await visitor.send(SHORT);
    await visitor.page.getByText('it no longer saw the 2 oldest messages and their answers').waitFor();
  });

  it('tells after a reload that the oldest exchange was dropped', async () => {
    const { page } = visitor;
    await visitor.ask(SHORT);
    await page.route('**/api/conversations/*', async (route) => {
      const conversation = await (await route.fetch()).json();
      assert.equal(conversation.exchanges[0].turns[0].dropped, 0);
      conversation.exchanges[0].turns[0].dropped = 1;
      await route.fulfill({ json: conversation });
    });
    await visitor.reload();
    await page.getByText('here it no longer saw the oldest message and its answer.').waitFor();
  });

  it('leads to the sign-in page where a key is wanted', async () => {
    const { page } = visitor;
    const problem = { title: 'Unauthorized', status: 401, code: 'invalid_api_key', detail: 'A key is wanted.' };
    const refusal = { status: 401, contentType: 'application/problem+json', body: JSON.stringify(problem) };
    await page.route('**/api/**', (route) => route.fulfill(refusal));
    await page.goto(`${visitor.url}/c/00000000-0000-0000-0000-000000000000`);
    await page.getByRole('heading', { name: 'Sign in to Hone' }).waitFor();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Key').fill('wrong');
    await visitor.button('Sign in').click();
    await page.getByText('That key is not the one').waitFor();
    assert.match(page.url(), /\/sign-in\?next=%2Fc%2F/);
  });

  it('cannot be done by the text of an answer', async () => {
    const { page } = visitor;
    const hostile =
      '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script> ' +
      '![see](https://example.invalid/spy.png) [go](javascript:window.harmed=1)\n\n```html\n<b>code</b>\n```';
    const start = { type: 'start', position: 0, turns: ['hostile-0'], version: 'v' };
    const finish = { type: 'finish', index: 0, turn: 'hostile-0', finishReason: 'stop' };
    const body = stream(start, { type: 'token', index: 0, text: hostile }, finish, '[DONE]');
    await page.route(MESSAGES, (route) => route.fulfill(body), { times: 1 });
    await visitor.ask(SHORT);
    const answer = visitor.answers.first();
    assert.equal(await answer.locator('img, script').count(), 0);
    assert.match(await textOf(answer), /<b>code<\/b>/);
    assert.equal(await answer.locator('a[href^="javascript"]').count(), 0);
    assert.equal(await page.evaluate(() => window.harmed), undefined);
  });
});

describe('the list of chats', () => {
  it('renames one', async () => {
    const { page } = visitor;
    const title = `Renamed ${crypto.randomUUID().slice(0, 8)}`;
    await visitor.ask(SHORT);
    const item = page.getByRole('listitem').filter({ has: page.locator('[aria-current]') });
    await item.hover();
    await item.getByRole('button', { name: /^Rename/ }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Title').press('Enter');
    await page.getByRole('link', { name: title }).waitFor();
    assert.equal((await visitor.stored()).title, title);
  });

  it('deletes one after asking', async () => {
    const { page } = visitor;
    await visitor.ask(SHORT);
    const address = page.url();
    const { conversation } = visitor;
    const item = page.getByRole('listitem').filter({ has: page.locator('[aria-current]') });
    await item.hover();
    await item.getByRole('button', { name: /^Delete/ }).click();
    await visitor.button('Keep').click();
    assert.equal((await page.request.get(`${visitor.url}/api/conversations/${conversation}`)).status(), 200);

    await item.hover();
    await item.getByRole('button', { name: /^Delete/ }).click();
    await visitor.button('Delete').click();
    await page.getByRole('heading', { name: 'Ask.' }).waitFor();
    assert.equal((await page.request.get(`${visitor.url}/api/conversations/${conversation}`)).status(), 404);
    await page.goto(address);
    await page.getByRole('heading', { name: 'There is no such chat' }).waitFor();
  });
});
