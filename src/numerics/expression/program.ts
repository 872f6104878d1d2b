import {type Graph, type Node, ON_NUMBERS} from './graph.ts';

/** The nodes that some outputs need, in order, with the outputs' places among them. */
export interface Program {
  readonly nodes: readonly Node[];
  readonly outputs: readonly number[];
}

/** Leaves out what no output needs. */
export function programOf(graph: Graph, outputs: readonly number[]): Program {
  const needed = new Set<number>();
  const waiting = [...outputs];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (needed.has(at)) continue;
    needed.add(at);
    const node = graph.nodes[at];
    if ('a' in node) waiting.push(node.a);
    if ('b' in node) waiting.push(node.b);
  }
  const kept = [...needed].sort((a, b) => a - b);
  const place = new Map(kept.map((at, i) => [at, i]));
  const placed = (at: number): number => place.get(at) as number;
  const moved = kept.map((at): Node => {
    const node = graph.nodes[at];
    if ('b' in node) return {...node, a: placed(node.a), b: placed(node.b)};
    return 'a' in node ? {...node, a: placed(node.a)} : node;
  });
  return {nodes: moved, outputs: outputs.map(placed)};
}

/** One operation: writes a node's value into its place. */
type Step = (values: Float64Array) => void;

function stepOf(node: Node, at: number): Step | null {
  if (node.op === 'constant' || node.op === 'x' || node.op === 'y') return null;
  if (node.op === 'power') {
    const {a, n} = node;
    return (values) => {
      values[at] = values[a] ** n;
    };
  }
  if ('b' in node) {
    const {a, b} = node;
    const apply = ON_NUMBERS[node.op];
    return (values) => {
      values[at] = apply(values[a], values[b]);
    };
  }
  const {a} = node;
  const apply = ON_NUMBERS[node.op];
  return (values) => {
    values[at] = apply(values[a]);
  };
}

/** The outputs at (x, y) in float64. The array is written anew by every call. */
export type OnNumbers = (x: number, y: number) => Float64Array;

/** A program as functions on numbers; no text is ever run as code. */
export function onNumbers({nodes, outputs}: Program): OnNumbers {
  const values = Float64Array.from(nodes, (node) => (node.op === 'constant' ? node.value : 0));
  const steps = nodes.flatMap((node, at) => stepOf(node, at) ?? []);
  const places = (name: Node['op']): number => nodes.findIndex((node) => node.op === name);
  const [atX, atY] = [places('x'), places('y')];
  const out = new Float64Array(outputs.length);
  return (x, y) => {
    if (atX >= 0) values[atX] = x;
    if (atY >= 0) values[atY] = y;
    for (const step of steps) step(values);
    for (const [i, place] of outputs.entries()) out[i] = values[place];
    return out;
  };
}
