import {expect, it} from 'vitest';
import {PRESETS} from '../../src/presets/registry.ts';
import {runOn} from '../helpers/session.ts';

/** Every preset's contestants take a step on the engine that most readers have. */
it.each(PRESETS.map((preset) => [preset.id, preset] as const))('%s starts, with every contestant', async (_id, {experiment}) => {
  const contestants = await runOn('wasm', {...(experiment as object), certificate: false, budget: {axis: 'iterations', amount: 1}});
  expect(contestants.length).toBeGreaterThanOrEqual(2);
  for (const {name, status, reason, iterations, final} of contestants) {
    expect(status, `${name} ${reason}`).toMatch(/finished|converged/);
    expect(iterations, name).toBe(1);
    expect(final.objective, name).toSatisfy(Number.isFinite);
  }
});
