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

/** An answer of a server that refuses. */
function refusalBody(code: string): object {
  return { error: 'It failed', details: 'It failed.', code, mayOwnNumber: 'no', operationId: null };
}

/** What axe finds on the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  // What is still fading in has no contrast yet; what turns for ever is not waited for.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ effect, playState }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
      ),
  );
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
      await alert.getByText('No numbers match right now.').waitFor();
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
  browserTest('is filled in again after a failure that was seen on the chat page', async () => {
    const provider = createMockProvider({ inventory: { FR: 0 }, latencyMs: 500 });
    await withApp({ provider }, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, name, button } = phoneConfig(page);
      await country.fill('France');
      await name.fill('Paris');
      await button.click();
      await page.getByRole('link', { name: 'Channels' }).last().click();
      await page.getByText('No numbers match right now.').waitFor();
      await page.getByRole('link', { name: 'Back to the form' }).click();
      expect(await country.inputValue()).toBe('France');
      expect(await name.inputValue()).toBe('Paris');
    });
  });

  browserTest('says what it does, to the eye and to the ear, and keeps the focus', async () => {
    const provider = createMockProvider({ latencyMs: 400 });
    await withApp({ provider }, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, button } = phoneConfig(page);
      const progress = page.locator('.progress');
      // A region that is not rendered is not listened to.
      expect(await progress.evaluate((element) => getComputedStyle(element).display)).not.toBe('none');
      await country.fill('USA');
      await country.press('Tab');
      const offer = page.getByRole('region', { name: 'Available now' });
      await offer.getByRole('status').getByText('6 numbers available', { exact: true }).waitFor();
      expect(await offer.getByRole('status').count()).toBe(1);
      await button.click();
      await page.getByRole('button', { name: 'Generating...' }).waitFor();
      expect(await progress.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  browserTest('can be used without the list of countries, and asks for it again', async () => {
    await withApp({}, async ({ page, server }) => {
      let isBroken = true;
      await page.route('**/api/countries', (route) =>
        isBroken ? route.fulfill({ status: 404, json: refusalBody('not_found') }) : route.continue(),
      );
      await page.goto(`${server.url}/phone-config`);
      const { country } = phoneConfig(page);
      await page.getByText('The list of countries can’t be loaded.').waitFor();
      await country.click();
      expect(await country.getAttribute('aria-expanded')).toBe('false');
      isBroken = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('A name, a code such as USA').waitFor();
      await country.click();
      await page.getByRole('option').first().waitFor();
      expect(await country.getAttribute('aria-expanded')).toBe('true');
    });
  });

  browserTest('trims what is typed, and marks a country that nobody knows', async () => {
    const provider = createMockProvider();
    await withApp({ provider }, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, name, areaCode, button, number } = phoneConfig(page);
      await country.fill('Narnia');
      await button.click();
      await page.getByText('We don’t know that country.').waitFor();
      expect(await country.getAttribute('aria-invalid')).toBe('true');
      await country.fill(' USA ');
      expect(await country.getAttribute('aria-invalid')).toBe('false');
      expect(await country.getAttribute('maxlength')).toBe('100');
      expect(await areaCode.getAttribute('placeholder')).toBe('415');
      await name.fill('  Desk ');
      await areaCode.fill(' 212 ');
      await areaCode.press('Enter');
      await number.waitFor();
      expect(server.rows('channels')).toMatchObject([{ name: 'Desk', country_code: '+1' }]);
      expect(await number.innerText()).toMatch(/^\+1 212/);
    });
  });

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

describe('the access token', () => {
  const environment = { API_TOKEN: 'a-token-for-this-page' };

  browserTest('cannot be text that no header carries, nor can such text be kept', async () => {
    await withApp({ environment }, async ({ page, server, complaints }) => {
      await page.goto(`${server.url}/chat`);
      await page.evaluate(() => localStorage.setItem('channels.access-token', 'pasted – with a dash'));
      await page.reload();
      await page.getByLabel('Access token').fill('“a-token-for-this-page”');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('That can’t be a token').waitFor();
      await page.getByLabel('Access token').fill(' a-token-for-this-page ');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('No channels yet').waitFor();
      expect(complaints).toEqual([]);
    });
  });

  browserTest('is asked for until it is given, however often Escape is pressed', async () => {
    await withApp({ environment }, async ({ page, server }) => {
      await page.goto(`${server.url}/chat`);
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      for (let press = 0; press < 4; press += 1) await page.keyboard.press('Escape');
      await expect.poll(() => dialog.isVisible(), patiently).toBe(true);
      await page.getByLabel('Access token').fill('a-token-for-this-page');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByText('No channels yet').waitFor();
      expect(await dialog.isVisible()).toBe(false);
    });
  });
});

