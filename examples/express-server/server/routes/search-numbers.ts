import type { RequestHandler } from 'express';
import { checkInput } from '../http/check-input.js';
import { numbersQuerySchema } from '../schemas/request-schemas.js';
import type { ServerContext } from '../server-context.js';

/** `GET /api/numbers`: what could be bought now. */
export function searchNumbers({ channels }: ServerContext): RequestHandler {
  return async (request, response) => {
    const { limit, capabilities, ...query } = checkInput(numbersQuerySchema, request.query);
    const wanted = capabilities?.split(',') ?? [];
    const found = await channels.search(
      { ...query, capabilities: Object.fromEntries(wanted.map((name) => [name, true])) },
      { limit },
    );
    const numbers = found.map(({ phoneNumber, isoCountry, numberType, locality, region, ...number }) => {
      const { voice, sms, mms } = number.capabilities;
      return { phoneNumber, isoCountry, numberType, locality, region, capabilities: { voice, sms, mms } };
    });
    response.json({ numbers });
  };
}
