import * as z from 'zod';
import { CHANNEL_TYPES } from './channel.js';
import { InvalidInputError, type InputIssue } from './errors/invalid-input-error.js';
import {
  NUMBER_TYPES,
  type NumberQuery,
  type Regulatory,
  type RequiredCapabilities,
  type Webhooks,
} from './number-provider.js';
import type { Country } from './phone/index.js';
import type { ProvisionRequest, SearchQuery } from './request.js';

/** A request once it is checked and its country known; an operation keeps it, for recovery. */
export interface CheckedRequest {
  readonly query: NumberQuery;
  /** As it was given, for the default name. */
  readonly country: string;
  readonly name: string | null;
  readonly phoneNumber: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhooks: Webhooks;
  readonly regulatory: Regulatory;
}

/** What came of a check: the value, or all that is wrong. */
export type Check<Value> =
  | { readonly value: Value; readonly issues: readonly [] }
  | { readonly value: null; readonly issues: readonly Issue[] };

interface Issue extends InputIssue {
  readonly isUnknownCountry?: true;
}

const METADATA_BYTES = 16 * 1024;

const isStorable = (value: string) => !value.includes('\0') && value.isWellFormed();
const storable = z.string().refine(isStorable, 'must be well-formed text without a NUL character');
const text = (most: number) =>
  storable.min(1, 'must not be empty').max(most, `must have at most ${most} characters`);
const webUrl = text(2048).refine(isWebUrl, 'must be an http or https URL');
const documentId = text(64).regex(/^\w+$/, 'must be an id of letters and digits');

const searchKeys = {
  country: text(100),
  type: z.enum(CHANNEL_TYPES).optional(),
  numberType: z.enum(NUMBER_TYPES).optional(),
  areaCode: z
    .string()
    .regex(/^\d{1,6}$/, 'must be 1 to 6 digits')
    .optional(),
  contains: z
    .string()
    .regex(/^[0-9a-z]{2,16}$/i, 'must be 2 to 16 digits or Latin letters')
    .optional(),
  locality: text(100).optional(),
  region: text(100).optional(),
  capabilities: z
    .strictObject({ voice: z.boolean().optional(), sms: z.boolean().optional(), mms: z.boolean().optional() })
    .optional(),
};

const searchSchema = z.strictObject(searchKeys) satisfies z.ZodType<SearchQuery>;

const provisionSchema = z.strictObject({
  ...searchKeys,
  name: text(255).optional(),
  phoneNumber: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be E.164, like +15551234567')
    .optional(),
  idempotencyKey: text(255).optional(),
  metadata: z
    .unknown()
    .refine(hasNoProto, 'must not have the key __proto__, which would be lost')
    .pipe(z.record(text(255), storable))
    .refine(
      (value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES,
      'must be at most 16 KiB as JSON',
    )
    .optional(),
  webhooks: z
    .strictObject({
      smsUrl: webUrl.optional(),
      voiceUrl: webUrl.optional(),
      statusCallbackUrl: webUrl.optional(),
    })
    .optional(),
  regulatory: z
    .strictObject({
      addressId: documentId.optional(),
      bundleId: documentId.optional(),
      identityId: documentId.optional(),
    })
    .optional(),
}) satisfies z.ZodType<ProvisionRequest>;

/** Checks what `provisionChannel` was given. */
export async function checkRequest(
  input: unknown,
): Promise<Check<{ readonly request: CheckedRequest; readonly idempotencyKey: string | null }>> {
  const { parsed, country, issues } = await check(provisionSchema, input);
  const conflicts = parsed === null ? [] : phoneNumberIssues(parsed, country);
  if (parsed === null || country === null || issues.length + conflicts.length > 0) {
    return { value: null, issues: [...issues, ...conflicts] };
  }
  const request: CheckedRequest = {
    query: toQuery(parsed, country),
    country: parsed.country,
    name: parsed.name ?? null,
    phoneNumber: parsed.phoneNumber ?? null,
    metadata: inOrder(parsed.metadata ?? {}),
    webhooks: withoutUndefined(parsed.webhooks ?? {}),
    regulatory: withoutUndefined(parsed.regulatory ?? {}),
  };
  return { value: { request, idempotencyKey: parsed.idempotencyKey ?? null }, issues: [] };
}

/** Checks what `searchNumbers` was given. */
export async function checkQuery(input: unknown): Promise<Check<NumberQuery>> {
  const { parsed, country, issues } = await check(searchSchema, input);
  if (parsed === null || country === null || issues.length > 0) return { value: null, issues };
  return { value: toQuery(parsed, country), issues: [] };
}

/** Throws when there are issues: `unknown_country` when that is all there is, else `invalid_input`. */
export function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  throw new InvalidInputError({
    code: issues.every(({ isUnknownCountry }) => isUnknownCountry === true)
      ? 'unknown_country'
      : 'invalid_input',
    issues: issues.map(({ path, message }) => ({ path, message })),
  });
}

