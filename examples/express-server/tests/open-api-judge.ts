import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, SendOptions, TestServer } from './test-server.js';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
}

/** Holds answers to the OpenAPI document that the server itself serves. */
export interface OpenApiJudge {
  /** Throws unless the document foresees the answer: its status, its type and every field. */
  check(method: string, pathname: string, answer: Answer): void;
  /** Sends a request, and checks its answer. */
  send(server: TestServer, method: string, pathname: string, options?: SendOptions): Promise<Answer>;
  /** Lists the answers that the document foresees and that nobody has seen yet, as `GET /api/numbers 400`. */
  unseen(): string[];
}

/** Reads the document from a server. */
export async function createOpenApiJudge(server: TestServer): Promise<OpenApiJudge> {
  const { body } = await server.send('GET', '/api/openapi.json');
  const document = body as unknown as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(body, 'document');
  const seen = new Set<string>();

  const check: OpenApiJudge['check'] = (method, pathname, answer) => {
    const template = findTemplate(document, pathname);
    const name = `${method} ${template} ${answer.status}`;
    const responses = document.paths[template]?.[method.toLowerCase()]?.responses;
    if (responses === undefined || !(answer.status in responses)) {
      throw new Error(`The document does not foresee ${name}: ${answer.text}`);
    }
    if (answer.headers.get('Content-Type') !== 'application/json; charset=utf-8') {
      throw new Error(`${name} is ${answer.headers.get('Content-Type') ?? 'nothing'}, not JSON.`);
    }
    const at = [template, method.toLowerCase()].map((part) => part.replaceAll('/', '~1')).join('/');
    const schema = `document#/paths/${encodeURI(at)}/responses/${answer.status}/content/application~1json/schema`;
    const validate = ajv.compile({ $ref: schema });
    if (!validate(answer.body)) {
      throw new Error(
        `${name} is not as the document says: ${ajv.errorsText(validate.errors)}\n${answer.text}`,
      );
    }
    seen.add(name);
  };

  return {
    check,
    send: async (target, method, pathname, options) => {
      const answer = await target.send(method, pathname, options);
      check(method, pathname, answer);
      return answer;
    },
    unseen: () =>
      Object.entries(document.paths).flatMap(([template, operations]) =>
        Object.entries(operations).flatMap(([method, { responses }]) =>
          Object.keys(responses)
            .map((status) => `${method.toUpperCase()} ${template} ${status}`)
            .filter((name) => !seen.has(name)),
        ),
      ),
  };
}

function findTemplate({ paths }: Document, pathname: string): string {
  const plain = pathname.split('?', 1)[0] ?? '';
  if (plain in paths) return plain;
  return Object.keys(paths).find((template) => matches(template, plain)) ?? plain;
}

function matches(template: string, pathname: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
}
