import {parseArgs} from 'node:util';
import type {Section} from './section.ts';

interface Entry {
  readonly about: string;
  readonly load: () => Promise<Section>;
}

/** By name, in the order they are run. Each is loaded alone, so that none weighs on another's memory. */
const SECTIONS: Readonly<Record<string, Entry>> = {
  engine: {about: 'training steps a second on WASM and plain JavaScript, against plain loops', load: async () => (await import('./engine.ts')).engine},
  landscape: {about: 'landscape points a second by the row kernel, against evaluating each point', load: async () => (await import('./engine.ts')).landscape},
  browser: {about: "WebGPU in Chromium against plain loops (landscapes against the row kernel), and the main thread's longest tasks in a race", load: async () => (await import('./browser.ts')).browser},
  certificate: {about: 'time and memory until the optimum is certified, against the same method on all patterns at once', load: async () => (await import('./certificate.ts')).certificate},
  race: {about: 'time and passes until J is within 1 % and 0.1 % of the best, for first-order methods at their best rates and ADMM', load: async () => (await import('./race.ts')).race},
  binary: {about: 'binary networks beside the specification: losses, accuracies, flips, rates of tiny networks, wall times of one run and ten', load: async () => (await import('./binary.ts')).binary},
  transformer: {about: 'training steps a second of a transformer, small and full, against the same network in plain tfjs operations', load: async () => (await import('./transformer.ts')).transformer},
  attention: {about: 'softmax, SOFT and SOFT by landmarks: self-attention times by length, and what landmarks cost', load: async () => (await import('./attention.ts')).attention},
  starts: {about: 'many starts as one study, against as many runs one after the other', load: async () => (await import('./starts.ts')).starts},
};
const NAMES = Object.keys(SECTIONS);

const USAGE = `usage: npm run bench [-- options]
  --only NAME[,NAME]  only these sections: ${NAMES.join(', ')}
  --data NAME[,NAME]  in certificate and race, only these data sets (xor-40, spiral-100, breast-cancer, digits, ...)
  --quick             a tenth of the steps, small instances only
  --seconds S         how long a rate is measured (default 1.5)
  --no-browser        leaves out the section browser`;

const {values} = parseArgs({
  options: {
    seconds: {type: 'string', default: '1.5'},
    'no-browser': {type: 'boolean', default: false},
    only: {type: 'string', default: NAMES.join(',')},
    data: {type: 'string', default: ''},
    quick: {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
    // Not for people: certificate measures each instance in a process of its own.
    instance: {type: 'string'},
  },
});

/** Prints ratios within one run; nothing here passes or fails. */
async function main(): Promise<number> {
  const names = values.only.split(',').filter((name) => name !== 'browser' || !values['no-browser']);
  const unknown = names.find((name) => !Object.hasOwn(SECTIONS, name));
  const seconds = Number(values.seconds);
  if (values.help || unknown !== undefined || !(seconds > 0)) {
    const fault = unknown !== undefined ? `--only ${unknown}: no such section\n` : values.help ? '' : `--seconds ${values.seconds}: must be a number above 0\n`;
    console.error(fault + USAGE);
    return fault === '' ? 0 : 2;
  }
  const options = {seconds, quick: values.quick, data: values.data.split(',').filter(Boolean)};
  for (const name of names) {
    console.log(`\n== ${name}: ${SECTIONS[name].about}`);
    await (await SECTIONS[name].load())(options);
  }
  return 0;
}

if (values.instance === undefined) process.exitCode = await main();
else console.log(JSON.stringify(await (await import('./instance.ts')).measureInstance(JSON.parse(values.instance))));
