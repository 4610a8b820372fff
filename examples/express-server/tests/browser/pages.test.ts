import { AxeBuilder } from '@axe-core/playwright';
import { createMockProvider, type MockProvider } from '@channelkit/adapter-mock';
import { StoreError } from '@channelkit/core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { patiently } from '../patience.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../test-server.js';
import { channelRows, phoneConfig } from './app-page.js';
import { buildClient } from './built-client.js';
import { browserTest, closeBrowserAfterwards, keepScreenshot, type OpenPage, withPage } from './chromium.js';

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
};
const SCHEMES = ['light', 'dark'] as const;

let client = { folder: '', remove: (): void => undefined };
beforeAll(async () => {
  client = await buildClient();
});
afterAll(() => client.remove());
closeBrowserAfterwards();

/** A server with the built client, and a page that is open at none of its addresses yet. */
async function withApp(
  options: TestServerOptions & { readonly page?: BrowserContextOptions },
  run: (app: OpenPage & { readonly server: TestServer }) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({ ...options, clientFolder: client.folder });
  try {
    await withPage(options.page ?? {}, (opened) => run({ ...opened, server }));
  } finally {
    await server.stop();
  }
}

async function makeChannels(server: TestServer): Promise<string[]> {
  const requests = [
    { country: 'Germany', name: 'Support Berlin', type: 'voice' },
    { country: 'UK', name: 'Marketing London', type: 'sms' },
    { country: 'USA' },
  ];
  const ids: string[] = [];
  for (const request of requests) ids.push(String((await server.generate(request)).body['id']));
  return ids;
}

const stretchTwoSeconds = `
  const original = window.setTimeout;
  window.setTimeout = (run, delay, ...rest) => original(run, delay === 2000 ? 60000 : delay, ...rest);
`;

/** What axe finds on the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

describe('a provider without numbers', () => {
  browserTest('is explained, with what to do next, and the form can be used again', async () => {
    const provider = createMockProvider({ inventory: { FR: 0 } });
    await withApp({ provider }, async ({ page, server, complaints }) => {
      const keys: (string | undefined)[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') keys.push(request.headers()['idempotency-key']);
      });
      await page.goto(`${server.url}/phone-config`);
      const { country, button, number } = phoneConfig(page);
      await country.fill('France');
      await country.press('Tab');
      await page.getByText('Nothing matches.').waitFor();
      await button.click();
      const alert = page.getByRole('alert');
      await alert.getByText('There is no number like that to be had right now.').waitFor();
      expect(await alert.innerText()).toContain('Nothing was bought.');
      expect(await alert.evaluate((element) => element === document.activeElement)).toBe(true);
      await keepScreenshot(page, 'no-numbers');
      expect(await findings(page)).toEqual([]);

      // The same form keeps its key; another one is another purchase.
      await button.click();
      await expect.poll(() => keys.length, patiently).toBe(2);
      await alert.waitFor();
      await country.fill('USA');
      await button.click();
      await number.waitFor();
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
      expect(provider.owned()).toHaveLength(1);
      expect(complaints).toEqual([]);
    });
  });

  browserTest('is told from a country that nobody knows', async () => {
    await withApp({}, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, button } = phoneConfig(page);
      await country.fill('Germny');
      await country.press('Tab');
      await page.getByText('“Germny” is not on the list').waitFor();
      await button.click();
      await page.getByRole('alert').getByText('did you mean Germany?').waitFor();
    });
  });
});

describe('the form', () => {
  browserTest('can be filled in with the keyboard alone, and sends what it shows', async () => {
    const provider = createMockProvider();
    await withApp({ provider }, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      await phoneConfig(page).country.focus();
      await page.keyboard.type('deutsch');
      await page.keyboard.press('Escape');
      for (let key = 0; key < 'deutsch'.length; key += 1) await page.keyboard.press('Backspace');
      await page.keyboard.type('germ');
      await page.getByRole('option', { name: 'Germany' }).waitFor();
      await page.keyboard.press('ArrowDown');
      const active = await phoneConfig(page).country.getAttribute('aria-activedescendant');
      expect(await page.locator(`[id="${active ?? ''}"]`).innerText()).toContain('Germany');
      await page.keyboard.press('Enter');
      expect(await phoneConfig(page).country.inputValue()).toBe('Germany');
      expect(await page.getByRole('listbox').isVisible()).toBe(false);
      await page.keyboard.press('Tab');
      await page.keyboard.type('Keyboard only');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await phoneConfig(page).number.waitFor();
      expect(server.rows('channels')).toMatchObject([
        { name: 'Keyboard only', type: 'voice', country_code: '+49' },
      ]);
      await page.waitForURL('**/chat');
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await expect.poll(focused, patiently).toBe('Channels');
    });
  });

  browserTest('shows what is available for the country, the area code and the capabilities', async () => {
    await withApp({}, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, areaCode } = phoneConfig(page);
      await page.getByText('Choose a country to see').waitFor();
      await country.fill('+1');
      await page.getByRole('option', { name: 'United States' }).click();
      await areaCode.fill('212');
      await page.getByRole('checkbox', { name: 'MMS' }).check();
      const offer = page.getByRole('region', { name: 'Available now' });
      const numbers = offer.locator('.number');
      await expect
        .poll(() => numbers.allInnerTexts())
        .toSatisfy(
          (texts: string[]) => texts.length === 6 && texts.every((text) => text.startsWith('+1 212')),
        );
      const badges = await offer.getByRole('list', { name: 'Capabilities' }).allInnerTexts();
      expect(badges.every((text) => text.includes('MMS'))).toBe(true);
    });
  });
});

