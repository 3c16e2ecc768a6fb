import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { isVote, textOf, Visitor } from './browser.mjs';
import { setStage } from './stage.mjs';

const SHORT = 'Say hi.';

const stage = setStage();
let visitor;
let posts;

beforeEach(async () => {
  visitor = await Visitor.arrive(stage.browser, stage.server.url);
  posts = [];
  visitor.page.on('request', (request) => isVote(request) && posts.push(request));
});
afterEach(() => visitor.leave());

const candidate = (letter) => visitor.page.getByRole('region', { name: `Answer ${letter}`, exact: true });
const pressed = (answer, name) => answer.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');

/** Asks for two answers and waits until they can be compared. */
async function compare(text = SHORT) {
  await visitor.wantTwoAnswers();
  await visitor.send(text);
  await comparable();
}

function comparable() {
  return visitor.page.locator('.choice[data-choice="a"]:enabled').waitFor();
}

/** Ids of the two turns last drawn, by the letters they are shown under. */
async function lettered() {
  const drawn = (await visitor.stored()).exchanges
    .at(-1)
    .turns.slice(-2)
    .map(({ id }) => id);
  const [a, b] = await Promise.all(['A', 'B'].map((letter) => candidate(letter).getAttribute('data-turn')));
  assert.deepEqual([a, b].sort(), drawn.sort());
  return { a, b };
}

describe('a thumb', () => {
  it('up is one click, posted once, and there after a reload', async () => {
    const answer = await visitor.ask(SHORT);
    const request = await visitor.voting(() => answer.getByRole('button', { name: 'Good answer' }).click());
    assert.ok(request.headers()['idempotency-key']);
    assert.equal(await pressed(answer, 'Good answer'), 'true');

    await visitor.reload();
    await visitor.page.locator('.thumb-up[aria-pressed="true"]').waitFor();
    assert.equal(posts.length, 1);
    const [vote, ...others] = await visitor.votes();
    assert.equal(vote.value, 'up');
    assert.deepEqual(others, []);
  });

  it('down asks for reasons and a comment, which may be left out', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    await visitor.voting(() => answer.getByRole('button', { name: 'Bad answer' }).click());
    assert.equal((await visitor.votes())[0].value, 'down');

    await visitor.button('Too long').click();
    await visitor.button('Made up').click();
    await page.getByLabel('Comment').fill('It rambles.');
    await visitor.voting(() => visitor.button('Add to my vote').click());
    await page.getByText('Too long · Made up · “It rambles.”').waitFor();
    const votes = await visitor.votes();
    assert.equal(votes.length, 1);
    assert.deepEqual(votes[0].reasons, ['too_long', 'invented']);
    assert.equal(votes[0].comment, 'It rambles.');

    await visitor.reload();
    await page.getByText('Too long · Made up · “It rambles.”').waitFor();
  });

  it('is taken back by a second click', async () => {
    const answer = await visitor.ask(SHORT);
    const up = answer.getByRole('button', { name: 'Good answer' });
    await visitor.voting(() => up.click());
    const request = await visitor.voting(() => up.click());
    assert.equal(request.postDataJSON().kind, 'withdrawal');
    assert.deepEqual(await visitor.votes(), []);
    await visitor.reload();
    await answer.waitFor();
    assert.equal(await pressed(answer, 'Good answer'), 'false');
  });

  it('down replaces up', async () => {
    const answer = await visitor.ask(SHORT);
    await visitor.voting(() => answer.getByRole('button', { name: 'Good answer' }).click());
    await visitor.voting(() => answer.getByRole('button', { name: 'Bad answer' }).click());
    assert.equal(await pressed(answer, 'Good answer'), 'false');
    assert.deepEqual(
      (await visitor.votes()).map(({ value }) => value),
      ['down'],
    );
  });
});

