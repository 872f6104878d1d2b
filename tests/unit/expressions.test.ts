import {describe, expect, it} from 'vitest';
import {derivatives} from '../../src/numerics/expression/derivative.ts';
import {FUNCTION_NAMES, LONGEST_EXPRESSION, parseExpression} from '../../src/numerics/expression/parse.ts';
import {onNumbers, programOf} from '../../src/numerics/expression/program.ts';
import {surfaceOf} from '../../src/numerics/surface/surface.ts';

const valueOf = (text: string, x = 0, y = 0): number => surfaceOf(text).value(x, y);

const refusal = (text: string): string => {
  const parsed = parseExpression(text);
  if (parsed.ok) throw new Error(`"${text}" was read`);
  return parsed.message;
};

describe('reading', () => {
  it.each([
    ['1 + 2*3', 7],
    ['-2^2', -4],
    ['(-2)^2', 4],
    ['2^3^2', 512],
    ['2^-1*4', 2],
    ['2^-2^2', 1 / 16],
    ['-x^2*3', -12],
    ['1 - -x', 3],
    ['--x', 2],
    ['10 - 4 - 3', 3],
    ['24/4/2', 3],
    ['2*x^3/4', 4],
    ['.5 + 1e-1 + 2.', 2.6],
    ['+x - +y', -1],
    ['pi', Math.PI],
    ['e^x', Math.E ** 2],
    ['exp(ln(y))', 3],
    ['log2(8) + log10(100) + log(e)', 6],
    ['min(x, y) + 10*max(x, y)', 32],
    ['sqrt(x*y*6)', 6],
    ['x^0.5*x^0.5', 2],
    ['abs(x - y) + sign(x - y)', 0],
    ['atan(tan(0.3))', 0.3],
    ['asin(sin(0.3)) + acos(cos(0.3))', 0.6],
    ['sinh(1) + cosh(1)', Math.E],
    ['tanh(0)', 0],
    [' x\t*\ny ', 6],
    ['x^-2', 0.25],
    ['(-x)^3', -8],
    ['x^0', 1],
  ])('%s', (text, expected) => expect(valueOf(text, 2, 3)).toBeCloseTo(expected, 12));

  it('holds undefined and infinite values', () => {
    expect(valueOf('log(x)', -1)).toBeNaN();
    expect(valueOf('1/x', 0)).toBe(Number.POSITIVE_INFINITY);
    expect(valueOf('0*log(x)', -1)).toBeNaN();
  });

  it('takes no longer a text than it says, and a full one at once', () => {
    const nested = `${'('.repeat(99)}x${')'.repeat(99)}`;
    expect(valueOf(nested, 5)).toBe(5);
    const deep = `${'sin('.repeat(39)}x${')'.repeat(39)}`;
    const {gradient, hessian} = surfaceOf(deep);
    expect(gradient(0.3, 0)[0]).toBeGreaterThan(0);
    expect(Number.isFinite(hessian(0.3, 0)[0])).toBe(true);
    expect(refusal('x'.repeat(LONGEST_EXPRESSION + 1))).toContain('201 characters');
  });

  it('keeps second derivatives of the longest texts small', () => {
    const factors = Array.from({length: 20}, (_, i) => `(x+y*${i})`).join('*');
    for (const text of [factors, `x${'^y^x'.repeat(49)}`, `${'exp(sin('.repeat(19)}x*y${'))'.repeat(19)}`]) {
      const parsed = parseExpression(text);
      if (!parsed.ok) throw new Error(parsed.message);
      const {graph, value} = parsed;
      const [fx, fy] = derivatives(graph, value);
      derivatives(graph, fx);
      derivatives(graph, fy);
      expect(graph.nodes.length).toBeLessThan(8000);
    }
  });
});

