import path from 'node:path';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { createTestDatabase } from '../../../../tests/postgres/create-test-database.js';
import { readRows, startTestServer } from '../test-server.js';
import { createTemporaryFolder } from '../temporary-folder.js';
import { channelRows, phoneConfig } from './app-page.js';
import { buildClient } from './built-client.js';
import { browserTest, closeBrowserAfterwards, keepScreenshot, withPage } from './chromium.js';
import { freePort } from './free-port.js';
import { startScript } from './program.js';

const API_TOKEN = 'a-token-for-the-manual-steps';

closeBrowserAfterwards();

/** Steps 2 to 4 of the document's manual test. Returns the number as the page writes it. */
async function generateOnPage(page: Page, url: string, screenshots: string): Promise<string> {
  // 2. Navigate to Phone Config
  await page.goto(`${url}/phone-config`);
  const { country, button, number, notification } = phoneConfig(page);

  // 3. Generate a number: enter country "USA", click, the button shows "Generating..."
  await country.fill('USA');
  await country.press('Tab');
  await page.getByText('A look at what is on offer').waitFor();
  await keepScreenshot(page, `${screenshots}-1-form`);
  await page.getByRole('button', { name: 'Generate Phone Number' }).click();
  await page.getByRole('button', { name: 'Generating...' }).waitFor();
  expect(await button.isDisabled()).toBe(true);
  await keepScreenshot(page, `${screenshots}-2-generating`);

  // 4. The number displays in bold, a notification appears, and after 2 seconds the chat page with the new channel
  await number.waitFor();
  const shownAt = performance.now();
  const written = (await number.innerText()).trim();
  expect(written).toMatch(/^\+1 \d{3} \d{3} \d{4}$/);
  const weight = await number.evaluate((element) => getComputedStyle(element).fontWeight);
  expect(Number(weight)).toBeGreaterThanOrEqual(700);
  await notification.waitFor();
  expect(await notification.innerText()).toContain(written);
  await keepScreenshot(page, `${screenshots}-3-number`);
  expect(new URL(page.url()).pathname).toBe('/phone-config');
  await page.waitForURL(`${url}/chat`);
  const waited = performance.now() - shownAt;
  expect(waited).toBeGreaterThan(1_500);
  expect(waited).toBeLessThan(6_000);
  const first = channelRows(page).first();
  await first.getByText('New', { exact: true }).waitFor();
  expect(await first.innerText()).toContain(written);
  expect(await page.getByRole('heading', { level: 2 }).innerText()).toBe(written);
  await keepScreenshot(page, `${screenshots}-4-chat`);
  return written;
}

describe('the manual testing steps of the document', () => {
  browserTest(
    'pass with `npm run dev`, on the mock and SQLite',
    async () => {
      const folder = createTemporaryFolder();
      const databaseFile = path.join(folder.path, 'channels.db');
      const [port, clientPort] = [await freePort(), await freePort()];
      // 1. Start the application: npm run dev
      const app = startScript('dev', {
        PORT: String(port),
        CLIENT_PORT: String(clientPort),
        DATABASE_FILE: databaseFile,
      });
      try {
        await expect
          .poll(() => app.output(), { timeout: 240_000 })
          .toMatch(/Listening on[^]*ready in|ready in[^]*Listening on/);
        await withPage({}, async ({ page, complaints }) => {
          const written = await generateOnPage(page, `http://localhost:${clientPort}`, 'mock-sqlite');
          // 5. Check database
          const [row] = readRows(databaseFile, 'channels');
          expect(row).toMatchObject({
            name: expect.stringMatching(/^USA - \+1\d{10}$/) as string,
            phone_number: written.replaceAll(' ', ''),
            country_code: '+1',
            type: 'whatsapp',
            status: 'active',
            twilio_sid: null,
          });
          expect(complaints).toEqual([]);
        });
        expect(app.output()).toContain('Mock mode');
      } catch (error) {
        throw new Error(`It did not go as the document says. The program printed:\n${app.output()}`, {
          cause: error,
        });
      } finally {
        await app.end();
        folder.remove();
      }
    },
    300_000,
  );

  browserTest('pass on the Twilio adapter against the simulator, and PostgreSQL', async () => {
    const database = await createTestDatabase();
    const simulator = await startTwilioSimulator({ latencyMs: 150 });
    const client = await buildClient();
    const { accountSid, authToken } = simulator;
    const server = await startTestServer({
      provider: createTwilioProvider({ accountSid, authToken, baseUrl: simulator.url }),
      environment: { DATABASE_URL: database.url, API_TOKEN },
      clientFolder: client.folder,
    });
    try {
      await withPage({}, async ({ page, complaints }) => {
        await page.goto(`${server.url}/phone-config`);
        // The page asks for the token once.
        await page.getByLabel('Access token').fill('not-the-right-token');
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByText('That token was refused').waitFor();
        await keepScreenshot(page, 'twilio-postgres-0-token');
        await page.getByLabel('Access token').fill(API_TOKEN);
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('dialog').waitFor({ state: 'hidden' });

        const written = await generateOnPage(page, server.url, 'twilio-postgres');
        const [owned] = simulator.owned();
        expect(owned?.phoneNumber).toBe(written.replaceAll(' ', ''));
        expect(simulator.paidPurchases()).toBe(1);
        expect(await firstRow(database.url)).toMatchObject({
          phone_number: owned?.phoneNumber,
          country_code: '+1',
          status: 'active',
          twilio_sid: owned?.sid,
        });
        expect(await page.getByRole('dialog').count()).toBe(0);
        expect(complaints).toEqual([]);
      });
    } finally {
      await server.stop();
      await simulator.close();
      await database.drop();
      client.remove();
    }
  });
});

/** The document's own query. */
async function firstRow(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT * FROM channels ORDER BY created_at DESC LIMIT 1;');
    return rows[0] as unknown;
  } finally {
    await client.end();
  }
}
