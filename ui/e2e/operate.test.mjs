import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SETTINGS } from '../.unit/operate/words.js';
import { Visitor } from './browser.mjs';
import { setStage } from './stage.mjs';
import { sticksOut } from './width.mjs';

const PAIRS = 20;
const WHY = 'Its answers are short, as wanted.';
const WHY_NOT = 'The base answers better.';
/** Training, then the answers to the gate prompts of two versions. */
const ROUND_MS = 15 * 60_000;

const stage = setStage();

/** Gives the server something to learn from. */
async function importPairs() {
  const lines = Array.from({ length: PAIRS }, (_, index) =>
    JSON.stringify({
      prompt: `What is ${index} plus ${index + 3}?`,
      chosen: `${2 * index + 3}.`,
      rejected: `That is a very good question, and I would rather not say what ${index} plus ${index + 3} is.`,
    }),
  );
  const imported = await fetch(`${stage.server.url}/api/preferences/import?format=trl`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', 'X-File-Name': 'sums.jsonl' },
    body: lines.join('\n'),
  });
  assert.equal(imported.status, 200, await imported.text());
}

describe('a plan that comes with Hone', () => {
  it('has words for each of its settings', async () => {
    const plans = await (await fetch(`${stage.server.url}/api/recipes`)).json();
    const names = plans.flatMap(({ stages }) => stages.flatMap(({ settings }) => Object.keys(settings)));
    assert.ok(names.includes('rolloutsPerStep'));
    assert.deepEqual(
      names.filter((name) => !(name in SETTINGS)),
      [],
    );
  });
});

