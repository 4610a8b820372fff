/**
 * `npm run demo -- [arguments]`: builds what the quickstart needs, saying nothing unless that fails, and runs it with the
 * arguments given.
 */
import { build, runTool } from './run-tool.js';

const built = await build(['@channelkit/quickstart']);
if (built.code !== 0) {
  console.error(built.output.trimEnd());
  console.error('The packages could not be built, so the demo was not run.');
  process.exitCode = built.code;
} else {
  const demo = await runTool('examples/quickstart/demo.js', process.argv.slice(2), { stdio: 'inherit' });
  process.exitCode = demo.code;
}
