/**
 * A refusal as Twilio words it: an HTTP status and a code of its error dictionary.
 *
 * Thrown by the route handlers and turned into Twilio's error body at one place.
 */
export class TwilioError extends Error {
  readonly status: number;
  readonly code: number;
  /** The longer text that a 401 carries beside its message. */
  readonly detail: string | undefined;

  constructor(refusal: { status: number; code: number; message: string; detail?: string }) {
    super(refusal.message);
    this.name = 'TwilioError';
    this.status = refusal.status;
    this.code = refusal.code;
    this.detail = refusal.detail;
  }
}

/** Makes the error body of the 2010-04-01 API: `{ code, message, more_info, status }`, a 401 with `detail`. */
export function errorBody(refusal: {
  status: number;
  code: number;
  message: string;
  detail?: string | undefined;
}): Record<string, unknown> {
  return {
    code: refusal.code,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    message: refusal.message,
    more_info: `https://www.twilio.com/docs/errors/${refusal.code}`,
    status: refusal.status,
  };
}

/** Makes the refusal for a path or a sid that does not exist: 404, 20404. */
export function notFound(path: string): TwilioError {
  return new TwilioError({
    status: 404,
    code: 20404,
    message: `The requested resource ${path} was not found`,
  });
}
