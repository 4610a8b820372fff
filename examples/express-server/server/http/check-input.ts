import type { z } from 'zod';
import { describeIssue } from '../describe-issue.js';
import { HttpRefusal } from './http-refusal.js';

/**
 * Checks a part of a request against its schema.
 *
 * @throws {@link HttpRefusal} 400 that names everything wrong.
 */
export function checkInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { error: describeIssue });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: 'is not a known key',
    }));
  });
  const message = issues.map((issue) => `${issue.path || 'request'}: ${issue.message}`).join('; ');
  throw new HttpRefusal({ status: 400, code: 'invalid_input', message, issues });
}
