import jsep from 'jsep';
import {Graph, UNARY, type Binary, type Unary} from './graph.ts';

/** Longest expression read. It bounds the nodes, and so the time that a value takes. */
export const LONGEST_EXPRESSION = 200;

const PRECEDENCE: Readonly<Record<string, number>> = {'+': 1, '-': 1, '*': 2, '/': 2};
const OPERATORS: ReadonlyMap<string, Binary> = new Map([['+', 'add'], ['-', 'sub'], ['*', 'mul'], ['/', 'div'], ['^', 'pow']]);
const CONSTANTS: ReadonlyMap<string, number> = new Map([['pi', Math.PI], ['e', Math.E]]);
const ONE_ARGUMENT: ReadonlyMap<string, Unary> = new Map([...UNARY.filter((name) => name !== 'neg').map((name) => [name, name] as const), ['ln', 'log'] as const]);
/** log to another base, as a multiple of the natural one. */
const LOGARITHMS: ReadonlyMap<string, number> = new Map([['log2', Math.LOG2E], ['log10', Math.LOG10E]]);
const SEVERAL: ReadonlyMap<string, Binary> = new Map([['min', 'min'], ['max', 'max']]);

export const FUNCTION_NAMES: readonly string[] = [...ONE_ARGUMENT.keys(), ...LOGARITHMS.keys(), ...SEVERAL.keys()];

/** What a message tells of the language. */
const VOCABULARY = `use x, y, numbers, pi, e, + - * / ^, brackets and ${FUNCTION_NAMES.join(', ')}`;

class Refusal extends Error {}

/** a ^ b ^ c = a ^ (b ^ c), and -x ^ 2 = -(x ^ 2): jsep binds a sign more tightly, so signs are read here. */
function powered(scope: jsep.HookScope, base: jsep.PossibleExpression): jsep.PossibleExpression {
  scope.gobbleSpaces();
  if (!base || scope.char !== '^') return base;
  scope.index++;
  const right = powered(scope, scope.gobbleToken());
  if (!right) scope.throwError('Expected a number or a name after ^');
  return {type: 'BinaryExpression', operator: '^', left: base, right};
}

jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
jsep.removeAllLiterals();
for (const [operator, precedence] of Object.entries(PRECEDENCE)) jsep.addBinaryOp(operator, precedence);
jsep.addBinaryOp('^', 3, true);
jsep.hooks.add('gobble-token', function readSign(env) {
  if (this.char !== '-' && this.char !== '+') return;
  const operator = this.char;
  this.index++;
  const argument = powered(this, this.gobbleToken());
  if (!argument) this.throwError(`Expected a number or a name after ${operator}`);
  env.node = {type: 'UnaryExpression', operator, argument, prefix: true};
});

function callOf(graph: Graph, {callee, arguments: given}: jsep.CallExpression): number {
  const name = callee.type === 'Identifier' ? String(callee.name) : '';
  if (!name) throw new Refusal('has brackets after brackets; write * between factors');
  if (name === 'x' || name === 'y' || CONSTANTS.has(name)) throw new Refusal(`has brackets right after ${name}; write * between factors`);
  const [one, factor, several] = [ONE_ARGUMENT.get(name), LOGARITHMS.get(name), SEVERAL.get(name)];
  const wanted = several ? 2 : 1;
  if (!one && factor === undefined && !several) throw new Refusal(`calls "${name}", which is not known; ${VOCABULARY}`);
  if (given.length !== wanted) throw new Refusal(`gives ${name} ${given.length} arguments; it takes ${wanted}`);
  const at = given.map((argument) => nodeOf(graph, argument));
  if (several) return graph.binary(several, at[0], at[1]);
  const natural = graph.unary(one ?? 'log', at[0]);
  return factor === undefined ? natural : graph.binary('mul', graph.constant(factor), natural);
}

function nodeOf(graph: Graph, expression: jsep.Expression): number {
  const node = expression as jsep.CoreExpression;
  switch (node.type) {
    case 'Literal': {
      if (typeof node.value !== 'number' || !Number.isFinite(node.value)) throw new Refusal(`holds ${node.raw}, which is no finite number`);
      return graph.constant(node.value);
    }
    case 'Identifier': {
      if (node.name === 'x' || node.name === 'y') return graph.variable(node.name);
      const value = CONSTANTS.get(node.name);
      if (value !== undefined) return graph.constant(value);
      const hint = FUNCTION_NAMES.includes(node.name) ? `names the function ${node.name} without brackets; write ${node.name}(x)` : `names "${node.name}", which is not known; ${VOCABULARY}`;
      throw new Refusal(hint);
    }
    case 'UnaryExpression': {
      const inner = nodeOf(graph, node.argument);
      return node.operator === '-' ? graph.unary('neg', inner) : inner;
    }
    case 'BinaryExpression': {
      const operator = OPERATORS.get(node.operator);
      if (!operator) throw new Refusal(`uses "${node.operator}"; ${VOCABULARY}`);
      return graph.binary(operator, nodeOf(graph, node.left), nodeOf(graph, node.right));
    }
    case 'CallExpression':
      return callOf(graph, node);
    case 'Compound':
    case 'SequenceExpression':
      if (node.type === 'Compound' && (node as jsep.Compound).body.length === 0) throw new Refusal('has nothing between brackets');
      throw new Refusal('holds several expressions; write * between factors');
    default:
      throw new Refusal(`can't be read; ${VOCABULARY}`);
  }
}

/** A place counted from 1, from what jsep throws. */
function placeOf(error: unknown): string {
  const index = error instanceof Error && 'index' in error ? Number(error.index) : Number.NaN;
  return Number.isFinite(index) ? ` at character ${index + 1}` : '';
}

export type Parsed = {readonly ok: true; readonly graph: Graph; readonly value: number} | {readonly ok: false; readonly message: string};

/**
 * Reads an expression of x and y: the graph and the node of its value, or why it is refused. jsep turns the text into a
 * tree; only numbers, the names above and arithmetic pass, and nothing is ever run as code.
 */
export function parseExpression(text: string): Parsed {
  const refused = (message: string): Parsed => ({ok: false, message});
  if (text.length > LONGEST_EXPRESSION) return refused(`has ${text.length} characters; ${LONGEST_EXPRESSION} are allowed`);
  if (text.trim() === '') return refused(`is empty; ${VOCABULARY}`);
  const strange = /[^\w\s.+\-*/^(),]/.exec(text)?.[0];
  if (strange) return refused(`holds "${strange}"; ${VOCABULARY}`);
  // jsep takes a comma outside of a call for a gap.
  if (/^\s*,|,\s*(,|\)|$)/.test(text)) return refused('has a comma with nothing before or after it');
  const graph = new Graph();
  try {
    return {ok: true, graph, value: nodeOf(graph, jsep(text))};
  } catch (error) {
    if (error instanceof Refusal) return refused(error.message);
    return refused(`can't be read${placeOf(error)}; check the brackets, and write 2*x for a product and x^2 for a power`);
  }
}
