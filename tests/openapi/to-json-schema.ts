import { FIELD_DEVIATIONS, FORMAT_DEVIATIONS } from './deviations.js';
import type { OpenApiDocument, OpenApiSchema } from './open-api-document.js';

/** A JSON schema, as `ajv` takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Turns a schema of the document into a JSON schema: references put in, `nullable` spelled out, and no object with
 * fields of its own open to any others. For answers the deviations of the wire are laid over it.
 */
export function toJsonSchema(
  document: OpenApiDocument,
  schema: OpenApiSchema,
  direction: 'request' | 'response',
): JsonSchema {
  return convert(schema, null);

  function convert(part: OpenApiSchema, component: string | null): JsonSchema {
    if (part.$ref !== undefined) {
      const name = part.$ref.replace('#/components/schemas/', '');
      const target = document.components.schemas[name];
      if (target === undefined) throw new Error(`The document refers to ${part.$ref} and does not have it.`);
      return convert(target, name);
    }
    const { type, format, nullable, properties, items, enum: values } = part;
    const isNullable = nullable === true;
    return {
      ...pick(part, ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'required']),
      ...(type === undefined ? {} : { type: isNullable ? [type, 'null'] : type }),
      ...(values === undefined ? {} : { enum: isNullable ? [...values, null] : values }),
      ...(format === undefined ? {} : { format: wireFormat(format) }),
      ...(items === undefined ? {} : { items: convert(items, null) }),
      ...(properties === undefined ? {} : objectOf(properties, component)),
    };
  }

  function objectOf(
    properties: Readonly<Record<string, OpenApiSchema>>,
    component: string | null,
  ): JsonSchema {
    const converted = Object.entries(properties).map(([field, part]) => {
      const deviation = direction === 'response' ? findDeviation(component, field) : undefined;
      return [field, deviation ?? convert(part, null)] as const;
    });
    return { properties: Object.fromEntries(converted), additionalProperties: false };
  }

  function wireFormat(format: string): string {
    if (direction === 'request') return format;
    return FORMAT_DEVIATIONS.find((deviation) => deviation.format === format)?.wire ?? format;
  }
}

function findDeviation(component: string | null, field: string): JsonSchema | undefined {
  if (component === null) return undefined;
  return FIELD_DEVIATIONS.find(
    ({ components, fields }) => components.test(component) && fields.includes(field),
  )?.wire;
}

function pick(schema: OpenApiSchema, keys: readonly (keyof OpenApiSchema)[]): JsonSchema {
  return Object.fromEntries(keys.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])));
}
