/** Makes random digits. */
export type DigitMaker = (random: () => number) => string;

/**
 * Reads a pattern of a numbering plan into a maker of digits that match it. The plans of libphonenumber use these alone:
 * digits, `\d`, classes, groups that do not capture, alternatives, `?`, `{n}` and `{n,m}`.
 *
 * @throws SyntaxError for anything else.
 */
export function digitsMatching(pattern: string): DigitMaker {
  const reader = createReader(pattern);
  const maker = readAlternatives(reader);
  reader.expect('');
  return maker;
}

interface Reader {
  /** Whether that text comes next; if so, steps over it. */
  take(text: string): boolean;
  expect(text: string): void;
  match(expression: RegExp): string | null;
}

function createReader(pattern: string): Reader {
  let rest = pattern;
  const match = (expression: RegExp) => {
    const found = expression.exec(rest)?.[0] ?? null;
    if (found !== null) rest = rest.slice(found.length);
    return found;
  };
  const take = (text: string) => {
    const isNext = text === '' ? rest === '' : rest.startsWith(text);
    if (isNext) rest = rest.slice(text.length);
    return isNext;
  };
  const expect = (text: string) => {
    if (!take(text)) throw new SyntaxError(`Cannot read the numbering plan ${pattern} at ${rest}`);
  };
  return { take, expect, match };
}

function readAlternatives(reader: Reader): DigitMaker {
  const alternatives = [readSequence(reader)];
  while (reader.take('|')) alternatives.push(readSequence(reader));
  return (random) => oneOf(alternatives, random)?.(random) ?? '';
}

function readSequence(reader: Reader): DigitMaker {
  const makers: DigitMaker[] = [];
  for (let maker = readPiece(reader); maker !== null; maker = readPiece(reader)) {
    makers.push(repeated(maker, reader));
  }
  return (random) => makers.map((maker) => maker(random)).join('');
}

function readPiece(reader: Reader): DigitMaker | null {
  if (reader.take('(?:')) {
    const inner = readAlternatives(reader);
    reader.expect(')');
    return inner;
  }
  const single = reader.match(/^(?:\\d|\d|\[[\d-]+\])/);
  if (single === null) return null;
  const accepts = new RegExp(single);
  const digits = Array.from('0123456789').filter((digit) => accepts.test(digit));
  return (random) => oneOf(digits, random) ?? '';
}

function repeated(maker: DigitMaker, reader: Reader): DigitMaker {
  const [least, most] = readQuantifier(reader);
  return (random) => {
    const times = least + Math.floor(random() * (most - least + 1));
    return Array.from({ length: times }, () => maker(random)).join('');
  };
}

function readQuantifier(reader: Reader): [number, number] {
  if (reader.take('?')) return [0, 1];
  const bounds = reader
    .match(/^\{\d+(?:,\d+)?\}/)
    ?.slice(1, -1)
    .split(',')
    .map(Number);
  const least = bounds?.[0] ?? 1;
  return [least, bounds?.[1] ?? least];
}

function oneOf<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}
