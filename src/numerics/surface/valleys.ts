import {eigenvaluesOf, minimumNear, type Place} from './minima.ts';
import type {Surface} from './surface.ts';

/** Minima nearer than these shares of the width are one: where f rises on all sides, and where some direction is flat. */
const SAME_SHARP = 1e-5;
const SAME_FLAT = 1e-3;
/** A direction counts as flat below this share of the largest curvature. */
const FLAT_DIRECTION = 1e-4;
/** Slopes below this share of what curvature makes of the width are those of a smooth minimum. */
const STATIONARY = 1e-6;
/** Between two neighbours in a valley there is another minimum, so near the middle (a share of their distance), and so on this often. */
const SAG = 0.25;
const HALVINGS = 3;
/** Values along a valley differ by less than this share of f's spread. */
const LEVEL = 1e-6;

/** Minima that were met, each once, and which of them are connected. */
export class MetMinima {
  readonly #surface: Surface;
  readonly #width: number;
  readonly #spread: number;
  readonly #found: Place[] = [];
  readonly #flat: boolean[] = [];
  readonly #cells = new Map<string, number[]>();

  /**
   * @param width of the part of the plane that is looked at
   * @param spread of f there
   */
  constructor(surface: Surface, width: number, spread: number) {
    this.#surface = surface;
    this.#width = width;
    this.#spread = spread;
  }

  get places(): readonly Place[] {
    return this.#found;
  }

  /** The index of a minimum, which is a new one or one of before. */
  add(place: Place): number {
    const flat = this.#isFlat(place);
    const near = (i: number): number => (flat && this.#flat[i] ? SAME_FLAT : SAME_SHARP) * this.#width;
    const cell = SAME_FLAT * this.#width;
    const known = around(this.#cells, place, cell).find((i) => apart(this.#found[i], place) <= near(i));
    if (known !== undefined) return known;
    const index = this.#found.push(place) - 1;
    this.#flat.push(flat);
    put(this.#cells, place, cell, index);
    return index;
  }

  /**
   * For each minimum the first one that it is connected with: f is as low between it and a neighbour, and so on from one to the next. Isolated minima stand for themselves.
   * @param reach how far neighbours may be apart
   */
  groups(reach: number): readonly number[] {
    const first = this.#found.map((_, i) => i);
    const rootOf = (i: number): number => {
      let root = i;
      while (first[root] !== root) root = first[root] = first[first[root]];
      return root;
    };
    const cells = new Map<string, number[]>();
    for (const [i, place] of this.#found.entries()) {
      if (!this.#flat[i]) continue;
      for (const j of around(cells, place, reach)) {
        const [a, b] = [rootOf(i), rootOf(j)];
        if (a !== b && this.#connected(place, this.#found[j])) first[Math.max(a, b)] = Math.min(a, b);
      }
      put(cells, place, reach, i);
    }
    return first.map((_, i) => rootOf(i));
  }

  #isFlat([x, y]: Place): boolean {
    const [xx, xy, yy] = this.#surface.hessian(x, y);
    const [least, most] = eigenvaluesOf(xx, xy, yy);
    const slope = Math.hypot(...this.#surface.gradient(x, y));
    // At a kink the second derivatives say nothing.
    return !(least > FLAT_DIRECTION * most && slope <= STATIONARY * most * this.#width);
  }

  #connected(a: Place, b: Place, halvings = HALVINGS): boolean {
    if (!this.#level(a, b)) return false;
    if (halvings === 0) return true;
    const middle = minimumNear(this.#surface, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, SAG * apart(a, b));
    return middle !== null && this.#connected(a, middle, halvings - 1) && this.#connected(middle, b, halvings - 1);
  }

  #level(a: Place, b: Place): boolean {
    return Math.abs(this.#surface.value(...a) - this.#surface.value(...b)) <= LEVEL * this.#spread;
  }
}

const apart = ([a, b]: Place, [x, y]: Place): number => Math.hypot(a - x, b - y);
const keyOf = ([x, y]: Place, cell: number, right: number, up: number): string => `${Math.floor(x / cell) + right} ${Math.floor(y / cell) + up}`;
const SIDEWAYS = [0, -1, 1];

const around = (cells: ReadonlyMap<string, readonly number[]>, place: Place, cell: number): readonly number[] =>
  SIDEWAYS.flatMap((up) => SIDEWAYS.flatMap((right) => cells.get(keyOf(place, cell, right, up)) ?? []));

function put(cells: Map<string, number[]>, place: Place, cell: number, index: number): void {
  const key = keyOf(place, cell, 0, 0);
  const there = cells.get(key);
  if (there) there.push(index);
  else cells.set(key, [index]);
}