describe('the channels', () => {
  browserTest('show number, type, capabilities and status in the list, the new one too', async () => {
    const page: BrowserContextOptions = { permissions: ['clipboard-read', 'clipboard-write'] };
    // What a number of the mock can carry shows in its last digit.
    const provider = createMockProvider({ inventory: ['+14155550123'] });
    await withApp({ page, provider }, async ({ page: open, server }) => {
      await open.goto(`${server.url}/phone-config`);
      const { country, button } = phoneConfig(open);
      await country.fill('USA');
      await button.click();
      await open.waitForURL('**/chat');
      const row = channelRows(open).first();
      await row.getByText('New', { exact: true }).waitFor();
      await row.getByText('Active', { exact: true }).waitFor();
      await row.getByText('WhatsApp · Voice, SMS, MMS', { exact: true }).waitFor();
      await row.getByRole('button', { name: 'Copy' }).click();
      const [channel] = server.rows('channels');
      expect(await open.evaluate(() => navigator.clipboard.readText())).toBe(channel?.['phone_number']);
    });
  });

  browserTest('say how many purchases and releases are being checked', async () => {
    await withApp({}, async ({ page, server }) => {
      await page.route('**/api/health', async (route) => {
        const response = await route.fetch();
        const health = (await response.json()) as object;
        await route.fulfill({ response, json: { ...health, operationsInDoubt: 2 } });
      });
      await page.goto(`${server.url}/chat`);
      await page.getByText('2 purchases or releases are being checked.').waitFor();
      expect(await findings(page)).toEqual([]);
      await keepScreenshot(page, 'in-doubt');
    });
  });

  browserTest('that cannot be listed are not said to be not bought', async () => {
    await withApp({}, async ({ page, server }) => {
      await page.route('**/api/channels?*', (route) =>
        route.fulfill({ status: 429, json: refusalBody('too_many_requests') }),
      );
      await page.goto(`${server.url}/chat`);
      const alert = page.getByRole('alert');
      await alert.getByText('Try again', { exact: true }).waitFor();
      expect(await alert.innerText()).not.toContain('bought');
    });
  });

  browserTest('keep the focus when one is chosen on a phone, and when it is left again', async () => {
    await withApp({ page: PHONE }, async ({ page, server }) => {
      await makeChannels(server);
      await page.goto(`${server.url}/chat`);
      await channelRows(page).filter({ hasText: 'Support Berlin' }).tap();
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await expect.poll(focused, patiently).toMatch(/^\+49/);
      await page.getByRole('link', { name: 'All channels' }).tap();
      await expect.poll(focused, patiently).toBe('Channels');
    });
  });

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
      await open.getByText('No channels match these filters.').waitFor();
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

  browserTest('say what could not be loaded beside what is there, and load it again', async () => {
    await withApp({}, async ({ page, server, complaints }) => {
      for (let count = 0; count < 21; count += 1) await server.generate({ country: 'USA', type: 'sms' });
      const oldest = String(server.rows('channels').at(-1)?.['id']);
      let isBroken = true;
      await page.route(/api\/channels(\?.*cursor=|\/)/, (route) =>
        isBroken ? route.fulfill({ status: 429, json: refusalBody('too_many_requests') }) : route.continue(),
      );
      await page.goto(`${server.url}/chat?channel=${oldest}`);
      const alert = page.getByRole('alert');
      await alert.getByText('That was too much at once').waitFor();
      await expect.poll(() => channelRows(page).count(), patiently).toBe(20);
      expect(await channelRows(page).first().innerText()).not.toContain('SMS · SMS');
      isBroken = false;
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('article').waitFor();
      expect(await alert.count()).toBe(0);

      isBroken = true;
      await page.getByRole('button', { name: 'Show older ones' }).click();
      await alert.getByText('That was too much at once').waitFor();
      expect(await channelRows(page).count()).toBe(20);
      await keepScreenshot(page, 'older-ones-failed');
      expect(await findings(page)).toEqual([]);
      isBroken = false;
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => channelRows(page).count(), patiently).toBe(21);
      expect(await alert.count()).toBe(0);
      expect(complaints).toEqual([]);
    });
  });

  browserTest('are not said to be none while the first one is being bought', async () => {
    const provider = createMockProvider({ latencyMs: 1_500 });
    await withApp({ provider }, async ({ page, server }) => {
      await page.goto(`${server.url}/phone-config`);
      const { country, button } = phoneConfig(page);
      await country.fill('USA');
      await button.click();
      await page.getByRole('link', { name: 'Channels' }).last().click();
      await page.getByText('Your channels appear here.').waitFor();
      expect(await page.getByText('No channels yet').count()).toBe(0);
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
      const focused = await page.evaluate(() => document.activeElement?.tagName);
      expect(focused).toBe('H2');
    });
  });

  describe.each(SCHEMES)('that are not released, in the %s scheme', (colorScheme) => {
    browserTest('say what is true, and that it is safe to try again', async () => {
      const provider = createMockProvider();
      const wrapStore: TestServerOptions['wrapStore'] = (store) => ({
        ...store,
        startRelease: () =>
          Promise.reject(new StoreError({ code: 'store_rejected', message: 'The database said no.' })),
      });
      await withApp({ provider, wrapStore, page: { colorScheme } }, async ({ page, server }) => {
        await server.generate({ country: 'USA' });
        await page.goto(`${server.url}/chat`);
        const release = page.getByRole('button', { name: 'Release this number' });
        await release.click();
        await page.getByRole('button', { name: 'Release it' }).click();
        const alert = page.getByRole('alert');
        await alert.getByText('releasing it again is safe').waitFor();
        expect(await alert.innerText()).not.toMatch(/given back|bought|not paying/);
        await page.getByRole('article').getByText('Active', { exact: true }).waitFor();
        expect(await findings(page)).toEqual([]);
        await keepScreenshot(page, `release-failed-${colorScheme}`);

        await page.route('**/api/channels/*', (route) => route.abort());
        await release.click();
        await page.getByRole('button', { name: 'Release it' }).click();
        await alert.getByText('not known yet whether the number was released').waitFor();
        await alert.getByText('safe to repeat').waitFor();
        expect(provider.owned()).toHaveLength(1);
      });
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
      await page.getByText('until then it may still be paid for').waitFor();
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

  browserTest(
    'axe finds nothing while a purchase is unsure, when it failed, and at a release',
    async () => {
      await withApp({ page: { colorScheme } }, async ({ page, server }) => {
        await server.generate({ country: 'UK' });
        let code = 'purchase_unknown';
        await page.route('**/generate-phone-number', (route) => {
          const mayOwnNumber = code === 'purchase_unknown' ? 'unknown' : 'no';
          return route.fulfill({ status: 500, json: { ...refusalBody(code), mayOwnNumber } });
        });
        await page.goto(`${server.url}/phone-config`);
        const { country, button } = phoneConfig(page);
        await country.fill('USA');
        await button.click();
        await page.getByText('We don’t know yet whether the number was bought').waitFor();
        expect(await findings(page)).toEqual([]);
        await keepScreenshot(page, `unsure-${colorScheme}`);
        await page.getByRole('link', { name: 'Channels' }).last().click();
        await page.getByText('USA: We don’t know yet').waitFor();
        expect(await findings(page)).toEqual([]);

        code = 'regulatory_required';
        await page.getByText('This country requires an address or documents.').waitFor({ timeout: 40_000 });
        expect(await findings(page)).toEqual([]);
        await page.getByRole('link', { name: 'Back to the form' }).click();
        await button.click();
        await page.getByRole('alert').waitFor();
        expect(await findings(page)).toEqual([]);
        await keepScreenshot(page, `failed-${colorScheme}`);

        await page.goto(`${server.url}/chat`);
        await page.getByRole('button', { name: 'Release this number' }).click();
        await page.getByRole('dialog').waitFor();
        expect(await findings(page)).toEqual([]);
        await page.getByRole('button', { name: 'Release it' }).click();
        await page.getByRole('article').getByText('Released', { exact: true }).first().waitFor();
        expect(await findings(page)).toEqual([]);
      });
    },
    120_000,
  );

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
