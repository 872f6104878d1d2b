import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {CATALOGUE} from '../catalogue.ts';
import {type Experiment, faultText, parseExperiment} from '../core/experiment.ts';
import {decodeLink} from '../core/link.ts';
import {migrate} from '../core/migrations.ts';
import {BACKENDS, type BackendRequest} from '../core/protocol.ts';
import {failure, type Result, success} from '../core/result.ts';
import {findPreset} from '../presets/registry.ts';
import {prepareNodeBackends} from './nodeBackends.ts';
import {HeadlessSession} from './runExperiment.ts';

const USAGE = 'usage: npm run -s experiment -- (--link URL | --config FILE) [--backend wasm|cpu] [--out FILE]';

function fromConfig(file: string): Result<Experiment> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return failure('--config', `${file} could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const current = migrate(json);
  return current.ok ? parseExperiment(current.value, CATALOGUE) : current;
}

function fromLink(link: string): Result<Experiment> {
  const content = decodeLink(link.includes('#') ? link.slice(link.indexOf('#')) : link, CATALOGUE);
  if (!content.ok) return content;
  switch (content.value.experiment.kind) {
    case 'full':
      return success(content.value.experiment.experiment);
    case 'preset': {
      const preset = findPreset(content.value.experiment.id);
      return preset ? parseExperiment(preset.experiment, CATALOGUE) : failure('preset', `"${content.value.experiment.id}" is unknown`);
    }
    case 'none':
      return failure('--link', 'holds no experiment');
  }
}

interface Options {
  readonly experiment: Experiment;
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
  const {link, config, backend = 'wasm', out} = values;
  if ((link === undefined) === (config === undefined)) return failure('arguments', `give either --link or --config\n${USAGE}`);
  const known = BACKENDS.find((name) => name === backend);
  if (!known || known === 'webgpu') return failure('--backend', 'must be wasm or cpu');
  const experiment = config !== undefined ? fromConfig(config) : fromLink(link as string);
  return experiment.ok ? success({experiment: experiment.value, backend: known, out}) : experiment;
}

/** Exit 0 with the document, 2 where the input is at fault, 1 where the engine is. */
async function main(): Promise<number> {
  const options = readOptions();
  if (!options.ok) {
    console.error(faultText(options.error));
    return 2;
  }
  prepareNodeBackends();
  const session = new HeadlessSession(process.env.BASIN_DATA ?? join(process.cwd(), 'public', 'data'));
  const report = await session.start(options.value.backend);
  const results = await session.run(options.value.experiment, report);
  if (!results.ok) {
    console.error(faultText(results.error));
    return results.error.field === 'engine' ? 1 : 2;
  }
  const json = `${JSON.stringify(results.value, null, 1)}\n`;
  if (options.value.out === undefined) process.stdout.write(json);
  else writeFileSync(options.value.out, json);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