describe('a comparison', () => {
  it('is blind until the pick, and the chat goes on with the answer picked', async () => {
    const { page } = visitor;
    await compare();
    assert.equal(await page.locator('.version').count(), 0);
    assert.equal(await visitor.button('Send').isEnabled(), false);
    const { a, b } = await lettered();
    const better = await textOf(candidate('B'));

    const chosen = page.waitForResponse((response) => response.url().endsWith('/choose'));
    const request = await visitor.voting(() => visitor.button('B is better').click());
    assert.deepEqual(request.postDataJSON(), { kind: 'comparison', turns: [a, b], choice: 'b' });
    assert.equal((await chosen).ok(), true);
    assert.equal((await visitor.stored()).exchanges[0].chosen, b);
    await page.getByText('You found B better').waitFor();
    assert.equal(await textOf(visitor.answers.first()), better);
    assert.equal(await page.locator('.version').count(), 1);

    await visitor.wantTwoAnswers();
    await visitor.ask('And bye.');
    await visitor.reload();
    await page.getByText('You found B better').waitFor();
    assert.equal(await textOf(visitor.answers.first()), better);
  });

  it('that is a tie goes on with A', async () => {
    await compare();
    const { a } = await lettered();
    const chosen = visitor.page.waitForResponse((response) => response.url().endsWith('/choose'));
    await visitor.voting(() => visitor.button('Tie').click());
    await chosen;
    assert.equal((await visitor.stored()).exchanges[0].chosen, a);
    assert.equal((await visitor.votes())[0].choice, 'tie');
  });

  it('waits over a reload', async () => {
    await compare();
    await visitor.reload();
    await comparable();
    await visitor.voting(() => visitor.button('Both bad').click());
    assert.equal((await visitor.votes())[0].choice, 'bothBad');
  });

  it('can be had of an answer that is there already', async () => {
    const first = await textOf(await visitor.ask(SHORT));
    await visitor.button('Answer again, twice, to compare').click();
    await comparable();
    await visitor.voting(() => visitor.button('A is better').click());
    await visitor.page.getByText(/^[23]\/3$/).waitFor();
    while (await visitor.button('Previous answer').isEnabled()) await visitor.button('Previous answer').click();
    await visitor.page.getByText('1/3', { exact: true }).waitFor();
    assert.equal(await textOf(visitor.answers.first()), first);
  });

  it('need not be voted on', async () => {
    await compare();
    const chosen = visitor.page.waitForResponse((response) => response.url().endsWith('/choose'));
    await visitor.button('Go on with A without a vote').click();
    assert.equal((await chosen).ok(), true);
    await visitor.answers.first().waitFor();
    assert.equal(posts.length, 0);
  });

  it('can be taken back', async () => {
    await compare();
    await visitor.voting(() => visitor.button('A is better').click());
    await visitor.voting(() => visitor.button('Take back').click());
    assert.deepEqual(await visitor.votes(), []);
  });
});

describe('a better answer', () => {
  it('is written in place of the original, which stays', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    const original = await textOf(answer);
    await visitor.button('Write a better answer').click();
    const field = page.getByLabel('Your better answer');
    assert.equal(await visitor.button('Save better answer').isEnabled(), false);
    await field.fill('Hi. **Nice** to meet you.');
    const request = await visitor.voting(() => field.press('Control+Enter'));
    const [turn] = (await visitor.stored()).exchanges[0].turns;
    assert.deepEqual(request.postDataJSON(), { kind: 'edit', turn: turn.id, text: 'Hi. **Nice** to meet you.' });

    await visitor.reload();
    await page.getByText('Your better answer', { exact: true }).waitFor();
    assert.equal(await textOf(answer), 'Hi. Nice to meet you.');
    await visitor.button('Show the original').click();
    assert.equal(await textOf(answer), original);

    await visitor.voting(() => visitor.button('Take back').click());
    assert.deepEqual(await visitor.votes(), []);
  });

  it('is left by Escape', async () => {
    const answer = await visitor.ask(SHORT);
    const original = await textOf(answer);
    await visitor.button('Write a better answer').click();
    await visitor.page.getByLabel('Your better answer').fill('Other');
    await visitor.page.getByLabel('Your better answer').press('Escape');
    assert.equal(await textOf(answer), original);
    assert.equal(posts.length, 0);
  });
});

describe('a vote that does not get through', () => {
  it('says so, stays over a reload, and is sent under the same key', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    await page.route('**/api/feedback', (route) => route.abort());
    await answer.getByRole('button', { name: 'Good answer' }).click();
    await answer.getByText('Your vote is not saved yet').waitFor();
    const key = posts[0].headers()['idempotency-key'];

    await page.unroute('**/api/feedback');
    const request = await visitor.voting(() => visitor.reload());
    assert.equal(request.headers()['idempotency-key'], key);
    await page.locator('.thumb-up[aria-pressed="true"]').waitFor();
    assert.equal((await visitor.votes()).length, 1);
  });

  it('is sent again on request', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    await page.route('**/api/feedback', (route) => route.abort());
    await answer.getByRole('button', { name: 'Good answer' }).click();
    const note = answer.getByRole('alert');
    await note.waitFor();
    await page.unroute('**/api/feedback');
    await visitor.voting(() => note.getByRole('button', { name: 'Retry' }).click());
    await note.waitFor({ state: 'detached' });
    assert.equal((await visitor.votes()).length, 1);
  });

  it('is counted once when only the acknowledgement was lost', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    await page.route(
      '**/api/feedback',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await answer.getByRole('button', { name: 'Good answer' }).click();
    const note = answer.getByRole('alert');
    await note.getByRole('button', { name: 'Retry' }).click();
    await note.waitFor({ state: 'detached' });
    assert.equal((await visitor.votes()).length, 1);
  });

  it('and is refused can be discarded', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    const problem = { title: 'Unprocessable', status: 422, code: 'invalid_vote', detail: 'No such thing.' };
    await page.route('**/api/feedback', (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await answer.getByRole('button', { name: 'Good answer' }).click();
    await answer.getByText('Your vote was not taken: No such thing.').waitFor();
    assert.equal(await pressed(answer, 'Good answer'), 'false');
    await visitor.button('Discard').click();
    assert.equal(await answer.getByRole('alert').count(), 0);
  });
});
