export { createMockProvider, type MockProvider, type MockProviderOptions } from './mock-provider.js';
export type { MockInventory } from './mock-inventory.js';
export type { ForeignNumber } from './mock-account.js';
export { MOCK_OPERATIONS, type MockFailure, type MockOperation } from './scripted-failures.js';
