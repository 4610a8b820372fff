import { everyCallCases } from './provider-contract/every-call.js';
import { factsCases } from './provider-contract/facts.js';
import { findCases } from './provider-contract/find.js';
import { listCases } from './provider-contract/list.js';
import { lostPurchaseCases } from './provider-contract/lost-purchase.js';
import type {
  ForeignSeed,
  HeldAnswer,
  ProviderOperation,
  ProviderSubject,
} from './provider-contract/provider-subject.js';
import { PROVIDER_OPERATIONS } from './provider-contract/provider-subject.js';
import { purchaseCases } from './provider-contract/purchase.js';
import { releaseCases } from './provider-contract/release.js';
import { searchCases } from './provider-contract/search.js';
import type { ContractCase } from './run-contract.js';

export {
  type ForeignSeed,
  type HeldAnswer,
  PROVIDER_OPERATIONS,
  type ProviderOperation,
  type ProviderSubject,
};

/**
 * The promises of `NumberProvider`, each with a way to see that a provider keeps it, lost answers included. Run it with
 * `runContract`, on a fresh and empty account for each case; a provider that passes can be handed to every function of
 * the SDK.
 */
export const providerContract: readonly ContractCase<ProviderSubject>[] = [
  ...factsCases,
  ...searchCases,
  ...purchaseCases,
  ...lostPurchaseCases,
  ...findCases,
  ...listCases,
  ...releaseCases,
  ...everyCallCases,
];
