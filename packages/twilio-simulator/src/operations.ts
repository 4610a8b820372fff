/** What a request can be about: the names by which faults and records speak of the routes. */
export const OPERATIONS = [
  'account',
  'countries',
  'search',
  'purchase',
  'list',
  'fetch',
  'update',
  'release',
] as const;

/** What a request is about. `countries` is the list of countries and the look at one. */
export type Operation = (typeof OPERATIONS)[number];
