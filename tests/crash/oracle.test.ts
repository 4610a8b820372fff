import { describe, expect, it } from 'vitest';
import { type Evidence, untruths, violationsAtRest, violationsNow } from './oracle.js';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';

const ID = '01920000-0000-7000-8000-000000000001';
const OTHER = '01920000-0000-7000-8000-000000000002';
const NUMBER = '+14155550001';

async function soundEvidence(): Promise<Evidence> {
  const simulator = await startTwilioSimulator({ inventorySize: 1 });
  const number = simulator.own(NUMBER, { friendlyName: `channelkit/${ID}` });
  const owned = simulator.owned();
  await simulator.close();
  const entry = { at: new Date(0), sid: number.sid, phoneNumber: NUMBER, friendlyName: `channelkit/${ID}` };
  return {
    owned,
    ledger: [{ kind: 'purchased', ...entry }],
    channels: [{ id: ID, phone_number: NUMBER, status: 'active', provider_number_id: number.sid }],
    operations: [
      { id: ID, idempotency_key: 'key', state: 'succeeded', phone_number: NUMBER, claimed_number: NUMBER },
    ],
    told: [{ key: 'key', outcome: { kind: 'channel', id: ID, status: 'active', phoneNumber: NUMBER } }],
    givenUp: new Set(),
  };
}

const error = (code: string, mayOwnNumber: string, operationId: string) =>
  ({ kind: 'error', code, mayOwnNumber, operationId, message: '' }) as const;

describe('the oracle', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(violationsAtRest(await soundEvidence())).toEqual([]);
  });

  const wrongs: readonly (readonly [string, (sound: Evidence) => Partial<Evidence>])[] = [
    ['S1', () => ({ owned: [] })],
    ['S2', ({ ledger }) => ({ ledger: [...ledger, ...ledger] })],
    [
      'S3',
      ({ channels, operations }) => ({
        channels: [...channels, ...channels.map((row) => ({ ...row, id: OTHER }))],
        operations: [...operations, ...operations.map((row) => ({ ...row, id: OTHER }))],
      }),
    ],
    [
      'S3: two',
      ({ told }) => ({
        told: [
          ...told,
          { key: 'key', outcome: { kind: 'channel', id: OTHER, status: 'active', phoneNumber: NUMBER } },
        ],
      }),
    ],
    ['S4', ({ channels }) => ({ channels: channels.map((row) => ({ ...row, status: 'releasing' })) })],
    ['S4', () => ({ channels: [] })],
    [
      'claim',
      ({ owned }) => ({ owned: owned.map((row) => ({ ...row, friendlyName: `channelkit/${OTHER}` })) }),
    ],
    [
      'decision',
      ({ operations }) => ({ operations: operations.map((row) => ({ ...row, state: 'failed' })) }),
    ],
    ['bug', () => ({ told: [{ key: null, outcome: error('bug', 'unknown', ID) }] })],
    ['truth', () => ({ told: [{ key: null, outcome: error('store_rejected', 'no', ID) }] })],
  ];
  it.each(wrongs)('finds %s, at any moment', async (sentence, wrong) => {
    const sound = await soundEvidence();
    expect(violationsNow({ ...sound, ...wrong(sound) })).toContainEqual(
      expect.stringMatching(`^${sentence}`),
    );
  });

  const leftovers: readonly (readonly [string, (sound: Evidence) => Partial<Evidence>])[] = [
    ['L1', () => ({ channels: [], told: [] })],
    [
      'L2: operation',
      ({ operations }) => ({ operations: operations.map((row) => ({ ...row, state: 'purchasing' })) }),
    ],
    [
      'L2: channel',
      ({ channels }) => ({ channels: channels.map((row) => ({ ...row, status: 'releasing' })) }),
    ],
    ['truth', () => ({ told: [{ key: 'key', outcome: error('store_rejected', 'no', ID) }] })],
    [
      'claim',
      ({ operations }) => ({ operations: operations.map((row) => ({ ...row, claimed_number: null })) }),
    ],
  ];
  it.each(leftovers)('finds %s, at rest', async (sentence, wrong) => {
    const sound = await soundEvidence();
    const evidence = { ...sound, ...wrong(sound) };
    expect(violationsAtRest(evidence)).toContainEqual(expect.stringMatching(`^${sentence}`));
  });

  it('holds an error against a caller with a key when it is told, and not once another may have bought', async () => {
    const sound = await soundEvidence();
    const told = [{ key: 'key', outcome: error('store_unavailable', 'no', ID) }];
    expect(untruths(sound, told)).toEqual([expect.stringMatching(/^truth/)]);
    expect(violationsNow({ ...sound, told })).toEqual([]);
  });

  it.each(['operation_in_progress', 'idempotency_mismatch', 'channel_released'])(
    'does not take %s for an error about the number of its caller',
    async (code) => {
      const sound = await soundEvidence();
      expect(untruths(sound, [{ key: 'key', outcome: error(code, 'no', ID) }])).toEqual([]);
    },
  );

  it('does not hold against a user what the user asked for', async () => {
    const sound = await soundEvidence();
    const channels = sound.channels.map((row) => ({ ...row, status: 'released' }));
    const operations = sound.operations.map((row) => ({ ...row, claimed_number: null }));
    const evidence = { ...sound, owned: [], channels, operations, givenUp: new Set([ID]) };
    expect(violationsAtRest(evidence)).toEqual([]);
  });
});
