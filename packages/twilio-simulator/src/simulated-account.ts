import type { AccountBook } from './account-book.js';
import type { Inventory } from './inventory.js';
import type { Repurchase } from './simulator-options.js';

/** What the route handlers work on: the account, the market it buys in, and the rules of this simulator. */
export interface SimulatedAccount {
  accountSid: string;
  authToken: string;
  inventory: Inventory;
  book: AccountBook;
  repurchase: Repurchase;
  unapprovedBundles: readonly string[];
  quarantineMs: number;
  now: () => number;
}
