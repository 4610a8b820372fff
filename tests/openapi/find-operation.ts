import type { OpenApiDocument, OpenApiOperation } from './open-api-document.js';

/** An operation of the document and what a path says for its path parameters. */
export interface FoundOperation {
  operation: OpenApiOperation;
  pathParameters: Readonly<Record<string, string>>;
}

/** Finds the operation for a method and a path; of several templates that fit, the one with the fewest blanks. */
export function findOperation(
  document: OpenApiDocument,
  method: string,
  path: string,
): FoundOperation | undefined {
  const fitting = Object.entries(document.paths).flatMap(([template, item]) => {
    const pathParameters = matchTemplate(template, path);
    const operation = item[method.toLowerCase()] as OpenApiOperation | undefined;
    return pathParameters === null || operation === undefined ? [] : [{ operation, pathParameters }];
  });
  return fitting.sort((one, other) => blanks(one) - blanks(other))[0];
}

function matchTemplate(template: string, path: string): Record<string, string> | null {
  const names: string[] = [];
  const expression = template.replaceAll(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (found, name: string | undefined) => {
    if (name === undefined) return `\\${found}`;
    names.push(name);
    return '([^/]+?)';
  });
  const match = new RegExp(`^${expression}$`).exec(path);
  if (match === null) return null;
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']));
}

function blanks({ pathParameters }: FoundOperation): number {
  return Object.keys(pathParameters).length;
}
