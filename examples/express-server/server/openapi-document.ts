import { createDocument, type ZodOpenApiResponseObject } from 'zod-openapi';
import type { z } from 'zod';
import { channelPageSchema, channelSchema, generatedChannelSchema } from './schemas/channel-schema.js';
import { errorSchema } from './schemas/error-schema.js';
import { healthSchema, liveSchema } from './schemas/health-schema.js';
import { availableNumbersSchema, countriesSchema } from './schemas/number-schemas.js';
import {
  channelIdSchema,
  generateHeadersSchema,
  generateRequestSchema,
  listQuerySchema,
  numbersQuerySchema,
} from './schemas/request-schemas.js';

/** Writes down what the server takes and answers, from the schemas that check it. */
export function openApiDocument() {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Channels',
      version: '1.0.0',
      description: 'Buys phone numbers and keeps them as channels.',
    },
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Where the server has an `API_TOKEN`.' },
      },
    },
    paths: {
      '/api/channels/generate-phone-number': {
        post: {
          operationId: 'generatePhoneNumber',
          summary: 'Buys a number and stores it as a channel.',
          requestParams: { header: generateHeadersSchema },
          requestBody: { required: true, content: { 'application/json': { schema: generateRequestSchema } } },
          responses: {
            200: json('Bought and stored.', generatedChannelSchema),
            ...errors({
              400: 'The request can never work; nothing was done.',
              409: 'The idempotency key is in use: the same request is under way, or it belongs to another request or to a released channel.',
              413: 'The body is too large.',
              415: 'The body is not plain JSON.',
              500: 'Not done; `mayOwnNumber` says whether a number may be owned all the same.',
              503: 'The server is being stopped.',
            }),
          },
        },
      },
      '/api/channels': {
        get: {
          operationId: 'listChannels',
          summary: 'Lists channels, newest first.',
          requestParams: { query: listQuerySchema },
          responses: {
            200: json('One page.', channelPageSchema),
            ...errors({ 400: 'The query makes no sense.', 500: 'The channels cannot be read now.' }),
          },
        },
      },
      '/api/channels/{id}': {
        get: {
          operationId: 'showChannel',
          summary: 'Shows one channel, whatever its status.',
          requestParams: { path: channelIdSchema },
          responses: {
            200: json('The channel.', channelSchema),
            ...errors({
              400: 'The id makes no sense.',
              404: 'There is no such channel.',
              500: 'The channel cannot be read now.',
            }),
          },
        },
        delete: {
          operationId: 'releaseChannel',
          summary: 'Gives the number back. Safe to repeat.',
          requestParams: { path: channelIdSchema },
          responses: {
            200: json('Given back.', channelSchema),
            202: json(
              'On record as being given back; the provider has not confirmed it yet, and it is tried again.',
              channelSchema,
            ),
            ...errors({
              400: 'The id makes no sense, or the number belongs to another account.',
              404: 'There is no such channel.',
              500: 'Not known to be done; it is safe to repeat.',
            }),
          },
        },
      },
      '/api/numbers': {
        get: {
          operationId: 'searchNumbers',
          summary: 'Lists numbers that could be bought now.',
          requestParams: { query: numbersQuerySchema },
          responses: {
            200: json('What matches; empty when nothing does.', availableNumbersSchema),
            ...errors({ 400: 'The query makes no sense.', 500: 'The provider cannot be asked now.' }),
          },
        },
      },
      '/api/countries': {
        get: {
          operationId: 'listCountries',
          summary: 'Lists every country with its calling code.',
          responses: { 200: json('By name.', countriesSchema), ...errors({}) },
        },
      },
      '/api/health': {
        get: {
          operationId: 'reportHealth',
          summary: 'Tells whether the server can take work.',
          security: [],
          responses: {
            200: json('It can.', healthSchema),
            503: json('It cannot.', healthSchema),
            ...describeErrors(OPEN_ERRORS),
          },
        },
      },
      '/api/health/live': {
        get: {
          operationId: 'reportLive',
          summary: 'Tells that the process answers.',
          security: [],
          responses: { 200: json('It does.', liveSchema), ...describeErrors(OPEN_ERRORS) },
        },
      },
    },
  });
}

function json(description: string, schema: z.ZodType): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema } } };
}

/** What every route may answer, also one that asks for no token. */
const OPEN_ERRORS = {
  403: 'The server has no access token, and the Host header is no name of its own machine; nothing was done.',
  429: 'Too many requests; nothing was done.',
};

/** The error answers of a route, and those that every route has. */
function errors(descriptions: Readonly<Record<number, string>>) {
  return describeErrors({
    401: 'The access token is missing or wrong.',
    ...OPEN_ERRORS,
    ...descriptions,
  });
}

function describeErrors(descriptions: Readonly<Record<number, string>>) {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, json(description, errorSchema)]),
  );
}