async function check<Request extends SearchQuery>(schema: z.ZodType<Request>, input: unknown) {
  const result = schema.safeParse(input);
  const { country, issues: countryIssues } = await findCountry(input);
  const parsed = result.success ? result.data : null;
  const capabilityIssues = parsed === null ? [] : contradictions(parsed);
  return { parsed, country, issues: [...schemaIssues(result.error), ...countryIssues, ...capabilityIssues] };
}

function schemaIssues(error: z.ZodError | undefined): Issue[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      message: 'is not a known key',
    }));
  });
}

/** Looks the country up even when other keys are wrong, so that all issues are told at once. */
async function findCountry(input: unknown): Promise<{ country: Country | null; issues: Issue[] }> {
  const given = z.object({ country: searchKeys.country }).safeParse(input);
  if (!given.success) return { country: null, issues: [] };
  const { resolveCountry } = await import('./phone/index.js');
  try {
    return { country: resolveCountry(given.data.country), issues: [] };
  } catch (error) {
    if (!InvalidInputError.isInstance(error)) throw error;
    return { country: null, issues: error.issues.map((issue) => ({ ...issue, isUnknownCountry: true })) };
  }
}

function contradictions({ type = 'whatsapp', capabilities = {} }: SearchQuery): Issue[] {
  const { voice, sms } = capabilities;
  const refusesNeed = {
    voice: voice === false,
    sms: sms === false,
    whatsapp: voice === false && sms === false,
  }[type];
  return refusesNeed
    ? [{ path: 'capabilities', message: `must not leave out what the type ${type} needs` }]
    : [];
}

function phoneNumberIssues(request: ProvisionRequest, country: Country | null): Issue[] {
  const { phoneNumber } = request;
  if (phoneNumber === undefined) return [];
  const searched = (['numberType', 'areaCode', 'contains', 'locality', 'region'] as const)
    .filter((key) => request[key] !== undefined)
    .map((path) => ({ path, message: 'cannot stand beside phoneNumber, which names one number' }));
  const isElsewhere = country !== null && !phoneNumber.startsWith(country.callingCode);
  return isElsewhere
    ? [
        ...searched,
        {
          path: 'phoneNumber',
          message: `must begin with ${country.callingCode}, as numbers of ${country.name} do`,
        },
      ]
    : searched;
}

function toQuery(parsed: SearchQuery, country: Country): NumberQuery {
  const { type = 'whatsapp', numberType, areaCode, contains, locality, region, capabilities } = parsed;
  return {
    country: country.isoCountry,
    callingCode: country.callingCode,
    type,
    ...withoutUndefined({ numberType, areaCode, contains, locality, region }),
    capabilities: required(type, capabilities ?? {}),
  };
}

function required(
  type: NumberQuery['type'],
  { voice, sms, mms }: NonNullable<SearchQuery['capabilities']>,
): RequiredCapabilities {
  return {
    ...(voice === true || type === 'voice' ? { voice: true } : {}),
    ...(sms === true || type === 'sms' ? { sms: true } : {}),
    ...(mms === true ? { mms: true } : {}),
  };
}

function hasNoProto(value: unknown): boolean {
  return !Object.hasOwn(Object(value) as object, '__proto__');
}

function isWebUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

function inOrder(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).sort(([first], [second]) => (first < second ? -1 : 1)));
}

function withoutUndefined<Given extends object>(
  given: Given,
): { [Key in keyof Given]?: Exclude<Given[Key], undefined> } {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof Given]?: Exclude<Given[Key], undefined> };
}
