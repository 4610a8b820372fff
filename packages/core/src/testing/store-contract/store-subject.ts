import type { ChannelStore } from '../../channel-store.js';

/** A store under test, migrated and empty, and a way to let time pass for it. */
export interface StoreSubject {
  readonly store: ChannelStore;
  /**
   * Lets that much time pass for the store: moves the clock it was given, or, where it goes by the database's own, moves
   * every time that is stored back by as much (`created_at` included).
   */
  readonly advanceTime: (milliseconds: number) => Promise<void>;
  /** Puts the store away, and whatever was made for it. */
  close?(): void | Promise<void>;
}
