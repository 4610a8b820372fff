import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { ERROR_BODY } from './deviations.js';
import { findOperation } from './find-operation.js';
import type { OpenApiDocument, OpenApiSchema } from './open-api-document.js';
import { type JsonSchema, toJsonSchema } from './to-json-schema.js';

/** A request to be judged. */
export interface JudgedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Readonly<Record<string, string>>;
  form: Readonly<Record<string, string>>;
}

/** An answer to be judged. */
export interface JudgedResponse {
  method: string;
  path: string;
  status: number;
  /** Parsed JSON; `null` for none. */
  body: unknown;
}

/** Says what of requests and answers is not in an OpenAPI document. */
export interface OpenApiJudge {
  /** Sentences, one a violation: an operation, parameter or value that the document does not have. */
  checkRequest(request: JudgedRequest): readonly string[];
  /** Sentences, one a violation: a status, field or value that neither the document nor the list of deviations has. */
  checkResponse(response: JudgedResponse): readonly string[];
}

/** Creates the judge that goes by `document`, and by `deviations.ts` where the real wire differs from it. */
export function createOpenApiJudge(document: OpenApiDocument): OpenApiJudge {
  const ajv = createAjv();
  const compiled = new Map<string, ValidateFunction>();

  function violations(schema: JsonSchema, value: unknown, what: string): string[] {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = 'is wrong', params }) => {
      const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
      return `${what}${instancePath} ${message}${extra}`;
    });
  }

  function checkParameters(
    kind: string,
    given: Readonly<Record<string, string>>,
    known: Readonly<Record<string, OpenApiSchema>>,
  ): string[] {
    return Object.entries(given).flatMap(([name, text]) => {
      const schema = Object.hasOwn(known, name) ? known[name] : undefined;
      if (schema === undefined) return [`the ${kind} parameter ${name} is not in the document`];
      const jsonSchema = toJsonSchema(document, schema, 'request');
      return violations(jsonSchema, readParameter(jsonSchema, text), `the ${kind} parameter ${name}`);
    });
  }

  return {
    checkRequest({ method, path, query, form }) {
      const found = findOperation(document, method, path);
      if (found === undefined) return [`${method} ${path}: the document has no such operation`];
      const { operation, pathParameters } = found;
      const parametersIn = (place: string): Record<string, OpenApiSchema> =>
        Object.fromEntries(
          (operation.parameters ?? [])
            .filter((parameter) => parameter.in === place)
            .map(({ name, schema }) => [name, schema]),
        );
      const body = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema;
      return [
        ...checkParameters('path', pathParameters, parametersIn('path')),
        ...checkParameters('query', query, parametersIn('query')),
        ...checkParameters('form', form, body?.properties ?? {}),
      ].map((violation) => `${method} ${path}: ${violation}`);
    },
    checkResponse({ method, path, status, body }) {
      const place = `${method} ${path} -> ${status}`;
      if (status >= 400) return violations(ERROR_BODY.wire, body, `${place}: the body`);
      const operation = findOperation(document, method, path)?.operation;
      if (operation === undefined) return [`${place}: the document has no such operation`];
      const response = operation.responses[String(status)];
      if (response === undefined) {
        return [`${place}: the document has ${Object.keys(operation.responses).join(', ')}`];
      }
      const schema = response.content?.['application/json']?.schema;
      if (schema === undefined) return body === null ? [] : [`${place}: there is a body`];
      return violations(toJsonSchema(document, schema, 'response'), body, `${place}: the body`);
    },
  };
}

/** Text of a query or a form as the value its schema means; text that means none stays text, and fails the schema. */
function readParameter(schema: JsonSchema, text: string): unknown {
  const type = schema['type'];
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Twilio's own formats are nowhere defined; these are what its pages and examples show. */
const TWILIO_FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time-rfc-2822': /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/,
  'iso-country-code': /^[A-Z]{2}$/,
  'phone-number': /^\+?[\d() .*-]{2,}$/,
};

function createAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajvFormats.default(ajv);
  for (const [name, format] of Object.entries(TWILIO_FORMATS)) ajv.addFormat(name, format);
  // Said in full by an enumeration or by fields beside them.
  ajv.addFormat('http-method', true);
  ajv.addFormat('phone-number-capabilities', true);
  ajv.addFormat('uri-map', true);
  return ajv;
}
