import { createTwilioProvider } from '@channelkit/adapter-twilio';
import type { NumberQuery } from '@channelkit/core';
import type { ProviderOperation, ProviderSubject } from '@channelkit/core/testing';
import { type RecordedRequest, startTwilioSimulator } from '@channelkit/twilio-simulator';

const query: NumberQuery = { country: 'US', callingCode: '+1', type: 'whatsapp', capabilities: {} };
const otherAccount = { accountSid: `AC${'f'.repeat(32)}`, authToken: 'token-of-another-account' };

/** What a subject is made with: which credentials, and who looks at the requests in the end. */
export interface TwilioSubjectOptions {
  readonly credentials: 'auth-token' | 'api-key';
  readonly repurchase?: 'updates' | 'refuses';
  readonly onClose?: (requests: readonly RecordedRequest[]) => void;
}

/** Makes the adapter, before a simulator, a subject of the provider kit. */
export async function createTwilioSubject(options: TwilioSubjectOptions): Promise<ProviderSubject> {
  const { repurchase = 'updates' } = options;
  const simulator = await startTwilioSimulator({ seed: 3, inventorySize: 1000, repurchase });
  const strange = await startTwilioSimulator({ inventorySize: 1, credentials: otherAccount });
  const { accountSid, authToken, apiKeySid, apiKeySecret } = simulator;
  const credentials =
    options.credentials === 'auth-token'
      ? { accountSid, authToken }
      : { accountSid, apiKeySid, apiKeySecret };
  let seeded = 0;

  return {
    provider: createTwilioProvider({ ...credentials, baseUrl: simulator.url }),
    query,
    emptyQuery: { ...query, areaCode: '999' },
    namespace: 'channelkit',
    listPageSize: 1000,
    absentNumberId: `PN${'0'.repeat(32)}`,
    strayed: createTwilioProvider({ ...credentials, baseUrl: strange.url }),
    loseAnswer: (operation, when) => {
      simulator.fault({ operation: 'any', match: isOf(operation), kind: 'reset', when });
    },
    throttle: (operation) => {
      simulator.fault({ operation: 'any', match: isOf(operation), kind: 'status', status: 429, code: 20429 });
    },
    takeNumber: (phoneNumber) => simulator.sell(phoneNumber),
    holdAnswer: (operation) => ({
      arrived: new Promise<void>((resolve) => {
        const match = (request: RecordedRequest) => {
          const isHeld = isOf(operation)(request);
          if (isHeld) resolve();
          return isHeld;
        };
        simulator.fault({ operation: 'any', match, kind: 'hang' });
      }),
    }),
    ownForeign: (tag) => {
      seeded += 1;
      const phoneNumber = `+1212555${String(seeded).padStart(4, '0')}`;
      const { sid } = simulator.own(phoneNumber, tag === null ? {} : { friendlyName: tag });
      return { phoneNumber, providerNumberId: sid };
    },
    close: async () => {
      await simulator.close();
      await strange.close();
      options.onClose?.(simulator.requests);
    },
  };
}

function isOf(operation: ProviderOperation): (request: RecordedRequest) => boolean {
  const operations: Readonly<Record<ProviderOperation, readonly RecordedRequest['operation'][]>> = {
    searchNumbers: ['search'],
    purchaseNumber: ['purchase'],
    findNumber: ['list', 'fetch'],
    listNumbers: ['list'],
    releaseNumber: ['release'],
  };
  return (request) => operations[operation].includes(request.operation);
}
