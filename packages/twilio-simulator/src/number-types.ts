/** The types of number the simulator sells, as they are written in the paths of a search. */
export const NUMBER_TYPES = ['Local', 'Mobile', 'TollFree', 'National'] as const;

/** A type of number, as it is written in the path of a search. */
export type NumberType = (typeof NUMBER_TYPES)[number];

/** Finds the type that a path segment such as `TollFree` names. */
export function findNumberType(segment: string): NumberType | undefined {
  return NUMBER_TYPES.find((type) => type === segment);
}

/** Writes a type as owned numbers and `subresource_uris` carry it: `toll_free`. */
export function snakeCaseType(type: NumberType): string {
  return type === 'TollFree' ? 'toll_free' : type.toLowerCase();
}
