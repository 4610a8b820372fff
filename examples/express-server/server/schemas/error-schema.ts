import { OWNERSHIPS } from '@channelkit/core';
import { z } from 'zod';

/** What every answer that is no success holds. */
export const errorSchema = z
  .strictObject({
    error: z.string().meta({ description: 'What was not done.', example: 'Failed to generate phone number' }),
    details: z
      .string()
      .meta({ description: 'Why, in a sentence.', example: 'No available phone numbers in this country' }),
    code: z.string().regex(/^[a-z_]+$/),
    mayOwnNumber: z.enum(OWNERSHIPS).meta({
      description:
        'Whether a number may be owned, and paid for, because of this request; for a release that is not known to be ' +
        'done, `unknown`.',
    }),
    operationId: z.string().nullable(),
    issues: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'All that is wrong with the request.' }),
    retryAfterMs: z
      .number()
      .min(0)
      .optional()
      .meta({ description: 'When to ask again, with the same idempotency key.' }),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.infer<typeof errorSchema>;
