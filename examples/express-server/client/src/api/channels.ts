import type { z } from 'zod';
import type {
  channelPageSchema,
  channelSchema,
  generatedChannelSchema,
} from '../../../server/schemas/channel-schema.js';
import type { healthSchema } from '../../../server/schemas/health-schema.js';
import type { availableNumbersSchema, countriesSchema } from '../../../server/schemas/number-schemas.js';
import type { generateRequestSchema } from '../../../server/schemas/request-schemas.js';
import { NoAnswerError } from './api-error.js';
import { callApi } from './call-api.js';

export type Channel = z.infer<typeof channelSchema>;
export type ChannelPage = z.infer<typeof channelPageSchema>;
export type GeneratedChannel = z.infer<typeof generatedChannelSchema>;
export type GenerateRequest = z.infer<typeof generateRequestSchema>;
export type AvailableNumber = z.infer<typeof availableNumbersSchema>['numbers'][number];
export type Country = z.infer<typeof countriesSchema>['countries'][number];
export type Health = z.infer<typeof healthSchema>;

/** What to list. */
export interface ChannelFilter {
  readonly status?: string;
  readonly type?: string;
}

/**
 * Asks for a number; with the same key, for the same number again.
 *
 * @throws {@link NoAnswerError} also for an answer that is no channel, whoever gave it.
 */
export async function generatePhoneNumber(
  request: GenerateRequest,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<GeneratedChannel> {
  const answer = await callApi<unknown>('/channels/generate-phone-number', {
    method: 'POST',
    body: request,
    idempotencyKey,
    signal,
  });
  if (!isChannel(answer)) throw new NoAnswerError('The server gave an answer that is no channel.');
  return answer;
}

/** What the page needs to say that there is a number. */
function isChannel(answer: unknown): answer is GeneratedChannel {
  if (typeof answer !== 'object' || answer === null) return false;
  const { id, phoneNumber } = answer as Partial<Record<keyof GeneratedChannel, unknown>>;
  return typeof id === 'string' && typeof phoneNumber === 'string';
}

export function listChannels(filter: ChannelFilter, cursor: string | null): Promise<ChannelPage> {
  return callApi(`/channels?${query({ ...filter, cursor: cursor ?? undefined })}`);
}

export function showChannel(id: string): Promise<Channel> {
  return callApi(`/channels/${encodeURIComponent(id)}`);
}

export function releaseChannel(id: string): Promise<Channel> {
  return callApi(`/channels/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function searchNumbers(
  search: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<AvailableNumber[]> {
  const { numbers } = await callApi<z.infer<typeof availableNumbersSchema>>(`/numbers?${query(search)}`, {
    signal,
  });
  return numbers;
}

export async function listCountries(): Promise<Country[]> {
  const { countries } = await callApi<z.infer<typeof countriesSchema>>('/countries');
  return countries;
}

export function reportHealth(): Promise<Health> {
  return callApi('/health');
}

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, value]],
  );
  return new URLSearchParams(given).toString();
}
