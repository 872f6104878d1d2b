import {closeSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {CATALOGUE} from '../catalogue.ts';
import {type Experiment, faultText, parseExperiment} from '../core/experiment.ts';
import {type InstrumentRequest, parseInstruments} from '../core/instrumentRequests.ts';
import {decodeLink, type LinkContent} from '../core/link.ts';
import {migrate} from '../core/migrations.ts';
import {BACKENDS, type BackendRequest} from '../core/protocol.ts';
import {failure, type Result, success} from '../core/result.ts';
import {findPreset} from '../presets/registry.ts';
import {prepareNodeBackends} from './nodeBackends.ts';
import {HeadlessSession} from './runExperiment.ts';

const USAGE = 'usage: npm run -s experiment -- (--link URL | --config FILE) [--backend wasm|cpu] [--out FILE]';

/** What is to be run, and what is to be looked at then. */
interface Task {
  readonly experiment: Experiment;
  readonly instruments: readonly InstrumentRequest[];
}

function fromConfig(file: string): Result<Task> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return failure('--config', `${file} could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const {instruments: asked, rest} = withoutInstruments(json);
  const current = migrate(rest);
  const experiment = current.ok ? parseExperiment(current.value, CATALOGUE) : current;
  if (!experiment.ok) return experiment;
  const instruments = parseInstruments(asked, experiment.value);
  return instruments.ok ? success({experiment: experiment.value, instruments: instruments.value}) : instruments;
}

/** A config may hold `instruments` beside the experiment; a link can't. */
function withoutInstruments(json: unknown): {readonly instruments: unknown; readonly rest: unknown} {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'instruments')) return {instruments: undefined, rest: json};
  const entries = Object.entries(json);
  return {instruments: entries.find(([key]) => key === 'instruments')?.[1], rest: Object.fromEntries(entries.filter(([key]) => key !== 'instruments'))};
}

function fromLink(content: LinkContent): Result<Task> {
  switch (content.experiment.kind) {
    case 'full':
      return success({experiment: content.experiment.experiment, instruments: []});
    case 'preset': {
      const preset = findPreset(content.experiment.id);
      if (!preset) return failure('preset', `"${content.experiment.id}" is unknown`);
      const experiment = parseExperiment(preset.experiment, CATALOGUE);
      return experiment.ok ? success({experiment: experiment.value, instruments: []}) : experiment;
    }
    case 'none':
      return failure('--link', 'holds no experiment');
  }
}

interface Options extends Task {
  readonly backend: BackendRequest;
  readonly out: string | undefined;
}

function readOptions(): Result<Options> {
  let values: {link?: string; config?: string; backend?: string; out?: string};
  try {
    const text = {type: 'string'} as const;
    ({values} = parseArgs({options: {link: text, config: text, backend: text, out: text}}));
  } catch (error) {
    return failure('arguments', `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  const {link, config, backend: asked, out} = values;
  if ((link === undefined) === (config === undefined)) return failure('arguments', `give either --link or --config\n${USAGE}`);
  const content = link === undefined ? null : decodeLink(link.slice(Math.max(0, link.indexOf('#'))), CATALOGUE);
  if (content && !content.ok) return content;
  // What the command line asks for goes before what the link does.
  const inLink = content && content.value.backend !== 'auto' ? content.value.backend : 'wasm';
  const backend = BACKENDS.find((name) => name === (asked ?? inLink));
  if (!backend || backend === 'webgpu') return failure('--backend', 'must be wasm or cpu');
  const task = content ? fromLink(content.value) : fromConfig(config as string);
  return task.ok ? success({...task.value, backend, out}) : task;
}

/** Found out before the run, not after it. */
function isWritable(file: string): boolean {
  try {
    closeSync(openSync(file, 'a'));
    return true;
  } catch {
    return false;
  }
}

/** Exit 0 with the document (in which an instrument may have a fault), 2 where the input is at fault, 1 where the engine is. */
async function main(): Promise<number> {
  const options = readOptions();
  if (!options.ok) {
    console.error(faultText(options.error));
    return 2;
  }
  const {out} = options.value;
  if (out !== undefined && !isWritable(out)) {
    console.error(`--out ${out} can't be written`);
    return 2;
  }
  prepareNodeBackends();
  const session = new HeadlessSession(process.env.BASIN_DATA ?? join(process.cwd(), 'public', 'data'));
  const report = await session.start(options.value.backend);
  const results = await session.run(options.value.experiment, report, options.value.instruments);
  if (!results.ok) {
    console.error(faultText(results.error));
    return results.error.field === 'engine' ? 1 : 2;
  }
  for (const [i, {fault}] of (results.value.instruments ?? []).entries()) if (fault) console.error(`instruments[${i}] could not be had: ${faultText(fault)}`);
  const json = `${JSON.stringify(results.value, null, 1)}\n`;
  if (out === undefined) process.stdout.write(json);
  else writeFileSync(out, json);
  return 0;
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
