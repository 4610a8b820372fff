/** A schema of an OpenAPI 3.0 document, as far as the judge reads it. */
export interface OpenApiSchema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: readonly unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Readonly<Record<string, OpenApiSchema>>;
  required?: readonly string[];
  items?: OpenApiSchema;
}

/** A parameter of an operation. */
export interface OpenApiParameter {
  name: string;
  in: string;
  required?: boolean;
  schema: OpenApiSchema;
}

/** What one method does on one path. */
export interface OpenApiOperation {
  operationId: string;
  parameters?: readonly OpenApiParameter[];
  requestBody?: { content: Readonly<Record<string, { schema: OpenApiSchema }>> };
  responses: Readonly<
    Record<string, { content?: Readonly<Record<string, { schema: OpenApiSchema }>> } | undefined>
  >;
}

/** An OpenAPI 3.0 document, as far as the judge reads it. */
export interface OpenApiDocument {
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  components: { schemas: Readonly<Record<string, OpenApiSchema>> };
}
