import { after, before } from 'node:test';
import { launchBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

/** The server and the browser of a file's tests, there from before the first until after the last. */
export function setStage() {
  const stage = { server: null, browser: null };
  before(async () => {
    stage.server = await startServer();
    stage.browser = await launchBrowser();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage;
}
