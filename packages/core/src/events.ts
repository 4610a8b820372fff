/** What an operation goes through, as a listener is told of it. */
export const EVENT_NAMES = [
  'operation-started',
  'number-found',
  'purchase-sent',
  'purchase-unknown',
  'number-purchased',
  'channel-activated',
  'compensation-started',
  'number-released',
  'release-refused',
  'operation-failed',
  'operation-recovered',
  'number-quarantined',
] as const;
/** The name of an event: one of {@link EVENT_NAMES}. */
export type EventName = (typeof EVENT_NAMES)[number];

/** One thing that happened. It never holds a credential. */
export interface ChannelEvent {
  readonly name: EventName;
  /** By the clock of this process. */
  readonly at: Date;
  /** `null` for the release of a channel that no operation of this SDK made. */
  readonly operationId: string | null;
  readonly channelId?: string;
  readonly phoneNumber?: string;
  readonly providerNumberId?: string;
  /** The code of the error behind it. */
  readonly code?: string;
  /** What happened, in a sentence. */
  readonly message?: string;
}

/** Is told of every event, in order. What it throws changes nothing. */
export type EventListener = (event: ChannelEvent) => void;
