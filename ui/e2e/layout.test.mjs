import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Visitor } from './browser.mjs';
import { setStage } from './stage.mjs';
import { sticksOut } from './width.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

const stage = setStage();

async function visit(options, act) {
  const visitor = await Visitor.arrive(stage.browser, stage.server.url, options);
  try {
    await act(visitor);
  } finally {
    await visitor.leave();
  }
}

describe('on a phone', () => {
  it('nothing is wider than the screen', async () => {
    await visit(PHONE, async (visitor) => {
      const { page } = visitor;
      await page.getByRole('heading', { name: 'Ask.' }).waitFor();
      assert.deepEqual(await sticksOut(page), [0]);

      const answer = await visitor.ask(`Say hi. ${'longword'.repeat(12)}`);
      await answer.getByRole('button', { name: 'Bad answer' }).click();
      await visitor.button('Too long').waitFor();
      assert.deepEqual(await sticksOut(page), [0]);

      await visitor.button('Write a better answer').click();
      assert.deepEqual(await sticksOut(page), [0]);
      await visitor.button('Cancel').click();

      await visitor.wantTwoAnswers();
      await visitor.send('Say hi.');
      await page.locator('.choice[data-choice="a"]:enabled').waitFor();
      assert.deepEqual(await sticksOut(page), [0]);
      await visitor.button('A is better').click();
      await page.getByText('You found A better').waitFor();
      assert.deepEqual(await sticksOut(page), [0]);

      await visitor.button('Answer again').click();
      await page.getByText('3/3', { exact: true }).waitFor();
      await visitor.button('Rank the answers').click();
      await visitor.button('Save ranking').waitFor();
      assert.deepEqual(await sticksOut(page), [0]);
    });
  });

  it('the list of chats is behind a button', async () => {
    await visit(PHONE, async (visitor) => {
      const { page } = visitor;
      const list = page.getByRole('region', { name: 'Conversations' });
      await visitor.message.waitFor();
      assert.equal(await list.isVisible(), false);
      await visitor.button('Conversations').click();
      await list.waitFor();
      await page.keyboard.press('Escape');
      await list.waitFor({ state: 'hidden' });
    });
  });
});

describe('the page', () => {
  it('is dark where the reader wants it dark', async () => {
    const luminance = async (colorScheme) => {
      let value;
      await visit({ colorScheme }, async ({ page }) => {
        await page.getByRole('heading', { name: 'Ask.' }).waitFor();
        const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        value = Number(/\d+/.exec(color)[0]);
      });
      return value;
    };
    assert.ok((await luminance('dark')) < 60);
    assert.ok((await luminance('light')) > 200);
  });

  it('can be used with the keyboard alone', async () => {
    await visit({}, async ({ page, message, answers }) => {
      await message.waitFor();
      await page.keyboard.type('Say hi.');
      await page.keyboard.press('Enter');
      const up = answers.first().getByRole('button', { name: 'Good answer' });
      await up.waitFor();
      const focused = () => up.evaluate((element) => element === document.activeElement);
      for (let steps = 0; steps < 20 && !(await focused()); steps++) await page.keyboard.press('Shift+Tab');
      assert.ok(await focused(), 'the thumb is reached by Shift+Tab from the message');
      await page.keyboard.press('Enter');
      await page.locator('.thumb-up[aria-pressed="true"]').waitFor();
    });
  });

  it('tells a screen reader when an answer is being written and when it is complete', async () => {
    await visit({}, async (visitor) => {
      const log = visitor.page.getByRole('log');
      await visitor.send('Say hi.');
      await visitor.page.locator('[role="log"][aria-busy="true"]').waitFor();
      await visitor.answers.first().getByRole('button', { name: 'Good answer' }).waitFor();
      assert.equal(await log.getAttribute('aria-busy'), 'false');
      assert.equal(await log.getAttribute('aria-live'), 'polite');
    });
  });
});
