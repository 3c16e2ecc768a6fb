// A browser for the tests: the Chromium that is installed, never one that is downloaded.
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Two busy cores, a first answer that loads pages of the model: slow is not wrong. */
export const PATIENCE_MS = 120_000;

export function launchBrowser() {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

function findChromium() {
  const given = process.env.CHROME_BIN;
  if (given) return given;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(executable);
  if (found === undefined) {
    throw new Error('The tests of the page need Chromium: apt-get install chromium, or set CHROME_BIN');
  }
  return found;
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A fresh visitor on the page, who fails the test if the page throws or talks to anyone but its server. */
export class Visitor {
  static async arrive(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const visitor = new Visitor(url, context, page);
    await page.goto(url);
    return visitor;
  }

  constructor(url, context, page) {
    this.url = url;
    this.context = context;
    this.page = page;
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(`the page threw ${error}`));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(url).origin) this.faults.push(`asked ${request.url()}`);
    });
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.faults, []);
  }

  get message() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  get answers() {
    return this.page.getByRole('region', { name: 'Answer', exact: true });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  async send(text) {
    await this.message.fill(text);
    await this.message.press('Enter');
  }

  /** Sends and waits until the answer is complete. */
  async ask(text) {
    const before = await this.answers.count();
    await this.send(text);
    const answer = this.answers.nth(before);
    await answer.getByRole('button', { name: 'Good answer' }).waitFor();
    return answer;
  }

  async wantTwoAnswers() {
    await this.page.getByRole('switch', { name: 'Two answers' }).click();
  }

  async reload() {
    await this.page.reload();
    await this.page.getByRole('log').waitFor();
  }

  get conversation() {
    const id = /\/c\/([^/]+)$/.exec(new URL(this.page.url()).pathname)?.[1];
    assert.ok(id, `no conversation in ${this.page.url()}`);
    return id;
  }

  /** What the server has of the open conversation. */
  async stored() {
    return (await this.page.request.get(`${this.url}/api/conversations/${this.conversation}`)).json();
  }

  /** The votes that the server has on the open conversation. */
  async votes() {
    return (await this.page.request.get(`${this.url}/api/feedback?conversation=${this.conversation}`)).json();
  }

  /** Does something that votes and waits until the server has answered. */
  async voting(act) {
    const posted = this.page.waitForResponse((response) => isVote(response.request()));
    await act();
    const response = await posted;
    assert.equal(response.status(), 201);
    return response.request();
  }
}

export function isVote(request) {
  return request.method() === 'POST' && new URL(request.url()).pathname === '/api/feedback';
}

/** Text of an answer as it is on the page. */
export async function textOf(answer) {
  return (await answer.locator('.prose').innerText()).trim();
}
