export { type ContractCase, type ContractRun, type ContractSubject, runContract } from './run-contract.js';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.js';
export { storeContract, type StoreSubject } from './store-contract.js';
export {
  type ForeignSeed,
  type HeldAnswer,
  PROVIDER_OPERATIONS,
  providerContract,
  type ProviderOperation,
  type ProviderSubject,
} from './provider-contract.js';
