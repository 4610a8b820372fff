import { parseArgs } from 'node:util';

/** What was typed makes no sense; the message says what does. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** Options whose value goes into the request as it is, by the key it goes to; with a dot, into an object. */
const REQUEST_OPTIONS = {
  country: 'country',
  type: 'type',
  name: 'name',
  'number-type': 'numberType',
  'area-code': 'areaCode',
  contains: 'contains',
  locality: 'locality',
  region: 'region',
  'phone-number': 'phoneNumber',
  'idempotency-key': 'idempotencyKey',
  'sms-url': 'webhooks.smsUrl',
  'voice-url': 'webhooks.voiceUrl',
  'status-callback-url': 'webhooks.statusCallbackUrl',
  'address-id': 'regulatory.addressId',
  'bundle-id': 'regulatory.bundleId',
  'identity-id': 'regulatory.identityId',
};

const HELP = `Usage: npm run demo -- [options]

Gets a phone number, stores it as a channel, and prints the channel and the table it is in.

  --country <country>        USA (default), GB, "United States", +44
  --type <type>              whatsapp (default) | sms | voice
  --name <name>              default: the country and the number
  --number-type <type>       local | mobile | toll_free
  --area-code <digits>       the digits right after the country's calling code
  --contains <digits>        digits or letters that stand in the number
  --locality <name>          a city
  --region <name>            a state or province
  --capability <capability>  voice | sms | mms: what the number must have; can be repeated
  --phone-number <number>    buy exactly this one, in E.164
  --idempotency-key <key>    run again with the same key and request, it gives the same channel
  --metadata <key=value>     can be repeated
  --sms-url, --voice-url, --status-callback-url <url>   webhooks
  --address-id, --bundle-id, --identity-id <id>         regulatory documents
  --twilio                   Twilio, by TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and
                             TWILIO_API_SECRET): buys a real number. Without them, a simulator of it
  --database <file>          the SQLite file (default: channels.db in the current folder)
  --help                     print this`;

/**
 * Reads the arguments of the demo.
 *
 * @throws {UsageError} when they cannot be read; what a value means is judged by the SDK.
 */
export function readArguments(args) {
  const { help, twilio, database, capability, metadata, ...given } = parse(args);
  const request = { country: 'USA' };
  for (const [option, value] of Object.entries(given)) setKey(request, REQUEST_OPTIONS[option], value);
  if (capability !== undefined) {
    request.capabilities = Object.fromEntries(capability.map((name) => [name, true]));
  }
  if (metadata !== undefined) request.metadata = Object.fromEntries(metadata.map(readPair));
  if (database === ':memory:')
    throw new UsageError('--database takes a file, so that there is a table to show.');
  return {
    help: help === true ? HELP : null,
    request,
    useTwilio: twilio === true,
    filename: database ?? 'channels.db',
  };
}

function parse(args) {
  const texts = Object.keys(REQUEST_OPTIONS).map((option) => [option, { type: 'string' }]);
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...Object.fromEntries(texts),
        capability: { type: 'string', multiple: true },
        metadata: { type: 'string', multiple: true },
        database: { type: 'string' },
        twilio: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const sentence = error.message.replace(/\.?$/, '.');
    throw new UsageError(`${sentence}\n\`npm run demo -- --help\` lists what can be asked for.`);
  }
}

function setKey(request, path, value) {
  const [first, second] = path.split('.');
  if (second === undefined) request[first] = value;
  else request[first] = { ...request[first], [second]: value };
}

function readPair(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--metadata takes key=value, not ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
