import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import autocannon from 'autocannon';
import { describe, expect, it } from 'vitest';
import { startTestServer } from './test-server.js';

const REQUESTS = 200;

describe('200 requests for a number at once', () => {
  it(
    'end without an error, a leak or a duplicate, by the ledger of the provider',
    { timeout: 60_000 },
    async () => {
      const simulator = await startTwilioSimulator({ latencyMs: 50 });
      const { accountSid, authToken, url } = simulator;
      const server = await startTestServer({
        provider: createTwilioProvider({ accountSid, authToken, baseUrl: url }),
        environment: {
          API_TOKEN: 'a-token-for-the-load',
          RATE_LIMIT_PER_MINUTE: '100000',
          PURCHASE_LIMIT_PER_MINUTE: '100000',
        },
      });
      try {
        const result = await autocannon({
          url: `${server.url}/api/channels/generate-phone-number`,
          method: 'POST',
          connections: REQUESTS,
          amount: REQUESTS,
          timeout: 60,
          headers: { 'Content-Type': 'application/json', Authorization: 'Bearer a-token-for-the-load' },
          body: JSON.stringify({ country: 'USA', type: 'sms' }),
        });
        expect({ ok: result['2xx'], other: result.non2xx, errors: result.errors }).toEqual({
          ok: REQUESTS,
          other: 0,
          errors: 0,
        });
        const rows = server.rows('channels');
        const stored = rows
          .map((row) => `${String(row['twilio_sid'])} ${String(row['phone_number'])} active`)
          .sort();
        const owned = simulator
          .owned()
          .map(({ sid, phoneNumber }) => `${sid} ${phoneNumber} active`)
          .sort();
        expect(rows.every((row) => row['status'] === 'active')).toBe(true);
        expect(stored).toEqual(owned);
        expect(new Set(rows.map((row) => row['phone_number'])).size).toBe(REQUESTS);
        expect(simulator.paidPurchases()).toBe(REQUESTS);
        expect(simulator.releases()).toBe(0);
        expect(server.rows('operations').every((row) => row['state'] === 'succeeded')).toBe(true);
      } finally {
        await server.stop();
        await simulator.close();
      }
    },
  );
});
