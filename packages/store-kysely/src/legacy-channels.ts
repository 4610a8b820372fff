import { CHANNEL_STATUSES, CHANNEL_TYPES, type ChannelType, StoreError } from '@channelkit/core';
import { sql } from 'kysely';
import { milliseconds, now } from './clock.js';
import type { ReadContext } from './find-channel.js';
import type { ChannelsTable } from './tables.js';

/** The table of the user's own document, column by column. */
const LEGACY_COLUMNS = [
  'id',
  'name',
  'phone_number',
  'country_code',
  'type',
  'status',
  'twilio_sid',
  'created_at',
] as const;

const ROWS_AN_INSERT = 200;
const PROBLEMS_NAMED = 5;

/** A row of the user's own table. */
export interface LegacyChannel {
  readonly id: string;
  readonly name: string;
  readonly phoneNumber: string;
  readonly countryCode: string;
  readonly type: ChannelType;
  readonly status: ChannelsTable['status'];
  readonly twilioSid: string | null;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** Tells whether these are the columns of the user's own table. */
export function isLegacyTable(columns: readonly string[]): boolean {
  return columns.length === LEGACY_COLUMNS.length && LEGACY_COLUMNS.every((name) => columns.includes(name));
}

/**
 * Reads the rows of the user's own table and drops it.
 *
 * @throws {@link StoreError} naming the rows that cannot become channels; the table is still there.
 */
export async function takeLegacyChannels({ db, dialect }: ReadContext): Promise<readonly LegacyChannel[]> {
  await dialect.lockTable(db, 'channels');
  const { rows } = await sql<LegacyRow>`
    select cast(id as text) as id, cast(name as text) as name, cast(phone_number as text) as phone_number,
      cast(country_code as text) as country_code, cast(type as text) as type, cast(status as text) as status,
      nullif(cast(twilio_sid as text), '') as twilio_sid, ${dialect.fromLegacyMoment('created_at')} as created_at
    from channels order by created_at, id`.execute(db);

  const problems: string[] = [];
  const seen = new Map<string, string>();
  const channels = rows.flatMap((row) => readLegacyRow(row, seen, problems));
  if (problems.length > 0) throw cannotUpgrade(problems);
  await db.schema.dropTable('channels').execute();
  return channels;
}

/** Inserts the rows of the user's own table into ours. */
export async function insertLegacyChannels(
  { db, dialect }: ReadContext,
  channels: readonly LegacyChannel[],
): Promise<void> {
  if (channels.length === 0) return;
  const isoCountryOf = await countryReader();
  for (let start = 0; start < channels.length; start += ROWS_AN_INSERT) {
    await dialect
      .writing(db)
      .insertInto('channels')
      .values(
        channels.slice(start, start + ROWS_AN_INSERT).map((channel) => ({
          ...providerOf(channel),
          ...capabilitiesOf(channel.type),
          id: channel.id,
          name: channel.name,
          phone_number: channel.phoneNumber,
          country_code: channel.countryCode,
          iso_country: isoCountryOf(channel.countryCode),
          type: channel.type,
          status: channel.status,
          metadata: '{}',
          created_at: dialect.toMoment(milliseconds(channel.createdAt)),
          updated_at: dialect.toMoment(milliseconds(channel.createdAt)),
          release_after: channel.status === 'releasing' ? now : null,
          next_release_at: channel.status === 'releasing' ? now : null,
          release_attempts: 0,
        })),
      )
      .execute();
  }
}

type LegacyRow = Record<Exclude<(typeof LEGACY_COLUMNS)[number], 'created_at'>, string | null> & {
  created_at: number | null;
};

/** Reads a row, or adds what is wrong with it to the problems. */
function readLegacyRow(row: LegacyRow, seen: Map<string, string>, problems: string[]): LegacyChannel[] {
  const { id, name, phone_number: phoneNumber, country_code: countryCode, created_at: createdAt } = row;
  const type = CHANNEL_TYPES.find((known) => known === row.type);
  const status = CHANNEL_STATUSES.find((known) => known === row.status);
  const rowName = `row ${id ?? '(without an id)'}`;
  const report = (problem: string) => problems.push(`${rowName} ${problem}`);

  if (type === undefined)
    report(`has the type ${quote(row.type)}, which is none of ${CHANNEL_TYPES.join(', ')}`);
  if (status === undefined) {
    report(`has the status ${quote(row.status)}, which is none of ${CHANNEL_STATUSES.join(', ')}`);
  }
  const twin = row.twilio_sid === null ? undefined : seen.get(row.twilio_sid);
  if (twin !== undefined) report(`has the same twilio_sid as ${twin} (${quote(row.twilio_sid)})`);
  if (row.twilio_sid !== null) seen.set(row.twilio_sid, rowName);
  if (id === null || name === null || phoneNumber === null || countryCode === null) {
    report('has no id, name, phone_number or country_code');
    return [];
  }
  if (createdAt === null) report('has a created_at that cannot be read');
  if (type === undefined || status === undefined || createdAt === null) return [];
  return [{ id, name, phoneNumber, countryCode, type, status, twilioSid: row.twilio_sid, createdAt }];
}

function quote(text: string | null): string {
  return text === null ? 'NULL' : `'${text}'`;
}

function cannotUpgrade(problems: readonly string[]): StoreError {
  const more = problems.length - PROBLEMS_NAMED;
  return new StoreError({
    code: 'store_rejected',
    message:
      `The table channels cannot be upgraded: ${problems.slice(0, PROBLEMS_NAMED).join('; ')}` +
      `${more > 0 ? `; and ${more} more` : ''}. Put that right and migrate again; nothing was changed.`,
  });
}

function providerOf({ id, twilioSid }: LegacyChannel) {
  return twilioSid === null
    ? { provider: 'mock', account_id: 'mock', provider_number_id: `legacy-${id}`, is_mock: sql.lit(true) }
    : { provider: 'twilio', account_id: null, provider_number_id: twilioSid, is_mock: sql.lit(false) };
}

/** The table did not say; a number does at least what its channel is for. */
function capabilitiesOf(type: ChannelType) {
  return { voice: sql.lit(type === 'voice'), sms: sql.lit(type !== 'voice'), mms: sql.lit(false) };
}

/** Loads the country library, which is heavy, only where there are rows to read. */
async function countryReader(): Promise<(callingCode: string) => string> {
  const { resolveCountry } = await import('@channelkit/core/phone');
  const known = new Map<string, string>();
  return (callingCode) => {
    const isoCountry = known.get(callingCode) ?? isoCountryOrUnknown(resolveCountry, callingCode);
    known.set(callingCode, isoCountry);
    return isoCountry;
  };
}

function isoCountryOrUnknown(
  resolveCountry: (country: string) => { readonly isoCountry: string },
  callingCode: string,
): string {
  try {
    return resolveCountry(callingCode).isoCountry;
  } catch {
    return UNKNOWN_COUNTRY;
  }
}

/** ISO 3166-1 leaves `ZZ` to its users: nobody knows where. */
const UNKNOWN_COUNTRY = 'ZZ';
