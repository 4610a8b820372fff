import { NUMBER_TYPES } from '@channelkit/core';
import { z } from 'zod';
import { capabilitiesSchema } from './channel-schema.js';

/** What `GET /api/numbers` answers. */
export const availableNumbersSchema = z
  .strictObject({
    numbers: z.array(
      z.strictObject({
        phoneNumber: z.string(),
        isoCountry: z.string(),
        numberType: z.enum(NUMBER_TYPES),
        locality: z.string().nullable(),
        region: z.string().nullable(),
        capabilities: capabilitiesSchema,
      }),
    ),
  })
  .meta({ id: 'AvailableNumbers', description: 'Being listed is no reservation.' });

/** What `GET /api/countries` answers. */
export const countriesSchema = z
  .strictObject({
    countries: z.array(
      z.strictObject({
        isoCountry: z.string().length(2),
        name: z.string(),
        callingCode: z.string().regex(/^\+\d+$/),
        isMainOfCallingCode: z
          .boolean()
          .meta({ description: 'Whether the calling code, given as a country, stands for this one.' }),
        alsoKnownAs: z
          .array(z.string())
          .meta({ description: 'Other names, to search by.', example: ['USA', 'US'] }),
      }),
    ),
  })
  .meta({ id: 'Countries' });
