const OWNERSHIP = {
  no: 'no: nothing is owned because of this call, and nothing is paid for.',
  unknown:
    'unknown: a number may be owned. It is on record; run the demo again later, and recovery settles it.',
  yes: 'yes: a number is owned. It is on record; run the demo again later, and recovery ends it.',
};

/** Says in plain words what went wrong, and what is true now. */
export function explainError({ code, message, mayOwnNumber, operationId }) {
  const lines = [`${code}: ${message}`, `Is a number being paid for? ${OWNERSHIP[mayOwnNumber]}`];
  return [...lines, ...(operationId === null ? [] : [`Operation: ${operationId}`])].join('\n');
}
