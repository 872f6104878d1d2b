/**
 * Expressions of x and y as straight-line programs: a list of nodes, each of which only looks at nodes before it, equal
 * nodes stored once. Values, derivatives and second derivatives are nodes of one graph, so what they share is computed once.
 */
export const UNARY = ['neg', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'exp', 'log', 'sqrt', 'abs', 'sign'] as const;
export type Unary = (typeof UNARY)[number];
/** `above` is 1 where a > b and 0 elsewhere. */
export const BINARY = ['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'above'] as const;
export type Binary = (typeof BINARY)[number];

export type Variable = 'x' | 'y';

/** `a` and `b` are indices of earlier nodes. */
export type Node =
  | {readonly op: 'x'}
  | {readonly op: 'y'}
  | {readonly op: 'constant'; readonly value: number}
  /** a^n for a whole number n. */
  | {readonly op: 'power'; readonly a: number; readonly n: number}
  | {readonly op: Unary; readonly a: number}
  | {readonly op: Binary; readonly a: number; readonly b: number};

/** Whole exponents up to this size are products; pow of a negative base is not reliable on every device. */
const LARGEST_POWER = 64;

/** What each operation does in float64; `log` is natural. */
export const ON_NUMBERS: {readonly [op in Unary]: (a: number) => number} & {readonly [op in Binary]: (a: number, b: number) => number} = {
  neg: (a) => -a,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: Math.pow,
  min: Math.min,
  max: Math.max,
  above: (a, b) => (a > b ? 1 : 0),
};

const keyOf = (node: Node): string => Object.values(node).join(' ');

/** Collects nodes; constants are folded, and what changes nothing (+ 0, * 1) is left out. */
export class Graph {
  readonly #nodes: Node[] = [];
  readonly #known = new Map<string, number>();

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  #put(node: Node): number {
    const key = keyOf(node);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#nodes.length);
    return this.#nodes.push(node) - 1;
  }

  /** Its value where a node is a constant, else null. */
  constantAt(at: number): number | null {
    const node = this.#nodes[at];
    return node.op === 'constant' ? node.value : null;
  }

  variable(name: Variable): number {
    return this.#put({op: name});
  }

  constant(value: number): number {
    return this.#put({op: 'constant', value});
  }

  unary(op: Unary, a: number): number {
    const value = this.constantAt(a);
    return value === null ? this.#put({op, a}) : this.constant(ON_NUMBERS[op](value));
  }

  power(a: number, n: number): number {
    const value = this.constantAt(a);
    if (value !== null) return this.constant(value ** n);
    if (n === 0) return this.constant(1);
    return n === 1 ? a : this.#put({op: 'power', a, n});
  }

  binary(op: Binary, a: number, b: number): number {
    const [left, right] = [this.constantAt(a), this.constantAt(b)];
    if (left !== null && right !== null) return this.constant(ON_NUMBERS[op](left, right));
    if (op === 'add' && left === 0) return b;
    if ((op === 'add' || op === 'sub') && right === 0) return a;
    if (op === 'mul' && left === 1) return b;
    if ((op === 'mul' || op === 'div') && right === 1) return a;
    if (op === 'pow' && right !== null) {
      if (Number.isInteger(right) && Math.abs(right) <= LARGEST_POWER) return this.power(a, right);
      if (right === 0.5) return this.unary('sqrt', a);
    }
    return this.#put({op, a, b});
  }
}
