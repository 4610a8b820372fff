import type { Locator, Page } from 'playwright-core';

/** The parts of the form page, by what people and screen readers know them as. */
export function phoneConfig(page: Page): {
  readonly country: Locator;
  readonly name: Locator;
  readonly areaCode: Locator;
  readonly button: Locator;
  readonly number: Locator;
  readonly notification: Locator;
} {
  return {
    country: page.getByRole('combobox', { name: 'Country' }),
    name: page.getByRole('textbox', { name: 'Name' }),
    areaCode: page.getByRole('textbox', { name: 'Area code' }),
    button: page.locator('button[type=submit].generate'),
    number: page.locator('.phone-number-bold'),
    notification: page.locator('.toast'),
  };
}

/** The rows of the channel list, from the top. */
export function channelRows(page: Page): Locator {
  return page.getByRole('list', { name: 'Channels' }).locator('> li');
}