describe('the channels', () => {
  browserTest('are there with their details, can be copied and filtered', async () => {
    const page: BrowserContextOptions = { permissions: ['clipboard-read', 'clipboard-write'] };
    await withApp({ page }, async ({ page: open, server, complaints }) => {
      const ids = await makeChannels(server);
      await open.goto(`${server.url}/chat`);
      await expect.poll(() => channelRows(open).count(), patiently).toBe(3);
      await channelRows(open).filter({ hasText: 'Marketing London' }).click();
      expect(open.url()).toContain(ids[1]);
      const details = open.getByRole('article');
      await details.getByText('United Kingdom (+44)').waitFor();
      await details.getByRole('button', { name: 'Copy' }).click();
      const copied = await open.evaluate(() => navigator.clipboard.readText());
      expect(copied).toMatch(/^\+44\d+$/);
      await keepScreenshot(open, 'channels');

      await open.getByLabel('Type').selectOption('voice');
      await expect.poll(() => channelRows(open).count(), patiently).toBe(1);
      await open.getByLabel('Status').selectOption('released');
      await open.getByText('No channel is like that.').waitFor();
      await open.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(() => channelRows(open).count(), patiently).toBe(3);
      expect(complaints).toEqual([]);
    });
  });

  browserTest('say that there are none, that they cannot be read, and that one is unknown', async () => {
    let isBroken = false;
    const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
      ...store,
      listChannels: (options) =>
        isBroken
          ? Promise.reject(new StoreError({ code: 'store_unavailable', message: 'Out of reach.' }))
          : store.listChannels(options),
    });
    await withApp({ wrapStore }, async ({ page, server }) => {
      await page.goto(`${server.url}/chat`);
      await page.getByText('No channels yet').waitFor();
      await keepScreenshot(page, 'no-channels');
      expect(await findings(page)).toEqual([]);

      await page.goto(`${server.url}/chat?channel=no-such-channel`);
      await page.getByText('There is no such channel.').waitFor();

      isBroken = true;
      await page.goto(`${server.url}/chat`);
      await page.getByText('The database can’t be reached.').waitFor({ timeout: 15_000 });
      expect(await findings(page)).toEqual([]);
      isBroken = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('No channels yet').waitFor();
    });
  });

  browserTest('are released once that is confirmed, and not before', async () => {
    const provider = createMockProvider();
    await withApp({ provider }, async ({ page, server }) => {
      await server.generate({ country: 'USA' });
      await page.goto(`${server.url}/chat`);
      await page.getByRole('button', { name: 'Release this number' }).click();
      await page.getByRole('dialog').waitFor();
      await keepScreenshot(page, 'release-dialog');
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(provider.owned()).toHaveLength(1);

      await page.getByRole('button', { name: 'Release this number' }).click();
      await page.getByRole('button', { name: 'Release it' }).click();
      await page.getByRole('article').getByText('Released', { exact: true }).first().waitFor();
      expect(provider.owned()).toEqual([]);
      expect(await page.getByRole('button', { name: 'Release this number' }).count()).toBe(0);
    });
  });

  browserTest('show one that the provider does not take back yet as being released', async () => {
    const provider: MockProvider = createMockProvider();
    await withApp({ provider }, async ({ page, server }) => {
      await server.generate({ country: 'USA' });
      provider.failNext('releaseNumber', 'provider_rejected');
      await page.goto(`${server.url}/chat`);
      await page.getByRole('button', { name: 'Release this number' }).click();
      await page.getByRole('button', { name: 'Release it' }).click();
      await page.getByRole('article').getByText('Being released').waitFor();
      await page.getByText('until then it is still paid for').waitFor();
      await keepScreenshot(page, 'being-released');
      expect(await findings(page)).toEqual([]);
      expect(provider.owned()).toHaveLength(1);
    });
  });
});

