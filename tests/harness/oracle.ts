import type { MockProvider } from '@channelkit/adapter-mock';
import type { World } from './world.js';

/** What the oracle looks at. */
export interface Judged extends Pick<World, 'rows'> {
  readonly provider: Pick<MockProvider, 'owned'>;
}

/** Longer than any purchase takes to land, and than any backoff. */
const LONG_MS = 2 * 60 * 60_000;

/** What must be true whatever has happened, as sentences that say what is not. */
export async function violations({ provider, rows }: Judged): Promise<string[]> {
  const { channels } = await rows();
  const owned = provider.owned();
  const ownedIds = new Set(owned.map(({ providerNumberId }) => providerNumberId));
  const active = channels.filter(({ status }) => status === 'active');
  const onRecord = new Set(
    channels
      .filter(({ status }) => status === 'active' || status === 'releasing')
      .map((row) => row.provider_number_id),
  );
  return [
    ...active
      .filter((row) => !ownedIds.has(row.provider_number_id))
      .map((row) => `S1: channel ${row.id} is active and the account does not own ${row.phone_number}`),
    ...owned
      .filter(({ reference, providerNumberId }) => reference !== null && !onRecord.has(providerNumberId))
      .map(({ phoneNumber }) => `L1: ${phoneNumber} is owned under our tag and is on no record`),
  ];
}

/** Lets recovery end whatever was left behind, as time passes. */
export async function settle(world: Pick<World, 'letTimePass' | 'recover'>): Promise<void> {
  for (let pass = 0; pass < 4; pass += 1) {
    await world.letTimePass(LONG_MS);
    await world.recover();
  }
}
