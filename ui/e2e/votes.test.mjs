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

/** Draws so many answers to one message, one after the other. */
async function draw(count) {
  await visitor.ask(SHORT);
  for (let drawn = 2; drawn <= count; drawn++) {
    await visitor.button('Answer again').click();
    await visitor.page.getByText(`${drawn}/${drawn}`, { exact: true }).waitFor();
  }
}

/** The ranking as it is on the page: turns with their letters, the best first. */
function ranked() {
  return visitor.page
    .getByRole('listitem')
    .filter({ has: visitor.button(/^Move . up$/) })
    .evaluateAll((items) => items.map((item) => [item.dataset.turn, item.querySelector('h3').firstChild.textContent]));
}

/** What a screen reader would call the element with the focus. */
function focusedName() {
  return visitor.page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent);
}

function posted(kind) {
  return visitor.page.waitForResponse(
    (response) => isVote(response.request()) && response.request().postDataJSON().kind === kind,
  );
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

  it('up can be explained, in the words of praise, but is not asked for it', async () => {
    const { page } = visitor;
    const answer = await visitor.ask(SHORT);
    await visitor.voting(() => answer.getByRole('button', { name: 'Good answer' }).click());
    const offer = visitor.button('Say what was good');
    await offer.waitFor();
    assert.equal(await page.getByRole('form').count(), 0);

    await offer.press('Enter');
    await page.getByRole('form', { name: 'What was good?' }).waitFor();
    assert.equal(await visitor.button('Made up').count(), 0);
    assert.equal(await focusedName(), 'Correct');
    await page.keyboard.press('Space');
    await visitor.button('To the point').click();
    await page.getByLabel('Comment').fill('Friendly.');
    await visitor.voting(() => visitor.button('Add to my vote').click());
    const [vote, ...others] = await visitor.votes();
    assert.deepEqual([vote.value, vote.reasons, vote.comment], ['up', ['correct', 'concise'], 'Friendly.']);
    assert.deepEqual(others, []);

    await visitor.reload();
    await page.getByText('Correct · To the point · “Friendly.”').waitFor();
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

describe('a ranking', () => {
  it('is made with the keyboard, posted once, and the chat goes on with the best', async () => {
    const { page } = visitor;
    await draw(2);
    assert.equal(await visitor.button('Rank the answers').count(), 0);
    await visitor.button('Answer again').click();
    await page.getByText('3/3', { exact: true }).waitFor();
    await visitor.button('Rank the answers').press('Enter');
    assert.equal(await focusedName(), 'Rank the 3 answers, the best first');
    assert.equal(await page.locator('.version').count(), 0);

    const [[a], [b], [c]] = await ranked();
    const drawn = (await visitor.stored()).exchanges[0].turns.map(({ id }) => id);
    assert.deepEqual([a, b, c].sort(), [...drawn].sort());
    const best = await page.locator(`[data-turn="${c}"] .prose`).innerText();
    const status = page.getByRole('region', { name: 'Answers to rank' }).getByRole('status');
    await visitor.button('Move C up').focus();
    await page.keyboard.press('Enter');
    assert.equal(await status.innerText(), 'C is number 2 of 3. Best to worst: A, C, B.');
    assert.equal(await focusedName(), 'Move C up');
    await page.keyboard.press('Enter');
    assert.equal(await status.innerText(), 'C is number 1 of 3. Best to worst: C, A, B.');
    assert.equal(await focusedName(), 'Move C up');
    await page.keyboard.press('Enter');
    assert.equal(await status.innerText(), 'C is number 1 of 3 already.');
    assert.deepEqual(
      (await ranked()).map(([, letter]) => letter),
      ['C', 'A', 'B'],
    );

    const chosen = page.waitForResponse((response) => response.url().endsWith('/choose'));
    const request = await visitor.voting(() => visitor.button('Save ranking').click());
    assert.deepEqual(request.postDataJSON(), { kind: 'ranking', turns: [c, a, b] });
    assert.ok(request.headers()['idempotency-key']);
    assert.equal((await chosen).ok(), true);
    assert.equal((await visitor.stored()).exchanges[0].chosen, c);
    await page.getByText('You ranked 3 answers. This is the best.').waitFor();
    assert.equal(await focusedName(), 'Rank again');
    assert.equal(await textOf(visitor.answers.first()), best.trim());

    await visitor.reload();
    await page.getByText('You ranked 3 answers. This is the best.').waitFor();
    assert.equal(posts.length, 1);
    const leaf = drawn.indexOf(c) === 0 ? 'Next answer' : 'Previous answer';
    await visitor.button(leaf).click();
    await page.getByText(/You ranked 3 answers\. This is (number 2|the worst)\./).waitFor();

    await visitor.voting(() => visitor.button('Take back the ranking').click());
    assert.deepEqual(await visitor.votes(), []);
    await visitor.button('Rank the answers').waitFor();
  });

  it('is made anew in place of the one before', async () => {
    await draw(3);
    await visitor.button('Rank the answers').click();
    const [[a], [b], [c]] = await ranked();
    await visitor.voting(() => visitor.button('Save ranking').click());

    await visitor.button('Rank again').click();
    assert.deepEqual(
      (await ranked()).map(([turn]) => turn),
      [a, b, c],
    );
    assert.equal(await visitor.button('Save ranking').isEnabled(), false);
    await visitor.button('Move A down').click();
    const sent = posted('ranking');
    await visitor.button('Save ranking').click();
    await sent;
    assert.deepEqual(
      (await visitor.votes()).map(({ turns }) => turns),
      [[b, a, c]],
    );
  });

  it('is left by Escape', async () => {
    await draw(3);
    await visitor.button('Rank the answers').click();
    await visitor.button('Move B up').press('Escape');
    await visitor.answers.first().waitFor();
    assert.equal(await focusedName(), 'Rank the answers');
    assert.equal(posts.length, 0);
  });

  it('that does not get through says so and is sent under the same key', async () => {
    const { page } = visitor;
    await draw(3);
    await page.route('**/api/feedback', (route) => route.abort());
    await visitor.button('Rank the answers').click();
    await visitor.button('Save ranking').click();
    await visitor.answers.first().getByText('Your vote is not saved yet').waitFor();
    const key = posts[0].headers()['idempotency-key'];
    await page.unroute('**/api/feedback');
    const request = await visitor.voting(() => visitor.reload());
    assert.equal(request.headers()['idempotency-key'], key);
    assert.equal((await visitor.votes())[0].kind, 'ranking');
  });

  it('has the newest eight answers to the same prompt, long ones shortened', async () => {
    const { page } = visitor;
    await visitor.ask(SHORT);
    const turn = (index) => ({
      id: `many-${index}`,
      text: index === 10 ? 'A long line.\n\n'.repeat(20) : `Number ${index}.`,
      version: 'v',
      finishReason: 'stop',
      promptHash: index === 5 ? 'another' : 'p',
      dropped: 0,
    });
    await page.route('**/api/conversations/*', async (route) => {
      const conversation = await (await route.fetch()).json();
      const turns = Array.from({ length: 11 }, (_, index) => turn(index));
      const exchanges = [{ ...conversation.exchanges[0], chosen: 'many-10', turns }];
      await route.fulfill({ json: { ...conversation, exchanges } });
    });
    await visitor.reload();
    await visitor.button('Rank the answers').click();
    await page.getByRole('heading', { name: 'Rank 8 of the 11 answers, the best first' }).waitFor();
    const letters = new Map(await ranked());
    const newest = [2, 3, 4, 6, 7, 8, 9, 10].map((index) => `many-${index}`);
    assert.deepEqual([...letters.keys()].sort(), newest.sort());

    const long = page.locator('[data-turn="many-10"]');
    const height = () => long.evaluate((element) => element.clientHeight);
    const short = await height();
    const more = visitor.button(`Show all of ${letters.get('many-10')}`);
    assert.equal(await page.getByRole('button', { name: /^Show all/ }).count(), 1);
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await more.click();
    assert.ok((await height()) > 2 * short);
    await visitor.button(`Show less of ${letters.get('many-10')}`).click();
    assert.equal(await height(), short);
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