describe.each(SCHEMES)('in the %s scheme', (colorScheme) => {
  browserTest('axe finds nothing on any page, at any step', async () => {
    const provider = createMockProvider({ latencyMs: 250 });
    await withApp({ provider, page: { colorScheme } }, async ({ page, server, complaints }) => {
      await makeChannels(server);
      await page.goto(`${server.url}/phone-config`);
      expect(await findings(page)).toEqual([]);
      const { country, button, number } = phoneConfig(page);
      await country.click();
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
      expect(await findings(page)).toEqual([]);
      await country.fill('USA');
      await country.press('Tab');
      await page.getByText('A look at what is on offer').waitFor();
      expect(await findings(page)).toEqual([]);
      await keepScreenshot(page, `form-${colorScheme}`);
      await button.click();
      await page.getByRole('button', { name: 'Generating...' }).waitFor();
      expect(await findings(page)).toEqual([]);
      await number.waitFor();
      await keepScreenshot(page, `number-${colorScheme}`);
      await page.waitForURL('**/chat');
      await channelRows(page).first().getByText('New', { exact: true }).waitFor();
      await keepScreenshot(page, `chat-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  browserTest('axe finds nothing on the page that shows a new number', async () => {
    await withApp({ page: { colorScheme } }, async ({ page, server }) => {
      // Axe takes longer than the two seconds until the page moves on.
      await page.addInitScript(stretchTwoSeconds);
      await page.goto(`${server.url}/phone-config`);
      const { country, button, number } = phoneConfig(page);
      await country.fill('USA');
      await button.click();
      await number.waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });

  browserTest('axe finds nothing on the page that asks for the token', async () => {
    const environment = { API_TOKEN: 'a-token-for-this-page' };
    await withApp({ environment, page: { colorScheme } }, async ({ page, server }) => {
      await page.goto(`${server.url}/chat`);
      await page.getByLabel('Access token').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });

  browserTest('the whole flow fits on a phone', async () => {
    await withApp({ page: { ...PHONE, colorScheme } }, async ({ page, server }) => {
      await makeChannels(server);
      await page.goto(`${server.url}/phone-config`);
      const { country, button, number } = phoneConfig(page);
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await country.fill('USA');
      await country.press('Tab');
      await page.getByText('A look at what is on offer').waitFor();
      expect(await overflow()).toBe(0);
      await keepScreenshot(page, `phone-form-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      await button.tap();
      await number.waitFor();
      expect(await overflow()).toBe(0);
      await page.waitForURL('**/chat');
      await channelRows(page).first().waitFor();
      expect(await overflow()).toBe(0);
      await keepScreenshot(page, `phone-chat-${colorScheme}`);
      await channelRows(page).filter({ hasText: 'Support Berlin' }).tap();
      await page.getByRole('link', { name: 'All channels' }).waitFor();
      await page.getByRole('article').getByText('Germany (+49)').waitFor();
      expect(await overflow()).toBe(0);
      await keepScreenshot(page, `phone-details-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      await page.getByRole('link', { name: 'All channels' }).tap();
      await expect.poll(() => channelRows(page).first().isVisible(), patiently).toBe(true);
    });
  });
});
