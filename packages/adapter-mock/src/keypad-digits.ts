const KEYS = ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'];

/** Reads letters as on a keypad (`A` is 2), and digits as they are; `null` where a character is neither. */
export function keypadDigits(text: string): string | null {
  const digits = Array.from(text.toUpperCase(), (character) => {
    if (/\d/.test(character)) return character;
    const key = KEYS.findIndex((letters) => letters.includes(character));
    return key === -1 ? '?' : String(key + 2);
  });
  return digits.includes('?') ? null : digits.join('');
}
