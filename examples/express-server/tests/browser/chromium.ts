import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, it } from 'vitest';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** What a browser needs on a machine that reaches no network but its own. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const artifacts = fileURLToPath(new URL('../../../../artifacts/', import.meta.url));
const executable = process.env['CHROMIUM_PATH'] ?? CANDIDATES.find((candidate) => existsSync(candidate));
let browser: Promise<Browser> | undefined;

/** A test that needs a browser; without one it is skipped, and says so. */
export function browserTest(name: string, run: () => Promise<void>, timeout = 60_000): void {
  it(name, { timeout }, async (context) => {
    context.skip(
      executable === undefined,
      'no Chromium on this machine: install it (`apt-get install chromium`), or name one in CHROMIUM_PATH',
    );
    await run();
  });
}

/** A page of its own, in an empty profile, and all that the browser complained of. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a page, runs a test with it, and closes it. */
export async function withPage(
  options: BrowserContextOptions,
  run: (opened: OpenPage) => Promise<void>,
): Promise<void> {
  const context = await (await launch()).newContext(options);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // The browser's own line for every answer that is no success.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(message.text());
    });
    await run({ page, complaints });
  } finally {
    await context.close();
  }
}

/** Keeps a picture of a page for whoever wants to look at it. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: path.join(artifacts, `${name}.png`), animations: 'disabled' });
}

/** Closes the browser of this file once its tests are done. */
export function closeBrowserAfterwards(): void {
  afterAll(async () => {
    await (await browser)?.close();
    browser = undefined;
  });
}

function launch(): Promise<Browser> {
  return (browser ??= chromium.launch({
    ...(executable === undefined ? {} : { executablePath: executable }),
    args: FLAGS,
  }));
}
