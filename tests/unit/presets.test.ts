import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {parseExperiment} from '../../src/core/experiment.ts';
import {DEFAULT_PRESET, findPreset, PRESETS} from '../../src/presets/registry.ts';

const modules = import.meta.glob('../../src/presets/*.ts', {eager: true});

/** A dot between digits ends no sentence. */
const sentences = (text: string): number => text.match(/[.?!](?=\s|$)/g)?.length ?? 0;

describe('registry', () => {
  it('has at least six presets, under ids that links use, each once', () => {
    expect(PRESETS.length).toBeGreaterThanOrEqual(6);
    expect(PRESETS.map((preset) => preset.id)).toEqual([...new Set(PRESETS.map((preset) => preset.id))]);
    expect(PRESETS.map((preset) => preset.id)).toEqual(
      expect.arrayContaining(['moons', 'breast-cancer', 'learning-rates', 'spiral-width', 'penalties', 'sine', 'iris', 'digits']),
    );
    expect(new Set(PRESETS.map((preset) => preset.title)).size).toBe(PRESETS.length);
  });

  it('finds them by id, and nothing else', () => {
    for (const preset of PRESETS) expect(findPreset(preset.id)).toBe(preset);
    for (const id of ['', 'Moons', 'constructor', '__proto__']) expect(findPreset(id)).toBeUndefined();
    expect(PRESETS).toContain(DEFAULT_PRESET);
  });

  it('lists every preset that has a file', () => {
    const inFiles = Object.entries(modules).flatMap(([path, exported]) => (path.endsWith('/registry.ts') ? [] : Object.values(exported as object)));
    expect(new Set(inFiles)).toEqual(new Set(PRESETS));
  });
});

describe.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s', (id, preset) => {
  const parsed = parseExperiment(preset.experiment, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  const {contestants, title, view} = parsed.value;

  it('has an id for links, a title and a text of two to four sentences', () => {
    expect(id).toMatch(/^[a-z][a-z-]*$/);
    expect(title).toBe(preset.title);
    expect(title.length).toBeLessThanOrEqual(40);
    expect(preset.text).toMatch(/^[A-Z].*[.?!]$/);
    expect(sentences(preset.text)).toBeGreaterThanOrEqual(2);
    expect(sentences(preset.text)).toBeLessThanOrEqual(4);
    expect(preset.text.length).toBeLessThan(500);
  });

  it('races contestants that can be told apart', () => {
    expect(contestants.length).toBeGreaterThanOrEqual(2);
    expect(new Set(contestants.map((one) => one.colour)).size).toBe(contestants.length);
    expect(new Set(contestants.map((one) => one.name)).size).toBe(contestants.length);
    expect(view.planeOf).toBeLessThan(contestants.length);
  });
});
