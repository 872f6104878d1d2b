import {describe, expect, it} from 'vitest';
import {sampleRobustPatterns} from '../../src/numerics/robustPatterns.ts';
import {randomData} from '../helpers/twoLayerRelu.ts';

const {train: {n, x}} = randomData({task: 'binary', n: 9, d: 3}, 8);

/** Patterns that some direction has on all boxes, by a fine sweep of the circle; with the widest room seen for each. */
function sweep(epsilon: number): Map<string, number> {
  const room = new Map<string, number>();
  const turns = 20_000;
  for (let turn = 0; turn < turns; turn++) {
    const [a, b] = [Math.cos((2 * Math.PI * turn) / turns), Math.sin((2 * Math.PI * turn) / turns)];
    const along = Array.from({length: n}, (_, i) => a * x[3 * i] + b * x[3 * i + 1]);
    const sorted = [...along].sort((p, q) => p - q);
    for (let i = 1; i < n; i++) {
      const left = sorted[i] - sorted[i - 1] - 2 * epsilon * (Math.abs(a) + Math.abs(b));
      if (left < 0) continue;
      const key = along.map((value) => (value >= sorted[i] ? '1' : '0')).join('');
      room.set(key, Math.max(room.get(key) ?? 0, left));
    }
  }
  return room;
}

describe('patterns that neurons can keep under attack', () => {
  it.each([0, 0.05, 0.15])('are those of directions that leave every box alone (radius %d)', (epsilon) => {
    const {count, mask, gates} = sampleRobustPatterns(x, n, 3, 100, 2, epsilon);
    const keys = Array.from({length: count}, (_, p) => Array.from({length: n}, (_, i) => mask[i * count + p]).join(''));
    for (let p = 0; p < count; p++) {
      const gate = gates.subarray(3 * p, 3 * p + 3);
      for (let i = 0; i < n; i++) {
        const z = gate[0] * x[3 * i] + gate[1] * x[3 * i + 1] + gate[2];
        expect((2 * mask[i * count + p] - 1) * z).toBeGreaterThanOrEqual(epsilon * (Math.abs(gate[0]) + Math.abs(gate[1])) - 1e-12);
      }
    }
    const possible = sweep(epsilon);
    expect(keys[0]).toBe('1'.repeat(n));
    expect(new Set(keys).size).toBe(count);
    for (const key of keys.slice(1)) expect(possible.has(key)).toBe(true);
    for (const [key, left] of possible) if (left > 0.01) expect(keys).toContain(key);
  });

  it('grow fewer with the radius, down to the one that is active everywhere', () => {
    const counts = [0, 0.05, 0.15, 0.3, 2].map((epsilon) => sampleRobustPatterns(x, n, 3, 100, 2, epsilon).count);
    expect([...counts].sort((a, b) => b - a)).toEqual(counts);
    expect(counts[0]).toBeGreaterThan(counts[2]);
    expect(counts.at(-1)).toBe(1);
  });

  it('differ from seed to seed where not all are wanted', () => {
    const masks = [1, 2].map((seed) => sampleRobustPatterns(x, n, 3, 10, seed, 0).mask);
    expect(masks[0]).not.toEqual(masks[1]);
    expect(sampleRobustPatterns(x, n, 3, 10, 1, 0).mask).toEqual(masks[0]);
  });
});
