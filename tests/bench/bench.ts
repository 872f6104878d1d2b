import {parseArgs} from 'node:util';
import {chooseBackend} from '../../src/engine/backend.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {measureInChromium, traceRace} from './chromium.ts';
import {measureLandscape, measureTraining, type Row} from './measure.ts';

/** `npm run bench [-- --seconds 2] [-- --no-browser]`: the engine against plain loops, ratios within one run. */
const {values} = parseArgs({options: {seconds: {type: 'string', default: '1.5'}, 'no-browser': {type: 'boolean', default: false}}});
const duration = Number(values.seconds);

function print(rows: readonly Row[]): void {
  const show = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
  for (const {what, backend, unit, engine, baseline} of rows) {
    const ratio = engine / baseline;
    console.log(`${what.padEnd(44)} ${backend.padEnd(20)} ${show(engine).padStart(12)} ${unit.padEnd(13)} ${show(baseline).padStart(12)} ${ratio.toPrecision(3).padStart(8)}x`);
  }
}

console.log(`${'what'.padEnd(44)} ${'backend'.padEnd(20)} ${'engine'.padStart(12)} ${''.padEnd(13)} ${'plain loop'.padStart(12)} ${'ratio'.padStart(9)}`);
prepareNodeBackends();
const readFile = readFrom('public/data');
for (const backend of ['wasm', 'cpu'] as const) {
  await chooseBackend(backend, []);
  print(await measureTraining(`${backend} (Node)`, readFile, duration));
}
print(await measureLandscape(readFile, duration));
if (!values['no-browser']) {
  print(await measureInChromium(duration));
  console.log(`\n${await traceRace()}`);
}
