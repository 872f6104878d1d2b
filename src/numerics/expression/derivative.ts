import type {Binary, Graph, Unary, Variable} from './graph.ts';

/** d op(a) / d a as a node; `at` is the node op(a) itself. */
function slopeOfUnary(graph: Graph, op: Unary, a: number, at: number): number {
  const one = graph.constant(1);
  const inverse = (node: number): number => graph.binary('div', one, node);
  switch (op) {
    case 'neg':
      return graph.constant(-1);
    case 'sin':
      return graph.unary('cos', a);
    case 'cos':
      return graph.unary('neg', graph.unary('sin', a));
    case 'tan':
      return graph.binary('add', one, graph.power(at, 2));
    case 'asin':
      return inverse(graph.unary('sqrt', graph.binary('sub', one, graph.power(a, 2))));
    case 'acos':
      return graph.unary('neg', inverse(graph.unary('sqrt', graph.binary('sub', one, graph.power(a, 2)))));
    case 'atan':
      return inverse(graph.binary('add', one, graph.power(a, 2)));
    case 'sinh':
      return graph.unary('cosh', a);
    case 'cosh':
      return graph.unary('sinh', a);
    case 'tanh':
      return graph.binary('sub', one, graph.power(at, 2));
    case 'exp':
      return at;
    case 'log':
      return inverse(a);
    case 'sqrt':
      return graph.binary('div', graph.constant(0.5), at);
    case 'abs':
      return graph.unary('sign', a);
    case 'sign':
      return graph.constant(0);
  }
}

/** d op(a, b) in a and in b. */
function slopesOfBinary(graph: Graph, op: Binary, a: number, b: number, at: number): readonly [number, number] {
  const [zero, one] = [graph.constant(0), graph.constant(1)];
  switch (op) {
    case 'add':
      return [one, one];
    case 'sub':
      return [one, graph.constant(-1)];
    case 'mul':
      return [b, a];
    case 'div':
      return [graph.binary('div', one, b), graph.unary('neg', graph.binary('div', at, b))];
    case 'pow':
      return [
        graph.binary('mul', b, graph.binary('pow', a, graph.binary('sub', b, one))),
        // A constant exponent has no slope to pass on, and log of a negative base would make holes.
        graph.constantAt(b) === null ? graph.binary('mul', at, graph.unary('log', a)) : zero,
      ];
    case 'min':
      return [graph.binary('above', b, a), graph.binary('sub', one, graph.binary('above', b, a))];
    case 'max':
      return [graph.binary('above', a, b), graph.binary('sub', one, graph.binary('above', a, b))];
    case 'above':
      return [zero, zero];
  }
}

/**
 * d node / d x and d node / d y as nodes of the same graph, in reverse: the derivative of the result in each node, from
 * the result back to the variables. At a kink (abs, min, max) it is one of the subgradients.
 */
export function derivatives(graph: Graph, of: number): readonly [number, number] {
  const adjoints = new Map<number, number>([[of, graph.constant(1)]]);
  const pass = (to: number, adjoint: number, slope: number): void => {
    if (graph.constantAt(to) !== null || graph.constantAt(slope) === 0) return;
    const before = adjoints.get(to);
    const share = graph.binary('mul', adjoint, slope);
    adjoints.set(to, before === undefined ? share : graph.binary('add', before, share));
  };
  const found: Record<Variable, number> = {x: graph.constant(0), y: graph.constant(0)};
  for (let at = of; at >= 0; at--) {
    const adjoint = adjoints.get(at);
    if (adjoint === undefined) continue;
    const node = graph.nodes[at];
    if (node.op === 'x') found.x = adjoint;
    else if (node.op === 'y') found.y = adjoint;
    else if (node.op === 'constant') continue;
    else if (node.op === 'power') pass(node.a, adjoint, graph.binary('mul', graph.constant(node.n), graph.power(node.a, node.n - 1)));
    else if ('b' in node) {
      const slopes = slopesOfBinary(graph, node.op, node.a, node.b, at);
      pass(node.a, adjoint, slopes[0]);
      pass(node.b, adjoint, slopes[1]);
    } else pass(node.a, adjoint, slopeOfUnary(graph, node.op, node.a, at));
  }
  return [found.x, found.y];
}