describe('a round', () => {
  let visitor;
  let page;
  let round;
  let base;
  let version;

  before(async () => {
    await importPairs();
    visitor = await Visitor.arrive(stage.browser, stage.server.url);
    page = visitor.page;
  });
  after(() => visitor.leave());

  const get = async (path) => (await page.request.get(`${stage.server.url}${path}`)).json();
  const item = (id) => page.getByRole('listitem', { name: id, exact: true });
  const openVersions = () => page.getByRole('link', { name: 'Versions', exact: true }).click();

  /** Opens a dialog, gives the reason there and waits until it is done. */
  async function confirm(button, why) {
    await button.click();
    const dialog = page.getByRole('dialog');
    const does = dialog.locator('button[type="submit"]');
    assert.equal(await does.isDisabled(), true, 'nothing happens without a reason');
    await dialog.getByRole('textbox').fill(why);
    await does.click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Asks in a new chat; the version that is named under the answer. */
  async function versionInChat() {
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    return (await visitor.ask('Say hi.')).locator('.version').innerText();
  }

  it('is started in the page, and only once', async () => {
    const starts = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/rounds') starts.push(request);
    });
    await page.getByRole('link', { name: 'Operate', exact: true }).click();
    await page.getByRole('checkbox', { name: /From votes/ }).uncheck();
    await page.getByLabel('Recipe').selectOption('dpo');
    await page.getByText('Advanced', { exact: true }).click();
    await page.getByLabel('maxSteps', { exact: true }).fill('2');
    // Measuring which number format is faster would take longer than the training.
    await page.getByLabel('compute', { exact: true }).fill('f32');
    await visitor.button('Start the round').dblclick();
    await page.waitForURL('**/operate/rounds/r*');

    round = new URL(page.url()).pathname.split('/').at(-1);
    assert.equal(starts.length, 1);
    const settings = { maxSteps: '2', compute: 'f32' };
    assert.deepEqual(starts[0].postDataJSON(), { recipe: 'dpo', settings, include: ['imported'] });
    base = (await get(`/api/rounds/${round}`)).parent;
  });

  it('keeps a second one from starting while it runs', async () => {
    await page.getByRole('link', { name: 'Rounds', exact: true }).click();
    await page.getByText(`${round} is running; one runs at a time`).waitFor();
    assert.equal(await visitor.button('Start the round').isDisabled(), true);
    await page.locator(`[data-round="${round}"] a`).click();
  });

  it('shows each step in its curves', async () => {
    const loss = page.getByRole('slider', { name: 'Loss by step' });
    await page.locator('.chart-plot[aria-valuemax="2"]').first().waitFor({ timeout: ROUND_MS });
    await loss.focus();
    await page.keyboard.press('Home');
    // Before the first step the candidate is its parent: the loss is ln 2 whatever the pairs.
    assert.match(await loss.getAttribute('aria-valuetext'), /^Step 1: this step 0\.69/);
    for (const curve of ['Rewards by step', 'Accuracy by step', 'Learning rate by step']) {
      const slider = page.getByRole('slider', { name: curve });
      assert.match(await slider.getAttribute('aria-valuetext'), /^Step 1: /);
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'TensorBoard', exact: true }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^events\.out\.tfevents\.\d+\.r\d+$/);
  });

  it('ends with a report of the gate, which leaves it to a person', async () => {
    const ended = page.locator('h1 .badge:is([data-state="NEEDS_HUMAN"], [data-state="REFUSED"])');
    await ended.waitFor({ timeout: ROUND_MS });
    const { gate, metrics, snapshot, version: candidate } = await get(`/api/rounds/${round}`);
    version = candidate;

    const report = page.getByRole('region', { name: 'Gate report' });
    assert.equal(await report.locator('.check-item').count(), gate.length);
    const pairs = report.getByRole('listitem', { name: 'Held out pairs', exact: true });
    assert.match(await pairs.innerText(), /Undecided/);
    const accuracy = report.getByRole('listitem', { name: 'Preference accuracy', exact: true });
    await accuracy.getByText(/^\d+ samples?$/).click();
    await accuracy.getByRole('region', { name: 'Chosen', exact: true }).first().waitFor();
    const measured = await page.getByRole('region', { name: 'Measurements' }).innerText();
    assert.match(measured, new RegExp(`${(100 * metrics.accuracy).toFixed(1)}\\s%`));
    const did = await page.getByRole('region', { name: 'What the stages did' }).innerText();
    assert.ok(did.includes(metrics.stages[0]), did);
    const data = await page.getByRole('region', { name: 'Data' }).innerText();
    assert.match(data, new RegExp(`${snapshot.train}\\spairs[^]*${snapshot.heldOut}\\spair`));
  });

  it('is published over the gate, with a reason', async () => {
    await confirm(visitor.button('Publish anyway'), WHY);
    await page.getByText('Answers now', { exact: true }).waitFor();
    await page.locator('h1 .badge[data-state="PUBLISHED"]').waitFor();
  });

  it('answers in the chat', async () => {
    assert.equal(await versionInChat(), version);
  });

  it('is rolled back, with a reason', async () => {
    await page.getByRole('link', { name: 'Operate', exact: true }).click();
    await openVersions();
    await item(version)
      .getByText(/^Answers since/)
      .waitFor();
    await confirm(visitor.button('Roll back'), WHY_NOT);
    await item(base)
      .getByText(/^Answers/)
      .waitFor();
    await item(version).locator('.badge[data-state="ROLLED_BACK"]').waitFor();

    await item(version).getByRole('link', { name: round, exact: true }).click();
    await page.locator('h1 .badge[data-state="ROLLED_BACK"]').waitFor();
    assert.equal(await versionInChat(), base);
  });

  it('left its traces in the audit log', async () => {
    await page.getByRole('link', { name: 'Operate', exact: true }).click();
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    const row = (why) => page.getByRole('row').filter({ hasText: why });
    const published = await row(WHY).innerText();
    assert.match(published, /local/);
    assert.match(published, /Publish/);
    assert.ok(published.includes(version));
    assert.match(await row(WHY_NOT).innerText(), /Rollback/);
  });

  it('learned from pairs that can be looked at', async () => {
    await page.getByRole('link', { name: 'Pairs', exact: true }).click();
    await page.getByLabel('Source').selectOption('import');
    const pair = page.getByRole('listitem').filter({ hasText: 'What is 4 plus 7?' });
    await pair.getByText('line 5 of sums.jsonl').waitFor();
    assert.match(await pair.getByRole('region', { name: 'Chosen' }).innerText(), /11\./);
    assert.match(await pair.getByRole('region', { name: 'Rejected' }).innerText(), /rather not say/);
    await page.getByText(new RegExp(`to ${PAIRS} of ${PAIRS}\\spairs`)).waitFor();
  });

  it('fits a phone, in every view', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const views = ['', '/versions', '/pairs', '/audit', `/rounds/${round}`];
    for (const view of views) {
      await page.goto(`${stage.server.url}/operate${view}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.grid, .family, .pair-card, .check-item').first().waitFor();
      assert.deepEqual(await sticksOut(page), [0], view);
    }
  });
});

describe('what goes wrong in operating', () => {
  let visitor;

  before(async () => {
    visitor = await Visitor.arrive(stage.browser, stage.server.url);
  });
  after(() => visitor.leave());

  it('is said at the form, which keeps what was set', async () => {
    const { page } = visitor;
    await page.goto(`${stage.server.url}/operate`);
    await page.getByLabel('Recipe').selectOption('dpo');
    await page.getByText('Advanced', { exact: true }).click();
    const beta = page.getByLabel('beta', { exact: true });
    await beta.fill('much');
    await visitor.button('Start the round').click();
    await page.getByRole('alert').filter({ hasText: 'beta must be' }).waitFor();
    assert.equal(await beta.inputValue(), 'much');
    assert.equal(await visitor.button('Start the round').isEnabled(), true);
  });

  it('is said of a round that there is not', async () => {
    const { page } = visitor;
    await page.goto(`${stage.server.url}/operate/rounds/r999999`);
    await page.getByRole('heading', { name: 'There is no round r999999' }).waitFor();
  });

  it('is tried again by itself when the server was away', async () => {
    const { page } = visitor;
    await page.route('**/api/rounds', (route) => route.abort(), { times: 1 });
    await page.goto(`${stage.server.url}/operate`);
    const trouble = page.getByRole('alert').filter({ hasText: 'The rounds could not be read' });
    await trouble.waitFor();
    await trouble.waitFor({ state: 'hidden' });
    await page.locator('.grid, .nothing').waitFor();
  });

  it('is not asked for while the tab is hidden', async () => {
    const { page } = visitor;
    let asked = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/rounds') asked++;
    });
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);

    await page.clock.install();
    await page.goto(`${stage.server.url}/operate`);
    await page.locator('.grid, .nothing').waitFor();
    await hide(true);
    asked = 0;
    await page.clock.runFor(60_000);
    assert.equal(asked, 0);
    const again = page.waitForRequest('**/api/rounds');
    await hide(false);
    await again;
  });
});