describe('refusals', () => {
  it.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['x +', "can't be read at character 4"],
    ['(x', "can't be read"],
    ['x)', "can't be read at character 2"],
    ['2x', "can't be read"],
    ['x y', 'several expressions'],
    ['x, y', 'several expressions'],
    ['x,', 'comma'],
    ['min(x,,y)', 'comma'],
    ['x**2', "can't be read"],
    ['2(x)', 'several expressions'],
    ['(x + 1)(y)', 'brackets after brackets'],
    ['x(y)', 'brackets right after x'],
    ['sin', 'without brackets'],
    ['sin()', '0 arguments'],
    ['sin(x, y)', '2 arguments'],
    ['min(x)', '1 arguments'],
    ['z + 1', '"z", which is not known'],
    ['foo(x)', '"foo", which is not known'],
    ['X', '"X", which is not known'],
    ['1e999', 'no finite number'],
    ['x.y', "can't be read"],
    ['1.2.3', "can't be read"],
    ['()', 'nothing between brackets'],
    ['sin(())', "can't be read"],
  ])('%s', (text, part) => expect(refusal(text)).toContain(part));

  it.each([
    'constructor', 'constructor(x)', '__proto__', 'toString()', 'hasOwnProperty(x)', 'this', 'window', 'globalThis', 'eval(x)', 'Function(x)',
    'x.constructor.constructor(1)', 'alert(1)', 'import(x)', 'x=1', 'x => y', 'x;y', '"x"', "'x'", '`x`', 'x[0]', '[x]', '{x}', 'x ? y : 1', 'x && y', '!x', '~x',
    'x | y', 'x % 2', 'x < y', '\\u0078', '#', '$x', 'x // y', '/* x */ y', 'new Date', 'π', 'x²', '‮x', 'x\u00a0+ y',
  ])('never run: %s', (text) => expect(parseExpression(text).ok).toBe(false));

  it('names what may be used', () => {
    const message = refusal('foo');
    for (const name of FUNCTION_NAMES) expect(message).toContain(name);
  });
});

/** Smooth at the points that they are tried at. */
const SMOOTH = [
  'x', '3', 'x*y', 'x - y', 'x/y', 'y/(x + 3)', '-x', 'x^2', 'x^3*y^2', 'x^-2', 'x^1.5', '2^x', 'x^y', 'e^(x*y)', 'sin(x)', 'cos(x*y)', 'tan(x/2)', 'asin(x/4)',
  'acos(y/4)', 'atan(x*y)', 'sinh(x)', 'cosh(x - y)', 'tanh(x + y)', 'exp(-x^2 - y^2)', 'ln(x + y)', 'log2(x)', 'log10(y)', 'sqrt(x*y)', 'abs(x - 5)', 'min(x, y^2 + 9)',
  'max(x*y, -3)', 'sign(x)*y', '(1 - x)^2 + 100*(y - x^2)^2', '(x^2 + y - 11)^2 + (x + y^2 - 7)^2', '(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2',
  'x^2 - y^2 + y^4/4 + 1', 'x^2 + y^2 + 2 - cos(3*x) - cos(3*y)', 'sin(x)/x + (x*y)^2/(x*y)', 'x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y', '(x + y)*(x + y)/(x + y)^2',
];
const POINTS = [[0.7, 1.3], [1.9, 0.4], [2.3, 2.2]] as const;

/** (f(x + h) - f(x - h)) / 2h, by Richardson's extrapolation. */
function central(f: (t: number) => number): number {
  const h = 1e-3;
  const slope = (step: number): number => (f(step) - f(-step)) / (2 * step);
  return (4 * slope(h / 2) - slope(h)) / 3;
}

describe.each(SMOOTH)('derivatives of %s', (text) => {
  const {value, gradient, hessian} = surfaceOf(text);
  const near = (found: number, expected: number): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(expected)));

  it.each(POINTS)('at %d, %d', (x, y) => {
    expect(Number.isFinite(value(x, y))).toBe(true);
    const [fx, fy] = gradient(x, y);
    near(fx, central((t) => value(x + t, y)));
    near(fy, central((t) => value(x, y + t)));
    const [fxx, fxy, fyy] = hessian(x, y);
    near(fxx, central((t) => gradient(x + t, y)[0]));
    near(fxy, central((t) => gradient(x, y + t)[0]));
    near(fxy, central((t) => gradient(x + t, y)[1]));
    near(fyy, central((t) => gradient(x, y + t)[1]));
  });
});

describe('programs', () => {
  it('hold what their outputs need, once', () => {
    const parsed = parseExpression('sin(x*y) + sin(x*y)^2 + exp(1)');
    if (!parsed.ok) throw new Error(parsed.message);
    const {nodes, outputs} = programOf(parsed.graph, [parsed.value]);
    expect(nodes.filter((node) => node.op === 'sin' || node.op === 'mul').length).toBe(2);
    expect(outputs).toEqual([nodes.length - 1]);
    expect(onNumbers({nodes, outputs})(0.5, 3)[0]).toBeCloseTo(Math.sin(1.5) + Math.sin(1.5) ** 2 + Math.E, 12);
  });

  it('pass on one side of a kink', () => {
    const {gradient} = surfaceOf('max(x, y) + min(x, 2*y) + abs(x)');
    expect([...gradient(-1, 3)]).toEqual([0 + 1 - 1, 1]);
    expect([...gradient(4, 1)]).toEqual([1 + 0 + 1, 2]);
  });

  it('have exact derivatives where a base is negative', () => {
    const {gradient} = surfaceOf('x^3 + (x - y)^-1');
    expect([...gradient(-2, 1)]).toEqual([12 - 1 / 9, 1 / 9]);
  });
});
