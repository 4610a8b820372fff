import type { ContractCase } from './run-contract.js';
import { attachChannelCases } from './store-contract/attach-channel.js';
import { beginOperationCases } from './store-contract/begin-operation.js';
import { disposeNumberCases } from './store-contract/dispose-number.js';
import { dueOperationsCases } from './store-contract/due-operations.js';
import { dueReleasesCases } from './store-contract/due-releases.js';
import { guardCases } from './store-contract/guards.js';
import { listChannelsCases } from './store-contract/list-channels.js';
import { releaseCases } from './store-contract/release.js';
import type { StoreSubject } from './store-contract/store-subject.js';
import { switchCandidateCases } from './store-contract/switch-candidate.js';
import { takeOverOperationCases } from './store-contract/take-over-operation.js';
import { valuesCases } from './store-contract/values.js';

export type { StoreSubject };

/**
 * The promises of `ChannelStore`, each with a way to see that a store keeps it, concurrent callers included. Run it with
 * `runContract`, on a fresh store for each case; a store that passes can be handed to every function of the SDK.
 */
export const storeContract: readonly ContractCase<StoreSubject>[] = [
  ...valuesCases,
  ...beginOperationCases,
  ...guardCases,
  ...switchCandidateCases,
  ...takeOverOperationCases,
  ...attachChannelCases,
  ...disposeNumberCases,
  ...dueOperationsCases,
  ...releaseCases,
  ...dueReleasesCases,
  ...listChannelsCases,
];
