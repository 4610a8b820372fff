import path from 'node:path';
import { createMockProvider } from '@channelkit/adapter-mock';
import { StoreError } from '@channelkit/core';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { patiently } from '../patience.js';
import { fileURLToPath } from 'node:url';
import { readRows, startTestServer } from '../test-server.js';
import { createTemporaryFolder } from '../temporary-folder.js';
import { channelRows, phoneConfig } from './app-page.js';
import { buildClient } from './built-client.js';
import { browserTest, closeBrowserAfterwards, keepScreenshot, withPage } from './chromium.js';
import { freePort } from './free-port.js';
import { startServerProcess } from './program.js';

const API_TOKEN = 'a-token-for-this-test';

/** Between one request and the next, in seconds. */
const PAUSES = [2, 4, 8, 16, 30];

closeBrowserAfterwards();

describe('one form fill', () => {
  let client = { folder: '', remove: (): void => undefined };
  beforeAll(async () => {
    client = await buildClient();
  });
  afterAll(() => client.remove());

  browserTest('buys once for a double click', async () => {
    const provider = createMockProvider({ latencyMs: 200 });
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/phone-config`);
        const { country, button, number } = phoneConfig(page);
        await country.fill('USA');
        await button.dblclick();
        await number.waitFor();
        await page.waitForURL('**/chat');
        await channelRows(page).first().waitFor();
        expect(await channelRows(page).count()).toBe(1);
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('buys once when the page is duplicated during generation', async () => {
    const provider = createMockProvider({ latencyMs: 300 });
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/phone-config`);
        const { country, button } = phoneConfig(page);
        await country.fill('USA');
        await button.click();
        const copy = await duplicate(page);
        await Promise.all([phoneConfig(page).number.waitFor(), phoneConfig(copy).number.waitFor()]);
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('buys once when Enter is pressed in both tabs of a page that was duplicated', async () => {
    const provider = createMockProvider({ latencyMs: 300 });
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/phone-config`);
        const original = phoneConfig(page);
        await original.country.fill('USA');
        provider.failNext('searchNumbers', 'authentication_failed');
        await original.button.click();
        await page.getByRole('alert').waitFor();
        const copied = phoneConfig(await duplicate(page));
        expect(await copied.country.inputValue()).toBe('USA');
        await Promise.all([original.country.press('Enter'), copied.country.press('Enter')]);
        const numbers = await Promise.all([original.number.innerText(), copied.number.innerText()]);
        expect(numbers[1]).toBe(numbers[0]);
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('buys once, and goes on, over the back button during generation and after it', async () => {
    const provider = createMockProvider({ latencyMs: 500 });
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/chat`);
        await page.getByRole('link', { name: 'Get a number' }).first().click();
        const { country, button, number } = phoneConfig(page);
        await country.fill('USA');
        await button.click();
        await page.goBack();
        await page.getByText('USA: Your number is being bought.').waitFor();
        await page.goForward();
        await page.getByRole('button', { name: 'Generating...' }).waitFor();
        expect(await country.inputValue()).toBe('USA');
        await number.waitFor();
        await page.waitForURL('**/chat');

        await page.goBack();
        await page.getByRole('button', { name: 'Generate Phone Number' }).waitFor();
        expect(await country.inputValue()).toBe('');
        await page.goForward();
        await channelRows(page).first().getByText('New', { exact: true }).waitFor();
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('asks again with the same key when the server takes too long to answer', async () => {
    const provider = createMockProvider();
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.addInitScript(shortenTimeouts);
        const keys: (string | undefined)[] = [];
        await page.route('**/generate-phone-number', async (route) => {
          keys.push(route.request().headers()['idempotency-key']);
          // The first request is never answered.
          if (keys.length > 1) await route.continue();
        });
        await page.goto(`${server.url}/phone-config`);
        const { country, button, number } = phoneConfig(page);
        await country.fill('USA');
        await button.click();
        await number.waitFor({ timeout: 10_000 });
        expect(keys).toHaveLength(2);
        expect(keys[1]).toBe(keys[0]);
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('is asked for less and less often, until the user stops it, and keeps its key', async () => {
    const provider = createMockProvider();
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        const keys: (string | undefined)[] = [];
        let isBlocked = true;
        await page.route('**/generate-phone-number', async (route) => {
          keys.push(route.request().headers()['idempotency-key']);
          const refusal = { status: 403, contentType: 'text/html', body: '<h1>Blocked</h1>' };
          await (isBlocked ? route.fulfill(refusal) : route.continue());
        });
        await page.clock.install();
        await page.goto(`${server.url}/phone-config`);
        const { country, button, number } = phoneConfig(page);
        await country.fill('USA');
        await button.click();
        const stop = page.getByRole('button', { name: 'Stop asking' });
        for (const [index, seconds] of PAUSES.entries()) {
          await expect.poll(() => keys.length, patiently).toBe(index + 1);
          await page.getByText('The server gives no answer').waitFor();
          await page.clock.runFor(seconds * 1_000);
        }
        await expect.poll(() => keys.length, patiently).toBe(6);
        await page.clock.runFor(1_000);
        await stop.waitFor();
        await keepScreenshot(page, 'stop-asking');
        await stop.click();

        const alert = page.getByRole('alert');
        await alert.getByText('If it was bought, it will appear under Channels.').waitFor();
        expect(await alert.evaluate((element) => element === document.activeElement)).toBe(true);
        expect(await button.isEnabled()).toBe(true);
        await keepScreenshot(page, 'stopped-asking');
        await page.reload();
        await page.getByRole('button', { name: 'Generate Phone Number' }).waitFor();
        expect(await country.inputValue()).toBe('USA');
        await page.clock.runFor(60_000);
        expect(keys).toHaveLength(6);

        isBlocked = false;
        await button.click();
        await number.waitFor();
        expect(new Set(keys).size).toBe(1);
      });
      expect(provider.owned()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  browserTest('goes on after a reload during generation, with the form as it was', async () => {
    const provider = createMockProvider({ latencyMs: 600 });
    const server = await startTestServer({ provider, clientFolder: client.folder });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/phone-config`);
        const { country, name, areaCode, button, number } = phoneConfig(page);
        await country.fill('USA');
        await name.fill('Front desk');
        await areaCode.fill('415');
        await button.click();
        await expect
          .poll(() => server.log.some((line) => line.includes('purchase-sent')), patiently)
          .toBe(true);
        await page.reload();
        await page.getByRole('button', { name: 'Generating...' }).waitFor();
        expect(await country.inputValue()).toBe('USA');
        expect(await name.inputValue()).toBe('Front desk');
        await number.waitFor();
        expect(await number.innerText()).toMatch(/\+1 415/);
        await page.waitForURL('**/chat');
      });
      expect(provider.owned()).toHaveLength(1);
      expect(server.rows('channels')).toMatchObject([{ name: 'Front desk', status: 'active' }]);
    } finally {
      await server.stop();
    }
  });

  browserTest('says what is not known while the answer is lost, and gets its number in the end', async () => {
    const mock = createMockProvider({ latencyMs: 50 });
    let isSilent = true;
    const provider: typeof mock = {
      ...mock,
      findNumber: (query, options) => {
        if (isSilent) mock.failNext('findNumber', 'before-effect');
        return mock.findNumber(query, options);
      },
    };
    const server = await startTestServer({
      provider,
      clientFolder: client.folder,
      policy: { deadlineMs: 400, purchaseTimeoutMs: 400, callTimeoutMs: 200, leaseMs: 800, attempts: 1 },
    });
    try {
      await withPage({}, async ({ page }) => {
        await page.goto(`${server.url}/phone-config`);
        const { country, button, number } = phoneConfig(page);
        await country.fill('USA');
        provider.failNext('purchaseNumber', 'after-effect');
        await button.click();
        await page.getByText('We don’t know yet whether the number was bought; we are checking.').waitFor();
        await page.getByText('You will not be charged twice.').waitFor();
        expect(await button.isDisabled()).toBe(true);
        await keepScreenshot(page, 'not-known-yet');

        // The chat page shows it as what it is.
        await page.getByRole('link', { name: 'Channels' }).last().click();
        await page.getByText('USA: We don’t know yet').waitFor();
        await keepScreenshot(page, 'not-known-yet-chat');
        isSilent = false;
        await page.getByRole('link', { name: 'Get a number' }).first().click();
        await number.waitFor();
      });
      expect(provider.owned()).toHaveLength(1);
      expect(server.rows('channels')).toMatchObject([{ status: 'active' }]);
    } finally {
      await server.stop();
    }
  });

  browserTest(
    'does not take a database that is away for the outcome of a request that was lost',
    async () => {
      const provider = createMockProvider();
      let isAway = false;
      const server = await startTestServer({
        provider,
        clientFolder: client.folder,
        policy: { attempts: 1 },
        wrapStore: (store) => ({
          ...store,
          findOperationByKey: (key) =>
            isAway
              ? Promise.reject(new StoreError({ code: 'store_unavailable', message: 'Out of reach.' }))
              : store.findOperationByKey(key),
        }),
      });
      try {
        await withPage({}, async ({ page }) => {
          const statuses: number[] = [];
          await page.route('**/generate-phone-number', async (route) => {
            const response = await route.fetch();
            statuses.push(response.status());
            if (statuses.length > 1) return route.fulfill({ response });
            isAway = true;
            return route.abort();
          });
          await page.clock.install();
          await page.goto(`${server.url}/phone-config`);
          const { country, button, number } = phoneConfig(page);
          await country.fill('USA');
          await button.click();
          await page.getByText('The server gives no answer').waitFor();
          for (const [index, seconds] of PAUSES.slice(0, 3).entries()) {
            if (index === 2) await page.reload();
            else await page.clock.runFor(seconds * 1_000);
            await expect.poll(() => statuses.length, patiently).toBe(index + 2);
            await page
              .getByText('We don’t know yet whether the number was bought; we are checking.')
              .waitFor();
            expect(await page.getByText('Nothing was bought').count()).toBe(0);
            expect(await button.isDisabled()).toBe(true);
          }
          expect(statuses).toEqual([200, 500, 500, 500]);

          isAway = false;
          await page.clock.runFor(2_000);
          await number.waitFor();
          expect((await number.innerText()).replaceAll(' ', '')).toBe(provider.owned()[0]?.phoneNumber);
        });
        expect(provider.owned()).toHaveLength(1);
        expect(server.rows('channels')).toMatchObject([{ status: 'active' }]);
      } finally {
        await server.stop();
      }
    },
  );

  browserTest(
    'survives a server that is killed with -9 after the purchase, and started again',
    async () => {
      const folder = createTemporaryFolder();
      const databaseFile = path.join(folder.path, 'channels.db');
      const simulator = await startTwilioSimulator();
      const port = await freePort();
      const environment = {
        PORT: String(port),
        DATABASE_FILE: databaseFile,
        API_TOKEN,
        TWILIO_ACCOUNT_SID: simulator.accountSid,
        TWILIO_AUTH_TOKEN: simulator.authToken,
        TWILIO_BASE_URL: simulator.url,
      };
      const front = await createServer({
        configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
        logLevel: 'silent',
        cacheDir: path.join(folder.path, 'vite'),
        server: { port: await freePort(), proxy: { '/api': `http://127.0.0.1:${port}` } },
      });
      let server = startServerProcess(environment);
      try {
        await front.listen();
        const url = `http://localhost:${front.config.server.port}`;
        await expect.poll(() => server.output(), { timeout: 30_000 }).toContain('Listening on');
        await withPage({}, async ({ page }) => {
          await page.goto(`${url}/phone-config`);
          await page.getByLabel('Access token').fill(API_TOKEN);
          await page.getByRole('button', { name: 'Continue' }).click();
          const { country, button, number } = phoneConfig(page);
          await country.fill('USA');
          simulator.fault({ operation: 'purchase', kind: 'hang', when: 'after-effect' });
          await button.click();
          await expect.poll(() => simulator.paidPurchases(), patiently).toBe(1);

          await server.end('SIGKILL');
          await page.getByText('The server gives no answer').waitFor();
          await keepScreenshot(page, 'server-killed');
          expect(readRows(databaseFile, 'operations')).toMatchObject([{ state: 'purchasing' }]);
          expect(readRows(databaseFile, 'channels')).toEqual([]);

          server = startServerProcess(environment);
          await page.getByText('Your number is being bought.').waitFor();
          expireLeases(databaseFile);
          await number.waitFor({ timeout: 30_000 });
          expect((await number.innerText()).replaceAll(' ', '')).toBe(simulator.owned()[0]?.phoneNumber);
          await page.waitForURL('**/chat');
        });
        expect(simulator.paidPurchases()).toBe(1);
        expect(simulator.releases()).toBe(0);
        expect(readRows(databaseFile, 'channels')).toMatchObject([
          { status: 'active', twilio_sid: simulator.owned()[0]?.sid },
        ]);
      } catch (error) {
        throw new Error(`The server printed:\n${server.output()}`, { cause: error });
      } finally {
        await server.end('SIGKILL');
        await front.close();
        await simulator.close();
        folder.remove();
      }
    },
    180_000,
  );
});

/** Opens a window with a copy of the page's session storage, as a duplicated tab has. */
async function duplicate(page: Page): Promise<Page> {
  const opening = page.context().waitForEvent('page');
  await page.evaluate(() => void window.open('/phone-config'));
  return opening;
}

const shortenTimeouts = `
  const original = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => original(milliseconds / 20);
`;

/** Lets the leases of a dead process be over, instead of waiting for them. */
function expireLeases(databaseFile: string): void {
  const database = new Database(databaseFile, { timeout: 5_000 });
  try {
    const { changes } = database
      .prepare(`UPDATE operations SET lease_expires_at = 0 WHERE state = 'purchasing'`)
      .run();
    if (changes !== 1) throw new Error(`${changes} operations were under way.`);
  } finally {
    database.close();
  }
}
