import {
  ChannelError,
  type ErrorCode,
  InvalidInputError,
  type Ownership,
  ProviderError,
  type ProvisionRequest,
  ProvisionPendingError,
  recoverOperations,
  StoreError,
} from '@channelkit/core';
import type { MockFailure, MockProviderOptions } from '@channelkit/adapter-mock';
import { describe, expect, it } from 'vitest';
import { STORE_KINDS } from '../harness/open-store.js';
import { settle, violations } from '../harness/oracle.js';
import { createWorld, type World } from '../harness/world.js';

const aNumber: unknown = expect.stringMatching(/^\+1\d{10}$/);
const aMomentAtMost: unknown = expect.toSatisfy((value: number) => value > 0 && value <= 1_000);
const aText: unknown = expect.any(String);
const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const MINUTE = 60_000;

interface Row {
  readonly code: ErrorCode;
  readonly when: string;
  readonly mock?: MockProviderOptions;
  readonly act: (world: World) => Promise<unknown>;
  readonly kind: { isInstance(error: unknown): boolean };
  readonly mayOwnNumber: Ownership;
  /** Statuses of the rows in `channels`, states of those in `operations`, and how many numbers are owned, right afterwards. */
  readonly channels: readonly string[];
  readonly operations: readonly string[];
  readonly owned: number;
  readonly fields?: object;
}

function failPurchases({ provider }: World, failure: MockFailure, times = 1): void {
  for (let time = 0; time < times; time += 1) provider.failNext('purchaseNumber', failure);
}

