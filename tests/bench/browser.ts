import {measureInChromium, traceRace} from './chromium.ts';
import {printRows} from './engine.ts';
import type {Section} from './section.ts';

/** WebGPU in Chromium, and what a race leaves of the main thread. Needs a built page. */
export const browser: Section = async ({seconds}) => {
  printRows(await measureInChromium(seconds));
  console.log(await traceRace());
};
