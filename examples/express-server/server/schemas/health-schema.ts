import { z } from 'zod';

/** What `GET /api/health` answers. */
export const healthSchema = z
  .strictObject({
    live: z.literal(true).meta({ description: 'The process answers.' }),
    ready: z
      .boolean()
      .meta({ description: 'It can take work: the database answers, and it is not stopping.' }),
    mode: z.enum(['mock', 'twilio']),
    database: z.enum(['reachable', 'unreachable']),
    operationsInDoubt: z
      .int()
      .min(0)
      .meta({
        description:
          'Purchases with an outcome that is not known yet, and releases that the provider has not taken yet, as far as ' +
          'this process has met them since it started. Recovery goes on until they have ended.',
      }),
  })
  .meta({ id: 'Health' });

/** What `GET /api/health/live` answers. */
export const liveSchema = z.strictObject({ live: z.literal(true) }).meta({ id: 'Live' });
