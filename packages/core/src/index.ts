export { CHANNEL_STATUSES, CHANNEL_TYPES } from './channel.js';
export type { Capabilities, Channel, ChannelStatus, ChannelType } from './channel.js';
export type {
  AttachOutcome,
  BeginOutcome,
  Candidate,
  CandidateSwitch,
  ChannelPage,
  ChannelRecord,
  ChannelStore,
  Deferral,
  DisposeOutcome,
  DueQuery,
  ListChannelsOptions,
  NewChannel,
  NewOperation,
  OperationGuard,
  SwitchOutcome,
  TakeOver,
} from './channel-store.js';
export {
  CHANNEL_ERROR_CODES,
  ChannelError,
  type ChannelErrorOptions,
  type ErrorCode,
  OWNERSHIPS,
  type Ownership,
} from './errors/channel-error.js';
export { cleanCause } from './errors/clean-cause.js';
export {
  type InputIssue,
  InvalidInputError,
  type InvalidInputErrorOptions,
} from './errors/invalid-input-error.js';
export {
  PROVIDER_ERROR_CODES,
  PROVIDER_OUTCOMES,
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorOptions,
  type ProviderOutcome,
  REGULATORY_REQUIREMENTS,
  type RegulatoryRequirement,
} from './errors/provider-error.js';
export {
  ProvisionPendingError,
  type ProvisionPendingErrorOptions,
} from './errors/provision-pending-error.js';
export { StoreError, type StoreErrorOptions } from './errors/store-error.js';
export { type ChannelEvent, EVENT_NAMES, type EventListener, type EventName } from './events.js';
export { NUMBER_TYPES, RELEASE_ANSWERS } from './number-provider.js';
export type {
  AvailableNumber,
  CallOptions,
  NumberProvider,
  NumberPurchase,
  NumberQuery,
  NumberType,
  OwnedNumber,
  OwnedNumberQuery,
  ProviderTraits,
  PurchaseOptions,
  Regulatory,
  ReleaseAnswer,
  RequiredCapabilities,
  SearchAnswer,
  Webhooks,
} from './number-provider.js';
export { type Operation, OPERATION_STATES, type OperationState } from './operation.js';
export { ABANDONED_POLICIES, type AbandonedPolicy, defaultPolicy, type Policy } from './policy.js';
export type { Runtime } from './runtime.js';
export type { CommonOptions, ProviderAndStoreOptions } from './context.js';
export { type CallOverrides, type Channels, createChannels } from './create-channels.js';
export { provisionChannel, type ProvisionChannelOptions } from './provision-channel.js';
export {
  RECOVERY_OUTCOMES,
  recoverOperations,
  type RecoveryOutcome,
  type RecoveryResult,
} from './recover-operations.js';
export { releaseChannel, type ReleaseChannelOptions } from './release-channel.js';
export type { ProvisionRequest, SearchQuery } from './request.js';
export { searchNumbers, type SearchNumbersOptions } from './search-numbers.js';
export { type RunningRecovery, startRecovery, type StartRecoveryOptions } from './start-recovery.js';
