import { runHistory } from './history.js';

const [seed, ...flags] = process.argv.slice(2);
const { trace, violations } = await runHistory(Number(seed), { breaksA1: flags.includes('--breaks-a1') });
process.stdout.write(`${trace.join('\n')}\n\n${violations.join('\n') || 'No violation.'}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
