import type { CallOptions, PurchaseOptions } from '@channelkit/core';
import type twilioModule from 'twilio';
import type { Twilio } from 'twilio';
import { isIntendedTarget } from './base-url.js';
import { borrowHttpClient } from './borrowed-http-client.js';
import { createConcurrencyLimit } from './concurrency-limit.js';
import { TransportFailure } from './transport-failure.js';
import { type TwilioAnswer, vendorDateOf } from './twilio-answer.js';
import { createTwilioHttpClient, type TwilioHttpRequest } from './twilio-http-client.js';
import type { ResolvedOptions } from './resolve-options.js';

/** Used when the caller gives no signal: what the SDK waits by itself. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** Puts requests together with the `twilio` package, and sends them with our own HTTP client. */
export interface TwilioConnection {
  /**
   * Lets `ask` make its one request and resolves to the full answer as it was on the wire. What the SDK makes of the
   * answer is ignored: it invents dates that are missing and throws syntax errors for purchases that were made.
   *
   * @throws TransportFailure when there is no full answer.
   */
  call(
    ask: (client: Twilio) => Promise<unknown>,
    options: CallOptions | PurchaseOptions,
  ): Promise<TwilioAnswer>;
}

/** Creates a connection; neither the package nor the network is touched before the first call. */
export function createTwilioConnection(options: ResolvedOptions): TwilioConnection {
  const limit = createConcurrencyLimit(options.maxConcurrency);
  const httpClient =
    options.borrowedHttpClient === null
      ? createTwilioHttpClient({ ca: options.ca })
      : borrowHttpClient(options.borrowedHttpClient);

  return {
    async call(ask, callOptions) {
      const signal = callOptions.signal ?? AbortSignal.timeout(DEFAULT_TIMEOUT_MS);
      const maySend = 'maySend' in callOptions ? callOptions.maySend : undefined;
      const twilio = await loadTwilio();
      const answer = await limit.run(
        () =>
          capture(
            ask,
            (request) => {
              refuseOtherTargets(request.uri, options.baseUrl);
              return httpClient.send(request, { signal, maySend });
            },
            (send) => createClient(twilio, options, send),
          ),
        signal,
      );
      if (answer.status === 429) limit.lower();
      else limit.raise();
      const vendorDate = vendorDateOf(answer);
      if (vendorDate !== null) callOptions.onVendorDate?.(vendorDate);
      return answer;
    },
  };
}

type TwilioModule = typeof twilioModule;
type Send = (request: TwilioHttpRequest) => Promise<TwilioAnswer>;

async function loadTwilio(): Promise<TwilioModule> {
  try {
    const { default: twilio } = await import('twilio');
    return twilio;
  } catch (cause) {
    throw new TransportFailure({ message: 'the package twilio could not be loaded', written: false, cause });
  }
}

/** One client a call (making one takes 0.03 ms): the SDK's HTTP interface has no room for a signal of the call's own. */
async function capture(
  ask: (client: Twilio) => Promise<unknown>,
  send: Send,
  create: (send: Send) => Twilio,
): Promise<TwilioAnswer> {
  const seen: { answer?: TwilioAnswer; failure?: unknown } = {};
  const client = create(async (request) => {
    try {
      seen.answer = await send(request);
      return seen.answer;
    } catch (failure) {
      seen.failure = failure;
      throw failure;
    }
  });
  try {
    await ask(client);
  } catch (error) {
    seen.failure ??= error;
  }
  if (seen.answer !== undefined) return seen.answer;
  if (seen.failure instanceof TransportFailure) throw seen.failure;
  throw new TransportFailure({
    message: 'the request could not be put together',
    written: false,
    cause: seen.failure,
  });
}

function createClient(twilio: TwilioModule, options: ResolvedOptions, send: Send): Twilio {
  const httpClient = {
    request: async (request: TwilioHttpRequest) => {
      const { status, body, headers } = await send(request);
      return { statusCode: status, body, headers };
    },
  };
  const client = twilio(options.username, options.password, {
    accountSid: options.accountSid,
    // Empty and not absent: for what is absent the SDK asks the environment.
    region: options.region,
    edge: options.edge,
    logLevel: '',
    userAgentExtensions: [...options.userAgentExtensions],
    autoRetry: false,
    httpClient: httpClient as unknown as NonNullable<NonNullable<Parameters<TwilioModule>[2]>['httpClient']>,
  });
  if (options.credentialProvider !== null) {
    client.setCredentialProvider(
      options.credentialProvider as Parameters<Twilio['setCredentialProvider']>[0],
    );
    client.setAccountSid(options.accountSid);
  }
  client.api.baseUrl = options.baseUrl;
  return client;
}

function refuseOtherTargets(uri: string, baseUrl: string): void {
  if (isIntendedTarget(uri, baseUrl)) return;
  throw new TransportFailure({
    message: 'it would have gone to another server than intended',
    written: false,
  });
}
