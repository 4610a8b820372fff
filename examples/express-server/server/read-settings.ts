import { isIP } from 'node:net';
import { z } from 'zod';
import { describeIssue } from './describe-issue.js';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How the server is set up. Which Twilio account it uses, if any, is read by the adapter: see `choose-provider.ts`. */
export interface Settings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PostgreSQL; without it the file below is used. */
  readonly databaseUrl: string | null;
  readonly databaseFile: string;
  /** What callers must show as `Authorization: Bearer …`; `null` asks for nothing. */
  readonly apiToken: string | null;
  /** The origins whose pages may call this server. */
  readonly clientOrigins: readonly string[];
  /** How many proxies in front of the server are trusted to say who called them. */
  readonly trustedProxies: number;
  readonly requestsPerMinute: number;
  readonly purchasesPerMinute: number;
  readonly logLevel: string;
}

/** The settings make no sense, and the server does not start with them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const environmentSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  DATABASE_URL: z.string().optional(),
  DATABASE_FILE: z.string().default('channels.db'),
  API_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .regex(
      /^[\x21-\x7e]+$/,
      'must be letters, digits and signs of ASCII, without a space: a header can carry no other',
    )
    .optional(),
  CLIENT_ORIGIN: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      'must be origins such as http://localhost:8080, without a path or a slash at the end, and with commas between',
    )
    .default(['http://localhost:8080', 'http://127.0.0.1:8080']),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).default(600),
  PURCHASE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).default(30),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

/**
 * Reads the settings; a variable that is empty counts as missing.
 *
 * @throws {@link SettingsError} that names every variable that makes no sense, and no value.
 */
export function readSettings(environment: Environment): Settings {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const { data, error } = environmentSchema.safeParse(Object.fromEntries(given), { error: describeIssue });
  if (data === undefined) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new SettingsError(issues.join('; '));
  }
  return {
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL ?? null,
    databaseFile: data.DATABASE_FILE,
    apiToken: data.API_TOKEN ?? null,
    clientOrigins: data.CLIENT_ORIGIN,
    trustedProxies: data.TRUST_PROXY,
    requestsPerMinute: data.RATE_LIMIT_PER_MINUTE,
    purchasesPerMinute: data.PURCHASE_LIMIT_PER_MINUTE,
    logLevel: data.LOG_LEVEL,
  };
}

/** Browsers send an origin in this form, and anything else would never match. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Tells whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