function refusedAt(
  operation: 'searchNumbers' | 'purchaseNumber',
  code: Exclude<MockFailure, 'before-effect' | 'after-effect'>,
): Row {
  return {
    code,
    when: `${operation} is refused`,
    act: (world) => {
      world.provider.failNext(operation, code);
      return world.provision(request);
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: operation === 'searchNumbers' ? [] : ['failed'],
    owned: 0,
  };
}

const rows: readonly Row[] = [
  {
    code: 'invalid_input',
    when: 'keys are unknown and values of the wrong kind',
    act: (world) => world.provision({ country: 'USA', type: 'fax', nme: 'x', areaCode: 'abc' } as never),
    kind: InvalidInputError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
    fields: {
      issues: [
        expect.objectContaining({ path: 'type' }),
        expect.objectContaining({ path: 'areaCode' }),
        expect.objectContaining({ path: 'nme' }),
      ],
    },
  },
  {
    code: 'unknown_country',
    when: 'there is no such country',
    act: (world) => world.provision({ country: 'Atlantis' }),
    kind: InvalidInputError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
    fields: { issues: [expect.objectContaining({ path: 'country' })] },
  },
  {
    code: 'no_numbers_available',
    when: 'nothing matches',
    mock: { inventory: { US: 0 } },
    act: (world) => world.provision(request),
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
  },
  {
    code: 'number_unavailable',
    when: 'every candidate is gone',
    act: (world) => {
      failPurchases(world, 'number_unavailable', 5);
      return world.provision(request);
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'number_unavailable',
    when: 'the exact number is owned already',
    act: (world) => {
      world.provider.own({ phoneNumber: '+14155550123' });
      return world.provision({ ...request, phoneNumber: '+14155550123' });
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 1,
  },
  {
    code: 'number_unavailable',
    when: 'the number bought lacks a capability, and is given back',
    act: (world) => {
      const { provider } = world;
      const lacking = {
        ...provider,
        purchaseNumber: async (...parameters: Parameters<typeof provider.purchaseNumber>) => ({
          ...(await provider.purchaseNumber(...parameters)),
          capabilities: { voice: true, sms: false, mms: false },
        }),
      };
      return world.provision(request, { provider: lacking });
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: ['released'],
    operations: ['failed'],
    owned: 0,
  },
  { ...refusedAt('purchaseNumber', 'regulatory_required'), fields: { requirement: 'address' } },
  refusedAt('searchNumbers', 'authentication_failed'),
  refusedAt('purchaseNumber', 'authentication_failed'),
  refusedAt('searchNumbers', 'account_restricted'),
  refusedAt('purchaseNumber', 'account_restricted'),
  refusedAt('purchaseNumber', 'provider_rejected'),
  {
    code: 'rate_limited',
    when: 'the provider throttles until the deadline',
    act: (world) => {
      failPurchases(world, 'rate_limited', 1_000);
      return world.provision(request);
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'provider_unavailable',
    when: 'the provider cannot be reached until the deadline',
    act: (world) => {
      failPurchases(world, 'provider_unavailable', 1_000);
      return world.provision(request);
    },
    kind: ProviderError,
    mayOwnNumber: 'no',
    channels: [],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'purchase_unknown',
    when: 'the answer is lost and the look-ups fail until the deadline',
    act: (world) => {
      failPurchases(world, 'after-effect');
      const blind = { ...world.provider, findNumber: () => Promise.reject(new Error('socket hang up')) };
      return world.provision(request, { provider: blind });
    },
    kind: ProvisionPendingError,
    mayOwnNumber: 'unknown',
    channels: [],
    operations: ['purchasing'],
    owned: 1,
    fields: { phoneNumber: aNumber },
  },
  {
    code: 'purchase_unknown',
    when: 'the number is bought and the store out of reach until the deadline',
    act: (world) => {
      world.scripted.fail('attachChannel', 'unavailable', 1_000);
      return world.provision(request);
    },
    kind: ProvisionPendingError,
    mayOwnNumber: 'yes',
    channels: [],
    operations: ['purchasing'],
    owned: 1,
    fields: { phoneNumber: aNumber, providerNumberId: aText },
  },
  {
    code: 'purchase_unknown',
    when: 'the store refuses the channel and its undoing',
    act: (world) => {
      world.scripted.fail('attachChannel', 'rejected');
      world.scripted.fail('disposeNumber', 'rejected');
      return world.provision(request);
    },
    kind: ProvisionPendingError,
    mayOwnNumber: 'yes',
    channels: [],
    operations: ['purchasing'],
    owned: 1,
  },
  {
    code: 'store_rejected',
    when: 'the store refuses the channel: the number is given back',
    act: (world) => {
      world.scripted.fail('attachChannel', 'rejected');
      return world.provision(request);
    },
    kind: StoreError,
    mayOwnNumber: 'no',
    channels: ['released'],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'store_rejected',
    when: 'the store throws something of its own: the number is given back',
    act: (world) => {
      world.scripted.fail('attachChannel', 'throws');
      return world.provision(request);
    },
    kind: StoreError,
    mayOwnNumber: 'no',
    channels: ['released'],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'store_unavailable',
    when: 'the store is down before anything is bought',
    act: (world) => {
      world.scripted.fail('beginOperation', 'unavailable', 3);
      return world.provision(request);
    },
    kind: StoreError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
  },
  {
    code: 'store_unavailable',
    when: 'the store hangs before anything is bought',
    act: (world) => {
      world.scripted.fail('beginOperation', 'hang', 3);
      return world.provision(request);
    },
    kind: StoreError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
  },
  {
    code: 'compensation_pending',
    when: 'the store refuses the channel and the provider the number',
    act: (world) => {
      world.scripted.fail('attachChannel', 'rejected');
      world.provider.failNext('releaseNumber', 'provider_rejected');
      return world.provision(request);
    },
    kind: ProvisionPendingError,
    mayOwnNumber: 'yes',
    channels: ['releasing'],
    operations: ['failed'],
    owned: 1,
    fields: { phoneNumber: aNumber, providerNumberId: aText },
  },
  {
    code: 'operation_in_progress',
    when: 'the same key is being provisioned elsewhere',
    act: async (world) => {
      let second: Promise<unknown> | undefined;
      world.scripted.before('attachChannel', async () => {
        second = world.provision({ ...request, idempotencyKey: 'key' });
        await second.catch(() => undefined);
      });
      await world.provision({ ...request, idempotencyKey: 'key' });
      await second;
    },
    kind: ChannelError,
    mayOwnNumber: 'unknown',
    channels: ['active'],
    operations: ['succeeded'],
    owned: 1,
    fields: { retryAfterMs: aMomentAtMost },
  },
  {
    code: 'idempotency_mismatch',
    when: 'the key comes back with another request',
    act: async (world) => {
      await world.provision({ ...request, idempotencyKey: 'key' });
      await world.provision({ ...request, idempotencyKey: 'key', name: 'Another' });
    },
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: ['active'],
    operations: ['succeeded'],
    owned: 1,
  },
  {
    code: 'channel_released',
    when: 'the key comes back after its channel was released',
    act: async (world) => {
      const { id } = await world.provision({ ...request, idempotencyKey: 'key' });
      await world.release(id);
      await world.provision({ ...request, idempotencyKey: 'key' });
    },
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: ['released'],
    operations: ['succeeded'],
    owned: 0,
  },
  {
    code: 'operation_abandoned',
    when: 'recovery gives the number back while the caller sleeps',
    act: (world) => {
      world.scripted.before('attachChannel', async () => {
        await world.letTimePass(60 * MINUTE);
        await recoverOperations({ ...world.options, policy: { abandoned: 'release' } });
      });
      return world.provision(request);
    },
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: ['released'],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'channel_not_found',
    when: 'there is no such channel',
    act: (world) => world.release('0197a000-0000-7000-8000-000000000000'),
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
  },
  {
    code: 'aborted',
    when: 'the caller aborts before the operation is written down',
    act: (world) => world.provision(request, { signal: AbortSignal.abort() }),
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: [],
    operations: [],
    owned: 0,
  },
  {
    code: 'aborted',
    when: 'the caller aborts between the record and the purchase',
    act: (world) => {
      const leaving = new AbortController();
      world.scripted.before('beginOperation', () => {
        leaving.abort();
        return Promise.resolve();
      });
      return world.provision(request, { signal: leaving.signal });
    },
    kind: ChannelError,
    mayOwnNumber: 'no',
    channels: [],
    operations: ['failed'],
    owned: 0,
  },
  {
    code: 'aborted',
    when: 'the caller aborts after the purchase was sent',
    act: (world) => {
      const leaving = new AbortController();
      world.scripted.fail('attachChannel', 'hang');
      world.scripted.before('attachChannel', () => {
        leaving.abort();
        return Promise.resolve();
      });
      return world.provision(request, { signal: leaving.signal });
    },
    kind: ChannelError,
    mayOwnNumber: 'unknown',
    channels: [],
    operations: ['purchasing'],
    owned: 1,
  },
];

describe.each(STORE_KINDS)('the error table on %s', (kind) => {
  it.each(rows.map((row) => [`${row.code}: ${row.when}`, row] as const))('%s', async (_name, row) => {
    const world = await createWorld(kind, row.mock);
    try {
      const error = await caught(row.act(world));
      expect(row.kind.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ code: row.code, mayOwnNumber: row.mayOwnNumber, ...row.fields });

      const { channels, operations } = await world.rows();
      expect(channels.map(({ status }) => status)).toEqual(row.channels);
      expect(operations.map(({ state }) => state)).toEqual(row.operations);
      expect(world.provider.owned()).toHaveLength(row.owned);
      if (row.code !== 'channel_not_found' && operations.length === 1) {
        expect(error).toMatchObject({ operationId: operations[0]?.id });
      }

      await settle(world);
      expect(await violations(world)).toEqual([]);
      const states = (await world.rows()).operations.map(({ state }) => state);
      expect(states).not.toContain('purchasing');
    } finally {
      await world.close();
    }
  });
});

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It resolved, and was expected to reject.');
}
