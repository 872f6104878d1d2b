import {chromiumPath} from './chromium.mjs';
import {isMain} from './project.mjs';
import {run} from './steps.mjs';

const HELP = `The browser tests need Chromium or Chrome, and none was found.
Install one (on Debian: apt-get install chromium), or set CHROMIUM to the path of its program.`;

/** @returns {Promise<{code: number, output: string}>} code 0 when a Chromium is there in the end */
export async function ensureChromium() {
  if (chromiumPath()) return {code: 0, output: ''};
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return {code: 1, output: HELP};
  console.error('Installing Chromium (once) ...');
  const env = {DEBIAN_FRONTEND: 'noninteractive'};
  const updated = await run('apt-get', ['update'], {env});
  const installed = updated.code === 0 ? await run('apt-get', ['install', '-y', 'chromium'], {env}) : updated;
  return chromiumPath() ? {code: 0, output: ''} : {code: 1, output: `${installed.output}\n${HELP}`};
}

if (isMain(import.meta.url)) {
  const {code, output} = await ensureChromium();
  if (code === 0) console.log(`Chromium: ${chromiumPath()}`);
  else console.error(output);
  process.exitCode = code;
}
