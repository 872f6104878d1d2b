import {CATALOGUE} from '../catalogue.ts';
import {type Experiment, parseExperiment} from '../core/experiment.ts';
import {decodeLink, linkOf} from '../core/link.ts';
import type {BackendRequest} from '../core/protocol.ts';
import {failure, type Result, success} from '../core/result.ts';
import {findPreset} from '../presets/registry.ts';

export interface Opened {
  /** null where the address names none. */
  readonly experiment: Experiment | null;
  readonly backend: BackendRequest;
}

/** What the address's fragment asks for. */
export function readLocation(): Result<Opened> {
  const content = decodeLink(location.hash, CATALOGUE);
  if (!content.ok) return content;
  const {experiment, backend} = content.value;
  switch (experiment.kind) {
    case 'none':
      return success({experiment: null, backend});
    case 'full':
      return success({experiment: experiment.experiment, backend});
    case 'preset': {
      const preset = findPreset(experiment.id);
      if (!preset) return failure('preset', `"${experiment.id}" is unknown; pick one from the menu`);
      const parsed = parseExperiment(preset.experiment, CATALOGUE);
      return parsed.ok ? success({experiment: parsed.value, backend}) : parsed;
    }
  }
}

/** Edits that follow each other this fast share one entry of the history. */
const SETTLED = 600;
let lastWrite = Number.NEGATIVE_INFINITY;
/** The fragment that the page shows, whoever put it there. */
let shown = '';

/** Puts the experiment into the address, as a new entry of the browser's history or in the place of the present one. */
export function writeLocation(experiment: Experiment, backend: BackendRequest, entry: 'push' | 'replace' = 'push'): void {
  const link = linkOf(experiment, CATALOGUE);
  // Too much own data for an address: it stays with the last one that fits.
  if (!link.ok) return;
  const hash = `#${link.value}${backend === 'auto' ? '' : `&backend=${backend}`}`;
  if (hash === location.hash) return;
  const now = performance.now();
  try {
    if (entry === 'replace' || now - lastWrite < SETTLED) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
  } catch {
    // Browsers limit how often the history may change; the next edit catches up.
    return;
  }
  if (entry === 'push') lastWrite = now;
  shown = location.hash;
}

/** The address that opens the experiment elsewhere. */
export function shareLink(experiment: Experiment): Result<string> {
  const link = linkOf(experiment, CATALOGUE);
  return link.ok ? success(`${location.origin}${location.pathname}#${link.value}`) : link;
}

/** Calls back when the user goes back, forward, or edits the address. */
export function watchLocation(changed: () => void): void {
  shown = location.hash;
  const look = (): void => {
    if (location.hash === shown) return;
    shown = location.hash;
    changed();
  };
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
}
